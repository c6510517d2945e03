/* bench.c - see the header. */
#include "ui/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"
#include "run/run.h"
#include "ui/raster_bench.h"

#define LANDING_S 600.0
#define SLIDES    7

struct samples {
    double *ms;
    int count;
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const struct samples *samples, double q)
{
    int at = (int)ceil(q * samples->count) - 1;
    return samples->ms[at < 0 ? 0 : at];
}

/* -- frames ------------------------------------------------------------------------------------------------- */

/* What happens before frame `i` of a kind. */
typedef void (*prepare)(struct window *window, int i);

static void all_moving(struct window *window, int i)
{
    player_scrub(&window->app->player, window->app->player.duration_s * (0.2 + 0.0005 * i));
    compose_forget(window->compose);
}

static void send_move(struct window *window, double x, double y)
{
    struct event event = {.kind = EVENT_MOVE, .x = x, .y = y};
    platform_send(window->platform, &event);
}

static void hover(struct window *window, int i)
{
    const struct rect *plot = &window->app->memory.panels[0].plot;
    send_move(window, plot->x + fmod(i * 3.0, plot->w), plot->y + plot->h * 0.4);
}

static void one_panel(struct window *window, int i)
{
    (void)i;
    compose_forget_part(window->compose, SCREEN_PANELS);
}

static void relayout(struct window *window, int i)
{
    bool other = i % 2 == 1;
    platform_resize(window->platform, other ? 1430 : 1440, other ? 890 : 900);
}

static void clock_alone(struct window *window, int i)
{
    player_scrub(&window->app->player, window->app->player.duration_s * (0.2 + 0.0005 * i));
}

static void nothing(struct window *window, int i)
{
    (void)window;
    (void)i;
}

static const struct kind {
    const char *name;
    prepare prepare;
    double scale, target_ms; /* target: p99; 0: none */
} kinds[] = {
    {"live, everything moving", all_moving, 1, 8},
    {"clock moves", clock_alone, 1, 0},
    {"hover, crosshair", hover, 1, 4},
    {"one dirty panel", one_panel, 1, 0},
    {"full relayout", relayout, 1, 12},
    {"nothing changed", nothing, 1, 0},
    {"2x, everything moving", all_moving, 2, 14},
};

static bool measure_kind(const struct window_setup *setup, const struct kind *kind, int frames,
                         struct samples *samples, struct err *err)
{
    struct window window;
    struct window_setup own = *setup;
    own.platform.scale = kind->scale;
    own.platform.width = 1440;
    own.platform.height = 900;
    if (!window_open(&window, &own, err))
        return false;
    bool landed = session_wait(window.app->session, LANDING_S);
    const struct err *why = session_error(window.app->session);
    if (!landed && why != NULL)
        *err = *why;
    double wall_s = 0;
    for (int i = -10; landed && i < frames; i++) { /* the first ten warm up */
        kind->prepare(&window, i + 10);
        (void)window_gather(&window, 0);
        wall_s += 1.0 / 60;
        int64_t before = platform_cpu_ns();
        window_frame_always(&window, wall_s);
        if (i >= 0)
            samples->ms[samples->count++] = (double)(platform_cpu_ns() - before) / 1e6;
    }
    window_close(&window);
    if (!landed)
        return err->kind != ERR_NONE ? false : err_set(err, "the run did not land");
    qsort(samples->ms, (size_t)samples->count, sizeof samples->ms[0], by_size);
    return true;
}

static void print_row(const char *name, const struct samples *samples, double target)
{
    double p99 = quantile(samples, 0.99);
    printf("  %-26s %8.2f %8.2f %8.2f", name, quantile(samples, 0.5), quantile(samples, 0.95), p99);
    if (target > 0)
        printf("   %5.0f  %s", target, p99 <= target ? "met" : "MISSED");
    putchar('\n');
}

static bool measure_frames(const struct window_setup *setup, int frames, struct err *err)
{
    printf("  CPU ms of a frame               p50      p95      p99   target (p99)\n");
    for (size_t i = 0; i < COUNTOF(kinds); i++) {
        struct samples samples = {mem_resize(NULL, (size_t)frames * sizeof(double)), 0};
        bool ok = measure_kind(setup, &kinds[i], frames, &samples, err);
        if (ok)
            print_row(kinds[i].name, &samples, kinds[i].target_ms);
        mem_free(samples.ms);
        if (!ok)
            return false;
    }
    return true;
}

/* -- start ---------------------------------------------------------------------------------------------------- */

static bool measure_start(const struct window_setup *setup, struct err *err)
{
    struct window window;
    int64_t before = platform_now_ns();
    if (!window_open(&window, setup, err))
        return false;
    window_frame_always(&window, 0);
    double ms = (double)(platform_now_ns() - before) / 1e6;
    printf("  %-26s %8.1f ms                    150 ms  %s\n", "start to first frame", ms,
           ms <= 150 ? "met" : "MISSED");
    window_close(&window);
    return true;
}

/* -- sliders -------------------------------------------------------------------------------------------------- */

/* From the movement to the frame that shows the first of the new run, and to the one that shows its result: as a user sees it, frame by frame. */
static bool measure_slide(struct window *window, const char *value, double *first_ms,
                          double *final_ms, double *frame_ms, struct err *err)
{
    struct app *app = window->app;
    struct record *before = app_run(app);
    int64_t start = platform_now_ns(), next = start;
    *first_ms = *final_ms = (double)NAN;
    *frame_ms = 0;
    if (!session_set_param(app->session, "memory", value, err))
        return false;
    while (isnan(*final_ms)) {
        int64_t begun = platform_now_ns();
        window_frame_always(window, window->wall_s + 1.0 / 60);
        int64_t now = platform_now_ns();
        struct record *run = app_run(app);
        bool new_run = run != before && run != NULL && record_reached_s(run) > 0;
        if (isnan(*first_ms) && new_run)
            *first_ms = (double)(now - start) / 1e6;
        if (new_run && record_result(run) != NULL && session_state(app->session) == SESSION_IDLE)
            *final_ms = (double)(now - start) / 1e6;
        *frame_ms = fmax(*frame_ms, (double)(now - begun) / 1e6);
        if (session_error(app->session) != NULL || now - start > INT64_C(60000000000))
            return err_set(err, "the slider's run did not land");
        next += INT64_C(16666667);
        if (next > now)
            (void)window_gather(window, (int)((next - now) / 1000000));
        else
            next = now;
    }
    return true;
}

/* hello, at the rate that makes a million requests of its hour. */
static bool measure_slider(const struct window_setup *setup, struct err *err)
{
    static const char *const params[] = {"rate=277.8/s"};
    struct window window;
    struct window_setup own = *setup;
    own.app.session.study.file = "hello";
    own.app.session.study.params = params;
    own.app.session.study.param_count = 1;
    own.app.session.variant = NULL;
    own.app.session.study.override_count = 0;
    if (!window_open(&window, &own, err))
        return false;
    double first[SLIDES], final[SLIDES], frame[SLIDES];
    bool ok = session_wait(window.app->session, LANDING_S);
    for (int i = 0; ok && i < SLIDES; i++) {
        char value[32];
        (void)snprintf(value, sizeof value, "%dMB", 512 + 64 * (i + 1));
        ok = measure_slide(&window, value, &first[i], &final[i], &frame[i], err);
    }
    window_close(&window);
    if (!ok)
        return err->kind != ERR_NONE ? false : err_set(err, "hello did not land");
    struct samples firsts = {first, SLIDES}, finals = {final, SLIDES}, frames = {frame, SLIDES};
    qsort(first, SLIDES, sizeof first[0], by_size);
    qsort(final, SLIDES, sizeof final[0], by_size);
    qsort(frame, SLIDES, sizeof frame[0], by_size);
    printf("\n  a slider of hello, 1 M requests: wall ms from the last movement, of %d\n"
           "                                 best   median    worst   target (median)\n",
           SLIDES);
    printf("  %-26s %8.0f %8.0f %8.0f   %5d  %s\n", "first curves on screen", first[0],
           quantile(&firsts, 0.5), first[SLIDES - 1], 100,
           quantile(&firsts, 0.5) <= 100 ? "met" : "MISSED");
    printf("  %-26s %8.0f %8.0f %8.0f   %5d  %s\n", "final curves on screen", final[0],
           quantile(&finals, 0.5), final[SLIDES - 1], 250,
           quantile(&finals, 0.5) <= 250 ? "met" : "MISSED");
    printf("  %-26s %8.1f %8.1f %8.1f\n", "longest frame meanwhile", frame[0],
           quantile(&frames, 0.5), frame[SLIDES - 1]);
    return true;
}

/* What the parts of a frame cost, call by call, beside Cairo doing the same. */
static bool measure_drawing(struct err *err)
{
    struct fonts *fonts = fonts_new(err);
    if (fonts == NULL)
        return false;
    struct text text = {0};
    raster_bench(fonts, 1, &text);
    printf("\n%s", text.data);
    text_free(&text);
    fonts_free(fonts);
    return true;
}

bool bench_run(const struct window_setup *setup, int frames, struct err *err)
{
    struct window_setup own = *setup;
    if (own.app.session.study.file == NULL)
        own.app.session.study.file = "shipping";
    own.app.session.watch = false;
    printf("tepid-ui --bench: %d frames of each kind, %s, 1440x900\n\n", frames,
           own.app.session.study.file);
    if (!measure_start(&own, err) || !measure_frames(&own, frames, err) ||
        !measure_slider(&own, err))
        return false;
    printf("\n  resident memory, with the records of the runs: %.0f MB at most\n",
           (double)run_peak_resident_bytes() / (1 << 20));
    return measure_drawing(err);
}
