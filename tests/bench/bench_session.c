/* bench_session.c - what the window waits for: a million requests of `hello` after a slider has moved, and what being looked at costs a run.
 *
 * The first is wall clock, because people wait for it, and the best of several tries, because machines are shared. The second is
 * CPU time of runs with and without an observer in turns: the median of the ratios of neighbours.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "run/session.h"
#include "run/session_worker.h"
#include "run/world.h"
#include "tests/bench/bench.h"

#define HELLO_RATE "278/s" /* for an hour: a million requests */
#define TRIES      9
#define PAIRS      41

static const struct session_setup hello = {
    .study = {.program = "build/tepid",
              .file = "scenarios/hello.lua",
              .params = (const char *const[]){"rate=" HELLO_RATE},
              .param_count = 1},
    .times = {.duration = TIME_UNSET, .warmup = TIME_UNSET},
};

static void stop(const struct err *err)
{
    err_print(err, "error", stderr, false);
    exit(EXIT_FAILURE);
}

/* -- sliders ------------------------------------------------------------------------------------------ */

static void pause_ms(int ms)
{
    struct timespec time = {0, ms * 1000000L};
    (void)nanosleep(&time, NULL);
}

static void wait_for_landing(struct session *session)
{
    if (session_wait(session, 60))
        return;
    if (session_error(session) != NULL)
        stop(session_error(session));
    fprintf(stderr, "error: hello does not land\n");
    exit(EXIT_FAILURE);
}

/* Moves the slider `moves` times, 16 ms apart; a frame is polled for every 4 ms, as between two vertical blanks. */
static void slide(struct session *session, int moves, double *first_s, double *landed_s)
{
    static const char *const sizes[] = {"512MB",  "640MB",  "768MB",  "896MB",  "1024MB",
                                        "1152MB", "1280MB", "1408MB", "1536MB", "1769MB"};
    struct err err = {0};
    for (int i = 0; i < moves; i++) {
        if (!session_set_param(session, "memory", sizes[i % 10], &err))
            stop(&err);
        for (int ms = 0; ms < 16 && i + 1 < moves; ms += 4) {
            pause_ms(4);
            session_poll(session);
        }
    }
    wait_for_landing(session);
    session_timing(session, first_s, landed_s);
}

static void time_slides(struct session *session, const char *name, int moves)
{
    double best_first = INFINITY, best_landed = INFINITY;
    for (int i = 0; i < TRIES; i++) {
        double first, landed;
        slide(session, moves, &first, &landed);
        best_first = fmin(best_first, first);
        best_landed = fmin(best_landed, landed);
    }
    printf("%-30s first frame %6.1f ms (%s 100)   landed %6.1f ms (%s 250)\n", name,
           best_first * 1e3, best_first <= 0.1 ? "within" : "ABOVE", best_landed * 1e3,
           best_landed <= 0.25 ? "within" : "ABOVE");
}

static double thread_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* What taking over a million requests costs the window's thread: in one frame, and in all. */
static void time_polls(struct session *session)
{
    double best_longest = INFINITY, best_sum = INFINITY;
    for (int i = 0; i < TRIES; i++) {
        struct err err = {0};
        double longest = 0, sum = 0;
        if (!session_set_param(session, "memory", i % 2 == 0 ? "512MB" : "640MB", &err))
            stop(&err);
        while (session_state(session) != SESSION_IDLE) {
            double start = thread_now();
            session_poll(session);
            double took = thread_now() - start;
            longest = fmax(longest, took);
            sum += took;
            pause_ms(16);
        }
        best_longest = fmin(best_longest, longest);
        best_sum = fmin(best_sum, sum);
    }
    printf("%-30s longest %.2f ms, all %.2f ms of the window's thread\n", "frames taken over",
           best_longest * 1e3, best_sum * 1e3);
}

/* What a panel of 600 columns asks for at every frame that moves. */
static void time_questions(struct session *session)
{
    enum { COLUMNS = 600, ROWS = 60 };
    static struct bin bins[COLUMNS];
    static struct quantile_bin quantiles[COLUMNS];
    static uint32_t counts[COLUMNS * ROWS];
    static double stages[COLUMNS][STAGE_COUNT];
    struct record *record = session_current(session);
    double end = record_reached_s(record), best[4] = {INFINITY, INFINITY, INFINITY, INFINITY};
    for (int i = 0; i < 20; i++) {
        double from = 0.37 * i, at[5];
        at[0] = thread_now();
        record_bins(record, 0, RECORD_CONCURRENCY_MAX, from, end, COLUMNS, bins);
        at[1] = thread_now();
        record_quantiles(record, from, end, COLUMNS, quantiles);
        at[2] = thread_now();
        (void)record_heat(record, from, end, COLUMNS, ROWS, 10, 1000, counts);
        at[3] = thread_now();
        record_stages(record, from, end, COLUMNS, stages);
        at[4] = thread_now();
        for (int k = 0; k < 4; k++)
            best[k] = fmin(best[k], at[k + 1] - at[k]);
    }
    printf("%-30s a series %.3f ms, quantiles %.2f ms, heat map %.2f ms, stages %.3f ms\n",
           "600 columns of an hour", best[0] * 1e3, best[1] * 1e3, best[2] * 1e3, best[3] * 1e3);
}

static void bench_slider(void)
{
    struct err err = {0};
    struct session *session = session_new(&hello, &err);
    if (session == NULL)
        stop(&err);
    wait_for_landing(session);
    struct record_totals totals;
    record_totals(session_current(session), &totals);
    printf("hello: %llu requests\n", (unsigned long long)totals.requests);
    time_slides(session, "slider, one move", 1);
    time_slides(session, "slider, ten moves 16 ms apart", 10);
    time_polls(session);
    time_questions(session);
    session_free(session);
}

/* -- being looked at -------------------------------------------------------------------------------------- */

/* All that a session does of it on the thread of the simulation, but for handing over. */
struct onlooking {
    struct blueprint *blueprint;
    struct chunk chunk;
    double next;
};

static void on_begin(void *context, struct world *world)
{
    ((struct onlooking *)context)->blueprint = blueprint_new(world, NULL);
}

static void on_sample(void *context, const struct sample_seen *seen)
{
    struct onlooking *looking = context;
    const struct blueprint *blueprint = looking->blueprint;
    chunk_add(&looking->chunk, seen, blueprint->edge_of, blueprint->info.edge_count);
    if (looking->chunk.sample_count == 700) /* about 16 ms of `hello` */
        chunk_clear(&looking->chunk);
}

static double run_hello(const struct scenario *scenario, bool observed)
{
    const struct run_limits limits = {SIM_NEVER, UINT64_MAX, INT64_MAX};
    struct onlooking looking = {0};
    struct observer observer = {on_begin, on_sample, &looking};
    struct world *world = world_new(scenario, 0, true, true);
    double start = bench_now();
    if (observed)
        world_observe(world, &observer);
    world_run(world, &limits, NULL, NULL);
    double took = bench_now() - start;
    world_free(world);
    blueprint_free(looking.blueprint);
    chunk_free(&looking.chunk);
    return took;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y ? 1 : 0;
}

static void bench_observer(void)
{
    struct err err = {0};
    struct study *study = study_open(&hello.study, &err);
    struct study_load load = {.times = hello.times, .trusted = true};
    struct scenario *scenario = study == NULL ? NULL : study_load(study, &load, &err);
    if (scenario == NULL)
        stop(&err);
    double best = INFINITY, ratios[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
        double alone = run_hello(scenario, false), observed = run_hello(scenario, true);
        best = fmin(best, alone);
        ratios[i] = observed / alone;
    }
    qsort(ratios, PAIRS, sizeof ratios[0], by_size);
    double median = ratios[PAIRS / 2];
    printf(
        "%-30s %.1f ms alone, observed %+.1f %% (%s 2; half of %d pairs lie in %+.1f .. %+.1f)\n",
        "hello, a million requests", best * 1e3, (median - 1) * 100,
        median <= 1.02 ? "within" : "ABOVE", PAIRS, (ratios[PAIRS / 4] - 1) * 100,
        (ratios[PAIRS * 3 / 4] - 1) * 100);
    scenario_free(scenario);
    study_close(study);
}

void bench_session(void)
{
    bench_observer();
    bench_slider();
}
