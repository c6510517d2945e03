/* record_info.c - what stays the same all through a run, copied so that it outlives scenario and world; see record_parts.h. */
#include <math.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "model/svc_client.h"
#include "run/record_parts.h"
#include "run/world.h"

static const char *copy(struct blueprint *blueprint, const char *text)
{
    return text == NULL ? NULL : arena_strdup(blueprint->arena, text);
}

/* -- nodes ---------------------------------------------------------------------------------------- */

static bool says(const char *what, const char *const *names)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(what, names[i]) == 0)
            return true;
    return false;
}

/* Limits are those of the CAPACITY section; what a resource shares with others is not its own. */
static void find_limits(struct world *world, struct svc *svc, struct record_node *node)
{
    static const char *const whats[] = {"concurrency", "workers", "batches at once",
                                        "batches in flight", NULL};
    static const char *const own[] = {"provisioned", "autoscale", NULL};
    struct capacity_row rows[CAPACITY_LINES];
    struct svc_view view = {.age = NULL};
    for (int i = 0; i < VIEW_LEVELS; i++)
        view.mean[i] = view.max[i] = NAN;
    if (svc->class->capacity == NULL)
        return;
    int count = svc->class->capacity(&world->model, svc, &view, 0, 0, rows);
    for (int i = 0; i < count; i++) {
        const struct capacity_row *row = &rows[i];
        if (says(row->what, whats) && strcmp(row->limit_name, "account") != 0)
            node->limit = row->limit;
        if (!says(row->limit_name, own))
            continue;
        if (strcmp(row->what, "read units/s") == 0)
            node->capacity_rcu = row->limit;
        if (strcmp(row->what, "write units/s") == 0)
            node->capacity_wcu = row->limit;
    }
}

static struct svc *svc_of(struct world *world, const struct result_node *node)
{
    return node->resource < 0 || node->parent >= 0 ? NULL : &world->model.svcs[node->resource];
}

static void take_nodes(struct blueprint *blueprint, struct world *world)
{
    int count = world_node_count(world);
    struct record_node *nodes = ARENA_ARRAY(blueprint->arena, struct record_node, count);
    for (int i = 0; i < count; i++) {
        struct result_node said = world_node_name(world, i);
        struct svc *svc = svc_of(world, &said);
        nodes[i] = (struct record_node){
            .name = copy(blueprint, said.name),
            .kind = copy(blueprint, said.kind),
            .resource = said.resource,
            .parent = said.parent,
            .line = said.resource < 0 ? 0 : world->scenario->resources[said.resource].line,
            .source = svc != NULL && svc->class == &svc_client_class,
            .limit = INFINITY,
            .capacity_rcu = NAN,
            .capacity_wcu = NAN,
        };
        if (svc != NULL)
            find_limits(world, svc, &nodes[i]);
    }
    blueprint->info.nodes = nodes;
    blueprint->info.node_count = count;
}

/* The node of the resource a probe belongs to: routes are drawn as their gateway. */
static int32_t node_of(const struct record_info *info, uint32_t probe)
{
    int32_t node = (int32_t)probe + 1;
    return info->nodes[node].parent >= 0 ? info->nodes[node].parent : node;
}

static void take_edges(struct blueprint *blueprint, const struct model *model)
{
    int count = 0, model_edges = (int)model->edge_count;
    struct record_edge *edges = ARENA_ARRAY(blueprint->arena, struct record_edge, model_edges + 1);
    blueprint->edge_of = ARENA_ARRAY(blueprint->arena, int32_t, model_edges + 1);
    blueprint->model_edges = model_edges;
    for (int i = 0; i < model_edges; i++) {
        const struct edge *edge = &model->edges[i];
        int32_t from = node_of(&blueprint->info, edge->from);
        int32_t to = node_of(&blueprint->info, edge->to);
        int at = 0;
        while (at < count && (edges[at].from != from || edges[at].to != to))
            at++;
        if (at == count)
            edges[count++] = (struct record_edge){from, to, edge->async};
        edges[at].async = edges[at].async && edge->async;
        blueprint->edge_of[i] = at;
    }
    blueprint->info.edges = edges;
    blueprint->info.edge_count = count;
}

static void take_lines(struct blueprint *blueprint, struct world *world)
{
    struct usage *usage;
    blueprint->line_count = world_usage(world, &usage);
    blueprint->lines = ARENA_ARRAY(blueprint->arena, struct record_cost, blueprint->line_count);
    for (int i = 0; i < blueprint->line_count; i++)
        blueprint->lines[i] = (struct record_cost){copy(blueprint, usage[i].resource),
                                                   copy(blueprint, usage[i].line_item), 0};
}

/* -- parameters -------------------------------------------------------------------------------------- */

static const char *show(struct blueprint *blueprint, const struct value *value)
{
    struct text text = {0};
    value_show(value, &text);
    const char *kept = copy(blueprint, text.data == NULL ? "" : text.data);
    text_free(&text);
    return kept;
}

/* A quantity in its base unit; NAN for what is none. */
static double number_of(const struct value *value)
{
    struct err ignored = {0};
    enum money_per per;
    int64_t whole;
    double number;
    if (value->kind == VALUE_NUMBER)
        return value->number;
    if (value->kind != VALUE_TEXT)
        return NAN;
    if (unit_read_number(value->text, &number, &ignored))
        return number;
    if (unit_read_time(value->text, &whole, &ignored) ||
        unit_read_size(value->text, &whole, &ignored))
        return (double)whole;
    if (unit_read_rate(value->text, &number, &ignored) ||
        unit_read_share(value->text, &number, &ignored) ||
        unit_read_money(value->text, &number, &per, &ignored))
        return number;
    return NAN;
}

static struct record_param take_param(struct blueprint *blueprint, const struct param_def *param)
{
    struct record_param out = {
        .name = copy(blueprint, param->name),
        .value = show(blueprint, &param->value),
        .fallback = show(blueprint, &param->fallback),
        .doc = copy(blueprint, param->doc),
        .number = number_of(&param->value),
        .min = number_of(&param->min),
        .max = number_of(&param->max),
        .one_of_count = param->one_of_count,
    };
    if (param->one_of_count == 0)
        return out;
    const char **choices = ARENA_ARRAY(blueprint->arena, const char *, param->one_of_count);
    for (int i = 0; i < param->one_of_count; i++)
        choices[i] = show(blueprint, &param->one_of[i]);
    out.one_of = choices;
    return out;
}

static void take_params(struct blueprint *blueprint, const struct scenario *scenario)
{
    struct record_param *params =
        ARENA_ARRAY(blueprint->arena, struct record_param, scenario->param_count + 1);
    for (int i = 0; i < scenario->param_count; i++)
        params[i] = take_param(blueprint, &scenario->params[i]);
    blueprint->info.params = params;
    blueprint->info.param_count = scenario->param_count;
}

/* -- faults, variants, SLOs ---------------------------------------------------------------------------- */

static const char *label_of(struct blueprint *blueprint, const struct scenario *scenario,
                            const struct fault_def *fault)
{
    struct text text = {0};
    text_add(&text, scenario->resources[fault->resource].name);
    if (!isnan(fault->latency_factor))
        text_addf(&text, " %.3gx slower", fault->latency_factor);
    if (!isnan(fault->errors))
        text_addf(&text, " fails %.3g%%", fault->errors * 100);
    if (fault->set_count > 0)
        text_add(&text, " set");
    for (int i = 0; i < fault->set_count; i++) {
        text_addf(&text, " %s=", fault->set[i].name);
        value_show(&fault->set[i].value, &text);
    }
    if (fault->burst > 0)
        text_addf(&text, " burst of %lld", (long long)fault->burst);
    if (fault->recycle)
        text_add(&text, " recycled");
    const char *label = copy(blueprint, text.data);
    text_free(&text);
    return label;
}

static void take_events(struct blueprint *blueprint, const struct scenario *scenario)
{
    struct record_event *events =
        ARENA_ARRAY(blueprint->arena, struct record_event, scenario->fault_count + 1);
    for (int i = 0; i < scenario->fault_count; i++) {
        const struct fault_def *fault = &scenario->faults[i];
        bool ends = fault->lasts != TIME_UNSET;
        events[i] = (struct record_event){
            .at_s = (double)fault->at / 1e9,
            .until_s = ends ? (double)(fault->at + fault->lasts) / 1e9 : INFINITY,
            .label = label_of(blueprint, scenario, fault),
            .poke = fault->line == 0,
        };
    }
    blueprint->info.events = events;
    blueprint->info.event_count = scenario->fault_count;
}

static void take_texts(struct blueprint *blueprint, const struct scenario *scenario)
{
    struct record_info *info = &blueprint->info;
    const char **variants =
        ARENA_ARRAY(blueprint->arena, const char *, scenario->variant_count + 1);
    const char **warnings =
        ARENA_ARRAY(blueprint->arena, const char *, scenario->warning_count + 1);
    struct slo_def *slos = ARENA_ARRAY(blueprint->arena, struct slo_def, scenario->slo_count + 1);
    for (int i = 0; i < scenario->variant_count; i++)
        variants[i] = copy(blueprint, scenario->variants[i].name);
    for (int i = 0; i < scenario->warning_count; i++)
        warnings[i] = copy(blueprint, scenario->warnings[i]);
    for (int i = 0; i < scenario->slo_count; i++) {
        slos[i] = scenario->slos[i];
        slos[i].text = copy(blueprint, slos[i].text);
        slos[i].resource = copy(blueprint, slos[i].resource);
    }
    info->variants = variants;
    info->variant_count = scenario->variant_count;
    info->warnings = warnings;
    info->warning_count = scenario->warning_count;
    info->slos = slos;
    info->slo_count = scenario->slo_count;
}

static void take_files(struct blueprint *blueprint, const struct scenario *scenario)
{
    blueprint->files = ARENA_ARRAY(blueprint->arena, const char *, scenario->file_count + 1);
    for (int i = 0; i < scenario->file_count; i++)
        blueprint->files[blueprint->file_count++] = copy(blueprint, scenario->files[i]);
    if (scenario->pricing.list_path != NULL)
        blueprint->files[blueprint->file_count++] = copy(blueprint, scenario->pricing.list_path);
}

struct blueprint *blueprint_new(struct world *world, const char *variant)
{
    const struct scenario *scenario = world->scenario;
    struct arena *arena = arena_new();
    struct blueprint *blueprint = ARENA_NEW(arena, struct blueprint);
    blueprint->arena = arena;
    blueprint->warmup = scenario->simulate.warmup;
    blueprint->info = (struct record_info){
        .scenario = copy(blueprint, scenario->name),
        .question = copy(blueprint, scenario->question),
        .file = copy(blueprint, scenario->file),
        .variant = copy(blueprint, variant),
        .seed = scenario->simulate.seed,
        .duration_s = (double)scenario->simulate.duration / 1e9,
        .warmup_s = (double)scenario->simulate.warmup / 1e9,
        .sample_s = (double)world->observed / 1e9,
        .account_concurrency = (double)scenario->account.concurrency,
    };
    take_nodes(blueprint, world);
    take_edges(blueprint, &world->model);
    take_lines(blueprint, world);
    take_params(blueprint, scenario);
    take_events(blueprint, scenario);
    take_texts(blueprint, scenario);
    take_files(blueprint, scenario);
    return blueprint;
}

void blueprint_free(struct blueprint *blueprint)
{
    if (blueprint != NULL)
        arena_free(blueprint->arena);
}
