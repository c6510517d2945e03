/* world_nodes.c - what a world has seen, by node; see world.h. */
#include <math.h>

#include "model/function_run.h"
#include "model/gateway_run.h"
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

static enum node_kind kind_of(const struct world *world, int node)
{
    if (node == 0)
        return NODE_APPLICATION;
    uint32_t probe = (uint32_t)node - 1;
    const struct svc *svc = svc_of_probe(world, probe);
    if (svc == NULL)
        return NODE_MARK;
    if (svc->probe != probe)
        return NODE_ROUTE;
    if (svc->class == &svc_function_class)
        return NODE_FUNCTION;
    return svc->class == &svc_client_class ? NODE_TRAFFIC : NODE_GATEWAY;
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
    const struct gateway_config *gateway = svc->config;
    const char *route = gateway->routes.routes[probe - svc->probe - 1].name;
    return (struct result_node){arena_printf(model->arena, "%s %s", svc->name, route), "route",
                                (int32_t)svc->index, (int32_t)svc->probe + 1};
}

static double span_s(const struct world *world)
{
    sim_time span = world->model.sim.now - world->model.warmup;
    return span > 0 ? (double)span / 1e9 : 0;
}

/* Integrals over the measured interval as means. */
static void add_function(struct world *world, struct svc *svc, struct node_stats *out)
{
    const struct function_config *config = svc->config;
    const struct function *fn = svc->state;
    double span_ns = span_s(world) * 1e9;
    double gb = (double)config->memory_mb / 1024;
    out->provisioned = config->provisioned.count != TIME_UNSET;
    const struct instance_pool *pools[] = {&fn->on_demand, &fn->provisioned};
    double alive_ns = 0, idle_ns = 0;
    for (size_t i = 0; i < COUNTOF(pools); i++) {
        alive_ns += (double)pools[i]->alive_ns;
        idle_ns += (double)pools[i]->idle_ns;
    }
    out->instances_mean = span_ns > 0 ? alive_ns / span_ns : 0;
    out->idle_mean = span_ns > 0 ? idle_ns / span_ns : 0;
    /* Provisioned instances live all along, so the maxima of all instances add up; idle ones of both pools
     * may have their maxima at different times: the sum is what both could reach. */
    out->instances_max = (double)(fn->on_demand.alive_max + (int64_t)fn->provisioned.slab.live);
    out->idle_max = (double)(fn->on_demand.idle_max + fn->provisioned.idle_max);
    out->idle_gb_s = idle_ns / 1e9 * gb;
    int64_t billed = 0;
    for (int m = FUNCTION_COMPUTE; m <= FUNCTION_PC_COMPUTE; m++)
        billed += svc->meters[m] - svc->meters_pre[m];
    out->billed_gb_s = (double)billed / 1000 / 1024;
    if (out->provisioned) {
        double units = (double)config->provisioned.count * (double)config->instance_concurrency;
        bool any = config->provisioned.count > 0;
        out->utilisation_mean =
            any && span_ns > 0 ? (double)fn->provisioned_ns / span_ns / units : 0;
        out->utilisation_max = any ? (double)fn->provisioned_max / units : 0;
    }
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
        if (svc->class == &svc_client_class)
            add(out, probe);
        if (svc->class != &svc_function_class)
            continue;
        const struct function_config *config = svc->config;
        struct counters c = probe_measured(probe);
        invocations += c.invocations;
        cold += c.cold;
        spill += c.spill;
        spillable += config->provisioned.count != TIME_UNSET ? c.invocations : 0;
        out->provisioned |= config->provisioned.count != TIME_UNSET;
    }
    out->counters.invocations = invocations;
    out->counters.cold = cold;
    out->counters.spill = spill;
    out->spillable = spillable;
    out->concurrency_mean = mean_concurrency(world);
    out->concurrency_max = (double)peak_max(&model->account.concurrency);
    out->rate_max = world->rate_max;
}

/* A node's probe, and those of the routes of a gateway. */
static void add_probes(struct world *world, uint32_t index, struct node_stats *out, add_probe add)
{
    struct model *model = &world->model;
    uint32_t routes = 0;
    if (out->kind == NODE_GATEWAY) {
        const struct gateway_config *config = svc_of_probe(world, index)->config;
        routes = (uint32_t)config->routes.count;
    }
    for (uint32_t i = 0; i <= routes; i++)
        add(out, &model->probes[model->seen_as[index + i]]);
}

void world_node_sums(struct world *world, int node, struct node_stats *out)
{
    node_init(out, kind_of(world, node));
    if (node == 0)
        add_application(world, out, node_add_probe_sums);
    else
        add_probes(world, (uint32_t)node - 1, out, node_add_probe_sums);
    if (out->kind == NODE_FUNCTION) {
        const struct function_config *config = svc_of_probe(world, (uint32_t)node - 1)->config;
        out->provisioned = config->provisioned.count != TIME_UNSET;
    }
}

void world_node(struct world *world, int node, struct node_stats *out)
{
    struct model *model = &world->model;
    sim_time now = model->sim.now, width = now - model->warmup;
    node_init(out, kind_of(world, node));
    out->span_s = span_s(world);
    if (node == 0) {
        add_application(world, out, node_add_probe);
        return;
    }
    uint32_t index = (uint32_t)node - 1;
    struct svc *svc = svc_of_probe(world, index);
    add_probes(world, index, out, node_add_probe);
    out->rate_max = model->probes[model->seen_as[index]].rate_max;
    if (out->kind == NODE_GATEWAY)
        out->rate_max = world->gateway_rate_max[svc->index];
    if (out->kind == NODE_FUNCTION)
        add_function(world, svc, out);
    if (out->kind == NODE_FUNCTION || out->kind == NODE_GATEWAY) {
        out->concurrency_mean = level_mean(&svc->concurrency, now, width);
        out->concurrency_max = (double)level_max(&svc->concurrency);
    }
}

/* -- usage ------------------------------------------------------------------------------------------------ */

/* Lines that would always be 0 are left out: capacity nobody asked for. */
static bool has_line(const struct world *world, const struct svc *svc, int meter)
{
    if (svc->class != &svc_function_class)
        return meter != GATEWAY_TRANSFER || world->model.transfer_bytes > 0;
    const struct function_config *config = svc->config;
    bool provisioned = config->provisioned.count != TIME_UNSET && config->provisioned.count > 0;
    switch (meter) {
    case FUNCTION_PC_COMPUTE:
    case FUNCTION_PC_CAPACITY:
        return provisioned;
    case FUNCTION_SNAP_RESTORE:
    case FUNCTION_SNAP_CACHE:
        return config->snapstart && !config->restore_free;
    case FUNCTION_LOGS:
        return world->model.logs_bytes > 0;
    default:
        return true;
    }
}

int world_usage(struct world *world, struct usage **usage)
{
    struct model *model = &world->model;
    *usage = ARENA_ARRAY(model->arena, struct usage, model->svc_count * SVC_METERS_MAX);
    int count = 0;
    for (uint32_t i = 0; i < model->svc_count; i++) {
        const struct svc *svc = &model->svcs[i];
        const struct meter_spec *spec = svc->class->meters;
        for (int m = 0; spec != NULL && spec[m].line_item != NULL; m++) {
            if (!has_line(world, svc, m))
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

static struct capacity_row function_capacity(struct world *world, struct svc *svc,
                                             const struct node_stats *node)
{
    const struct function_config *config = svc->config;
    const struct function *fn = svc->state;
    bool reserved = config->reserved != TIME_UNSET;
    return (struct capacity_row){
        .resource = svc->name,
        .what = "concurrency",
        .limit_name = reserved ? "reserved" : "account",
        .mean = node->concurrency_mean,
        .max = node->concurrency_max,
        .limit = reserved ? (double)config->reserved
                          : fmax((double)world->model.account.unreserved_limit, 0) +
                                (config->provisioned.count == TIME_UNSET
                                     ? 0
                                     : (double)config->provisioned.count),
        .refused_by = {"request rate", "concurrency", "scaling rate"},
        .refused = {(double)fn->refused[REFUSED_RATE], (double)fn->refused[REFUSED_CONCURRENCY],
                    (double)fn->refused[REFUSED_SCALING]},
    };
}

static struct capacity_row provisioned_capacity(struct svc *svc, const struct node_stats *node)
{
    const struct function_config *config = svc->config;
    double units = (double)config->provisioned.count;
    return (struct capacity_row){
        .resource = svc->name,
        .what = "provisioned",
        .limit_name = "provisioned",
        .mean = node->utilisation_mean * units,
        .max = node->utilisation_max * units,
        .limit = units,
    };
}

static struct capacity_row gateway_capacity(struct world *world, struct svc *svc,
                                            const struct node_stats *node)
{
    const struct gateway_config *config = svc->config;
    double account = world->model.account_config.api_rate;
    const struct gateway *gateway = svc->state;
    bool own = !isnan(config->limit) && config->limit < account;
    struct statistic mean = {STAT_MEAN, 0};
    double by_routes = 0;
    for (int32_t i = 0; i < config->routes.count; i++)
        by_routes += (double)gateway->routes[i].refused;
    return (struct capacity_row){
        .resource = svc->name,
        .what = "requests/s",
        .limit_name = own ? "own" : "account",
        .mean = node_value(node, METRIC_RATE, mean),
        .max = node->rate_max,
        .limit = own ? config->limit : account,
        .refused_by = {"routes' limits", "own limit", "account limit"},
        .refused = {by_routes, (double)gateway->refused_stage, (double)gateway->refused_account},
    };
}

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

int world_capacities(struct world *world, struct capacity_row **rows)
{
    struct model *model = &world->model;
    *rows = ARENA_ARRAY(model->arena, struct capacity_row, 2 * model->svc_count + 1);
    int count = 0, functions = 0;
    for (uint32_t i = 0; i < model->svc_count; i++) {
        struct svc *svc = &model->svcs[i];
        if (svc->class == &svc_client_class)
            continue;
        struct node_stats node;
        world_node(world, (int)svc->probe + 1, &node);
        functions += svc->class == &svc_function_class;
        (*rows)[count++] = svc->class == &svc_function_class ? function_capacity(world, svc, &node)
                                                             : gateway_capacity(world, svc, &node);
        /* By what is declared, not by what was used: every replication has the same lines. */
        if (node.provisioned && node.kind == NODE_FUNCTION && function_has_provisioned(svc->config))
            (*rows)[count++] = provisioned_capacity(svc, &node);
        node_free(&node);
    }
    if (functions > 1)
        (*rows)[count++] = account_capacity(world);
    return count;
}
