/* panel_series.h - the panels that are a few curves over time and perhaps a limit: concurrency, traffic, failures, cold starts, instances,
 * queues, capacity of tables. One description each; chart, table, CSV and crosshair are made from it.
 */
#ifndef TEPID_UI_PANEL_SERIES_H
#define TEPID_UI_PANEL_SERIES_H

#include "ui/view.h"

/* As struct panel wants them. */
struct wish panel_concurrency_draw(struct view *view, struct rect where);
struct wish panel_traffic_draw(struct view *view, struct rect where);
struct wish panel_failures_draw(struct view *view, struct rect where);
struct wish panel_cold_draw(struct view *view, struct rect where);
struct wish panel_instances_draw(struct view *view, struct rect where);
struct wish panel_queue_depth_draw(struct view *view, struct rect where);
struct wish panel_queue_age_draw(struct view *view, struct rect where);
struct wish panel_reads_draw(struct view *view, struct rect where);
struct wish panel_writes_draw(struct view *view, struct rect where);

void panel_concurrency_csv(struct view *view, struct text *out);
void panel_traffic_csv(struct view *view, struct text *out);
void panel_failures_csv(struct view *view, struct text *out);
void panel_cold_csv(struct view *view, struct text *out);
void panel_instances_csv(struct view *view, struct text *out);
void panel_queue_depth_csv(struct view *view, struct text *out);
void panel_queue_age_csv(struct view *view, struct text *out);
void panel_reads_csv(struct view *view, struct text *out);
void panel_writes_csv(struct view *view, struct text *out);

/* Where the scenario has such a thing. */
bool panel_failures_applies(const struct record *record);
bool panel_cold_applies(const struct record *record);
bool panel_queue_applies(const struct record *record);
bool panel_capacity_applies(const struct record *record);

#endif
