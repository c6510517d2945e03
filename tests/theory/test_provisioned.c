/* test_provisioned.c - how many units of provisioned concurrency pay, priced exactly.
 *
 * The example is a published one: 512 MB, 10 M calls of 2 s in 31 days. What finds all units busy runs on
 * demand, so the units are Erlang's loss system and the overflow is B(units, 7.467) whatever the law of the
 * service; with the prices below that gives the whole bill (US dollars, us-east-1, 2026-10):
 *   on demand .0000166667 / GB-s; provisioned .0000097222 / GB-s used + .0000041667 / GB-s kept;
 *   .20 / M calls.
 * Init is billed too, which the formula leaves out: 2.5 s for each cold start, + $0.11 at a keep-alive of 10 min.
 *
 * Four columns run at full length, the others for a fifth of it (and their cost is multiplied by 5). Noise:
 * the number of calls has a relative standard error of 1/sqrt(10 M) = 0.03 % (a fifth: 0.07 %). That all
 * units are busy is correlated over some 2 s, and 31 days are about 1.3 M independent looks: a spill
 * of 30 % is known to sqrt(.3 * .7 / 1.3 M) = 0.04 points (a fifth: 0.09), which moves the cost by 0.03 $ (0.06
 * $). Three of these and the init are 0.15 points and 0.15 % at full length; at a fifth twice that is allowed.
 */
#include <math.h>

#include "tests/suite.h"
#include "tests/theory/lab.h"
#include "tests/theory/reference.h"

#define RATE_PER_S 3.7336
#define SERVICE_S  2.0
#define MEMORY_GB  0.5
#define MONTH_S    (31 * 86400.)

/* Row by row as published: units, spill %, USD. */
struct column {
    int units;
    double spill_percent, spill_digit; /* half of the last digit given */
    double usd;
    int shorter; /* the run's length is a full one divided by this */
};

static const struct column columns[] = {
    {0, 100, 0, 168.67, 1},       {4, 55.1, 0.05, 159.78, 5}, {6, 36.0, 0.05, 157.68, 5},
    {7, 27.7, 0.05, 157.54, 1},   {8, 20.6, 0.05, 158.14, 5}, {10, 9.8, 0.05, 161.84, 5},
    {12, 3.7, 0.05, 168.78, 1},   {13, 2.1, 0.05, 173.22, 5}, {15, 0.55, 0.005, 183.30, 5},
    {20, 0.01, 0.005, 210.83, 5}, {50, 0, 0.005, 378.22, 1},
};

static double exact_spill(int units)
{
    return erlang_b(units, RATE_PER_S * SERVICE_S);
}

static double exact_usd(int units)
{
    double calls = RATE_PER_S * MONTH_S, used_gb_s = calls * SERVICE_S * MEMORY_GB;
    double spilled_gb_s = used_gb_s * exact_spill(units);
    return calls * 0.2e-6 + spilled_gb_s * 0.0000166667 +
           (used_gb_s - spilled_gb_s) * 0.0000097222 + units * MEMORY_GB * MONTH_S * 0.0000041667;
}

static void test_the_formula_gives_the_published_table(void)
{
    for (size_t i = 0; i < COUNTOF(columns); i++) {
        const struct column *column = &columns[i];
        CU_ASSERT_DOUBLE_EQUAL(exact_usd(column->units), column->usd, 0.0051);
        CU_ASSERT_DOUBLE_EQUAL(100 * exact_spill(column->units), column->spill_percent,
                               column->spill_digit + 1e-9);
    }
}

static struct lab *run_units(int units, int shorter)
{
    return lab_run(
        1,
        "scenario 'provisioned-sizing' {}\n"
        "local work = fn 'work' { memory = '512MB', runtime = 'java21', timeout = '30s',\n"
        "  init = '2500ms', keep_alive = '10min', provisioned = %d,\n"
        "  handler = function(r) r:wait '2s' end }\n"
        "traffic 'jobs' { to = work, rate = '%g/s' }\n"
        "simulate { duration = '%.0fs', warmup = '1h', seed = 1, sample = '1h' }\n",
        units, RATE_PER_S, MONTH_S / shorter + 3600);
}

/* What a run of one column says. */
struct outcome_of_units {
    double spill, cold, utilisation, usd;
};

static struct outcome_of_units measure(const struct column *column)
{
    struct lab *lab = run_units(column->units, column->shorter);
    struct outcome_of_units found = {
        .spill = lab_value(lab, "work", "spill", "mean"),
        .cold = lab_value(lab, "work", "cold", "mean"),
        .usd = lab_value(lab, "*", "cost", "sum") * column->shorter,
    };
    if (column->units > 0)
        found.utilisation = lab_value(lab, "work", "utilisation", "mean");
    lab_close(lab);
    return found;
}

static void check_column(const struct column *column, const struct outcome_of_units *found)
{
    double spill = exact_spill(column->units), usd = exact_usd(column->units);
    double allowed = column->shorter > 1 ? 0.003 : 0.0015;
    CU_ASSERT_TRUE(lab_near("spill", found->spill, spill, allowed));
    CU_ASSERT_TRUE(lab_near("  USD", found->usd, usd, allowed * usd));
    if (column->units == 0)
        return;
    double used = RATE_PER_S * SERVICE_S * (1 - spill) / column->units;
    CU_ASSERT_TRUE(lab_near("  utilisation", found->utilisation, used, allowed));
}

static void test_every_column_of_the_table(void)
{
    double usd_of_none = 0, usd_of_12 = 0, usd_of_7 = 0;
    for (size_t i = 0; i < COUNTOF(columns); i++) {
        struct outcome_of_units found = measure(&columns[i]);
        check_column(&columns[i], &found);
        if (columns[i].units == 0) {
            usd_of_none = found.usd;
            /* Spill is not cold: with no units at all 0.05 % of calls meet a cold start. */
            CU_ASSERT_TRUE(lab_near("cold without units", found.cold, 0.0005, 0.0001));
        }
        usd_of_7 = columns[i].units == 7 ? found.usd : usd_of_7;
        usd_of_12 = columns[i].units == 12 ? found.usd : usd_of_12;
    }
    /* Twelve units break even: + $0.11, seven save $11.13. Calls are the same in all runs, so only spill is noisy:
     * for 12 units it is known to 0.02 points, $0.01. */
    CU_ASSERT_TRUE(
        lab_near("12 against none", usd_of_12 - usd_of_none, exact_usd(12) - exact_usd(0), 0.08));
    CU_ASSERT_TRUE(
        lab_near("7 against none", usd_of_7 - usd_of_none, exact_usd(7) - exact_usd(0), 0.12));
}

CU_TestInfo suite_provisioned[] = {
    TEST(test_the_formula_gives_the_published_table),
    TEST(test_every_column_of_the_table),
    CU_TEST_INFO_NULL,
};
