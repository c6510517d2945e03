/* sweep.c - see the header. Which points there are and in which order; threads are sweep_crew.c's, other processes
 * sweep_ranks.c's affair. */
#include "run/sweep.h"

#include <math.h>
#include <string.h>

#include "core/rng.h"
#include "core/text.h"
#include "run/sweep_ranks.h"
#include "run/sweep_search.h"

struct sweep {
    struct sweep_setup setup;
    struct scenario *base;
    struct metric_path objective;
    struct sweep_table *table;
    struct sweep_search search;
    const struct sweep_table *known;
    size_t cursor; /* points before it are done or given out */
    int under_way; /* given out and not back */
    int *back;     /* given back: to be given out again */
    size_t back_count, back_capacity;
    const struct sweep_options *options;
};

/* -- opening --------------------------------------------------------------------------------------------- */

static bool read_objective(struct sweep *sweep, struct err *err)
{
    const char *path = sweep->base->sweep.minimise;
    struct sweep_table *table = sweep->table;
    table->objective = arena_strdup(table->arena, path == NULL ? "cost" : path);
    if (!metric_path_read(table->arena, table->objective, &sweep->objective, err))
        return false;
    table->objective_unit = metric_unit(metric_table[sweep->objective.metric].dimension);
    return true;
}

static bool is_pinned(void *context, const char *name)
{
    const struct sweep *sweep = context;
    return study_sets_param(sweep->setup.study, name);
}

static bool search_and_more(const struct sweep_setup *setup, struct err *err)
{
    if (setup->find != NULL && setup->refine)
        err_set(err, "--find and --refine are two searches: one at a time");
    else if (setup->shards > 1 && (setup->find != NULL || setup->refine))
        err_set(err, "%s looks at all points to choose the next: not in shards",
                setup->find != NULL ? "--find" : "--refine");
    else
        return false;
    err_place(err, "command line", 0);
    err_help(err, setup->shards > 1 ? "'tepid merge' the shards, and --resume there with --refine"
                                    : "leave one of them out");
    return true;
}

/* --find NAME: along it alone, in the range that --sweep or the file gives it. */
static bool read_find(struct sweep *sweep, struct err *err)
{
    struct sweep_table *table = sweep->table;
    struct sweep_param param;
    const char *name = sweep->setup.find;
    if (!sweep_grid_param(&param, table->arena, sweep->base, name, err))
        return false;
    int at = sweep_grid_find(&table->grid, name);
    if (at >= 0)
        param = table->grid.params[at];
    if (sweep->setup.axis_count > 0 && (at < 0 || table->grid.param_count > 1)) {
        err_set(err, "--find %s searches along %s alone", name, name);
        err_place(err, "command line", 0);
        return err_help(err, "set the others with -p, and give the range with --sweep %s=a..b",
                        name);
    }
    if (!param.numeric) {
        err_set(err, "--find %s: its value %s is no number", name, param.values[0]);
        err_place(err, "command line", 0);
        return err_help(err, "a search halves the way between two values");
    }
    if (sweep->base->slo_count == 0) {
        err_set(err, "--find %s --until slo: the file has no SLOs", name);
        return err_help(err, "declare one: slo { \"latency.p99 < 300ms\" }");
    }
    table->grid = (struct sweep_grid){.params = {param}, .param_count = 1, .points = param.count};
    sweep->search = (struct sweep_search){.find = 0, .bounded = param.count > 1};
    table->find.param = 0;
    return true;
}

static bool read_grid(struct sweep *sweep, struct err *err)
{
    struct sweep_table *table = sweep->table;
    const struct sweep_setup *setup = &sweep->setup;
    sweep->search = (struct sweep_search){.refine = setup->refine, .find = -1};
    bool given = setup->axis_count > 0 || sweep->base->sweep.axis_count > 0;
    if (search_and_more(setup, err))
        return false;
    if ((setup->find == NULL || given) &&
        !sweep_grid_read(&table->grid, table->arena, sweep->base, setup->axes, setup->axis_count,
                         is_pinned, sweep, err))
        return false;
    return setup->find == NULL || read_find(sweep, err);
}

static uint64_t digest_of(const struct sweep *sweep)
{
    const struct sweep_table *table = sweep->table;
    uint64_t said[] = {sweep->base->digest,       table->seed,
                       (uint64_t)table->duration, (uint64_t)table->warmup,
                       (uint64_t)table->reps,     (uint64_t)(table->precision * 1e9)};
    uint64_t digest = rng_hash(0, said, sizeof said);
    digest = rng_hash_text(digest, table->variant == NULL ? "" : table->variant);
    digest = rng_hash_text(digest, table->prices == NULL ? "" : table->prices);
    return rng_hash_text(digest, table->objective);
}

static const char *copy(struct sweep_table *table, const char *text)
{
    return text == NULL ? NULL : arena_strdup(table->arena, text);
}

static void describe(struct sweep *sweep)
{
    struct sweep_table *table = sweep->table;
    const struct scenario *base = sweep->base;
    const struct sweep_setup *setup = &sweep->setup;
    table->scenario = copy(table, base->name);
    table->question = copy(table, base->question);
    table->variant = copy(table, setup->variant);
    table->version = copy(table, setup->version);
    table->command = copy(table, setup->command);
    const char **slos = ARENA_ARRAY(table->arena, const char *, base->slo_count + 1);
    for (int i = 0; i < base->slo_count; i++)
        slos[i] = copy(table, base->slos[i].text);
    table->slos = slos;
    table->slo_count = base->slo_count;
    table->seed = base->simulate.seed;
    table->duration = base->simulate.duration;
    table->warmup = base->simulate.warmup;
    table->precision = setup->precision;
    table->reps = (int)base->simulate.reps;
    if (setup->precision > 0)
        table->reps = setup->times.reps > 0 ? (int)setup->times.reps : PRECISION_REPS_MOST;
    table->prices = copy(table, catalog_price_list_id(base->catalog));
    table->prices_date = copy(table, catalog_price_list_date(base->catalog));
    table->refined = setup->refine;
    table->shard = setup->shards > 1 ? setup->shard : 1;
    table->shards = setup->shards > 1 ? setup->shards : 1;
    table->digest = digest_of(sweep);
}

static struct sweep_plan plan_of(struct sweep *sweep)
{
    return (struct sweep_plan){
        .study = sweep->setup.study,
        .variant = sweep->setup.variant,
        .times = sweep->setup.times,
        .grid = &sweep->table->grid,
        .objective = &sweep->objective,
        .reps = sweep->table->reps,
        .precision = sweep->setup.precision,
        .options = sweep->options,
    };
}

/* Every value of each parameter once, the others at their first. */
static bool try_values(struct sweep *sweep, struct err *err)
{
    const struct sweep_grid *grid = &sweep->table->grid;
    struct sweep_plan plan = plan_of(sweep);
    const char *values[SWEEP_PARAMS_MAX];
    for (int p = 0; p < grid->param_count; p++)
        for (int v = p == 0 ? 0 : 1; v < grid->params[p].count; v++) {
            for (int i = 0; i < grid->param_count; i++)
                values[i] = grid->params[i].values[i == p ? v : 0];
            struct scenario *scenario = sweep_plan_load(&plan, values, err);
            if (scenario == NULL)
                return false;
            scenario_free(scenario);
        }
    return true;
}

struct sweep *sweep_open(const struct sweep_setup *setup, struct err *err)
{
    struct sweep *sweep = mem_resize(NULL, sizeof *sweep);
    *sweep = (struct sweep){.setup = *setup, .table = sweep_table_new()};
    struct study_load load = {.variant = setup->variant, .times = setup->times};
    sweep->base = study_load(setup->study, &load, err);
    if (sweep->base != NULL && read_objective(sweep, err) && read_grid(sweep, err)) {
        describe(sweep);
        if (try_values(sweep, err)) {
            sweep_table_add_grid(sweep->table);
            return sweep;
        }
    }
    sweep_close(sweep);
    return NULL;
}

void sweep_close(struct sweep *sweep)
{
    if (sweep == NULL)
        return;
    scenario_free(sweep->base);
    sweep_table_free(sweep->table);
    mem_free(sweep->back);
    mem_free(sweep);
}

const struct sweep_table *sweep_table(const struct sweep *sweep)
{
    return sweep->table;
}

const struct scenario *sweep_scenario(const struct sweep *sweep)
{
    return sweep->base;
}

bool sweep_resume(struct sweep *sweep, const struct sweep_table *known, struct err *err)
{
    bool same = known->digest == sweep->table->digest &&
                known->grid.param_count == sweep->table->grid.param_count;
    for (int i = 0; same && i < known->grid.param_count; i++)
        same = strcmp(known->grid.params[i].name, sweep->table->grid.params[i].name) == 0;
    sweep->known = known;
    return same || err_set(err, "they are of another file, other settings or parameters, another "
                                "seed or length");
}

/* -- the order of points: called under the crew's lock ----------------------------------------------------- */

static void recall(const struct sweep *sweep, struct sweep_point *point)
{
    const struct sweep_point *known =
        sweep->known == NULL ? NULL : sweep_table_find(sweep->known, point->values, (size_t)point->index);
    if (known == NULL || !known->done)
        return;
    sweep_point_copy(sweep->table, point, known);
}

static bool is_ours(const struct sweep *sweep, const struct sweep_point *point)
{
    const struct sweep_table *table = sweep->table;
    return table->shards <= 1 || point->index % table->shards == table->shard - 1;
}

static enum sweep_next give_out(struct sweep *sweep, const struct sweep_point *point,
                                struct sweep_order *order)
{
    sweep->under_way++;
    *order = (struct sweep_order){point->index, point->values};
    return SWEEP_ORDER;
}

static enum sweep_next next_point(void *context, struct sweep_order *order)
{
    struct sweep *sweep = context;
    struct sweep_table *table = sweep->table;
    if (sweep->back_count > 0)
        return give_out(sweep, table->points[sweep->back[--sweep->back_count]], order);
    for (;;) {
        while (sweep->cursor < table->point_count) {
            struct sweep_point *point = table->points[sweep->cursor++];
            if (!is_ours(sweep, point))
                continue;
            recall(sweep, point);
            if (!point->done)
                return give_out(sweep, point, order);
            if (sweep->options->on_point != NULL)
                sweep->options->on_point(sweep->options->context, table, point);
        }
        if (sweep->under_way > 0)
            return SWEEP_WAIT;
        if (sweep_search_more(&sweep->search, table) == 0)
            return SWEEP_OVER;
    }
}

static void take_back(void *context, int point)
{
    struct sweep *sweep = context;
    sweep->back =
        mem_grow(sweep->back, sweep->back_count, &sweep->back_capacity, sizeof *sweep->back);
    sweep->back[sweep->back_count++] = point;
    sweep->under_way--;
}

static void point_finished(void *context, const struct sweep_order *order,
                           struct sweep_finding *finding)
{
    struct sweep *sweep = context;
    struct sweep_point *point = sweep->table->points[order->point];
    sweep_point_put(sweep->table, point, finding);
    sweep->under_way--;
    if (sweep->options->on_note != NULL && finding->note != NULL)
        sweep->options->on_note(sweep->options->context, point->index, finding->note);
    if (sweep->options->on_point != NULL)
        sweep->options->on_point(sweep->options->context, sweep->table, point);
    sweep_finding_free(finding);
}

/* -- running --------------------------------------------------------------------------------------------------- */

/* Points of this shard and how many of them are done. */
static void count_points(const struct sweep *sweep, struct sweep_progress *progress)
{
    for (size_t i = 0; i < sweep->table->point_count; i++) {
        progress->total += is_ours(sweep, sweep->table->points[i]);
        progress->done += sweep->table->points[i]->done;
    }
}

static void report(void *context, const struct sweep_ranks *ranks, struct sweep_crew *crew,
                   double wall_s)
{
    struct sweep *sweep = context;
    if (sweep->options->report == NULL)
        return;
    struct sweep_progress progress = {.ranks = 1, .wall_s = wall_s};
    sweep_crew_lock(crew);
    count_points(sweep, &progress);
    sweep_crew_unlock(crew);
    progress.requests = sweep_crew_requests(crew);
    double under_way = sweep_crew_under_way(crew);
    sweep_ranks_add(ranks, &progress, &under_way);
    if (progress.total > 0)
        progress.share = fmin(1, (progress.done + under_way) / progress.total);
    sweep->options->report(sweep->options->context, &progress);
}

bool sweep_run(struct sweep *sweep, const struct sweep_options *options, struct err *err)
{
    sweep->options = options;
    struct sweep_plan plan = plan_of(sweep);
    plan.source = (struct sweep_source){sweep, next_point, point_finished, take_back};
    uint64_t digest = rng_mix(sweep->table->digest + sweep_table_grid_digest(sweep->table));
    bool ok = sweep_ranks_run(&plan, digest, report, sweep, &sweep->table->end, err);
    sweep->options = NULL;
    return ok;
}
