/* world_nodes.c - what a world has seen, by node; see world.h. */
#include <math.h>
#include <string.h>

#include "model/svc_client.h"
#include "model/svc_function.h"
#include "model/svc_gateway.h"
#include "run/world.h"

/* The service a probe belongs to, or NULL for a mark. The probes of a service and its routes stand together. */
static struct svc *svc_of_probe(const struct world *world, uint32_t probe)
{
    const struct model *model = &world->model;
    if (probe >= model->marks)
        return NULL;
    uint32_t low = 0, high = model->svc_count;
    while (high - low > 1) {
        uint32_t middle = (low + high) / 2;
        if (model->svcs[middle].probe <= probe)
            low = middle;
        else
            high = middle;
    }
    return &model->svcs[low];
}

int world_node_count(const struct world *world)
{
    return (int)world->model.probe_count + 1;
}

static bool is_source(const struct svc *svc)
{
    return svc->class == &svc_client_class;
}

/* What the application shows: the sums of its sources, and what its functions have. */
static uint64_t application_has(const struct world *world)
{
    const struct model *model = &world->model;
    uint64_t has = METRICS_CALLS | METRICS_STAGES | METRIC_BIT(METRIC_STAGE_OVERHEAD) |
                   METRICS_COLD | METRICS_COST | METRIC_BIT(METRIC_CONCURRENCY);
    for (uint32_t i = 0; i < model->svc_count; i++)
        has |= svc_metrics(&model->svcs[i]) & METRICS_SPILL;
    return has;
}

/* Names the node's kind and what it shows, and clears it. */
static void open_node(const struct world *world, int node, struct node_stats *out)
{
    if (node == 0) {
        node_init(out, NODE_APPLICATION, application_has(world));
        return;
    }
    uint32_t probe = (uint32_t)node - 1;
    const struct svc *svc = svc_of_probe(world, probe);
    if (svc == NULL)
        node_init(out, NODE_MARK, METRIC_BIT(METRIC_REQUESTS) | METRIC_BIT(METRIC_LATENCY));
    else if (svc->probe != probe)
        node_init(out, NODE_ROUTE,
                  METRICS_CALLS | METRIC_BIT(METRIC_STAGE_OVERHEAD) |
                      METRIC_BIT(METRIC_STAGE_DOWNSTREAM));
    else
        node_init(out, NODE_SERVICE, svc_metrics(svc));
}

struct result_node world_node_name(struct world *world, int node)
{
    struct model *model = &world->model;
    if (node == 0)
        return (struct result_node){"*", "application", -1, -1};
    uint32_t probe = (uint32_t)node - 1;
    const struct svc *svc = svc_of_probe(world, probe);
    if (svc == NULL) {
        const char *name = world->scenario->marks[probe - model->marks];
        return (struct result_node){arena_printf(model->arena, "mark %s", name), "mark", -1, -1};
    }
    if (svc->probe == probe)
        return (struct result_node){svc->name, svc->class->kind, (int32_t)svc->index, -1};
    const char *route = svc->routes->routes[probe - svc->probe - 1].name;
    return (struct result_node){arena_printf(model->arena, "%s %s", svc->name, route), "route",
                                (int32_t)svc->index, (int32_t)svc->probe + 1};
}

static double span_s(const struct world *world)
{
    sim_time span = world->model.sim.now - world->model.warmup;
    return span > 0 ? (double)span / 1e9 : 0;
}

/* Of all functions together. */
static double mean_concurrency(struct world *world)
{
    struct model *model = &world->model;
    sim_time now = model->sim.now;
    double mean = 0;
    for (uint32_t i = 0; i < model->svc_count; i++)
        if (model->svcs[i].class == &svc_function_class)
            mean += level_mean(&model->svcs[i].concurrency, now, now - model->warmup);
    return mean;
}

typedef void (*add_probe)(struct node_stats *node, const struct probe *probe);

static void add_application(struct world *world, struct node_stats *out, add_probe add)
{
    struct model *model = &world->model;
    uint64_t invocations = 0, cold = 0, spill = 0, spillable = 0;
    for (uint32_t i = 0; i < model->svc_count; i++) {
        const struct svc *svc = &model->svcs[i];
        const struct probe *probe = seen_probe(model, svc);
        if (is_source(svc))
            add(out, probe);
        if (svc->class != &svc_function_class)
            continue;
        struct counters c = probe_measured(probe);
        invocations += c.invocations;
        cold += c.cold;
        spill += c.spill;
        spillable += (svc_metrics(svc) & METRICS_SPILL) != 0 ? c.invocations : 0;
    }
    out->counters.invocations = invocations;
    out->counters.cold = cold;
    out->counters.spill = spill;
    out->spillable = spillable;
    out->level_mean[LEVEL_CONCURRENCY] = mean_concurrency(world);
    out->level_max[LEVEL_CONCURRENCY] = (double)peak_max(&model->account.concurrency);
    out->rate_max = world->rate_max;
}

/* A node's probe, and those of the routes of a gateway. */
static void add_probes(struct world *world, uint32_t index, struct node_stats *out, add_probe add)
{
    struct model *model = &world->model;
    uint32_t routes = out->kind == NODE_SERVICE ? svc_of_probe(world, index)->route_count : 0;
    for (uint32_t i = 0; i <= routes; i++)
        add(out, &model->probes[model->seen_as[index + i]]);
    out->spillable = out->counters.invocations;
}

void world_node_sums(struct world *world, int node, struct node_stats *out)
{
    open_node(world, node, out);
    if (node == 0)
        add_application(world, out, node_add_probe_sums);
    else
        add_probes(world, (uint32_t)node - 1, out, node_add_probe_sums);
}

static struct svc_view look(struct world *world, struct svc *svc)
{
    struct model *model = &world->model;
    sim_time now = model->sim.now;
    struct svc_view view = {.age = NULL};
    for (int i = 0; i < VIEW_LEVELS; i++)
        view.mean[i] = view.max[i] = NAN;
    for (int i = 0; i < VIEW_TOTALS; i++)
        view.total[i] = NAN;
    view.mean[LEVEL_CONCURRENCY] = level_mean(&svc->concurrency, now, now - model->warmup);
    view.max[LEVEL_CONCURRENCY] = (double)level_max(&svc->concurrency);
    if (svc->class->view != NULL)
        svc->class->view(model, svc, &view);
    return view;
}

void world_node(struct world *world, int node, struct node_stats *out)
{
    struct model *model = &world->model;
    open_node(world, node, out);
    out->span_s = span_s(world);
    if (node == 0) {
        add_application(world, out, node_add_probe);
        return;
    }
    uint32_t index = (uint32_t)node - 1;
    struct svc *svc = svc_of_probe(world, index);
    add_probes(world, index, out, node_add_probe);
    out->rate_max = model->probes[model->seen_as[index]].rate_max;
    if (out->kind != NODE_SERVICE)
        return;
    if (svc->routes != NULL)
        out->rate_max = world->gateway_rate_max[svc->index];
    struct svc_view view = look(world, svc);
    memcpy(out->level_mean, view.mean, sizeof(view.mean));
    memcpy(out->level_max, view.max, sizeof(view.max));
    memcpy(out->total, view.total, sizeof(view.total));
    if (view.age != NULL)
        hist_merge(&out->age, view.age);
}

/* -- usage ------------------------------------------------------------------------------------------------ */

int world_usage(struct world *world, struct usage **usage)
{
    struct model *model = &world->model;
    *usage = ARENA_ARRAY(model->arena, struct usage, model->svc_count * SVC_METERS_MAX);
    int count = 0;
    for (uint32_t i = 0; i < model->svc_count; i++) {
        const struct svc *svc = &model->svcs[i];
        const struct meter_spec *spec = svc->class->meters;
        for (int m = 0; spec != NULL && spec[m].line_item != NULL; m++) {
            if (svc->class->has_line != NULL && !svc->class->has_line(model, svc, m))
                continue;
            (*usage)[count++] = (struct usage){
                .resource = svc->name,
                .service = svc->class->service,
                .line_item = spec[m].line_item,
                .price =
                    spec[m].price != NULL ? spec[m].price : svc->class->price_of(svc->config, m),
                .unit = spec[m].unit,
                .amount = svc->meters[m] - svc->meters_pre[m],
                .per_unit = spec[m].per_unit,
            };
        }
    }
    return count;
}

/* -- capacity ----------------------------------------------------------------------------------------------- */

static struct capacity_row account_capacity(struct world *world)
{
    struct account *account = &world->model.account;
    return (struct capacity_row){
        .resource = "account",
        .what = "concurrency",
        .limit_name = "account",
        .mean = mean_concurrency(world),
        .max = (double)peak_max(&account->concurrency),
        .limit = (double)world->model.account_config.concurrency,
    };
}

/* The lines of the routes that have limits of their own stand below their gateway's. */
static int route_capacities(struct world *world, const struct svc *svc, struct capacity_row *rows)
{
    const struct statistic mean = {STAT_MEAN, 0};
    int count = 0;
    for (uint32_t i = 0; svc->class->route_capacity != NULL && i < svc->route_count; i++) {
        struct capacity_row *row = &rows[count];
        if (!svc->class->route_capacity(svc, i, row))
            continue;
        int index = (int)(svc->probe + 1 + i) + 1;
        struct node_stats node;
        world_node(world, index, &node);
        row->resource = world_node_name(world, index).name;
        row->mean = node_value(&node, METRIC_RATE, mean);
        row->max = node.rate_max;
        node_free(&node);
        count++;
    }
    return count;
}

int world_capacities(struct world *world, struct capacity_row **rows)
{
    struct model *model = &world->model;
    const struct statistic mean = {STAT_MEAN, 0};
    uint32_t most = 1;
    for (uint32_t i = 0; i < model->svc_count; i++)
        most += CAPACITY_LINES + model->svcs[i].route_count;
    *rows = ARENA_ARRAY(model->arena, struct capacity_row, most);
    int count = 0, functions = 0;
    for (uint32_t i = 0; i < model->svc_count; i++) {
        struct svc *svc = &model->svcs[i];
        functions += svc->class == &svc_function_class;
        if (svc->class->capacity == NULL)
            continue;
        struct node_stats node;
        world_node(world, (int)svc->probe + 1, &node);
        struct svc_view view = look(world, svc);
        count += svc->class->capacity(model, svc, &view, node_value(&node, METRIC_RATE, mean),
                                      node.rate_max, *rows + count);
        node_free(&node);
        count += route_capacities(world, svc, *rows + count);
    }
    if (functions > 1)
        (*rows)[count++] = account_capacity(world);
    return count;
}
