/* panel_data.c - see the header. */
#include "ui/panel_data.h"

#include "core/arena.h"
#include "report/csv.h"

#include <math.h>
#include <string.h>

/* The smallest of 1, 2, 5, 10, 20 ... that is at least `least`. */
static double nice_at_least(double least)
{
    double nice = 1;
    static const double factor[] = {2, 2.5, 2};
    for (int i = 0; nice < least; i++)
        nice *= factor[i % 3];
    return nice;
}

struct bins bins_over(const struct time_window *time, double sample_s, int most)
{
    ASSERT(most >= 2 && most <= BINS_MAX && sample_s > 0);
    double span = fmax(time->to_s - time->from_s, sample_s);
    double samples = nice_at_least(span / sample_s / (most - 1));
    struct bins bins = {.step_s = samples * sample_s};
    bins.from_s = floor(time->from_s / bins.step_s + 1e-9) * bins.step_s;
    double count = ceil((time->from_s + span - bins.from_s) / bins.step_s - 1e-9);
    bins.count = (int)fmin(fmax(count, 1), most);
    return bins;
}

struct bins bins_at(const struct bins *bins, double at_s)
{
    double index = floor((at_s - bins->from_s) / bins->step_s + 1e-9);
    return (struct bins){bins->from_s + index * bins->step_s, bins->step_s, 1};
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : (double)NAN;
}

void series_values(struct record *record, const struct series_def *def, const struct bins *bins,
                   double *values)
{
    struct bin cells[BINS_MAX], over[BINS_MAX];
    double to_s = bins_to_s(bins), sample_s = record_info(record)->sample_s;
    record_bins(record, def->node, def->series, bins->from_s, to_s, bins->count, cells);
    if (def->how == SERIES_SHARE)
        record_bins(record, def->node, def->over, bins->from_s, to_s, bins->count, over);
    for (int i = 0; i < bins->count; i++) {
        const struct bin *cell = &cells[i];
        values[i] = (double)NAN;
        if (cell->n == 0)
            continue;
        switch (def->how) {
        case SERIES_MAX:
            values[i] = cell->max;
            break;
        case SERIES_MEAN:
            values[i] = cell->sum / (double)cell->n;
            break;
        case SERIES_RATE:
            values[i] = cell->sum / ((double)cell->n * sample_s);
            break;
        case SERIES_SHARE:
            values[i] = ratio(cell->sum, over[i].n ? over[i].sum : 0);
            break;
        }
    }
}

static double sample_value(const struct record *record, const struct series_def *def, double at_s)
{
    double value = record_value(record, def->node, def->series, at_s);
    switch (def->how) {
    case SERIES_SHARE:
        return ratio(value, record_value(record, def->node, def->over, at_s));
    case SERIES_RATE:
        return value / record_info(record)->sample_s;
    case SERIES_MAX:
    case SERIES_MEAN:
        break;
    }
    return value;
}

void series_csv(struct view *view, const struct series_def *defs, int count, struct text *out)
{
    const struct record_info *info = record_info(view->run);
    text_add(out, "time_s");
    for (int i = 0; i < count; i++) {
        text_add(out, ",");
        csv_add_text(out, defs[i].column);
    }
    text_add(out, "\n");
    double sample_s = info->sample_s;
    double end_s = fmin(view->time.to_s, record_reached_s(view->run));
    for (double at = floor(fmax(view->time.from_s, 0) / sample_s + 1e-9);
         at * sample_s < end_s - 1e-9 * sample_s; at++) {
        csv_add_number(out, fmin((at + 1) * sample_s, info->duration_s));
        for (int i = 0; i < count; i++) {
            text_add(out, ",");
            csv_add_number(out, sample_value(view->run, &defs[i], (at + 0.5) * sample_s));
        }
        text_add(out, "\n");
    }
}

bool series_any(struct record *record, int node, enum record_series series)
{
    const struct record_info *info = record_info(record);
    int first = node < 0 ? 0 : node, last = node < 0 ? info->node_count - 1 : node;
    for (int i = first; i <= last; i++) {
        struct bin all;
        record_bins(record, i, series, 0, info->duration_s, 1, &all);
        if (all.n > 0 && all.max > 0)
            return true;
    }
    return false;
}

static bool is_place(const struct record_node *node)
{
    return node->resource >= 0 && node->parent < 0 && !node->source;
}

int series_top_nodes(struct view *view, enum record_series series, int *nodes, int most)
{
    const struct record_info *info = record_info(view->run);
    double largest[BINS_MAX];
    int count = 0;
    ASSERT(most <= BINS_MAX);
    for (int i = 0; i < info->node_count; i++) {
        struct bin all = {.n = 0};
        if (is_place(&info->nodes[i]))
            record_bins(view->run, i, series, view->time.from_s, view->time.to_s, 1, &all);
        if (all.n == 0 || !(all.max > 0))
            continue;
        int at = count < most ? count++ : most;
        for (; at > 0 && largest[at - 1] < all.max; at--) {
            if (at < most) {
                largest[at] = largest[at - 1];
                nodes[at] = nodes[at - 1];
            }
        }
        if (at < most) {
            largest[at] = all.max;
            nodes[at] = i;
        }
    }
    return count;
}

int limited_node(const struct record *record, int node)
{
    const struct record_info *info = record_info(record);
    const struct record_node *self = &info->nodes[node];
    if (!isfinite(self->limit) || !(self->limit > 0))
        return -1;
    if (strcmp(self->kind, "queue") != 0 && strcmp(self->kind, "stream") != 0)
        return node;
    for (int i = 0; i < info->edge_count; i++)
        if (info->edges[i].from == node && strcmp(info->nodes[info->edges[i].to].kind, "fn") == 0)
            return info->edges[i].to;
    return -1;
}

char *show_clock(char buf[32], double at_s, double step_s)
{
    double at = fmax(at_s, 0);
    double whole = floor(at + 1e-6);
    int64_t s = (int64_t)whole;
    int64_t days = s / 86400, h = s / 3600 % 24, m = s / 60 % 60;
    int n = 0;
    if (days > 0)
        n = snprintf(buf, 32, "%dd ", (int)days);
    if (days > 0 || h > 0)
        n += snprintf(buf + n, 32 - (size_t)n, "%d:%02d:%02d", (int)h, (int)m, (int)(s % 60));
    else
        n += snprintf(buf + n, 32 - (size_t)n, "%d:%02d", (int)m, (int)(s % 60));
    if (step_s < 1)
        (void)snprintf(buf + n, 32 - (size_t)n, ".%03d", (int)((at - whole) * 1000 + 0.5) % 1000);
    return buf;
}
