/* dump.c - scenario_dump: recorded programs as text, for `tepid check --dump`.
 *
 * One operation a line, at its index; blocks are indented, so that a program reads like the
 * handler it was recorded from. */
#include <math.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "model/program.h"
#include "model/svc_gateway.h"
#include "model/svc_workflow.h"
#include "scenario/scenario.h"

static const char *const op_names[OP_CODES] = {
    [OP_END] = "end",       [OP_CPU] = "cpu",         [OP_WAIT] = "wait",
    [OP_CALL] = "call",     [OP_MAYBE] = "maybe",     [OP_WHEN] = "when",
    [OP_CHOOSE] = "choose", [OP_EACH] = "each",       [OP_LOOP] = "loop",
    [OP_MAP] = "map",       [OP_ALL] = "all",         [OP_BRANCH_END] = "branch end",
    [OP_TRY] = "try",       [OP_TRY_END] = "try end", [OP_JUMP] = "jump",
    [OP_MEMORY] = "memory", [OP_RESPOND] = "respond", [OP_FAIL] = "fail",
    [OP_MARK] = "mark",     [OP_MISS] = "miss",       [OP_RECORDS] = "records",
    [OP_INVOKE] = "invoke", [OP_STATE] = "state",
};

static const char *const use_names[USES] = {
    [USE_CALL] = "call",       [USE_GET] = "get",       [USE_PUT] = "put",
    [USE_QUERY] = "query",     [USE_EXEC] = "exec",     [USE_READ] = "read",
    [USE_WRITE] = "write",     [USE_INVOKE] = "invoke", [USE_SEND] = "send",
    [USE_PUBLISH] = "publish", [USE_EMIT] = "emit",     [USE_PUSH] = "push",
    [USE_START] = "start",     [USE_TASK] = "task",
};

static void show_dist(struct text *out, const struct op *op)
{
    char buf[160];
    char *(*show)(char buf[UNIT_TEXT_MAX], double value) = unit_show_time;
    if (op->code == OP_MEMORY)
        show = unit_show_size;
    if (op->code == OP_EACH || op->code == OP_MAP)
        show = unit_show_number;
    dist_show(op->dist, show, buf, sizeof buf);
    text_addf(out, " %s", buf);
}

static void show_target(struct text *out, const struct scenario *scenario, struct target target)
{
    const struct resource *resource = &scenario->resources[target.resource];
    text_addf(out, " %s", resource->name);
    if (target.route >= 0)
        text_addf(out, " %s", resource_routes(resource)->routes[target.route].name);
}

static void show_retry(struct text *out, const struct retry_policy *retry)
{
    static const char *const jitters[] = {"full", "equal", "decorrelated", "none"};
    char base[UNIT_TEXT_MAX], max[UNIT_TEXT_MAX];
    if (retry == NULL)
        return;
    text_addf(out, " retries=%d", (int)retry->retries);
    if (retry->timeout != TIME_UNSET)
        text_addf(out, " timeout=%s", unit_show_time(base, (double)retry->timeout));
    if (retry->retries > 0)
        text_addf(out, " backoff=%s..%s %s", unit_show_time(base, (double)retry->backoff.base),
                  unit_show_time(max, (double)retry->backoff.max), jitters[retry->backoff.jitter]);
    if (!isnan(retry->budget))
        text_addf(out, " budget=%s", unit_show_share(base, retry->budget));
}

static void show_test(struct text *out, const struct attr_test *test)
{
    static const char *const relations[] = {"is", "isnt", "gt", "lt"};
    char number[UNIT_TEXT_MAX];
    text_addf(out, " %s %s %s", test->name, relations[test->relation],
              test->text != NULL ? test->text : unit_exact(number, test->number));
}

static void show_arms(struct text *out, const struct op *op)
{
    double before = 0;
    char share[UNIT_TEXT_MAX];
    for (int i = 0; i < op->count; i++) {
        text_addf(out, " ->%d", (int)op->arms[i].pc);
        if (op->code == OP_CHOOSE)
            text_addf(out, " (%s)", unit_show_share(share, op->arms[i].upto - before));
        before = op->arms[i].upto;
    }
}

static void show_arg(struct text *out, const char *name, const struct dist *dist,
                     char *(*show)(char buf[UNIT_TEXT_MAX], double value))
{
    char buf[160];
    if (dist == NULL)
        return;
    dist_show(dist, show, buf, sizeof buf);
    text_addf(out, " %s=%s", name, buf);
}

static void show_args(struct text *out, const struct op_args *args)
{
    show_arg(out, "n", args->n, unit_show_number);
    show_arg(out, "size", args->size, unit_show_size);
    show_arg(out, "items", args->items, unit_show_number);
    show_arg(out, "time", args->time, unit_show_time);
    if (args->key.kind == KEYS_ZIPF)
        text_addf(out, " key=zipf{n=%lld,s=%g}", (long long)args->key.n, args->key.s);
    else if (args->key.kind == KEYS_ONE)
        text_add(out, " key=fixed");
    if (args->consistent)
        text_add(out, " consistent");
    if (args->transactional)
        text_add(out, " transactional");
}

static void show_op(struct text *out, const struct scenario *scenario, const struct op *op)
{
    static const char *const fails[] = {"error", "timeout", "throttle", "crash"};
    char buf[UNIT_TEXT_MAX];
    text_add(out, op->args != NULL ? use_names[op->args->use] : op_names[op->code]);
    if (op->dist != NULL)
        show_dist(out, op);
    if (op->code == OP_CALL || op->code == OP_INVOKE)
        show_target(out, scenario, op->target);
    if (op->code == OP_MAYBE)
        text_addf(out, " %s", unit_show_share(buf, op->p));
    if (op->test != NULL)
        show_test(out, op->test);
    if (op->code == OP_RESPOND)
        text_addf(out, " %d", (int)op->a);
    if (op->code == OP_FAIL)
        text_addf(out, " %s", fails[op->a]);
    if (op->code == OP_STATE)
        text_addf(out, " %s", workflow_state_names[op->a]);
    if (op->code == OP_MAP && op->a > 0)
        text_addf(out, " at most %d at once", (int)op->a);
    if (op->code == OP_MARK)
        text_addf(out, " %s", scenario->marks[op->a]);
    if (op->args != NULL)
        show_args(out, op->args);
    show_retry(out, op->retry);
    show_arms(out, op);
    if (op->code == OP_MAYBE || op->code == OP_WHEN)
        text_addf(out, " else ->%d", (int)op->b);
    if (op->code == OP_TRY && op->a >= 0)
        text_addf(out, " on_error ->%d", (int)op->a);
    if (op->code == OP_JUMP || op->code == OP_LOOP)
        text_addf(out, " ->%d", (int)op->a);
}

#define BLOCKS_MAX 128 /* more than a recording can nest */

/* The blocks an operation lies in, by where they end. Blocks nest, so the innermost ends first. */
struct blocks {
    int32_t end[BLOCKS_MAX];
    int depth;
};

static void close_blocks(struct blocks *blocks, int pc)
{
    while (blocks->depth > 0 && blocks->end[blocks->depth - 1] <= pc)
        blocks->depth--;
}

static void open_block(struct blocks *blocks, const struct op *op)
{
    bool opens = op->code == OP_MAYBE || op->code == OP_WHEN || op->code == OP_CHOOSE ||
                 op->code == OP_EACH || op->code == OP_MAP || op->code == OP_ALL ||
                 op->code == OP_TRY || op->code == OP_MISS || op->code == OP_RECORDS;
    if (opens && blocks->depth < BLOCKS_MAX)
        blocks->end[blocks->depth++] = op->b;
}

void scenario_dump_resource(const struct scenario *scenario, const struct resource *resource,
                            bool places, struct text *out)
{
    const struct program *program = resource_program(resource);
    text_addf(out, "%s \"%s\"", resource->class->kind, resource->name);
    if (program == NULL) {
        text_add(out, "  no handler: answers at once\n");
        return;
    }
    if (places)
        text_addf(out, "  %s:%d", program->file, (int)program->line);
    text_add(out, "\n");
    struct blocks blocks = {.depth = 0};
    for (int i = 0; i < program->count; i++) {
        close_blocks(&blocks, i);
        text_addf(out, "  %4d  %*s", i, 2 * blocks.depth, "");
        open_block(&blocks, &program->ops[i]);
        show_op(out, scenario, &program->ops[i]);
        if (places && program->ops[i].line > 0)
            text_addf(out, "  -- line %d", (int)program->ops[i].line);
        text_add(out, "\n");
    }
}

static bool has_handler(const struct resource *resource)
{
    for (const struct param_spec *spec = resource->class->params; spec->name != NULL; spec++)
        if (spec->kind == PARAM_HANDLER || spec->kind == PARAM_STATES)
            return true;
    return false;
}

void scenario_dump(const struct scenario *scenario, struct text *out)
{
    for (int i = 0; i < scenario->resource_count; i++)
        if (has_handler(&scenario->resources[i]))
            scenario_dump_resource(scenario, &scenario->resources[i], true, out);
}
