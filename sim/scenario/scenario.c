/* scenario.c - see the header. */
#include "scenario/scenario.h"

#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "model/svc_gateway.h"

void scenario_free(struct scenario *scenario)
{
    if (scenario != NULL)
        arena_free(scenario->arena); /* it holds the scenario, too */
}

int scenario_find(const struct scenario *scenario, const char *name)
{
    for (int i = 0; i < scenario->resource_count; i++)
        if (strcmp(scenario->resources[i].name, name) == 0)
            return i;
    return -1;
}

/* The field of the first setting of this kind, or NULL. */
static const void *field_of(const struct resource *resource, enum param_kind kind)
{
    for (const struct param_spec *spec = resource->class->params; spec->name != NULL; spec++)
        if (spec->kind == kind)
            return (const char *)resource->config + spec->offset;
    return NULL;
}

const struct route_list *resource_routes(const struct resource *resource)
{
    return field_of(resource, PARAM_ROUTES);
}

const struct program *resource_program(const struct resource *resource)
{
    const struct program *const *program = field_of(resource, PARAM_HANDLER);
    if (program == NULL)
        program = field_of(resource, PARAM_STATES);
    return program != NULL ? *program : NULL;
}

void value_show(const struct value *value, struct text *out)
{
    char number[UNIT_TEXT_MAX];
    switch (value->kind) {
    case VALUE_NIL:
        text_add(out, "nil");
        break;
    case VALUE_BOOL:
        text_add(out, value->boolean ? "true" : "false");
        break;
    case VALUE_NUMBER:
        text_add(out, unit_exact(number, value->number));
        break;
    case VALUE_TEXT:
        text_add(out, value->text);
        break;
    }
}
