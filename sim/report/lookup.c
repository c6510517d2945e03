/* lookup.c - see the header. */
#include "report/lookup.h"

#include <math.h>
#include <string.h>

struct range {
    int first, end;
};

struct lookup {
    const struct result *result;
    struct range *ranges; /* of rows, by node */
    uint64_t *samples;    /* by node */
    int *routes;          /* by node */
    struct arena *arena;
};

static int find_from(const struct result *result, int start, const char *name)
{
    for (int i = 0; i < result->node_count; i++) {
        int node = (start + i) % result->node_count;
        if (strcmp(result->nodes[node].name, name) == 0)
            return node;
    }
    return -1;
}

/* Rows follow the order of nodes, so the search for the next one starts where the last one ended. */
static void index_rows(struct lookup *lookup)
{
    const struct result *result = lookup->result;
    int node = -1;
    for (int first = 0; first < result->row_count;) {
        int end = first + 1;
        while (end < result->row_count &&
               strcmp(result->rows[end].resource, result->rows[first].resource) == 0)
            end++;
        int found = find_from(result, node + 1, result->rows[first].resource);
        if (found >= 0) {
            lookup->ranges[found] = (struct range){first, end};
            node = found;
        }
        first = end;
    }
}

struct lookup *lookup_new(const struct result *result)
{
    struct arena *arena = arena_new();
    struct lookup *lookup = ARENA_NEW(arena, struct lookup);
    lookup->result = result;
    lookup->arena = arena;
    lookup->ranges = ARENA_ARRAY(arena, struct range, result->node_count);
    lookup->samples = ARENA_ARRAY(arena, uint64_t, result->node_count);
    lookup->routes = ARENA_ARRAY(arena, int, result->node_count);
    index_rows(lookup);
    for (int i = 0; i < result->node_count; i++)
        if (result->nodes[i].parent >= 0)
            lookup->routes[result->nodes[i].parent]++;
    for (int64_t i = 0; i < result->latency_count; i++)
        lookup->samples[result->latencies[i].node] += result->latencies[i].count;
    return lookup;
}

void lookup_free(struct lookup *lookup)
{
    if (lookup != NULL)
        arena_free(lookup->arena);
}

int lookup_node(const struct lookup *lookup, const char *name)
{
    return find_from(lookup->result, 0, name);
}

const struct result_row *lookup_row(const struct lookup *lookup, int node, const char *metric,
                                    const char *stat)
{
    if (node < 0)
        return NULL;
    struct range range = lookup->ranges[node];
    for (int i = range.first; i < range.end; i++) {
        const struct result_row *row = &lookup->result->rows[i];
        if (strcmp(row->metric, metric) == 0 && strcmp(row->stat, stat) == 0)
            return row;
    }
    return NULL;
}

double lookup_value(const struct lookup *lookup, int node, const char *metric, const char *stat)
{
    const struct result_row *row = lookup_row(lookup, node, metric, stat);
    return row == NULL ? NAN : row->value;
}

uint64_t lookup_samples(const struct lookup *lookup, int node)
{
    return node < 0 ? 0 : lookup->samples[node];
}

int lookup_route_count(const struct lookup *lookup, int node)
{
    return lookup->routes[node];
}
