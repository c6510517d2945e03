/* script_cycles.c - synchronous calls that form a circle: each would wait for the other. */
#include "core/text.h"
#include "model/svc_gateway.h"
#include "scenario/script_api.h"
#include "scenario/script_read.h"
#include "scenario/script_tasks.h"

/* Depth first over resources, with a stack of our own: a chain may be long. */
struct walk {
    int resource;
    int edge; /* the next one to follow */
};

static bool is_waited_for(const struct load *load, const struct op *op)
{
    enum use use = op->args != NULL ? op->args->use : USE_CALL;
    return script_waits_for(&load->scenario->resources[op->target.resource], use);
}

/* The resource a gateway waits for along an edge: first come the targets of its routes, then, counted on, their authorizers;
 * -1: none. */
static int route_callee(const struct load *load, const struct route_list *routes, int edge)
{
    const struct route *route = &routes->routes[edge % routes->count];
    if (edge >= routes->count)
        return route->authorizer != NULL ? route->authorizer->fn.resource : -1;
    const struct resource *target = &load->scenario->resources[route->target.resource];
    return script_waits_for(target, USE_CALL) ? route->target.resource : -1;
}

/* The first edge from the edge'th on to a resource this one waits for, or -1 after the last. */
static int callee(const struct load *load, const struct resource *resource, int edge)
{
    const struct route_list *routes = resource_routes(resource);
    for (; routes != NULL && edge < 2 * routes->count; edge++)
        if (route_callee(load, routes, edge) >= 0)
            return edge;
    if (routes != NULL)
        return -1;
    const struct program *program = resource_program(resource);
    for (; program != NULL && edge < program->count; edge++)
        if (program->ops[edge].code == OP_CALL && is_waited_for(load, &program->ops[edge]))
            return edge; /* a call to a queue waits for nothing beyond it: it has no program */
    return -1;
}

static _Noreturn void fail_cycle(struct load *load, const struct walk *stack, int from, int depth)
{
    struct text cycle = {0};
    for (int i = from; i <= depth; i++)
        text_addf(&cycle, "'%s' calls ", load->scenario->resources[stack[i].resource].name);
    text_addf(&cycle, "'%s'", load->scenario->resources[stack[from].resource].name);
    err_set(load->err, "synchronous calls form a cycle: %s", cycle.data);
    text_free(&cycle);
    err_help(load->err, "each would wait for the other; break the cycle");
    script_raise_at(load, load->decls.items[load->decl_of[stack[from].resource]].spot);
}

/* Follows the next edge of the top of the stack; false when it has no more. */
static bool walk_on(struct load *load, struct walk *top, int *next)
{
    const struct resource *resource = &load->scenario->resources[top->resource];
    const struct route_list *routes = resource_routes(resource);
    int found = callee(load, resource, top->edge);
    if (found < 0)
        return false;
    top->edge = found + 1;
    *next = routes != NULL ? route_callee(load, routes, found)
                           : resource_program(resource)->ops[found].target.resource;
    return true;
}

static void check_cycles_from(struct load *load, int start, char *colour, struct walk *stack)
{
    enum { NEW, OPEN, DONE };
    int depth = 0;
    if (colour[start] != NEW)
        return;
    colour[start] = OPEN;
    stack[0] = (struct walk){start, 0};
    while (depth >= 0) {
        int next;
        if (!walk_on(load, &stack[depth], &next)) {
            colour[stack[depth--].resource] = DONE;
        } else if (colour[next] == NEW) {
            colour[next] = OPEN;
            stack[++depth] = (struct walk){next, 0};
        } else if (colour[next] == OPEN) {
            int from = depth;
            while (stack[from].resource != next)
                from--;
            fail_cycle(load, stack, from, depth);
        }
    }
}

void script_check_cycles(struct load *load)
{
    int count = load->scenario->resource_count;
    char *colour = ARENA_ARRAY(load->arena, char, count);
    struct walk *stack = ARENA_ARRAY(load->arena, struct walk, count + 1);
    for (int i = 0; i < count; i++)
        check_cycles_from(load, i, colour, stack);
}
