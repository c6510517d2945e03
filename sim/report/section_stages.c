/* section_stages.c - where the time goes: each node's mean latency, split by what it was spent on. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/quantity.h"
#include "report/section.h"

#define NS_PER_MS 1e6

static const struct {
    const char *metric, *label;
} stages[] = {
    {"stage_queue", "queue"},
    {"stage_init", "init"},
    {"stage_run", "run"},
    {"stage_wait", "wait"},
    {"stage_downstream", "downstream"},
    {"stage_backoff", "back-off"},
    {"stage_overhead", "overhead"},
};

struct split {
    double mean_ms[COUNTOF(stages)];
    double total_ms;
};

static struct split split_of(const struct section *section, int node)
{
    struct split split = {.total_ms = 0};
    for (size_t i = 0; i < COUNTOF(stages); i++) {
        double mean_ms = lookup_value(section->lookup, node, stages[i].metric, "mean");
        split.mean_ms[i] = mean_ms > 0 ? mean_ms : 0;
        split.total_ms += split.mean_ms[i];
    }
    return split;
}

/* The largest stage not yet taken, or -1; ties go to the first. */
static int take_largest(struct split *split)
{
    int largest = -1;
    for (int i = 0; i < (int)COUNTOF(stages); i++)
        if (split->mean_ms[i] > 0 && (largest < 0 || split->mean_ms[i] > split->mean_ms[largest]))
            largest = i;
    return largest;
}

static void put_stage(const struct section *section, int stage, double mean_ms, double share,
                      bool first)
{
    struct page *page = section->page;
    char time[UNIT_TEXT_MAX], text[2 * UNIT_TEXT_MAX];
    (void)snprintf(text, sizeof text, share < 0.005 ? "%s %s <1%%" : "%s %s %.0f%%",
                   stages[stage].label, unit_show_time(time, mean_ms * NS_PER_MS), 100 * share);
    int gap = first ? 0 : 2;
    if (page_column(page) + gap + (int)text_columns(text) > page->width) {
        page_line(page);
        page_to(page, SECTION_NUMBERS + SECTION_COLUMN + 2);
    } else if (!first) {
        page_to(page, page_column(page) + gap);
    }
    page_put(page, PAGE_PLAIN, text);
}

static void put_node(const struct section *section, int node, struct split split)
{
    struct page *page = section->page;
    char time[UNIT_TEXT_MAX];
    page_to(page, SECTION_MARGIN);
    page_cell(page, PAGE_PLAIN, section_node_label(&section->result->nodes[node]),
              SECTION_NUMBERS - SECTION_MARGIN - 2);
    page_until(page, PAGE_PLAIN, unit_show_time(time, split.total_ms * NS_PER_MS),
               SECTION_NUMBERS + SECTION_COLUMN);
    page_to(page, SECTION_NUMBERS + SECTION_COLUMN + 2);
    bool first = true;
    for (int stage; (stage = take_largest(&split)) >= 0; first = false) {
        double mean_ms = split.mean_ms[stage];
        split.mean_ms[stage] = 0;
        put_stage(section, stage, mean_ms, mean_ms / split.total_ms, first);
    }
    page_line(page);
}

/* A gateway of one route is that route, and what its clients see stands under "all requests". */
static bool repeats_another(const struct section *section, int node)
{
    return lookup_route_count(section->lookup, node) == 1 ||
           strcmp(section->result->nodes[node].kind, "traffic") == 0;
}

void section_stages(const struct section *section)
{
    int rows = 0, left_out = 0;
    for (int i = 0; i < section->result->node_count; i++) {
        struct split split = split_of(section, i);
        if (!(split.total_ms > 0) || repeats_another(section, i))
            continue;
        if (!section_shows(section, i) || rows >= SECTION_ROWS_MAX) {
            left_out++;
            continue;
        }
        if (rows++ == 0) {
            section_heading(section, "WHERE THE TIME GOES");
            page_until(section->page, PAGE_DIM, "mean", SECTION_NUMBERS + SECTION_COLUMN);
            page_line(section->page);
        }
        put_node(section, i, split);
    }
    section_more(section, left_out, "summary.csv");
    if (rows > 0)
        page_line(section->page);
}
