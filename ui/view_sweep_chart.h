/* view_sweep_chart.h - the charts of a sweep: what is minimised and the p99, each over one parameter, a curve for each setting of the others.
 */
#ifndef TEPID_UI_VIEW_SWEEP_CHART_H
#define TEPID_UI_VIEW_SWEEP_CHART_H

#include "ui/sweep_job.h"
#include "ui/view.h"

/* *x_param: which parameter lies on the x axis (-1: the first of numbers); changes when another is chosen. *opened: position of the
 * point that was clicked, else it stays. */
void sweep_charts_draw(struct view *view, const struct job_view *job, struct rect where,
                       int *x_param, int *opened);

#endif
