/* panels.c - the list of panels, and what their pictures depend on. */
#include "ui/panel_cost.h"
#include "ui/panel_frame.h"
#include "ui/panel_heat.h"
#include "ui/panel_latency.h"
#include "ui/panel_map.h"
#include "ui/panel_series.h"
#include "ui/panel_stages.h"

#include <string.h>

/* In the order of enum panel_id. */
const struct panel panels[] = {
    {"latency", "Latency", NULL, panel_latency_draw, panel_latency_csv},
    {"concurrency", "Concurrency", NULL, panel_concurrency_draw, panel_concurrency_csv},
    {"stages", "Where time goes", NULL, panel_stages_draw, panel_stages_csv},
    {"heat", "Latency heat map", NULL, panel_heat_draw, panel_heat_csv},
    {"cost", "Cost", NULL, panel_cost_draw, panel_cost_csv},
    {"map", "Service map", panel_map_applies, panel_map_draw, panel_map_csv},
    {"traffic", "Traffic", NULL, panel_traffic_draw, panel_traffic_csv},
    {"failures", "Failures", panel_failures_applies, panel_failures_draw, panel_failures_csv},
    {"cold", "Cold starts", panel_cold_applies, panel_cold_draw, panel_cold_csv},
    {"instances", "Instances", panel_cold_applies, panel_instances_draw, panel_instances_csv},
    {"queue-depth", "Queue depth", panel_queue_applies, panel_queue_depth_draw,
     panel_queue_depth_csv},
    {"queue-age", "Queue age", panel_queue_applies, panel_queue_age_draw, panel_queue_age_csv},
    {"reads", "Read capacity", panel_capacity_applies, panel_reads_draw, panel_reads_csv},
    {"writes", "Write capacity", panel_capacity_applies, panel_writes_draw, panel_writes_csv},
    {NULL, NULL, NULL, NULL, NULL},
};

/* -- what the still pass depends on ------------------------------------------------------------------ */

static uint64_t mix(uint64_t key, uint64_t value)
{
    key = (key ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return key ^ key >> 29;
}

static uint64_t mix_number(uint64_t key, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return mix(key, bits);
}

static uint64_t mix_record(uint64_t key, const struct record *record)
{
    key = mix(key, (uintptr_t)record);
    return record != NULL ? mix(key, record_version(record)) : key;
}

uint64_t view_still_key(const struct view *view, struct rect where)
{
    uint64_t key = mix(0, (uintptr_t)view->theme);
    key = mix_record(mix_record(mix_record(key, view->run), view->ghost), view->baseline);
    const double numbers[] = {
        where.x,           where.y,        where.w, where.h, view->canvas->text_scale,
        view->time.from_s, view->time.to_s};
    for (size_t i = 0; i < COUNTOF(numbers); i++)
        key = mix_number(key, numbers[i]);
    return mix(key, (uint64_t)view->log_scale << 4 | (uint64_t)view->show_p50 << 3 |
                        (uint64_t)view->show_p95 << 2 | (uint64_t)view->show_p99 << 1 |
                        (uint64_t)view->table);
}
