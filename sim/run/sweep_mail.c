/* sweep_mail.c - see the header. */
#include "run/sweep_mail.h"

#include <string.h>
#include <time.h>

#include "core/text.h"

#define PAUSE_NS 2000000

struct order_head {
    int point, values;
};

/* A finding without what its pointers point to: that follows in the order of the lengths. */
struct packed {
    int point;
    struct sweep_finding finding;
    size_t missed, note; /* bytes with the final NUL; 0: none */
};

double sweep_mail_clock_s(void)
{
    return (double)uv_hrtime() / 1e9;
}

void sweep_mail_pause(void)
{
    struct timespec little = {0, PAUSE_NS};
    (void)nanosleep(&little, NULL); /* shorter will do */
}

static void run_crew(void *context)
{
    struct sweep_crew_thread *thread = context;
    thread->ok = sweep_crew_run(thread->crew, NULL, NULL, &thread->err);
    thread->over = true;
}

bool sweep_crew_thread_start(struct sweep_crew_thread *thread, struct sweep_crew *crew,
                             struct err *err)
{
    *thread = (struct sweep_crew_thread){.crew = crew};
    return uv_thread_create(&thread->id, run_crew, thread) == 0 ||
           err_file(err, "cannot start a thread");
}

void sweep_mail_pack_finding(struct text *out, int point, const struct sweep_finding *finding)
{
    struct packed head;
    memset(&head, 0, sizeof head);
    head.point = point;
    head.finding = *finding;
    head.missed = finding->missed == NULL ? 0 : strlen(finding->missed) + 1;
    head.note = finding->note == NULL ? 0 : strlen(finding->note) + 1;
    text_add_bytes(out, (const char *)&head, sizeof head);
    text_add_bytes(out, (const char *)finding->rows, sizeof *finding->rows * (size_t)finding->reps);
    text_add_bytes(out, finding->missed, head.missed);
    text_add_bytes(out, finding->note, head.note);
}

static void *take(const char **at, size_t bytes)
{
    if (bytes == 0)
        return NULL;
    void *block = mem_resize(NULL, bytes);
    memcpy(block, *at, bytes);
    *at += bytes;
    return block;
}

int sweep_mail_unpack_finding(const struct cluster_message *message, struct sweep_finding *finding)
{
    struct packed head;
    const char *at = message->data + sizeof head;
    memcpy(&head, message->data, sizeof head);
    *finding = head.finding;
    finding->rows = take(&at, sizeof *finding->rows * (size_t)finding->reps);
    finding->missed = take(&at, head.missed);
    finding->note = take(&at, head.note);
    return head.point;
}

void sweep_mail_pack_order(struct text *out, const struct sweep_order *order, int params)
{
    struct order_head head = {order->point, params};
    text_add_bytes(out, (const char *)&head, sizeof head);
    for (int p = 0; p < params; p++)
        text_add_bytes(out, order->values[p], strlen(order->values[p]) + 1);
}

void sweep_mail_unpack_order(const struct cluster_message *message, struct sweep_order *order,
                             const char *values[SWEEP_PARAMS_MAX], char **text)
{
    struct order_head head;
    memcpy(&head, message->data, sizeof head);
    const char *at = message->data + sizeof head;
    *text = take(&at, message->bytes - sizeof head);
    at = *text;
    for (int p = 0; p < head.values; p++, at += strlen(at) + 1)
        values[p] = at;
    *order = (struct sweep_order){head.point, values};
}
