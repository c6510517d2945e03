/* test_cache.c - hits and misses, what a miss does, what is kept, what it costs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/cache_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

static struct cache *cache_of(const struct play *stage)
{
    return stage_svc(stage, "c")->state;
}

/* -- the store: beside an array of expiries, walked over in full --------------------------------------- */

static void test_the_store_agrees_with_a_plain_array(void)
{
    enum { KEYS = 300 };
    static sim_time expiry[KEYS];
    struct ttl_store store;
    struct test_rng rng = {.state = 11};
    int128 area = 0;
    memset(expiry, 0, sizeof expiry);
    ttl_store_init(&store, 500, 10, 1200, 0);
    for (sim_time now = 1; now < 60000; now++) {
        int64_t kept = 0;
        for (int i = 0; i < KEYS; i++)
            kept += expiry[i] > now - 1; /* during [now - 1, now) */
        area += kept * 10 > 1200 ? kept * 10 : 1200;
        if (test_rng_below(&rng, 3) == 0)
            continue;
        /* Busy spells and quiet ones, so that the store fills up and empties. */
        int64_t key = test_rng_below(&rng, now / 10000 % 2 == 0 ? KEYS : 3);
        CU_ASSERT_EQUAL(ttl_store_has(&store, (uint64_t)key + 1, now), expiry[key] > now);
        if (expiry[key] <= now || test_rng_below(&rng, 4) == 0) {
            ttl_store_fill(&store, (uint64_t)key + 1, now);
            expiry[key] = now + 500;
        }
        kept = 0;
        for (int i = 0; i < KEYS; i++)
            kept += expiry[i] > now;
        CU_ASSERT_EQUAL(store.kept, kept);
    }
    ttl_store_sweep(&store, 59999);
    level_touch(&store.bytes, 59999);
    CU_ASSERT_TRUE(store.bytes.area == area);
    ttl_store_free(&store);
}

static void test_the_store_forgets_all_after_a_long_idle_spell(void)
{
    struct ttl_store store;
    ttl_store_init(&store, SIM_SECOND, 1, 0, 0);
    for (uint64_t key = 1; key <= 10000; key++)
        ttl_store_fill(&store, key, (sim_time)key);
    CU_ASSERT_EQUAL(store.kept, 10000);
    CU_ASSERT_TRUE(ttl_store_has(&store, 1, SIM_SECOND));
    CU_ASSERT_FALSE(ttl_store_has(&store, 1, SIM_SECOND + 1));
    CU_ASSERT_FALSE(ttl_store_has(&store, 5000, SIM_DAY));
    CU_ASSERT_EQUAL(store.kept, 0);
    ttl_store_free(&store);
}

/* -- in a run --------------------------------------------------------------------------------------------- */

/* 100 gets of one key within 10 s, 60 s apart by more than the ttl: each time the first misses. */
static void test_a_key_is_a_hit_until_its_ttl_is_over(void)
{
    struct play stage = stage_play("local c = cache 'c' { ttl = '10s', keys = 1, latency = '1ms' }\n"
                                   "local db = kv 'db' { latency = '5ms' }\n"
                                   "local f = F('f', { init = '0ms', handler = function(r)\n"
                                   "  r:get(c, { miss = function(m) m:get(db) end }) end })\n"
                                   "once('a', f, '1s') once('b', f, '10.999999999s') once('d', f, '11s') once('e', f, '12s')\n"
                                   "simulate { duration = '20s' }");
    CHECK_MS(&stage, "a", "latency.max", 6);
    CHECK_MS(&stage, "b", "latency.max", 1);
    CHECK_MS(&stage, "d", "latency.max", 6); /* the very instant it ends, and not prolonged by the hit */
    CHECK_MS(&stage, "e", "latency.max", 1);
    CHECK_VALUE(&stage, "db", "requests", 2);
    CHECK_VALUE(&stage, "c", "requests", 4);
    CHECK_VALUE(&stage, "c", "hits.mean", 0.5);
    CHECK_VALUE(&stage, "*", "error_count", 0);
    stage_end(&stage);
}

static void test_a_put_fills_and_prolongs(void)
{
    struct play stage = stage_play("local c = cache 'c' { ttl = '10s', keys = 1, latency = '1ms' }\n"
                                   "local f = F('f', { handler = function(r) r:get(c) end })\n"
                                   "local g = F('g', { init = '0ms', handler = function(r) r:put(c) end })\n"
                                   "once('p', g, '1s') once('q', g, '8s') once('a', f, '5s') once('b', f, '17s')\n"
                                   "once('d', f, '19s') simulate { duration = '30s' }");
    CU_ASSERT_EQUAL(cache_of(&stage)->hits, 2);
    CU_ASSERT_EQUAL(cache_of(&stage)->misses, 1);
    stage_end(&stage);
}

static void test_an_operations_own_key_is_kept_apart(void)
{
    struct play stage = stage_play("local c = cache 'c' { ttl = '10s', keys = 1 }\n"
                                   "local f = F('f', { handler = function(r)\n"
                                   "  r:get(c, { key = 'a' }) r:get(c, { key = 'b' }) r:get(c, { key = 'a' }) r:get(c) end })\n"
                                   "once('t', f, '1s') simulate { duration = '9s' }");
    CU_ASSERT_EQUAL(cache_of(&stage)->hits, 1);
    CU_ASSERT_EQUAL(cache_of(&stage)->misses, 3);
    stage_end(&stage);
}

/* Poisson requests, lambda to each of n equal keys: hits = lambda ttl / (1 + lambda ttl). The sd over N = 200,000 requests, with
 * cycles of 1 + lambda ttl: below 0.002. */
static double hits_of(const char *keys, const char *ttl, int rate)
{
    char text[512];
    (void)snprintf(text, sizeof text,
                   "account { concurrency = 20000, scaling = '100000/10s' }\n"
                   "local c = cache 'c' { ttl = '%s', keys = %s, latency = '0ms' }\n"
                   "local f = F('f', { init = '0ms', handler = function(r) r:get(c) end })\n"
                   "traffic 't' { to = f, rate = '%d/s' }\n"
                   "simulate { duration = '300s', warmup = '100s' }",
                   ttl, keys, rate);
    struct play stage = stage_play(text);
    double hits = stage_value(&stage, "c", "hits.mean");
    stage_end(&stage);
    return hits;
}

static void test_hits_follow_from_renewal(void)
{
    CU_ASSERT_TRUE(is_near(hits_of("1000", "1s", 1000), 1 / 2., 0.005));
    CU_ASSERT_TRUE(is_near(hits_of("1000", "3s", 1000), 3 / 4., 0.005));
    CU_ASSERT_TRUE(is_near(hits_of("10000", "10s", 1000), 1 / 2., 0.005));
    CU_ASSERT_TRUE(is_near(hits_of("1000", "0s", 1000), 0, 0));
    /* Zipf: the same law for each key, weighted by what it is asked for. */
    double hits = 0, total = 0;
    for (int k = 1; k <= 1000; k++)
        total += 1. / k;
    for (int k = 1; k <= 1000; k++) {
        double share = 1. / k / total, kept = 1000 * share * 2;
        hits += share * kept / (1 + kept);
    }
    CU_ASSERT_TRUE(is_near(hits_of("zipf{ n = 1000, s = 1 }", "2s", 1000), hits, 0.005));
}

/* 20,000 gets at 80 %: sd 0.0028. */
static void test_a_share_of_hits_is_drawn(void)
{
    struct play stage = stage_play("local c = cache 'c' { hit = '80%' }\n"
                                   "local f = F('f', { handler = function(r) r:get(c) end })\n"
                                   "traffic 't' { to = f, rate = '200/s' }\n"
                                   "at '100s' { target = c, set = { hit = 0 }, lasts = '100s' }\n"
                                   "simulate { duration = '200s' }");
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "c", "hits.mean"), 0.4, 0.01));
    stage_end(&stage);
}

/* -- bills ---------------------------------------------------------------------------------------------------- */

/* A request is a KB at least: puts of 3.2 KB are 3.2 units, gets that find nothing one. */
static void test_units_are_kilobytes_transferred(void)
{
    struct play stage = stage_play("local c = cache 'c' { ttl = '10s', keys = 1, item = '100B' }\n"
                                   "local f = F('f', { handler = function(r) r:get(c) r:get(c)\n"
                                   "  r:put(c, { size = '3200B' }) r:get(c, { size = '3200B' }) end })\n"
                                   "once('t', f, '1s') simulate { duration = '9s' }");
    CU_ASSERT_EQUAL(stage_svc(&stage, "c")->meters[CACHE_METER_VALKEY_ECPU], 1024 + 1024 + 3200 + 3200);
    stage_end(&stage);
}

/* 1,000 keys of 1 MB, all asked for at 1 s, kept 100 s: 1,000 MB for 100 s, the least billed (100 MB of 1,024) for the rest. */
static void test_data_kept_is_billed_by_time(void)
{
    struct play stage = stage_play("account { concurrency = 20000, scaling = '100000/10s' }\n"
                                   "local c = cache 'c' { ttl = '100s', keys = 1, item = '1MB' }\n"
                                   "local f = F('f', { init = '0ms', handler = function(r)\n"
                                   "  r:each(1000, function(e) e:put(c, { key = zipf{ n = 1e9, s = 0 } }) end) end })\n"
                                   "local d = cache 'd' { hit = 1 }\n"
                                   "local e = cache 'e' { hit = 1, engine = 'redis', storage = '5GB' }\n"
                                   "once('t', f, '1s') simulate { duration = '500s', warmup = '100ms' }");
    const struct svc *svc = stage_svc(&stage, "c");
    double least = (double)(int64_t)(0.1 * 1073741824) / 1024;
    double kb_s = 1000 * 1024. * 100 + least * 400;
    CU_ASSERT_TRUE(is_near((double)svc->meters[CACHE_METER_VALKEY_GB], kb_s, kb_s * 0.01)); /* filled within 1 s */
    svc = stage_svc(&stage, "d");
    CU_ASSERT_TRUE(is_near((double)svc->meters[CACHE_METER_VALKEY_GB], least * 500, 1));
    CU_ASSERT_TRUE(is_near((double)svc->meters_pre[CACHE_METER_VALKEY_GB], least * 0.1, 1));
    svc = stage_svc(&stage, "e");
    CU_ASSERT_EQUAL(svc->meters[CACHE_METER_REDIS_GB], INT64_C(5) * 1048576 * 500);
    stage_end(&stage);
}

CU_TestInfo suite_cache[] = {
    TEST(test_the_store_agrees_with_a_plain_array),
    TEST(test_the_store_forgets_all_after_a_long_idle_spell),
    TEST(test_a_key_is_a_hit_until_its_ttl_is_over),
    TEST(test_a_put_fills_and_prolongs),
    TEST(test_an_operations_own_key_is_kept_apart),
    TEST(test_hits_follow_from_renewal),
    TEST(test_a_share_of_hits_is_drawn),
    TEST(test_units_are_kilobytes_transferred),
    TEST(test_data_kept_is_billed_by_time),
    CU_TEST_INFO_NULL,
};
