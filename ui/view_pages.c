/* view_pages.c - the list of pages. */
#include "ui/view.h"
#include "ui/view_compare.h"
#include "ui/view_insights.h"
#include "ui/view_map.h"
#include "ui/view_sweep.h"
#include "ui/view_traces.h"

const struct page pages[] = {
    {"map", "Map", map_page_new, map_page_free, map_page_show, NULL, map_page_draw, map_page_csv,
     NULL},
    {"traces", "Traces", traces_page_new, traces_page_free, traces_page_ask, NULL, traces_page_draw,
     traces_page_csv, NULL},
    {"compare", "Compare", compare_page_new, compare_page_free, NULL, NULL, compare_page_draw,
     compare_page_csv, NULL},
    {"sweep", "Sweep", sweep_page_new, sweep_page_free, NULL, NULL, sweep_page_draw, sweep_page_csv,
     sweep_page_busy},
    {"insights", "Insights", insights_page_new, insights_page_free, NULL, NULL, insights_page_draw,
     insights_page_csv, insights_page_busy},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL},
};
