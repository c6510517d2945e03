/* stories.h - what the tests of shipped scenarios share: which there are, and running one of them.
 *
 * A story is loaded as a user's run loads it: by file, variant, -p and --set, with the shipped catalog and traces.
 * Tests run from the root of the project.
 */
#ifndef TEPID_TESTS_STORIES_H
#define TEPID_TESTS_STORIES_H

#include "run/run.h"
#include "scenario/script.h"
#include "scenario/shipped.h"

struct stories {
    struct arena *arena;
    struct catalog *catalog;
    struct shipped_list list;
};

/* Fails the running test, fatally for the caller if false. */
bool stories_open(struct stories *stories);
void stories_close(struct stories *stories);

/* `settings` is as on the command line without the flags, "rate=6/h;work.timeout=5s" (a dot before the '='
 * makes it a --set), or empty; `variant` may be empty too. NULL after failing the running test. */
struct scenario *stories_load(struct stories *stories, const char *path, const char *variant,
                              const char *settings);

/* One replication with that seed, on this thread. NULL after failing the running test. */
struct result *stories_run(struct scenario *scenario, const char *variant, uint64_t seed);

/* Fails the running test and says where and why. */
__attribute__((format(printf, 3, 4))) void stories_fail(const char *file, int line,
                                                        const char *format, ...);

#endif
