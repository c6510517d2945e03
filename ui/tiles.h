/* tiles.h - six figures above the charts: p50 p95 p99, concurrency, throttled, cost a month.
 *
 * With the clock at the end of the run they are the figures of the measured interval, those of summary.csv to the last digit (and
 * what is known so far while it is being simulated); only there each says how it stands to the SLO that asks for the same metric, for an SLO is
 * about the whole. Before that they are those of a stretch of time that ends at the clock, and say so. Each says how many requests it
 * stands on; a percentile with too few requests beyond it is grey.
 */
#ifndef TEPID_UI_TILES_H
#define TEPID_UI_TILES_H

#include "ui/app.h"

enum tile_id {
    TILE_P50,
    TILE_P95,
    TILE_P99,
    TILE_CONCURRENCY,
    TILE_THROTTLED,
    TILE_COST,
    TILE_COUNT
};

enum tile_state { TILE_NO_SLO, TILE_SLO_OPEN, TILE_SLO_MET, TILE_SLO_MISSED };

struct tile {
    const char *id, *label; /* "p99" */
    double number;          /* ms, count, ratio, USD a month, as in summary.csv; NAN: none */
    char figure[48];        /* as shown */
    char basis[48];         /* "n = 180 387" */
    char short_basis[24];
    bool weak; /* too few requests for a percentile */
    enum tile_state state;
    char limit[40]; /* "< 300ms" */
    char slo[64];   /* "web < 300ms" */
};

/* Works them out for the clock; `span_s` is the stretch they cover, 0: the measured interval. */
void tiles_make(struct record *run, const struct player *player, struct tile tiles[TILE_COUNT],
                double *span_s);

double tiles_height(const struct app *app);
void tiles_draw(struct app *app, struct rect where);

#endif
