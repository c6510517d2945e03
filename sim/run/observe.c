/* observe.c - what is looked at while a world runs: the start of the measured interval, samples, batches. */
#include <math.h>

#include "model/svc_client.h"
#include "model/svc_function.h"
#include "run/world.h"

/* Samples of a default series: no more than an hour of seconds for each node, and in all no more than a
 * spreadsheet can bear. */
#define SAMPLES_PER_NODE 3600
#define SAMPLES_IN_ALL   200000

sim_time world_sample_width(const struct scenario *scenario, int nodes)
{
    static const int64_t widths_s[] = {1,   2,   5,   10,   15,   30,    60,    120,
                                       300, 600, 900, 1800, 3600, 10800, 21600, 43200};
    if (scenario->simulate.sample != TIME_UNSET)
        return scenario->simulate.sample;
    double duration = (double)scenario->simulate.duration;
    for (size_t i = 0; i < COUNTOF(widths_s); i++) {
        double samples = duration / (double)(widths_s[i] * SIM_SECOND);
        if (samples <= SAMPLES_PER_NODE && samples * nodes <= SAMPLES_IN_ALL)
            return widths_s[i] * SIM_SECOND;
    }
    sim_time days = scenario->simulate.duration / (SAMPLES_PER_NODE * SIM_DAY) + 1;
    return days * SIM_DAY;
}

static void observe_at(struct world *world, sim_time when, enum observation what)
{
    if (when < world->model.sim.horizon)
        sim_at(&world->model.sim, when, SIM_OBSERVATION, EVENT_OBSERVE, what, 0);
}

static sim_time batch_end(const struct world *world, int batch)
{
    const struct model *model = &world->model;
    int128 span = model->sim.horizon - model->warmup;
    return model->warmup + (sim_time)(span * (batch + 1) / WORLD_BATCHES);
}

/* What a count of a meter costs at the price list's first tier: for the cost column of the series. */
static void find_meter_prices(struct world *world)
{
    struct model *model = &world->model;
    world->meter_price = arena_alloc(model->arena, sizeof(*world->meter_price) * model->svc_count);
    for (uint32_t i = 0; i < model->svc_count; i++) {
        const struct svc *svc = &model->svcs[i];
        const struct meter_spec *spec = svc->class->meters;
        for (int m = 0; spec != NULL && spec[m].line_item != NULL; m++) {
            const char *key =
                spec[m].price != NULL ? spec[m].price : svc->class->price_of(svc->config, m);
            const struct price *price = catalog_price(model->catalog, key);
            world->meter_price[i][m] = price == NULL ? 0 : price->tiers[0].usd / spec[m].per_unit;
        }
    }
}

void world_start_observing(struct world *world)
{
    struct model *model = &world->model;
    int nodes = world_node_count(world);
    if (model->warmup > 0)
        /* Before all else at that instant: calls that arrive then are the first of the measured interval. */
        sim_at(&model->sim, model->warmup, SIM_COMPLETION, EVENT_OBSERVE, OBSERVE_WARMUP, 0);
    world->sample = world_sample_width(world->scenario, nodes);
    world->gateway_rate_max = ARENA_ARRAY(model->arena, double, model->svc_count);
    /* Rates' maxima are over samples, so every replication samples; only one keeps the rows. */
    observe_at(world, world->sample, OBSERVE_SAMPLE);
    if (world->sampling) {
        world->meters_sampled =
            arena_alloc(model->arena, sizeof(*world->meters_sampled) * model->svc_count);
        find_meter_prices(world);
    }
    if (!world->batching)
        return;
    world->batch_before = ARENA_ARRAY(model->arena, struct node_stats, nodes);
    world->rows = ARENA_ARRAY(model->arena, struct node_row_values, nodes);
    world->sums_only = ARENA_ARRAY(model->arena, bool, nodes);
    for (int i = 0; i < nodes; i++)
        world_node(world, i, &world->batch_before[i]);
    observe_at(world, batch_end(world, 0), OBSERVE_BATCH);
}

/* -- the measured interval begins ------------------------------------------------------------------- */

static void begin_measuring(struct model *model)
{
    sim_time now = model->sim.now;
    peak_begin(&model->account.concurrency);
    for (uint32_t i = 0; i < model->svc_count; i++) {
        struct svc *svc = &model->svcs[i];
        svc_settle(model, svc);
        level_begin(&svc->concurrency, now);
        if (svc->class->begin != NULL)
            svc->class->begin(model, svc);
    }
    model->measuring = true; /* after what was used by the clock has been metered */
}

/* -- samples ------------------------------------------------------------------------------------------ */

static struct sample_row *new_row(struct world *world, int node)
{
    world->samples = mem_grow(world->samples, (size_t)world->sample_count, &world->sample_capacity,
                              sizeof(*world->samples));
    struct sample_row *row = &world->samples[world->sample_count++];
    *row = (struct sample_row){
        .time_s = (double)world->model.sim.now / 1e9,
        .node = node,
        .concurrency_mean = NAN,
        .concurrency_max = NAN,
        .instances_warm = NAN,
        .cold_starts = NAN,
        .queue_depth = NAN,
        .queue_age_s = NAN,
        .consumed_rcu = NAN,
        .consumed_wcu = NAN,
        .cost_usd = NAN,
    };
    return row;
}

/* Counts since the last sample. */
static void fill_counts(struct sample_row *row, const struct probe *probe)
{
    const struct counters *now = &probe->all, *then = &probe->sampled;
    double throttles = (double)(now->throttles - then->throttles);
    double answered = (double)(now->answered - then->answered);
    row->arrivals += (double)(now->arrivals - then->arrivals);
    row->errors += (double)(now->errors - then->errors);
    row->throttles += throttles;
    row->timeouts += (double)(now->timeouts - then->timeouts);
    row->completed += answered - throttles;
    row->goodput += answered - (double)(now->errors - then->errors);
}

static void fill_latencies(struct sample_row *row, struct window *window)
{
    static const double q[] = {0.50, 0.95, 0.99};
    double ns[COUNTOF(q)];
    window_quantiles(window, COUNTOF(q), q, ns);
    row->latency_p50_ms = ns[0] / 1e6;
    row->latency_p95_ms = ns[1] / 1e6;
    row->latency_p99_ms = ns[2] / 1e6;
}

void window_join(struct window *into, const struct window *from)
{
    if (from->count > WINDOW_FEW) {
        /* What `into` holds joins its own histogram first. */
        if (into->count <= WINDOW_FEW)
            window_spill(into);
        hist_merge_counts(&into->many, &from->many);
        into->count += from->count;
        return;
    }
    for (uint32_t i = 0; i < from->count; i++)
        window_add(into, from->few[i]);
}

static double cost_since(struct world *world, struct svc *svc)
{
    int64_t *then = world->meters_sampled[svc->index];
    double cost = 0;
    svc_settle(&world->model, svc);
    for (int m = 0; m < SVC_METERS_MAX; m++) {
        cost += (double)(svc->meters[m] - then[m]) * world->meter_price[svc->index][m];
        then[m] = svc->meters[m];
    }
    return cost;
}

static void fill_level(struct sample_row *row, struct level *level, sim_time now, sim_time width)
{
    int64_t max;
    level_sample(level, now, width, &row->concurrency_mean, &max);
    row->concurrency_max = (double)max;
}

static void fill_gauges(struct model *model, struct svc *svc, struct sample_row *row)
{
    struct svc_sample gauges = {NAN, NAN, NAN, NAN, NAN};
    if (svc->class->sample != NULL)
        svc->class->sample(model, svc, &gauges);
    row->instances_warm = gauges.instances_warm;
    row->queue_depth = gauges.queue_depth;
    row->queue_age_s = gauges.queue_age_s;
    row->consumed_rcu = gauges.consumed_rcu;
    row->consumed_wcu = gauges.consumed_wcu;
}

static void sample_service(struct world *world, struct svc *svc, sim_time width, double *cost)
{
    struct model *model = &world->model;
    struct probe *probe = seen_probe(model, svc);
    uint32_t routes = svc->route_count;
    struct sample_row *row = new_row(world, (int)svc->probe + 1);
    for (uint32_t i = 0; i <= routes; i++)
        fill_counts(row, &probe[i]);
    for (uint32_t i = 1; routes > 1 && i <= routes; i++)
        window_join(&world->joined, &probe[i].window);
    fill_latencies(row, routes > 1 ? &world->joined : &probe[routes].window);
    window_clear(&world->joined);
    if ((svc_metrics(svc) & METRIC_BIT(METRIC_COLD_STARTS)) != 0)
        row->cold_starts = (double)(probe->all.cold - probe->sampled.cold);
    fill_gauges(model, svc, row);
    if (svc->class != &svc_client_class) {
        fill_level(row, &svc->concurrency, model->sim.now, width);
        row->cost_usd = cost_since(world, svc);
        *cost += row->cost_usd;
    }
    for (uint32_t i = 1; i <= routes; i++) {
        struct sample_row *route = new_row(world, (int)(svc->probe + i) + 1);
        fill_counts(route, &probe[i]);
        fill_latencies(route, &probe[i].window);
    }
}

static void sample_application(struct world *world, struct sample_row *row)
{
    struct model *model = &world->model;
    struct window *only = NULL;
    int sources = 0;
    for (uint32_t i = 0; i < model->svc_count; i++) {
        struct probe *probe = seen_probe(model, &model->svcs[i]);
        if (model->svcs[i].class != &svc_client_class)
            continue;
        fill_counts(row, probe);
        only = &probe->window;
        sources++;
    }
    for (uint32_t i = 0; sources > 1 && i < model->svc_count; i++)
        if (model->svcs[i].class == &svc_client_class)
            window_join(&world->joined, &seen_probe(model, &model->svcs[i])->window);
    fill_latencies(row, sources == 1 ? only : &world->joined);
    window_clear(&world->joined);
    row->concurrency_max = (double)peak_sample(&model->account.concurrency);
}

static void take_rows(struct world *world, sim_time width)
{
    struct model *model = &world->model;
    int64_t first = world->sample_count;
    sample_application(world, new_row(world, 0));
    double cost = 0, cold = 0, concurrency = 0;
    for (uint32_t i = 0; i < model->svc_count; i++) {
        int64_t row = world->sample_count;
        sample_service(world, &model->svcs[i], width, &cost);
        const struct probe *probe = svc_probe(model, &model->svcs[i]);
        cold += (double)(probe->all.cold - probe->sampled.cold);
        if (model->svcs[i].class == &svc_function_class)
            concurrency += world->samples[row].concurrency_mean;
    }
    world->samples[first].cost_usd = cost;
    world->samples[first].cold_starts = cold;
    world->samples[first].concurrency_mean = concurrency;
}

/* The highest rate so far, after a sample with so many arrivals. One cut short by the end of the run counts only where there
 * was no other: an arrival in its only millisecond is not 1000/s. */
static double higher_rate(const struct world *world, double max, double arrivals, sim_time width)
{
    bool cut_short = width < world->sample && max > 0;
    if (world->sampled_at < world->model.warmup || cut_short)
        return max;
    return fmax(max, arrivals / ((double)width / 1e9));
}

/* After the rows: the next sample starts from here. */
static void close_sample(struct world *world, sim_time width)
{
    struct model *model = &world->model;
    for (uint32_t i = 0; i < model->probe_count; i++) {
        struct probe *probe = &model->probes[i];
        double arrivals = (double)(probe->all.arrivals - probe->sampled.arrivals);
        probe->rate_max = higher_rate(world, probe->rate_max, arrivals, width);
        probe->sampled = probe->all;
        window_clear(&probe->window);
    }
    world->sampled_at = model->sim.now;
}

/* The application's rate, and a gateway's, have maxima of their own: over the sums of a sample. */
static void note_sums(struct world *world, sim_time width)
{
    struct model *model = &world->model;
    double application = 0;
    for (uint32_t i = 0; i < model->svc_count; i++) {
        struct svc *svc = &model->svcs[i];
        struct probe *probe = seen_probe(model, svc);
        uint32_t routes = svc->route_count;
        double sum = 0;
        for (uint32_t r = 0; r <= routes; r++)
            sum += (double)(probe[r].all.arrivals - probe[r].sampled.arrivals);
        if (svc->class == &svc_client_class)
            application += sum;
        if (routes > 0)
            world->gateway_rate_max[i] = higher_rate(world, world->gateway_rate_max[i], sum, width);
    }
    world->rate_max = higher_rate(world, world->rate_max, application, width);
}

/* Conservation laws, at every sample. */
static void audit(struct model *model)
{
    for (uint32_t i = 0; i < model->svc_count; i++)
        if (model->svcs[i].class->audit != NULL)
            model->svcs[i].class->audit(model, &model->svcs[i]);
}

/* Gauges have maxima over samples too, so every replication asks for them; only one keeps the rows. */
static void end_gauges(struct model *model)
{
    struct sample_row ignored;
    for (uint32_t i = 0; i < model->svc_count; i++)
        fill_gauges(model, &model->svcs[i], &ignored);
}

static void take_sample(struct world *world)
{
    sim_time width = world->model.sim.now - world->sampled_at;
    if (width <= 0)
        return;
    note_sums(world, width);
    int64_t first_row = world->sample_count;
    if (world->sampling)
        take_rows(world, width);
    else
        end_gauges(&world->model);
    if (world->onlooker != NULL)
        world_show_sample(world, first_row);
    audit(&world->model);
    close_sample(world, width);
}

void world_last_sample(struct world *world)
{
    take_sample(world);
    world_show_rest(world);
}

/* -- batches -------------------------------------------------------------------------------------------- */

/* With fewer calls than this in a batch, its percentiles say too little to be worth the keeping of histograms. */
#define BATCH_CALLS_MIN 500

/* The node as it is now; once a batch was too thin for percentiles, without them. */
static void look_at(struct world *world, int node, struct node_stats *now)
{
    if (!world->sums_only[node]) {
        struct node_stats sums;
        world_node_sums(world, node, &sums);
        uint64_t before = world->batch_before[node].counters.arrivals;
        world->sums_only[node] = sums.counters.arrivals - before < BATCH_CALLS_MIN;
    }
    if (world->sums_only[node])
        world_node_sums(world, node, now);
    else
        world_node(world, node, now);
}

static void keep_values(struct world *world, int node, const struct node_stats *batch)
{
    struct node_row rows[NODE_ROWS_MAX];
    int count = node_rows(batch, rows);
    struct node_row_values *out = &world->rows[node];
    if (out->values == NULL) {
        out->rows = count;
        out->values = ARENA_ARRAY(world->model.arena, double, count *WORLD_BATCHES);
    }
    for (int r = 0; r < count; r++)
        out->values[world->batches * count + r] = node_batch_value(batch, &rows[r]);
}

/* What only counts and sums of two states say of the time between them. */
static void subtract_sums(struct node_stats *now, struct node_stats *before)
{
    struct hist *hists[] = {&before->latency, &before->duration, &before->init, &before->age};
    for (size_t i = 0; i < COUNTOF(hists); i++) {
        struct hist sums = {.count = hists[i]->count, .sum = hists[i]->sum};
        hist_free(hists[i]);
        *hists[i] = sums;
    }
    for (int i = 0; i < STAGE_COUNT; i++) {
        struct hist sums = {.count = before->stage[i].count, .sum = before->stage[i].sum};
        hist_free(&before->stage[i]);
        before->stage[i] = sums;
    }
    node_subtract(now, before);
}

/* A batch is the difference of two states of a node; the later one is kept for the next. */
static void take_batch_of(struct world *world, int node, double span_s)
{
    struct node_stats now, state;
    look_at(world, node, &now);
    if (world->sums_only[node]) {
        state = now; /* no histograms: a plain copy */
        subtract_sums(&now, &world->batch_before[node]);
    } else {
        node_init(&state, now.kind, now.has);
        state.reps = 0;
        node_merge(&state, &now);
        node_subtract(&now, &world->batch_before[node]);
    }
    now.span_s = span_s;
    keep_values(world, node, &now);
    node_free(&now);
    node_free(&world->batch_before[node]);
    world->batch_before[node] = state;
}

static void take_batch(struct world *world)
{
    struct model *model = &world->model;
    sim_time from = world->batches == 0 ? model->warmup : batch_end(world, world->batches - 1);
    double span_s = (double)(model->sim.now - from) / 1e9;
    for (int i = 0; i < world_node_count(world); i++)
        take_batch_of(world, i, span_s);
    world->batches++;
}

void world_last_batch(struct world *world)
{
    if (world->batching && world->end == RUN_COMPLETE && world->batches == WORLD_BATCHES - 1)
        take_batch(world);
}

void world_on_observe(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct world *world = (struct world *)sim;
    (void)generation;
    hist_queue_flush(&world->model.later);
    switch ((enum observation)slot) {
    case OBSERVE_WARMUP:
        if (sim->now - world->sampled_at == world->sample)
            take_sample(world); /* its maxima belong to the time before */
        begin_measuring(&world->model);
        break;
    case OBSERVE_SAMPLE:
        take_sample(world);
        observe_at(world, sim->now + world->sample, OBSERVE_SAMPLE);
        break;
    case OBSERVE_BATCH:
        take_batch(world);
        observe_at(world, batch_end(world, world->batches), OBSERVE_BATCH);
        break;
    }
}
