/* shipped.h - the scenarios that ship: found, named and introduced without running them.
 *
 * They lie in scenarios/ beside the assets. A name is the file's stem; '-' and '_' are the same to it.
 */
#ifndef TEPID_SCENARIO_SHIPPED_H
#define TEPID_SCENARIO_SHIPPED_H

#include "core/arena.h"
#include "core/err.h"

struct shipped {
    const char *name; /* "hello" */
    const char *path;
    const char *question; /* or NULL */
};

struct shipped_list {
    struct shipped *items; /* by name */
    size_t count;
};

/* An empty list if there is no such folder: tepid works without them. */
void shipped_read(struct shipped_list *list, const char *assets, struct arena *arena);

/* By name, with or without ".lua"; NULL if there is none. */
const struct shipped *shipped_find(const struct shipped_list *list, const char *name);

/* The nearest name, or NULL. */
const char *shipped_nearest(const struct shipped_list *list, const char *name, struct arena *arena);

/* The scenario file in the folder of `path` whose name is nearest to it, as a path; or NULL. */
const char *shipped_neighbour(const char *path, struct arena *arena);

/* The text after `question =` in a scenario's source, or NULL. */
const char *shipped_question(const char *source, struct arena *arena);

#endif
