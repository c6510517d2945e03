/* test_queueing.c - a textbook queue on the engine's clock, chance and statistics, against its formulas.
 *
 * No service of the model takes part: what agrees here is the event list and its order, the streams, the laws,
 * the levels and the histograms. Waits in one run are correlated, so standard errors come from
 * independent replications (lab.h). At load 0.9 one customer's wait is worth little: a million
 * of them give the mean to about 2 %, twenty replications of that to 0.5 %.
 */
#include <math.h>
#include <string.h>

#include "core/dist.h"
#include "core/sim.h"
#include "stats/hist.h"
#include "stats/level.h"
#include "tests/suite.h"
#include "tests/theory/lab.h"
#include "tests/theory/reference.h"

#define CUSTOMERS 1000000
#define SKIPPED   100000 /* the queue starts empty: these are not looked at */
#define LINE_MAX  65536  /* customers at once */

enum { ON_ARRIVAL, ON_DEPARTURE };

/* First come, first served, by `servers`. */
struct queue {
    struct sim sim;              /* first: a handler is given the clock, and with it the queue */
    uint64_t arrivals, services; /* streams */
    const struct dist *gap, *service;
    int servers, busy;
    uint64_t arrived, begun; /* customers so far */
    sim_time arrived_at[LINE_MAX];
    sim_time measured_from;
    struct level waiting, present;
    struct hist wait, sojourn;
    uint64_t at_once; /* measured customers who did not wait */
};

static void begin_service(struct queue *queue)
{
    sim_time now = queue->sim.now;
    uint64_t customer = queue->begun++;
    struct draw draw = draw_of(stream_at(queue->services, customer), 0);
    sim_time service = dist_draw(queue->service, draw);
    sim_time wait = now - queue->arrived_at[customer % LINE_MAX];
    queue->busy++;
    level_change(&queue->waiting, -1, now);
    sim_at(&queue->sim, now + service, SIM_COMPLETION, ON_DEPARTURE, 0, 0);
    if (customer < SKIPPED)
        return;
    hist_add(&queue->sojourn, wait + service);
    if (wait > 0)
        hist_add(&queue->wait, wait);
    else
        queue->at_once++;
}

static void on_arrival(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct queue *queue = (struct queue *)sim;
    (void)slot;
    (void)generation;
    if (queue->arrived == SKIPPED) {
        queue->measured_from = sim->now;
        level_begin(&queue->waiting, sim->now);
        level_begin(&queue->present, sim->now);
    }
    queue->arrived_at[queue->arrived++ % LINE_MAX] = sim->now;
    ASSERT(queue->arrived - queue->begun < LINE_MAX);
    level_change(&queue->waiting, 1, sim->now);
    level_change(&queue->present, 1, sim->now);
    if (queue->busy < queue->servers)
        begin_service(queue);
    struct draw draw = draw_of(stream_at(queue->arrivals, queue->arrived), 0);
    if (queue->arrived < CUSTOMERS)
        sim_arrival_at(sim, sim->now + dist_draw(queue->gap, draw), ON_ARRIVAL, 0);
    else
        sim->horizon = sim->now; /* the last arrival ends the run, before the queue runs dry */
}

static void on_departure(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct queue *queue = (struct queue *)sim;
    (void)slot;
    (void)generation;
    queue->busy--;
    level_change(&queue->present, -1, sim->now);
    if (queue->begun < queue->arrived)
        begin_service(queue);
}

/* -- replications --------------------------------------------------------------------------- */

enum figure { WAIT, SOJOURN, WAITS, WAIT_P99, SOJOURN_P99, WAITING, PRESENT, FIGURES };

struct trial {
    int servers;
    const struct dist *gap, *service;
    struct estimate found[FIGURES]; /* times in seconds */
};

static void take_figures(struct queue *queue, int rep, double found[FIGURES][LAB_REPS])
{
    sim_time now = queue->sim.now, width = now - queue->measured_from;
    uint64_t begun = queue->sojourn.count;
    found[WAIT][rep] = (double)queue->wait.sum / (double)begun / 1e9;
    found[SOJOURN][rep] = (double)queue->sojourn.sum / (double)begun / 1e9;
    found[WAITS][rep] = (double)queue->wait.count / (double)begun;
    found[WAIT_P99][rep] = hist_quantile(&queue->wait, 0.99, queue->at_once) / 1e9;
    found[SOJOURN_P99][rep] = hist_quantile(&queue->sojourn, 0.99, 0) / 1e9;
    found[WAITING][rep] = level_mean(&queue->waiting, now, width);
    found[PRESENT][rep] = level_mean(&queue->present, now, width);
}

static void run_queue(const struct trial *trial, int rep, double found[FIGURES][LAB_REPS])
{
    struct queue *queue = mem_resize(NULL, sizeof *queue);
    memset(queue, 0, sizeof *queue);
    sim_init(&queue->sim, SIM_NEVER / 8);
    queue->sim.handlers[ON_ARRIVAL] = on_arrival;
    queue->sim.handlers[ON_DEPARTURE] = on_departure;
    queue->arrivals = stream_named(42, (uint32_t)rep, "queue", "arrivals");
    queue->services = stream_named(42, (uint32_t)rep, "queue", "services");
    queue->gap = trial->gap;
    queue->service = trial->service;
    queue->servers = trial->servers;
    struct draw first = draw_of(stream_at(queue->arrivals, 0), 0);
    sim_arrival_at(&queue->sim, dist_draw(queue->gap, first), ON_ARRIVAL, 0);
    while (queue->arrived < CUSTOMERS)
        (void)sim_run(&queue->sim, 1 << 16, NULL);
    take_figures(queue, rep, found);
    hist_free(&queue->wait);
    hist_free(&queue->sojourn);
    sim_free(&queue->sim);
    mem_free(queue);
}

static void run_trial(struct trial *trial)
{
    double found[FIGURES][LAB_REPS];
    for (int rep = 0; rep < LAB_REPS; rep++)
        run_queue(trial, rep, found);
    for (int i = 0; i < FIGURES; i++)
        trial->found[i] = estimate_of(found[i], LAB_REPS);
}

/* -- M/M/1 and M/M/c -------------------------------------------------------------------------- */

static struct trial exponential_trial(struct arena *arena, int servers, double rate_per_s)
{
    struct err err = {0};
    struct trial trial = {
        .servers = servers,
        .gap = dist_exponential(arena, 1e9 / rate_per_s, &err),
        .service = dist_exponential(arena, 1e9, &err),
    };
    run_trial(&trial);
    return trial;
}

/* W = 1 / (mu - lambda), its law exponential: 99 % lie below W ln 100. */
static void check_one_server(double load, double precision)
{
    struct arena *arena = arena_new();
    struct trial trial = exponential_trial(arena, 1, load);
    double sojourn = 1 / (1 - load);
    const struct estimate *found = trial.found;
    CU_ASSERT_TRUE(lab_agrees("M/M/1 W", found[SOJOURN], sojourn, precision));
    CU_ASSERT_TRUE(lab_agrees("M/M/1 Wq", found[WAIT], load * sojourn, precision));
    CU_ASSERT_TRUE(lab_agrees("M/M/1 L", found[PRESENT], load * sojourn, precision));
    CU_ASSERT_TRUE(lab_agrees("M/M/1 Lq", found[WAITING], load * load * sojourn, precision));
    CU_ASSERT_TRUE(lab_agrees("M/M/1 P(wait)", found[WAITS], load, precision));
    CU_ASSERT_TRUE(lab_agrees("M/M/1 W p99", found[SOJOURN_P99], sojourn * log(100), precision));
    arena_free(arena);
}

static void test_one_server_at_half_load(void)
{
    check_one_server(0.5, 0.0025);
}

static void test_one_server_at_load_09(void)
{
    check_one_server(0.9, 0.015);
}

/* P(Wq > t) = C exp(-(c mu - lambda) t), so that 99 % lie below ln(100 C) / (c mu - lambda). */
static void check_many_servers(int servers, double rate_per_s, double precision)
{
    struct arena *arena = arena_new();
    struct trial trial = exponential_trial(arena, servers, rate_per_s);
    double waits = erlang_c(servers, rate_per_s), spare_per_s = servers - rate_per_s;
    const struct estimate *found = trial.found;
    CU_ASSERT_TRUE(lab_agrees("M/M/c P(wait)", found[WAITS], waits, precision));
    CU_ASSERT_TRUE(lab_agrees("M/M/c Wq", found[WAIT], waits / spare_per_s, precision));
    CU_ASSERT_TRUE(
        lab_agrees("M/M/c Lq", found[WAITING], rate_per_s * waits / spare_per_s, precision));
    CU_ASSERT_TRUE(
        lab_agrees("M/M/c Wq p99", found[WAIT_P99], log(100 * waits) / spare_per_s, precision));
    arena_free(arena);
}

static void test_ten_servers_at_load_09(void)
{
    check_many_servers(10, 9, 0.02);
}

static void test_a_hundred_servers_at_load_09(void)
{
    check_many_servers(100, 90, 0.03);
}

/* -- M/G/1 ------------------------------------------------------------------------------------ */

/* Wq = rho S (1 + cv^2) / (2 (1 - rho)): only mean and variance of the service count. */
static void check_pollaczek_khinchine(const struct dist *service, struct arena *arena,
                                      const char *law, double cv2)
{
    const double load = 0.8;
    struct err err = {0};
    struct trial trial = {1, dist_exponential(arena, 1e9 / load, &err), service, {{0, 0}}};
    run_trial(&trial);
    double wait = load * (1 + cv2) / (2 * (1 - load));
    CU_ASSERT_TRUE(lab_agrees(law, trial.found[WAIT], wait, 0.01));
    CU_ASSERT_TRUE(lab_agrees(law, trial.found[WAITS], load, 0.002));
}

static void test_pollaczek_khinchine(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    double cv2 = exp(1) - 1; /* sigma 1 */
    const struct dist *lognormal = dist_lognormal_mean_cv(arena, 1e9, sqrt(cv2), &err);
    check_pollaczek_khinchine(dist_constant(arena, 1e9, &err), arena, "M/D/1 Wq", 0);
    check_pollaczek_khinchine(dist_exponential(arena, 1e9, &err), arena, "M/M/1 Wq", 1);
    check_pollaczek_khinchine(lognormal, arena, "M/lognormal/1 Wq", cv2);
    arena_free(arena);
}

static void test_the_formulas_give_the_known_values(void)
{
    CU_ASSERT_DOUBLE_EQUAL(erlang_c(10, 9), 0.6687315, 5e-8);
    CU_ASSERT_DOUBLE_EQUAL(erlang_c(100, 90), 0.2169405, 5e-8);
    CU_ASSERT_DOUBLE_EQUAL(erlang_b(10, 8), 0.12166106, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(erlang_b(100, 90), 0.02695738, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(erlang_b(1000, 950), 0.00364929, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(poisson_from(20, 10), 0.003454, 5e-7);
}

CU_TestInfo suite_queueing[] = {
    TEST(test_the_formulas_give_the_known_values),
    TEST(test_one_server_at_half_load),
    TEST(test_one_server_at_load_09),
    TEST(test_ten_servers_at_load_09),
    TEST(test_a_hundred_servers_at_load_09),
    TEST(test_pollaczek_khinchine),
    CU_TEST_INFO_NULL,
};
