/* theory_program.c - a recorded handler as a random sum: mean and variance of its time, and whom it turns to how often. */
#include <math.h>
#include <string.h>

#include "model/svc_cache.h"
#include "model/svc_external.h"
#include "model/svc_function.h"
#include "run/theory_parts.h"

#define MANY 1e6 /* "at most" of a loop whose turns are drawn */

struct moments {
    double mean, var; /* ns */
    double alive;     /* share of runs that get to the end of the block */
};

struct walk {
    struct theory_maker *maker;
    const struct program *program;
    struct theory_program *out;
    size_t visit_capacity;
    double cpu_factor;
    double share, most;    /* of the block the walk is in */
    const char *why_share; /* of what stands in the block */
    bool tried;            /* it is tried again when it fails */
    int timed, branches;   /* operations that take time; choices */
    bool no_variance;
    const struct dist *only; /* of the operation that takes time */
};

struct theory_time theory_time_of(const struct dist *dist, double factor)
{
    struct theory_time time = {.mean_ns = dist_mean(dist) * factor,
                               .cv2 = dist_cv2(dist),
                               .exponential = dist->kind == DIST_EXPONENTIAL,
                               .constant = dist->kind == DIST_CONSTANT};
    if (!isfinite(time.mean_ns))
        time.why = "its times have no finite mean";
    return time;
}

static void no_time(struct walk *walk, const char *why)
{
    if (walk->out->time.why == NULL)
        walk->out->time.why = why;
}

static struct moments in_turn(struct walk *walk, struct moments a, struct moments b)
{
    walk->no_variance |= a.alive < 1 && b.mean > 0; /* how long depends on how it went on */
    return (struct moments){a.mean + a.alive * b.mean, a.var + b.var, a.alive * b.alive};
}

/* One of several, each with its share: moments of the mixture. */
struct mixture {
    double mean, second, alive;
};

static void mix_in(struct mixture *mixture, double share, struct moments m)
{
    mixture->mean += share * m.mean;
    mixture->second += share * (m.var + m.mean * m.mean);
    mixture->alive += share * m.alive;
}

static struct moments mixed(const struct mixture *m)
{
    return (struct moments){m->mean, fmax(m->second - m->mean * m->mean, 0), m->alive};
}

static struct moments walk_block(struct walk *walk, int32_t pc, int32_t end);

/* A block that is entered `share` times a run of the block around it, at most `most` times. */
static struct moments walk_inner(struct walk *walk, int32_t pc, int32_t end, double share,
                                 double most)
{
    double share_before = walk->share, most_before = walk->most;
    walk->share *= share;
    walk->most *= most;
    struct moments m = walk_block(walk, pc, end);
    walk->share = share_before;
    walk->most = most_before;
    return m;
}

/* -- operations ----------------------------------------------------------------------------------------------------------- */

static struct moments spend(struct walk *walk, const struct dist *dist, double factor)
{
    struct theory_time time = theory_time_of(dist, factor);
    if (time.why != NULL) {
        no_time(walk, time.why);
        return (struct moments){0, 0, 1};
    }
    walk->timed++;
    walk->only = dist;
    walk->no_variance |= !isfinite(time.cv2);
    return (struct moments){time.mean_ns, time.cv2 * time.mean_ns * time.mean_ns, 1};
}

static const struct resource *resource_of(const struct walk *walk, struct target target)
{
    return target.resource < 0 ? NULL : &walk->maker->scenario->resources[target.resource];
}

static void note_visit(struct walk *walk, const struct op *op, enum use use, const char *why)
{
    struct theory_program *out = walk->out;
    const struct op_args *args = op->args;
    double share = walk->share, most = walk->most;
    if (args != NULL && args->n != NULL) {
        share *= dist_mean(args->n);
        most *= dist_is_constant(args->n) ? (double)args->n->constant : MANY;
    }
    out->visits =
        mem_grow(out->visits, (size_t)out->visit_count, &walk->visit_capacity, sizeof *out->visits);
    out->visits[out->visit_count++] = (struct theory_visit){
        op->target, use, share, most, walk->why_share != NULL ? walk->why_share : why};
}

/* Answers within a time of its own, whatever else happens. */
static bool is_plain(const struct external_config *external)
{
    return external->contention == 0 && isnan(external->limit) &&
           external->concurrency == TIME_UNSET;
}

static bool may_fail(const struct resource *callee)
{
    if (callee->class != &svc_external_class)
        return resource_program(callee) != NULL || resource_routes(callee) != NULL;
    const struct external_config *external = callee->config;
    return external->errors > 0 || !isnan(external->limit) || external->concurrency != TIME_UNSET;
}

/* Another function's run; synchronous calls have no cycles. */
static struct moments run_of(struct walk *walk, int resource)
{
    const struct theory_program *program = theory_program_of(walk->maker, resource);
    const struct theory_time *time = &program->time;
    walk->branches++; /* whatever its law, not one operation's */
    if (time->why != NULL) {
        no_time(walk, time->why);
        return (struct moments){0, 0, 1};
    }
    walk->no_variance |= isnan(time->cv2) || program->fail_share != 0;
    return (struct moments){time->mean_ns, time->cv2 * time->mean_ns * time->mean_ns, 1};
}

static struct moments call(struct walk *walk, const struct op *op)
{
    const struct resource *callee = resource_of(walk, op->target);
    struct arena *arena = walk->maker->arena;
    if (callee == NULL)
        return (struct moments){0, 0, 1};
    bool again = walk->tried && may_fail(callee);
    const char *why =
        again ? arena_printf(arena, "calls of '%s' that fail are tried again", callee->name) : NULL;
    note_visit(walk, op, op->args == NULL ? USE_CALL : op->args->use, why);
    if (callee->class == &svc_external_class && !again) {
        const struct external_config *external = callee->config;
        if (is_plain(external) && external->errors <= 0)
            return spend(walk, external->latency, 1);
    }
    if (callee->class == &svc_function_class && !again)
        return run_of(walk, op->target.resource);
    no_time(walk, arena_printf(arena, "its handler waits for '%s'", callee->name));
    return (struct moments){0, 0, 1};
}

/* A cache's get and what is done when it misses, with the share of misses if it is given. */
static void miss(struct walk *walk, const struct op *op, int32_t pc)
{
    const struct resource *callee =
        pc > 0 ? resource_of(walk, walk->program->ops[pc - 1].target) : NULL;
    const char *before = walk->why_share;
    double share = NAN;
    if (callee != NULL && callee->class == &svc_cache_class)
        share = 1 - ((const struct cache_config *)callee->config)->hit;
    if (isnan(share) && before == NULL)
        walk->why_share = "how often a cache misses has no closed form here";
    (void)walk_inner(walk, pc + 1, op->b, isnan(share) ? 1 : share, 1);
    walk->why_share = before;
}

static struct moments either(struct walk *walk, const struct op *op, int32_t pc, int32_t *next)
{
    const struct op *last = &walk->program->ops[op->b - 1];
    bool has_else = last->code == OP_JUMP && last->a > op->b;
    const char *before = walk->why_share;
    double p = op->p;
    struct mixture mixture = {0, 0, 0};
    walk->branches++;
    if (op->code == OP_WHEN) {
        p = 0.5; /* it is not used: */
        no_time(walk, "what its handler does depends on attributes");
        if (before == NULL)
            walk->why_share = "how often it is used depends on attributes";
    }
    mix_in(&mixture, p, walk_inner(walk, pc + 1, has_else ? op->b - 1 : op->b, p, 1));
    if (has_else)
        mix_in(&mixture, 1 - p, walk_inner(walk, op->b, last->a, 1 - p, 1));
    else
        mix_in(&mixture, 1 - p, (struct moments){0, 0, 1});
    walk->why_share = before;
    *next = has_else ? last->a : op->b;
    return mixed(&mixture);
}

static struct moments choose(struct walk *walk, const struct op *op)
{
    struct mixture mixture = {0, 0, 0};
    double from = 0;
    walk->branches++;
    for (int i = 0; i < op->count; i++) {
        int32_t end = i + 1 < op->count ? op->arms[i + 1].pc : op->b;
        double share = op->arms[i].upto - from;
        mix_in(&mixture, share, walk_inner(walk, op->arms[i].pc, end - 1, share, 1));
        from = op->arms[i].upto;
    }
    return mixed(&mixture);
}

static struct moments repeat(struct walk *walk, const struct op *op, int32_t pc)
{
    double turns = dist_mean(op->dist), cv2 = dist_cv2(op->dist);
    double most = dist_is_constant(op->dist) ? (double)op->dist->constant : MANY;
    struct moments body = walk_inner(walk, pc + 1, op->b - 1, turns, most);
    walk->branches++;
    walk->no_variance |= body.alive < 1;
    double var = turns * body.var + cv2 * turns * turns * body.mean * body.mean;
    return (struct moments){turns * body.mean, var, body.alive < 1 ? body.alive : 1};
}

/* Visits are those of all branches; how long the slowest takes is no sum. */
static void side_by_side(struct walk *walk, const struct op *op, int32_t pc)
{
    no_time(walk, "branches of its handler run side by side");
    if (op->code == OP_MAP) {
        double most = dist_is_constant(op->dist) ? (double)op->dist->constant : MANY;
        (void)walk_inner(walk, pc + 1, op->b, dist_mean(op->dist), most);
        return;
    }
    for (int i = 0; i < op->count; i++)
        (void)walk_inner(walk, op->arms[i].pc, i + 1 < op->count ? op->arms[i + 1].pc : op->b, 1,
                         1);
}

static struct moments try(struct walk *walk, const struct op *op, int32_t pc)
{
    bool before = walk->tried;
    bool timeout = op->retry != NULL && op->retry->timeout != TIME_UNSET;
    walk->tried |= op->retry != NULL && (op->retry->retries > 0 || timeout ||
                                         op->retry->hedge != TIME_UNSET || op->a >= 0);
    struct moments body = walk_inner(walk, pc + 1, op->a >= 0 ? op->a - 1 : op->b - 1, 1, 1);
    walk->tried = before;
    if (timeout)
        no_time(walk, "its handler may give up waiting (timeout of a try)");
    return body;
}

static void fail(struct walk *walk, const struct op *op)
{
    walk->out->fail_share += walk->share;
    walk->out->crashes |= op->a == FAIL_CRASH;
    if (walk->why_share != NULL)
        walk->out->fail_share = NAN;
}

/* One operation of a block; `*next` is where the walk goes on. */
static struct moments step(struct walk *walk, int32_t pc, int32_t *next)
{
    const struct op *op = &walk->program->ops[pc];
    const struct moments nothing = {0, 0, 1}, over = {0, 0, 0};
    *next = pc + 1;
    switch (op->code) {
    case OP_CPU:
        if (walk->cpu_factor == 0)
            no_time(walk, "requests share the processors of its tasks");
        return spend(walk, op->dist, walk->cpu_factor);
    case OP_WAIT:
        return spend(walk, op->dist, 1);
    case OP_CALL:
        return call(walk, op);
    case OP_INVOKE:
        note_visit(walk, op, USE_INVOKE, NULL);
        return nothing;
    case OP_MAYBE:
    case OP_WHEN:
        return either(walk, op, pc, next);
    case OP_CHOOSE:
        *next = op->b;
        return choose(walk, op);
    case OP_EACH:
        *next = op->b;
        return repeat(walk, op, pc);
    case OP_RECORDS: /* once: batches of several have no closed form here */
        *next = op->b;
        return walk_inner(walk, pc + 1, op->b - 1, 1, 1);
    case OP_ALL:
    case OP_MAP:
        *next = op->b;
        side_by_side(walk, op, pc);
        return nothing;
    case OP_TRY:
        *next = op->b;
        return try(walk, op, pc);
    case OP_MISS:
        *next = op->b;
        miss(walk, op, pc);
        return nothing;
    case OP_RESPOND:
    case OP_END:
        return over;
    case OP_FAIL:
        fail(walk, op);
        return over;
    default: /* MARK, MEMORY; the ends of blocks are left out by who walks them */
        return nothing;
    }
}

static struct moments walk_block(struct walk *walk, int32_t pc, int32_t end)
{
    struct moments sum = {0, 0, 1};
    double share = walk->share;
    while (pc < end && sum.alive > 0) {
        int32_t next;
        walk->share = share * sum.alive;
        struct moments one = step(walk, pc, &next);
        sum = in_turn(walk, sum, one);
        pc = next;
    }
    walk->share = share;
    return sum;
}

static void read_program(struct theory_maker *maker, const struct program *program,
                         double cpu_factor, struct theory_program *out)
{
    struct walk walk = {.maker = maker,
                        .program = program,
                        .out = out,
                        .cpu_factor = cpu_factor,
                        .share = 1,
                        .most = 1};
    *out = (struct theory_program){.read = true};
    if (program == NULL) {
        out->time = (struct theory_time){.constant = true};
        return;
    }
    struct moments sum = walk_block(&walk, 0, program->count);
    struct theory_time *time = &out->time;
    bool single = walk.timed == 1 && walk.branches == 0;
    time->mean_ns = time->why != NULL ? NAN : sum.mean;
    time->cv2 = walk.no_variance ? NAN : sum.mean > 0 ? sum.var / (sum.mean * sum.mean) : 0;
    time->exponential = single && walk.only->kind == DIST_EXPONENTIAL;
    time->constant = time->cv2 == 0;
}

const struct theory_program *theory_program_of(struct theory_maker *maker, int resource)
{
    const struct resource *at = &maker->scenario->resources[resource];
    struct theory_program *program = &maker->programs[resource];
    bool function = at->class == &svc_function_class;
    if (program->read || (resource_program(at) == NULL && !function))
        return program;
    read_program(maker, resource_program(at),
                 function ? ((const struct function_config *)at->config)->cpu_factor : 0, program);
    return program;
}
