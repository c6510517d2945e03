/* stage.h - a scenario as a test's text, played to its end, and what was seen.
 *
 * A play is one replication with samples and batches, on the test's own thread. The text may use two helpers:
 *   F(name, settings)  a function without surprises: 1769 MB (one vCPU), init 100 ms, no slow first run, instances that
 *                      live for ever
 *   once(name, to, at, n, more)  n requests [1] at one instant, from a source of their own with settings `more`
 * Times are asked for in ms, everything else in the metric's own unit. A text that does not load ends the test program: it
 * is a mistake of the test.
 */
#ifndef TEPID_TESTS_STAGE_H
#define TEPID_TESTS_STAGE_H

#include "model/function_run.h"
#include "model/gateway_run.h"
#include "run/world.h"
#include "scenario/script.h"

struct play {
    struct catalog *catalog;
    struct scenario *scenario;
    struct world *world;
    struct node_stats *nodes; /* by node, at the end */
};

/* Loads only. */
struct play stage_load(const char *text);
/* Loads and plays. */
struct play stage_play(const char *text);
void stage_end(struct play *stage);

/* A value such as "f", "latency.mean"; "*" is the application. NAN: it has none. */
double stage_value(const struct play *stage, const char *node, const char *metric_and_stat);

const struct node_stats *stage_node(const struct play *stage, const char *node);
struct svc *stage_svc(const struct play *stage, const char *name);
const struct function *stage_function(const struct play *stage, const char *name);

/* True if a and b differ by at most `within`; false for NAN. */
bool is_near(double a, double b, double within);

/* Checks of the two kinds tests make most: an exact count, and a time in ms to the nanosecond. */
#define CHECK_VALUE(stage, node, what, expected)                                                   \
    CU_ASSERT_DOUBLE_EQUAL(stage_value((stage), (node), (what)), (double)(expected), 1e-9)
#define CHECK_MS(stage, node, what, expected)                                                      \
    CU_ASSERT_DOUBLE_EQUAL(stage_value((stage), (node), (what)), (double)(expected), 1.5e-6)

#endif
