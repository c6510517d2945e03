/* bill.c - see the header for the rules; here they are kept in monthly quantities throughout. */
#include "cost/bill.h"

#include <math.h>
#include <string.h>

/* How far the month has filled the tiers of one price. */
struct tier_fill {
    const struct price *price;
    double filled;
};

/* What is left of one free allowance. */
struct allowance {
    const char *pool;
    double left;
};

/* There are never more of either than prices in the list, so a walk is short. */
struct ledger {
    struct tier_fill *fills;
    int fill_count;
    struct allowance *allowances;
    int allowance_count;
    double month_per_measured; /* 730 h / measured time */
};

static double *fill_of(struct ledger *ledger, const struct price *price)
{
    for (int i = 0; i < ledger->fill_count; i++)
        if (ledger->fills[i].price == price)
            return &ledger->fills[i].filled;
    ledger->fills[ledger->fill_count] = (struct tier_fill){.price = price};
    return &ledger->fills[ledger->fill_count++].filled;
}

static double *allowance_of(struct ledger *ledger, const struct price *price)
{
    const char *pool = price->free_pool != NULL ? price->free_pool : price->key;
    for (int i = 0; i < ledger->allowance_count; i++)
        if (strcmp(ledger->allowances[i].pool, pool) == 0)
            return &ledger->allowances[i].left;
    ledger->allowances[ledger->allowance_count] =
        (struct allowance){.pool = pool, .left = price->free_per_month};
    return &ledger->allowances[ledger->allowance_count++].left;
}

/* One usage on its way onto lines of the bill. */
struct posting {
    struct bill *bill;
    const struct usage *usage;
    double month_per_measured;
    double rest;       /* units of the measured interval without a line yet */
    double rest_month; /* the same in units of the month */
};

/* Puts `month` of what is left on a line. The last line takes the rest as it was counted, so that
 * the quantities of a usage add up to it. */
static void post(struct posting *posting, double month, double usd)
{
    const struct usage *usage = posting->usage;
    bool last = month >= posting->rest_month;
    double quantity = last ? posting->rest : month / posting->month_per_measured;
    double cost_month = month * usd;
    posting->bill->lines[posting->bill->count++] = (struct bill_line){
        .resource = usage->resource,
        .service = usage->service,
        .line_item = usage->line_item,
        .unit = usage->unit,
        .quantity = quantity,
        .unit_price_usd = usd,
        .cost_usd = cost_month / posting->month_per_measured,
        .cost_month_usd = cost_month,
    };
    posting->bill->cost_month_usd += cost_month;
    posting->rest = last ? 0 : posting->rest - quantity;
    posting->rest_month = last ? 0 : posting->rest_month - month;
}

static void post_free(struct posting *posting, double *left)
{
    double month = fmin(*left, posting->rest_month);
    if (month <= 0)
        return;
    *left -= month;
    post(posting, month, 0);
}

static void post_tiers(struct posting *posting, const struct price *price, double *filled)
{
    for (int i = 0; i < price->tier_count && posting->rest_month > 0; i++) {
        const struct price_tier *tier = &price->tiers[i];
        double month = fmin(tier->upto - *filled, posting->rest_month);
        if (month <= 0)
            continue; /* full already */
        *filled = month < posting->rest_month ? tier->upto : *filled + month;
        post(posting, month, tier->usd);
    }
    ASSERT(posting->rest_month == 0);
}

static void post_usage(struct bill *bill, struct ledger *ledger, const struct usage *usage,
                       const struct price *price, bool free_tier)
{
    ASSERT(usage->amount >= 0 && usage->per_unit > 0);
    double quantity = (double)usage->amount / usage->per_unit;
    struct posting posting = {
        .bill = bill,
        .usage = usage,
        .month_per_measured = ledger->month_per_measured,
        .rest = quantity,
        .rest_month = quantity * ledger->month_per_measured,
    };
    if (posting.rest_month == 0) {
        post(&posting, 0, price->tiers[0].usd);
        return;
    }
    if (free_tier)
        post_free(&posting, allowance_of(ledger, price));
    post_tiers(&posting, price, fill_of(ledger, price));
}

static const struct price *price_of(const struct usage *usage, const struct catalog *catalog,
                                    struct err *err)
{
    const struct price *price = catalog_price(catalog, usage->price);
    if (price == NULL) {
        (void)err_set(err, "price list %s has no price '%s' (%s of '%s')",
                      catalog_price_list_id(catalog), usage->price, usage->line_item,
                      usage->resource);
        (void)err_help(err, "add \"%s\" to the price list", usage->price);
    }
    return price;
}

bool bill_make(struct bill *bill, struct arena *arena, const struct usage *usage, int count,
               const struct catalog *catalog, int64_t measured_ns, bool free_tier, struct err *err)
{
    ASSERT(measured_ns > 0 && count >= 0);
    const struct price **prices = ARENA_ARRAY(arena, const struct price *, count);
    int lines = 0;
    for (int i = 0; i < count; i++) {
        prices[i] = price_of(&usage[i], catalog, err);
        if (prices[i] == NULL)
            return false;
        lines += 1 + prices[i]->tier_count;
    }

    struct ledger ledger = {
        .fills = ARENA_ARRAY(arena, struct tier_fill, count),
        .allowances = ARENA_ARRAY(arena, struct allowance, count),
        .month_per_measured = (double)BILL_MONTH_NS / (double)measured_ns,
    };
    *bill = (struct bill){.lines = ARENA_ARRAY(arena, struct bill_line, lines)};
    for (int i = 0; i < count; i++)
        post_usage(bill, &ledger, &usage[i], prices[i], free_tier);
    bill->cost_usd = bill->cost_month_usd / ledger.month_per_measured;
    return true;
}
