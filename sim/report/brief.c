/* brief.c - see brief.h. */
#include "report/brief.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/csv.h"
#include "report/quantity.h"

/* -- reading ---------------------------------------------------------------------------------------------- */

static const char *last_part(const char *path, struct arena *arena)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t from = end;
    while (from > 0 && path[from - 1] != '/')
        from--;
    char *name = arena_copy(arena, path + from, end - from + 1);
    name[end - from] = '\0';
    return name;
}

/* Variants are called by their names, unless two runs would have one name. */
static void name_runs(struct brief *brief)
{
    bool distinct = true;
    for (int i = 0; i < brief->count; i++) {
        brief->runs[i].title = brief->runs[i].in.meta.variant;
        distinct = distinct && brief->runs[i].title != NULL;
        for (int j = 0; j < i && distinct; j++)
            distinct =
                strcmp(brief->runs[i].title, brief->runs[j].title) != 0 &&
                strcmp(brief->runs[i].in.meta.scenario, brief->runs[j].in.meta.scenario) == 0;
    }
    for (int i = 0; i < brief->count && !distinct; i++) {
        struct brief_run *run = &brief->runs[i];
        run->title =
            brief->count == 1 ? run->in.meta.scenario : last_part(run->in.path, brief->arena);
    }
}

bool brief_read(struct brief *brief, const char *const *folders, int count, struct err *err)
{
    ASSERT(count >= 1 && count <= BRIEF_RUNS_MAX);
    *brief = (struct brief){.arena = arena_new(), .count = count};
    brief->runs = ARENA_ARRAY(brief->arena, struct brief_run, count);
    for (int i = 0; i < count; i++) {
        struct brief_run *run = &brief->runs[i];
        if (!folder_read(&run->in, arena_strdup(brief->arena, folders[i]), brief->arena, err) ||
            !folder_read_table(&run->series, run->in.path, "timeseries.csv", brief->arena, err) ||
            !folder_read_table(&run->insights, run->in.path, "insights.csv", brief->arena, err))
            return false;
    }
    brief->heading = brief->runs[0].in.meta.scenario;
    name_runs(brief);
    return true;
}

void brief_free(struct brief *brief)
{
    if (brief->arena != NULL)
        arena_free(brief->arena);
    brief->arena = NULL;
}

/* -- figures ------------------------------------------------------------------------------------------------ */

const struct result_row *brief_row(const struct brief_run *run, const char *resource,
                                   const char *metric, const char *stat)
{
    for (int i = 0; i < run->in.row_count; i++) {
        const struct result_row *row = &run->in.rows[i];
        if (strcmp(row->metric, metric) == 0 && strcmp(row->stat, stat) == 0 &&
            strcmp(row->resource, resource) == 0)
            return row;
    }
    return NULL;
}

char *brief_show(char buf[UNIT_TEXT_MAX], double value, const char *unit)
{
    if (isnan(value))
        return strcpy(buf, "–");
    if (strcmp(unit, "ms") == 0)
        return unit_show_time(buf, value * 1e6);
    if (strcmp(unit, "ratio") == 0)
        return unit_show_share(buf, value);
    if (strcmp(unit, "usd") == 0)
        return unit_show_money(buf, value);
    if (strcmp(unit, "per_s") == 0)
        return unit_show_rate(buf, value);
    return quantity_show(buf, value, strcmp(unit, "gb_s") == 0 ? DIM_GB_S : DIM_COUNT);
}

double brief_cost_month(const struct brief_run *run)
{
    const struct result_row *row = brief_row(run, "*", "cost_month", "sum");
    return row == NULL ? NAN : row->value;
}

int brief_slos_met(const struct brief_run *run)
{
    int met = 0;
    for (int i = 0; i < run->in.slo_count; i++)
        met += run->in.slos[i].passed;
    return met;
}

static const struct value *find_param(const struct brief_run *run, const char *name)
{
    for (int i = 0; i < run->in.meta.param_count; i++)
        if (strcmp(run->in.meta.params[i].name, name) == 0)
            return &run->in.meta.params[i].value;
    return NULL;
}

const char *brief_param(const struct brief *brief, int run, const char *name)
{
    const struct value *value = find_param(&brief->runs[run], name);
    struct text text = {0};
    if (value == NULL)
        return "";
    value_show(value, &text);
    const char *shown = arena_strdup(brief->arena, text.data == NULL ? "" : text.data);
    text_free(&text);
    return shown;
}

bool brief_param_differs(const struct brief *brief, const char *name)
{
    const char *first = brief_param(brief, 0, name);
    for (int i = 1; i < brief->count; i++)
        if (strcmp(first, brief_param(brief, i, name)) != 0)
            return true;
    return false;
}

/* -- tables over all runs -------------------------------------------------------------------------------------- */

static int by_cost(const void *a, const void *b)
{
    const struct brief_cost *x = a, *y = b;
    if (x->most_usd != y->most_usd)
        return x->most_usd > y->most_usd ? -1 : 1;
    int names = strcmp(x->resource, y->resource);
    return names != 0 ? names : strcmp(x->line_item, y->line_item);
}

static struct brief_cost *find_cost(struct brief_cost *costs, int *count,
                                    const struct bill_line *line)
{
    for (int i = 0; i < *count; i++)
        if (strcmp(costs[i].resource, line->resource) == 0 &&
            strcmp(costs[i].line_item, line->line_item) == 0 &&
            strcmp(costs[i].service, line->service) == 0)
            return &costs[i];
    struct brief_cost *cost = &costs[(*count)++];
    cost->resource = line->resource;
    cost->service = line->service;
    cost->line_item = line->line_item;
    return cost;
}

struct brief_cost *brief_costs(const struct brief *brief, int *count)
{
    int lines = 0;
    for (int i = 0; i < brief->count; i++)
        lines += brief->runs[i].in.bill_count;
    struct brief_cost *costs = ARENA_ARRAY(brief->arena, struct brief_cost, lines + 1);
    *count = 0;
    for (int i = 0; i < brief->count; i++)
        for (int j = 0; j < brief->runs[i].in.bill_count; j++) {
            const struct bill_line *line = &brief->runs[i].in.bill[j];
            find_cost(costs, count, line)->month_usd[i] += line->cost_month_usd;
        }
    for (int k = 0; k < *count; k++)
        for (int i = 0; i < brief->count; i++)
            costs[k].most_usd = fmax(costs[k].most_usd, costs[k].month_usd[i]);
    qsort(costs, (size_t)*count, sizeof(*costs), by_cost);
    return costs;
}

struct brief_slo *brief_slos(const struct brief *brief, int *count)
{
    int lines = 0;
    for (int i = 0; i < brief->count; i++)
        lines += brief->runs[i].in.slo_count;
    struct brief_slo *slos = ARENA_ARRAY(brief->arena, struct brief_slo, lines + 1);
    *count = 0;
    for (int i = 0; i < brief->count; i++)
        for (int j = 0; j < brief->runs[i].in.slo_count; j++) {
            const struct folder_slo *slo = &brief->runs[i].in.slos[j];
            int at = 0;
            while (at < *count && strcmp(slos[at].slo, slo->slo) != 0)
                at++;
            if (at == *count)
                slos[(*count)++].slo = slo->slo;
            slos[at].of[i] = slo;
        }
    return slos;
}

struct busy {
    const char *resource;
    double requests;
};

static int by_requests(const void *a, const void *b)
{
    const struct busy *x = a, *y = b;
    if (x->requests != y->requests)
        return x->requests > y->requests ? -1 : 1;
    return strcmp(x->resource, y->resource);
}

const char **brief_resources(const struct brief_run *run, int most, int *count)
{
    struct arena *arena = arena_new();
    struct busy *all = ARENA_ARRAY(arena, struct busy, run->in.row_count + 1);
    int found = 0;
    for (int i = 0; i < run->in.row_count; i++) {
        const struct result_row *row = &run->in.rows[i];
        if (strcmp(row->metric, "latency") != 0 || strcmp(row->stat, "p50") != 0)
            continue;
        const struct result_row *requests = brief_row(run, row->resource, "requests", "sum");
        bool whole = strcmp(row->resource, "*") == 0;
        all[found++] = (struct busy){row->resource, whole              ? INFINITY
                                                    : requests != NULL ? requests->value
                                                                       : 0};
    }
    qsort(all, (size_t)found, sizeof(*all), by_requests);
    *count = found < most ? found : most;
    const char **names = mem_resize(NULL, sizeof(*names) * (size_t)(*count + 1));
    for (int i = 0; i < *count; i++)
        names[i] = all[i].resource;
    arena_free(arena);
    return names;
}

/* -- sentences --------------------------------------------------------------------------------------------------- */

static void add_state(const struct brief_run *run, struct text *out)
{
    char p99[UNIT_TEXT_MAX], errors[UNIT_TEXT_MAX], cost[UNIT_TEXT_MAX];
    const struct result_row *latency = brief_row(run, "*", "latency", "p99");
    const struct result_row *failed = brief_row(run, "*", "errors", "mean");
    if (run->in.slo_count > 0)
        text_addf(out, "%d of %d SLOs met; ", brief_slos_met(run), run->in.slo_count);
    text_addf(out, "p99 %s, %s errors, %s a month.",
              brief_show(p99, latency == NULL ? NAN : latency->value, "ms"),
              brief_show(errors, failed == NULL ? NAN : failed->value, "ratio"),
              brief_show(cost, brief_cost_month(run), "usd"));
}

/* The cheapest run that meets all its SLOs; -1: none does. */
static int cheapest(const struct brief *brief)
{
    int best = -1;
    for (int i = 0; i < brief->count; i++) {
        const struct brief_run *run = &brief->runs[i];
        if (brief_slos_met(run) < run->in.slo_count)
            continue;
        if (best < 0 || brief_cost_month(run) < brief_cost_month(&brief->runs[best]))
            best = i;
    }
    return best;
}

void brief_add_verdict(const struct brief *brief, struct text *out)
{
    int slos = 0, best = cheapest(brief);
    for (int i = 0; i < brief->count; i++)
        slos += brief->runs[i].in.slo_count;
    if (brief->count == 1) {
        add_state(&brief->runs[0], out);
        return;
    }
    if (best < 0) {
        text_addf(out, "None of these %d runs meets all its SLOs.", brief->count);
        return;
    }
    text_addf(out, slos > 0 ? "Cheapest that meets every SLO: “%s”. " : "Cheapest: “%s”. ",
              brief->runs[best].title);
    add_state(&brief->runs[best], out);
}

bool brief_add_settling(const struct brief *brief, int run, struct text *out)
{
    const struct folder_meta *meta = &brief->runs[run].in.meta;
    if (meta->unsettled == NULL || meta->unsettled_resource == NULL || meta->unsettled_what == NULL)
        return false;
    bool never = strcmp(meta->unsettled, "never") == 0;
    text_addf(out, "“%s” %s: the %s of %s %s.", brief->runs[run].title,
              never ? "does not settle" : "was measured before it had settled",
              meta->unsettled_what, meta->unsettled_resource,
              never ? "goes on changing" : "was still changing");
    return true;
}

/* As a shell takes it. */
static void add_word(struct text *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./=:,+@%";
    text_add(out, " ");
    if (word[0] != '\0' && strspn(word, plain) == strlen(word)) {
        text_add(out, word);
        return;
    }
    text_add(out, "'");
    for (; *word != '\0'; word++)
        if (*word == '\'')
            text_add(out, "'\\''");
        else
            text_add_bytes(out, word, 1);
    text_add(out, "'");
}

static void add_assignments(struct text *out, const char *option,
                            const struct assignment *assignments, int count)
{
    struct text word = {0};
    for (int i = 0; i < count; i++) {
        word.length = 0;
        text_addf(&word, "%s=", assignments[i].name);
        value_show(&assignments[i].value, &word);
        text_addf(out, " %s", option);
        add_word(out, word.data);
    }
    text_free(&word);
}

static void add_span(struct text *out, const char *option, double seconds)
{
    if (isnan(seconds))
        return;
    text_addf(out, " %s ", option);
    csv_add_exact(out, seconds);
    text_add(out, "s");
}

void brief_add_command(const struct brief *brief, int run, struct text *out)
{
    const struct folder_meta *meta = &brief->runs[run].in.meta;
    text_add(out, "tepid run");
    add_word(out, meta->file == NULL ? meta->scenario : meta->file);
    if (meta->variant != NULL) {
        text_add(out, " --variant");
        add_word(out, meta->variant);
    }
    add_assignments(out, "-p", meta->params, meta->param_count);
    add_assignments(out, "--set", meta->settings, meta->setting_count);
    text_addf(out, " --seed %" PRIu64, meta->seed);
    if (meta->reps > 1)
        text_addf(out, " --reps %d", meta->reps);
    add_span(out, "--duration", meta->duration_s);
    add_span(out, "--warmup", meta->warmup_s);
}
