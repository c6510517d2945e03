/* record.c - see record.h. Series are in record_pyramid.c, latencies in record_heat.c, names in record_info.c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/record_parts.h"

#define HOURS_IN_MONTH 730 /* as bills have it */

struct record *record_new(struct blueprint *blueprint)
{
    struct record *record = mem_resize(NULL, sizeof *record);
    *record = (struct record){.blueprint = blueprint, .info = &blueprint->info};
    size_t series = (size_t)record->info->node_count * RECORD_SERIES;
    record->series = mem_resize(NULL, sizeof *record->series * series);
    memset(record->series, 0, sizeof *record->series * series);
    record->cost_usd = mem_resize(NULL, sizeof(double) * (size_t)(blueprint->line_count + 1));
    memset(record->cost_usd, 0, sizeof(double) * (size_t)(blueprint->line_count + 1));
    return record;
}

void record_free(struct record *record)
{
    if (record == NULL)
        return;
    for (size_t i = 0; i < (size_t)record->info->node_count * RECORD_SERIES; i++)
        pyramid_free(&record->series[i]);
    mem_free(record->series);
    latency_free(&record->latency);
    mem_free(record->stages);
    mem_free(record->edges);
    mem_free(record->cost_usd);
    result_free(record->result);
    trace_set_free(record->traces);
    blueprint_free(record->blueprint);
    if (record->release != NULL)
        record->release(record->owner);
    mem_free(record);
}

/* -- filling ---------------------------------------------------------------------------------------- */

static void append_rows(struct record *record, const struct sample_row *rows, size_t count)
{
    /* The columns of a row stand in the order of enum record_series. */
    _Static_assert(sizeof(struct sample_row) ==
                       offsetof(struct sample_row, arrivals) + sizeof(double) * RECORD_SERIES,
                   "a column of timeseries.csv has no series");
    for (size_t r = 0; r < count; r++) {
        const double *columns = &rows[r].arrivals;
        struct pyramid *series = &record->series[(size_t)rows[r].node * RECORD_SERIES];
        for (int s = 0; s < RECORD_SERIES; s++)
            pyramid_push(&series[s], record->count, columns[s]);
    }
}

static void append_stages(struct record *record, const struct chunk_sample *sample)
{
    size_t at = (size_t)record->count;
    if (at == 0) {
        record->stages = mem_grow(NULL, 0, &record->stage_capacity, sizeof *record->stages);
        record->stages[0] = (struct stage_sum){{0}, 0};
    }
    record->stages =
        mem_grow(record->stages, at + 1, &record->stage_capacity, sizeof *record->stages);
    struct stage_sum *sum = &record->stages[at + 1];
    *sum = record->stages[at];
    sum->calls += (double)sample->staged;
    for (int k = 0; k < STAGE_COUNT; k++)
        sum->ns[k] += sample->stage_ns[k];
}

static void append_edges(struct record *record, const struct edge_count *edges)
{
    for (int e = 0; e < record->info->edge_count; e++) {
        record->edges = mem_grow(record->edges, record->edges_used, &record->edge_capacity,
                                 sizeof *record->edges);
        record->edges[record->edges_used++] = edges[e];
    }
}

/* Totals so far; the rate of events is that of the last half second or more. */
static void set_totals(struct record *record, const struct chunk *chunk)
{
    struct record_totals *totals = &record->totals;
    if (record->rate_wall_s == 0) {
        record->rate_wall_s = chunk->wall_s;
        record->rate_events = chunk->events;
    }
    double took = chunk->wall_s - record->rate_wall_s;
    if (took > 0 && (took >= 0.5 || totals->events_per_s == 0))
        totals->events_per_s = (double)(chunk->events - record->rate_events) / took;
    if (took >= 0.5) {
        record->rate_wall_s = chunk->wall_s;
        record->rate_events = chunk->events;
    }
    totals->requests = chunk->requests;
    totals->events = chunk->events;
    totals->cost_usd = 0;
    for (int i = 0; i < chunk->cost_count; i++) {
        record->cost_usd[i] = chunk->cost_usd[i];
        totals->cost_usd += chunk->cost_usd[i];
    }
    double measured_h = (double)(record->reached - record->blueprint->warmup) / (double)SIM_HOUR;
    totals->cost_month_usd = measured_h > 0 ? totals->cost_usd / measured_h * HOURS_IN_MONTH : 0;
}

void record_append(struct record *record, const struct chunk *chunk)
{
    const struct sample_row *rows = chunk->rows;
    const struct bucket_count *latency = chunk->latency;
    size_t rows_each = chunk->sample_count == 0 ? 0 : chunk->row_count / chunk->sample_count;
    for (size_t i = 0; i < chunk->sample_count; i++) {
        const struct chunk_sample *sample = &chunk->samples[i];
        append_rows(record, rows + i * rows_each, rows_each);
        latency_push(&record->latency, latency, sample->latency_count);
        latency += sample->latency_count;
        append_stages(record, sample);
        append_edges(record, chunk->edges + i * (size_t)record->info->edge_count);
        record->reached = sample->to;
        record->count++;
    }
    if (chunk->sample_count > 0)
        set_totals(record, chunk);
    record->version++;
}

void record_set_traces(struct record *record, struct trace_set *traces)
{
    trace_set_free(record->traces);
    record->traces = traces;
    record->version++;
}

void record_land(struct record *record, struct result *result, void (*release)(void *owner),
                 void *owner)
{
    record->release = release;
    record->owner = owner;
    record->result = result;
    record->reached = result->reached;
    record->totals = (struct record_totals){
        .requests = result->requests,
        .events = result->events,
        .cost_usd = result->bill.cost_usd,
        .cost_month_usd = result->bill.cost_month_usd,
    };
    record->version++;
}

/* -- asking ------------------------------------------------------------------------------------------ */

const struct record_info *record_info(const struct record *record)
{
    return record->info;
}

double record_reached_s(const struct record *record)
{
    return (double)record->reached / 1e9;
}

const struct result *record_result(const struct record *record)
{
    return record->result;
}

uint64_t record_version(const struct record *record)
{
    return record->version;
}

void record_totals(const struct record *record, struct record_totals *totals)
{
    *totals = record->totals;
}

const struct trace_set *record_traces(const struct record *record)
{
    return record->traces;
}

int64_t record_sample_at(const struct record *record, double at_s)
{
    double at = at_s / record->info->sample_s;
    if (!(at >= 0) || !(at_s < (double)record->reached / 1e9) || record->count == 0)
        return -1;
    int64_t index = (int64_t)at;
    return index < record->count ? index : record->count - 1;
}

/* The number of samples whose middle lies before an instant. The last may have been cut short. */
static int64_t middles_before(const struct record *record, double at_s)
{
    double width = record->info->sample_s;
    double index = ceil(at_s / width - 0.5);
    int64_t last = record->count - 1;
    if (!(index > 0))
        return 0;
    if (index < (double)last)
        return (int64_t)index;
    double end_s = (double)record->reached / 1e9;
    double middle_s = ((double)last * width + fmin(end_s, (double)record->count * width)) / 2;
    return middle_s < at_s ? record->count : last;
}

bool record_column(const struct record *record, struct record_span span, int column, int64_t *first,
                   int64_t *end)
{
    double width = (span.to_s - span.from_s) / span.columns;
    double from_s = span.from_s + width * column, to_s = span.from_s + width * (column + 1);
    if (record->count == 0 || !(width > 0))
        return false;
    *first = middles_before(record, from_s);
    *end = middles_before(record, to_s);
    if (*first < *end)
        return true;
    if (width >= record->info->sample_s)
        return false;
    *first = record_sample_at(record, (from_s + to_s) / 2);
    *end = *first + 1;
    return *first >= 0;
}

static const struct pyramid *series_of(const struct record *record, int node,
                                       enum record_series series)
{
    ASSERT(node >= 0 && node < record->info->node_count);
    return &record->series[(size_t)node * RECORD_SERIES + series];
}

void record_bins(struct record *record, int node, enum record_series series, double from_s,
                 double to_s, int columns, struct bin *bins)
{
    const struct pyramid *pyramid = series_of(record, node, series);
    struct record_span span = {from_s, to_s, columns};
    for (int c = 0; c < columns; c++) {
        int64_t first, end;
        if (!record_column(record, span, c, &first, &end))
            first = end = 0;
        bins[c] = pyramid_range(pyramid, first, end);
    }
}

double record_value(const struct record *record, int node, enum record_series series, double at_s)
{
    int64_t sample = record_sample_at(record, at_s);
    return sample < 0 ? NAN : pyramid_at(series_of(record, node, series), sample);
}

void record_stages(struct record *record, double from_s, double to_s, int columns,
                   double (*mean_ms)[STAGE_COUNT])
{
    struct record_span span = {from_s, to_s, columns};
    for (int c = 0; c < columns; c++) {
        int64_t first = 0, end = 0;
        bool any = record_column(record, span, c, &first, &end);
        double calls = any ? record->stages[end].calls - record->stages[first].calls : 0;
        for (int k = 0; k < STAGE_COUNT; k++) {
            double ns = any ? record->stages[end].ns[k] - record->stages[first].ns[k] : 0;
            mean_ms[c][k] = calls > 0 ? ns / calls / 1e6 : NAN;
        }
    }
}

struct edge_flow record_flow(const struct record *record, int edge, double at_s)
{
    int64_t sample = record_sample_at(record, at_s);
    if (sample < 0)
        return (struct edge_flow){0, 0};
    size_t edges = (size_t)record->info->edge_count;
    struct edge_count count = record->edges[(size_t)sample * edges + (size_t)edge];
    double width = record->info->sample_s, begin = (double)sample * width;
    double took = fmin(width, (double)record->reached / 1e9 - begin);
    double failed = fmin(count.failed, count.calls);
    return (struct edge_flow){count.calls / took, count.calls > 0 ? failed / count.calls : 0};
}

/* -- costs ------------------------------------------------------------------------------------------------ */

static int by_cost(const void *a, const void *b)
{
    double x = ((const struct record_cost *)a)->month_usd,
           y = ((const struct record_cost *)b)->month_usd;
    return x < y ? 1 : x > y ? -1 : 0;
}

/* The tiers of an item stand next to each other in the bill. */
static bool is_next_tier(const struct bill_line *line, const struct bill_line *before)
{
    return strcmp(line->line_item, before->line_item) == 0 &&
           strcmp(line->resource, before->resource) == 0 &&
           strcmp(line->service, before->service) == 0;
}

static int cost_lines(const struct record *record, struct record_cost *lines)
{
    if (record->result != NULL) {
        const struct bill *bill = &record->result->bill;
        int count = 0;
        for (int i = 0; i < bill->count; i++) {
            const struct bill_line *line = &bill->lines[i];
            if (i > 0 && is_next_tier(line, line - 1))
                lines[count - 1].month_usd += line->cost_month_usd;
            else
                lines[count++] =
                    (struct record_cost){line->resource, line->line_item, line->cost_month_usd};
        }
        return count;
    }
    double cost = record->totals.cost_usd;
    double month = cost > 0 ? record->totals.cost_month_usd / cost : 0;
    for (int i = 0; i < record->blueprint->line_count; i++) {
        lines[i] = record->blueprint->lines[i];
        lines[i].month_usd = record->cost_usd[i] * month;
    }
    return record->blueprint->line_count;
}

int record_costs(struct record *record, struct record_cost *costs, int most)
{
    int room = record->blueprint->line_count;
    if (record->result != NULL && record->result->bill.count > room)
        room = record->result->bill.count;
    struct record_cost *lines = mem_resize(NULL, sizeof *lines * (size_t)(room + 1));
    int count = cost_lines(record, lines);
    qsort(lines, (size_t)count, sizeof *lines, by_cost);
    int shown = count <= most ? count : most - 1;
    for (int i = 0; i < shown; i++)
        costs[i] = lines[i];
    if (count > most && most > 0) {
        costs[shown] = (struct record_cost){NULL, "other", 0};
        for (int i = shown; i < count; i++)
            costs[shown].month_usd += lines[i].month_usd;
        shown++;
    }
    mem_free(lines);
    return shown;
}
