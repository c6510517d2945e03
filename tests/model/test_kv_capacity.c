/* test_kv_capacity.c - what a table's capacity is made of: growth on demand, partitions, heat, rationed decreases. */
#include <string.h>

#include "model/kv_scaling.h"
#include "tests/suite.h"

static struct kv_capacity_spec spec_of(bool on_demand, int64_t reads, int64_t writes, int64_t partitions)
{
    return (struct kv_capacity_spec){
        .on_demand = on_demand,
        .rate = {reads, writes},
        .most = {40000, 40000},
        .partition_rate = {3000, 1000},
        .partitions = partitions,
        .burst = 300 * SIM_SECOND,
        .split_after = SIM_NEVER,
        .peak_window = SIM_MINUTE,
        .peak_age = 30 * SIM_MINUTE,
    };
}

/* On demand, demand without end: every second takes are made until one is refused, spread evenly over the keys. The rate
 * is 4,000 for 31 min (a minute of traffic, 30 until it is a previous peak), then 8,000 and so on up to the quota. */
static void test_on_demand_doubles_every_31_minutes(void)
{
    struct kv_capacity capacity;
    struct kv_capacity_spec spec = spec_of(true, 12000, 4000, 1000);
    kv_capacity_init(&capacity, &spec, 0);
    uint64_t turn = 0;
    for (int64_t second = 0; second <= 4 * 31 * 60 + 60; second++) {
        sim_time now = second * SIM_SECOND;
        int64_t expected = INT64_C(4000) << (second / (31 * 60));
        int64_t before = capacity.limit[KV_WRITE].taken;
        while (kv_capacity_take(&capacity, KV_WRITE, 100, rng_mix(turn++), now) == KV_TAKEN)
            ;
        int64_t taken = (capacity.limit[KV_WRITE].taken - before) / 2;
        bool turning = second % (31 * 60) < 2; /* tokens of the second before came at the old rate */
        expected = expected < 40000 ? expected : 40000;
        /* The second in which the rate turns still has the old one's tokens: its minute's mean is 1/60 of a step short. */
        CU_ASSERT_TRUE(turning || (taken <= expected && (double)taken >= 0.98 * (double)expected));
    }
    CU_ASSERT_EQUAL(capacity.limit[KV_WRITE].rate, 40000);
    CU_ASSERT_EQUAL(capacity.limit[KV_READ].rate, 12000);
    kv_capacity_touch(&capacity, (4 * 31 * 60 + 60) * SIM_SECOND);
    CU_ASSERT_EQUAL(kv_partitions_taken(&capacity.partitions, KV_WRITE), capacity.limit[KV_WRITE].taken);
    kv_capacity_free(&capacity);
}

/* The previous peak, beside one found by walking over all the minutes there were. */
static void test_the_previous_peak_is_that_of_a_slow_search(void)
{
    enum { MINUTES = 400 };
    static int64_t taken[MINUTES];
    struct kv_capacity capacity;
    struct kv_capacity_spec spec = spec_of(true, 12000, 4000, 4);
    struct test_rng rng = {.state = 5};
    kv_capacity_init(&capacity, &spec, 0);
    memset(taken, 0, sizeof taken);
    for (int64_t minute = 0; minute < MINUTES;) {
        int64_t before = 0;
        for (int64_t i = 0; i <= minute - 31; i++)
            before = taken[i] > before ? taken[i] : before;
        /* Some units to find out the rate by, then some that make the minute's traffic. */
        if (kv_capacity_take(&capacity, KV_WRITE, 2, 0, minute * SIM_MINUTE + SIM_SECOND) == KV_TAKEN)
            taken[minute] += 2;
        int64_t twice = before / 60, expected = twice < 4000 ? 4000 : twice > 40000 ? 40000 : twice;
        CU_ASSERT_EQUAL(capacity.limit[KV_WRITE].rate, expected);
        for (int64_t n = test_rng_below(&rng, 60 * 12); n > 0; n--) {
            sim_time now = minute * SIM_MINUTE + 2 * SIM_SECOND + (60 * 12 - n) * 80 * SIM_MS;
            uint64_t hash = rng_mix((uint64_t)(minute * 1000 + n));
            if (kv_capacity_take(&capacity, KV_WRITE, 1600, hash, now) == KV_TAKEN)
                taken[minute] += 1600;
        }
        minute += test_rng_below(&rng, 8) == 0 ? 1 + test_rng_below(&rng, 70) : 1;
    }
    kv_capacity_free(&capacity);
}

/* -- partitions -------------------------------------------------------------------------------------------- */

/* Ranges cover all hashes and are found as a walk would find them, also after growth and splits. */
static void check_ranges(const struct kv_partitions *all)
{
    CU_ASSERT_EQUAL(all->first[0], 0);
    for (int32_t i = 1; i < all->count; i++)
        CU_ASSERT_TRUE(all->first[i - 1] < all->first[i]);
    for (uint64_t i = 0; i < 1000; i++) {
        uint64_t hash = rng_mix(i);
        int32_t found = 0;
        while (found + 1 < all->count && all->first[found + 1] <= hash)
            found++;
        CU_ASSERT_EQUAL(kv_partition_find(all, hash), found);
    }
    CU_ASSERT_EQUAL(kv_partition_find(all, UINT64_MAX), all->count - 1);
}

static void test_ranges_hold_all_hashes(void)
{
    static const int64_t rate[KV_KINDS] = {3000, 1000};
    for (int64_t count = 1; count <= 9; count++) {
        struct kv_partitions all;
        kv_partitions_init(&all, count, rate, 0, 0);
        check_ranges(&all);
        kv_partitions_grow(&all, 3 * count, 0);
        CU_ASSERT_EQUAL(all.count, 4 * count);
        check_ranges(&all);
        for (uint64_t i = 0; i < 300; i++)
            kv_partition_refused(&all, kv_partition_find(&all, rng_mix(i)), rng_mix(i), 0);
        CU_ASSERT_TRUE(all.heat_splits > 20);
        check_ranges(&all);
        kv_partitions_free(&all);
    }
}

/* Two keys in one partition, each asked for 1,000 times a second: 1,000 a second pass until the partition is split between
 * them, after 5 min of refusals, and then all 2,000. */
static void test_heat_splits_two_hot_keys_apart(void)
{
    struct kv_capacity capacity;
    struct kv_capacity_spec spec = spec_of(false, 1, 5000, 1);
    spec.split_after = 300 * SIM_SECOND;
    kv_capacity_init(&capacity, &spec, 0);
    int64_t passed[620] = {0};
    for (int64_t ms = 0; ms < 620000; ms++)
        for (uint64_t key = 1; key <= 2; key++)
            passed[ms / 1000] +=
                kv_capacity_take(&capacity, KV_WRITE, 2, key * 1000, ms * SIM_MS + (int64_t)key) == KV_TAKEN;
    CU_ASSERT_EQUAL(capacity.partitions.count, 2);
    for (int second = 10; second < 290; second++)
        CU_ASSERT_TRUE(passed[second] >= 999 && passed[second] <= 1001);
    for (int second = 310; second < 600; second++)
        CU_ASSERT_EQUAL(passed[second], 2000);
    kv_capacity_free(&capacity);
}

/* One hot key among cold ones in its partition: splits leave it alone in the end, and then no longer happen. */
static void test_a_hot_key_is_isolated_but_never_split(void)
{
    struct kv_capacity capacity;
    struct kv_capacity_spec spec = spec_of(false, 1, 5000, 1);
    spec.split_after = 60 * SIM_SECOND;
    kv_capacity_init(&capacity, &spec, 0);
    const uint64_t hot = UINT64_MAX / 2;
    struct test_rng rng = {.state = 3};
    int64_t cold_refused_late = 0, hot_passed_late = 0;
    for (int64_t i = 0; i < 2000 * 3600; i++) { /* 1,500/s of the hot key, 500/s of others */
        sim_time now = i * SIM_MS / 2;
        bool is_hot = i % 4 != 0, late = i >= 2000 * 3000;
        uint64_t key = is_hot ? hot : rng_mix((uint64_t)test_rng_below(&rng, 100000));
        bool ok = kv_capacity_take(&capacity, KV_WRITE, 2, key, now) == KV_TAKEN;
        hot_passed_late += late && is_hot && ok;
        cold_refused_late += late && !is_hot && !ok;
    }
    CU_ASSERT_TRUE(cold_refused_late < 300); /* of 300,000 */
    CU_ASSERT_TRUE(hot_passed_late > 594000 && hot_passed_late <= 600001);
    int32_t index = kv_partition_find(&capacity.partitions, hot);
    CU_ASSERT_TRUE(capacity.partitions.items[index].refused_at > 3599 * SIM_SECOND);
    CU_ASSERT_TRUE(capacity.partitions.heat_splits < 40); /* by halves, not for ever */
    kv_capacity_free(&capacity);
}

/* -- autoscaling ------------------------------------------------------------------------------------------- */

/* Traffic that falls every half hour would like 48 decreases a day. Four are free; from then on the last must be an hour old, and as
 * the 15 points come by anew, each second fall finds one allowed: 4 + 22 in the first day. */
static void test_decreases_are_rationed(void)
{
    struct catalog *catalog;
    struct err err = {0};
    struct kv_capacity capacity;
    struct kv_scaling scaling;
    struct kv_capacity_spec spec = spec_of(false, 100, 1000, 1);
    struct autoscale_spec autoscale = {.target = 0.7, .min = 10, .max = 1000};
    catalog = catalog_load("assets", NULL, &err);
    kv_capacity_init(&capacity, &spec, 0);
    kv_scaling_init(&scaling, catalog, &autoscale, SIM_MINUTE, &capacity);
    int64_t decreases = 0, last[4] = {0}, day_first = 0;
    for (int64_t minute = 1; minute <= 48 * 60; minute++) {
        sim_time now = minute * SIM_MINUTE;
        int64_t wanted = minute % 30 < 8 ? 600 : 60;
        capacity.limit[KV_WRITE].taken += 2 * 60 * wanted; /* what the minute used, without walking through it */
        int64_t rate = capacity.limit[KV_WRITE].rate;
        if (kv_scaling_point(&scaling, &capacity, now) && scaling.wanted[KV_WRITE] < rate) {
            if (decreases >= 4 && now / SIM_DAY == last[3] / SIM_DAY && now / SIM_DAY == last[0] / SIM_DAY)
                CU_ASSERT_TRUE(now - last[3] >= SIM_HOUR);
            memmove(last, last + 1, sizeof last - sizeof *last);
            last[3] = now;
            decreases++;
        }
        if (now == scaling.updating_until)
            for (int kind = 0; kind < KV_KINDS; kind++)
                kv_capacity_set(&capacity, (enum kv_kind)kind, scaling.wanted[kind], now);
        if (minute == 24 * 60)
            day_first = decreases;
    }
    CU_ASSERT_TRUE(day_first >= 25 && day_first <= 27);
    CU_ASSERT_TRUE(decreases - day_first >= 25 && decreases - day_first <= 27);
    kv_capacity_free(&capacity);
    catalog_free(catalog);
}

CU_TestInfo suite_kv_capacity[] = {
    TEST(test_on_demand_doubles_every_31_minutes),
    TEST(test_the_previous_peak_is_that_of_a_slow_search),
    TEST(test_ranges_hold_all_hashes),
    TEST(test_heat_splits_two_hot_keys_apart),
    TEST(test_a_hot_key_is_isolated_but_never_split),
    TEST(test_decreases_are_rationed),
    CU_TEST_INFO_NULL,
};
