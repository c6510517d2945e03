/* loop.c - see loop.h. */
#include "model/loop.h"

#include <string.h>

#include "model/svc_function.h"
#include "model/svc_workflow.h"

/* The graph of services: who calls or sends to whom, as lists of edges by service. */
struct graph {
    uint32_t *first; /* by service: into `to`; count + 1 entries */
    uint32_t *to;
    bool *removed; /* heads found so far */
    uint32_t *stack;
    uint32_t *seen; /* mark of the search that reached it last */
};

static uint32_t svc_of_probe(const struct model *model, uint32_t probe)
{
    uint32_t low = 0, high = model->svc_count;
    while (high - low > 1) {
        uint32_t middle = (low + high) / 2;
        if (model->svcs[middle].probe <= probe)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static struct graph make_graph(struct model *model)
{
    uint32_t n = model->svc_count;
    struct graph graph = {
        .first = ARENA_ARRAY(model->arena, uint32_t, n + 2),
        .to = ARENA_ARRAY(model->arena, uint32_t, model->edge_count + 1),
        .removed = ARENA_ARRAY(model->arena, bool, n + 1),
        .stack = ARENA_ARRAY(model->arena, uint32_t, model->edge_count + n + 1),
        .seen = ARENA_ARRAY(model->arena, uint32_t, n + 1),
    };
    for (size_t i = 0; i < model->edge_count; i++)
        graph.first[svc_of_probe(model, model->edges[i].from) + 2]++;
    for (uint32_t i = 1; i <= n; i++)
        graph.first[i + 1] += graph.first[i];
    for (size_t i = 0; i < model->edge_count; i++) {
        uint32_t from = svc_of_probe(model, model->edges[i].from);
        graph.to[graph.first[from + 1]++] = svc_of_probe(model, model->edges[i].to);
    }
    return graph;
}

/* True if a walk from `svc` comes back to it without passing a removed one. */
static bool is_on_cycle(const struct graph *graph, uint32_t svc)
{
    uint32_t depth = 0, mark = svc + 1;
    graph->stack[depth++] = svc;
    while (depth > 0) {
        uint32_t at = graph->stack[--depth];
        for (uint32_t i = graph->first[at]; i < graph->first[at + 1]; i++) {
            uint32_t to = graph->to[i];
            if (to == svc)
                return true;
            if (graph->removed[to] || graph->seen[to] == mark)
                continue;
            graph->seen[to] = mark;
            graph->stack[depth++] = to;
        }
    }
    return false;
}

/* Without a cycle in the whole graph there is nothing to look for: every service is peeled off when all that leads to it
 * is (Kahn). */
static bool has_cycle(struct model *model, const struct graph *graph)
{
    uint32_t n = model->svc_count, depth = 0, peeled = 0;
    uint32_t *incoming = ARENA_ARRAY(model->arena, uint32_t, n + 1);
    for (uint32_t i = 0; i < graph->first[n]; i++)
        incoming[graph->to[i]]++;
    for (uint32_t i = 0; i < n; i++)
        if (incoming[i] == 0)
            graph->stack[depth++] = i;
    for (; depth > 0; peeled++) {
        uint32_t at = graph->stack[--depth];
        for (uint32_t i = graph->first[at]; i < graph->first[at + 1]; i++)
            if (--incoming[graph->to[i]] == 0)
                graph->stack[depth++] = graph->to[i];
    }
    return peeled < n;
}

/* Makes heads of those services on a cycle for which `asks` holds. */
static void find_heads(struct model *model, struct graph *graph, bool (*asks)(const struct svc *))
{
    for (uint32_t i = 0; i < model->svc_count; i++) {
        struct svc *svc = &model->svcs[i];
        if (!asks(svc) || graph->removed[i] || !is_on_cycle(graph, i))
            continue;
        svc->loop_head = true;
        graph->removed[i] = true;
    }
}

static bool is_workflow(const struct svc *svc)
{
    return svc->class == &svc_workflow_class;
}

static bool is_function(const struct svc *svc)
{
    return svc->class == &svc_function_class;
}

static bool asks_itself(const struct svc *svc)
{
    return svc->class->loop_guard;
}

/* Workflows first: they count every start, while a function that a workflow's task calls counts nothing. */
void loop_find_heads(struct model *model)
{
    struct graph graph = make_graph(model);
    if (!has_cycle(model, &graph))
        return;
    find_heads(model, &graph, is_workflow);
    find_heads(model, &graph, is_function);
    find_heads(model, &graph, asks_itself);
}

static bool may_loop_on(const struct svc *svc)
{
    return is_function(svc) &&
           ((const struct function_config *)svc->config)->recursive_loop == LOOP_ALLOW;
}

bool loop_may_enter(const struct model *model, const struct svc *svc, uint8_t *hops)
{
    if (LIKELY(!svc->loop_head))
        return true;
    if (may_loop_on(svc))
        return true;
    if (*hops >= catalog_limit(model->catalog, "lambda.recursion_limit"))
        return false;
    ++*hops;
    return true;
}
