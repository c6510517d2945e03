/* crew.c - see crew.h. */
#include "run/crew.h"

#include <stdatomic.h>
#include <uv.h>

#include "core/arena.h"

#define REPORT_EVERY_MS 100

struct crew {
    const struct crew_job *job;
    _Atomic int next, done;
    uv_async_t wake;
    uv_timer_t timer; /* here, because the loop still looks at it after it was closed */
    uint64_t start_ns;
};

static void work(void *context)
{
    struct crew *crew = context;
    for (;;) {
        int task = atomic_fetch_add(&crew->next, 1);
        if (task >= crew->job->tasks)
            return;
        crew->job->run(crew->job->context, task);
        atomic_fetch_add(&crew->done, 1);
        uv_async_send(&crew->wake);
    }
}

static void on_wake(uv_async_t *wake)
{
    const struct crew *crew = wake->data;
    if (crew->done == crew->job->tasks)
        uv_stop(wake->loop);
}

static void on_timer(uv_timer_t *timer)
{
    const struct crew *crew = timer->data;
    crew->job->report(crew->job->context, crew->done, (double)(uv_hrtime() - crew->start_ns) / 1e9);
}

static void wait_for_all(struct crew *crew, uv_loop_t *loop)
{
    uv_timer_init(loop, &crew->timer);
    crew->timer.data = crew;
    if (crew->job->report != NULL)
        uv_timer_start(&crew->timer, on_timer, REPORT_EVERY_MS, REPORT_EVERY_MS);
    while (crew->done < crew->job->tasks)
        uv_run(loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&crew->timer, NULL);
}

bool crew_run(const struct crew_job *job, struct err *err)
{
    struct crew crew = {.job = job, .start_ns = uv_hrtime()};
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0)
        return err_file(err, "cannot start an event loop: out of file descriptors?");
    uv_async_init(&loop, &crew.wake, on_wake);
    crew.wake.data = &crew;
    int threads = job->threads < job->tasks ? job->threads : job->tasks;
    uv_thread_t *ids = mem_resize(NULL, sizeof(*ids) * (size_t)(threads > 0 ? threads : 1));
    int started = 0;
    while (started < threads && uv_thread_create(&ids[started], work, &crew) == 0)
        started++;
    if (started == 0)
        work(&crew); /* no thread to be had: do it here */
    wait_for_all(&crew, &loop);
    for (int i = 0; i < started; i++)
        uv_thread_join(&ids[i]);
    uv_close((uv_handle_t *)&crew.wake, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    mem_free(ids);
    return true;
}
