/* bill.h - from metered usage to money, after the run.
 *
 * Usage is integers, counted while running; here it becomes units, falls into the price list's
 * graduated monthly tiers, and is multiplied once. A run measures an interval, prices are by
 * the month (730 h): quantities are scaled to a month, tiers and free allowances are applied
 * there - filled by the resources in order of declaration, since the provider counts per
 * account - and the interval's cost is the month's cost scaled back. So cost_month = cost * 730
 * h / measured, exactly. A tier used is a line of its own.
 *
 * With the free tier, free units go first (a line at price 0), then the tiers from 0; prices
 * that name the same free_pool share one allowance. What is metered (rounding up to 1 ms, 64 KB
 * chunks, 5-minute steps) is the business of whoever counts, not of the bill.
 */
#ifndef TEPID_COST_BILL_H
#define TEPID_COST_BILL_H

#include "cost/catalog.h"

#define BILL_MONTH_NS (INT64_C(730) * SIM_HOUR)

struct usage {
    const char *resource;
    const char *service;   /* "lambda" */
    const char *line_item; /* "compute" */
    const char *price;     /* key */
    const char *unit;      /* "gb_s" */
    int128 amount;         /* in the meter's own integer units */
    double per_unit;       /* amount / per_unit = priced units */
};

struct bill_line {
    const char *resource, *service, *line_item, *unit;
    double quantity; /* units in the measured interval */
    double unit_price_usd;
    double cost_usd, cost_month_usd;
};

struct bill {
    struct bill_line *lines; /* in the order of usage; arena */
    int count;
    double cost_usd, cost_month_usd;
};

/* Unknown price keys are errors (ERR_USER: the list misses it). Usage of 0 gives a line of 0 at
 * the first tier's price. Texts of `usage` are not copied. `measured_ns` > 0; amounts are not
 * negative. */
bool bill_make(struct bill *bill, struct arena *arena, const struct usage *usage, int count,
               const struct catalog *catalog, int64_t measured_ns, bool free_tier, struct err *err);

#endif
