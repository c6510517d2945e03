/* script_tasks.c - who is waited for, and what a task asks; see the header. */
#include "scenario/script_tasks.h"

#include "model/svc_workflow.h"

bool script_waits_for(const struct resource *resource, enum use use)
{
    return resource->class != &svc_workflow_class || workflow_is_waited_for(resource->config, use);
}

/* What a task asks of a service that cannot be called. */
static enum use task_use(const struct svc_class *class)
{
    static const enum use uses[] = {USE_SEND, USE_PUBLISH, USE_EMIT, USE_PUSH,
                                    USE_PUT,  USE_EXEC,    USE_WRITE};
    for (size_t i = 0; i < COUNTOF(uses); i++)
        if ((class->takes & TAKES(uses[i])) != 0)
            return uses[i];
    return USE_TASK;
}

static void finish_task(struct op *op, const struct resource *target)
{
    struct op_args *args = (struct op_args *)op->args; /* made above, for this task alone */
    if (target->class == &svc_workflow_class)
        return; /* it tells a task from a call */
    if ((target->class->takes & TAKES(USE_CALL)) != 0)
        op->args = NULL;
    else
        args->use = task_use(target->class);
}

static void warn_of_start(struct load *load, const struct resource *caller, const struct op *op,
                          const struct resource *target)
{
    const char **slot = LIST_ADD(load, warnings);
    *slot = arena_printf(load->arena,
                         "%s '%s' calls the standard workflow '%s' in line %d, which answers when "
                         "it has started; kind = "
                         "\"express\" is waited for",
                         caller->class->kind, caller->name, target->name, (int)op->line);
}

void script_finish_tasks(struct load *load)
{
    const struct scenario *scenario = load->scenario;
    for (int i = 0; i < scenario->resource_count; i++) {
        const struct resource *resource = &scenario->resources[i];
        const struct program *program = resource_program(resource);
        for (int32_t k = 0; program != NULL && k < program->count; k++) {
            struct op *op =
                (struct op *)&program->ops[k]; /* the scenario's own, not yet handed over */
            if (op->code != OP_CALL)
                continue;
            const struct resource *target = &scenario->resources[op->target.resource];
            if (op->args != NULL && op->args->use == USE_TASK)
                finish_task(op, target);
            else if (op->args == NULL && !script_waits_for(target, USE_CALL))
                warn_of_start(load, resource, op, target);
        }
    }
}
