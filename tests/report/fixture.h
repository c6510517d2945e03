/* fixture.h - a result made by hand, so that what is printed is tested without an engine.
 *
 * It looks like an hour of the shipped "hello": traffic to one route of one gateway to one function.
 * The figures are round, not right.
 */
#ifndef TEPID_TESTS_REPORT_FIXTURE_H
#define TEPID_TESTS_REPORT_FIXTURE_H

#include "report/json.h"
#include "run/result.h"

struct fixture {
    struct result result;
    struct scenario scenario;
    struct arena *arena;
    struct report_info info;
};

struct fixture *fixture_new(void);
void fixture_free(struct fixture *fixture);

/* Sets, or adds at the end, the row of a node. */
void fixture_set(struct fixture *fixture, const char *resource, const char *metric,
                 const char *stat, double value, const char *unit);
/* Gives the row an interval. */
void fixture_set_ci(struct fixture *fixture, const char *resource, const char *metric,
                    const char *stat, double low, double high);

#endif
