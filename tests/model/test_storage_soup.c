/* test_storage_soup.c - many tables, caches and buckets, throttled, faulted, autoscaled and streaming at once: conservation is
 * checked at every sample and at the end (audits abort), and the same seed gives the same counts. */
#include <stdio.h>

#include "model/kv_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

static const char soup[] =
    "account { concurrency = 5000, scaling = '5000/10s' }\n"
    "local g = F('g', { init = '20ms', handler = function(r)\n"
    "  r:records(function(m) m:cpu '1ms' m:maybe('1%%', function(n) n:fail() end) end) end })\n"
    "local hot = kv 'hot' { mode = 'provisioned', rcu = 60, wcu = 90, keys = zipf{ n = 1000, s = 1.2 },\n"
    "  item = lognormal{ p50 = '1KB', p99 = '30KB' }, split_after = '5s', burst = '10s',\n"
    "  stream = { consumer = g, batch = 20, bisect = true, retries = 2, parallel = 3, partial_batch = true } }\n"
    "local auto = kv 'auto' { mode = 'provisioned', rcu = 50, wcu = 50, scaling_delay = '7s', keys = 50,\n"
    "  autoscale = { target = '50%%', min = 5, max = 400 } }\n"
    "local open = kv 'open' { partitions = 3, max_wcu = 150, storage = '3GB' }\n"
    "local c = cache 'c' { ttl = '4s', keys = zipf{ n = 5000, s = 0.9 }, item = exponential('90KB') }\n"
    "local d = cache 'd' { hit = '70%%', engine = 'redis' }\n"
    "local b = bucket 'b' { object = exponential('2MB'), prefixes = 2, on_put = { g } }\n"
    "local f = F('f', { timeout = '4s', init = '50ms', handler = function(r)\n"
    "  r:get(c, { miss = function(m) m:get(hot) m:maybe(0.5, function(n) n:put(c) end) end })\n"
    "  r:get(d, { miss = function(m) m:query(auto, { items = exponential('30') }) end })\n"
    "  r:all{ function(x) x:put(hot) end, function(x) x:put(auto, { transactional = true }) end,\n"
    "    function(x) x:maybe(0.2, function(y) y:write(b) end) end }\n"
    "  r:each(2, function(e) e:put(open, { size = '2KB', retries = 1 }) end) r:maybe(0.1, function(y) y:read(b) end)\n"
    "end })\n"
    "traffic 't' { to = f, rate = mmpp{ { '20/s', '20s' }, { '120/s', '10s' } } }\n"
    "at '40s' { target = hot, latency = 'x30', lasts = '20s' }\n"
    "at '70s' { target = hot, set = { wcu = 10 }, lasts = '30s' }\n"
    "at '80s' { target = auto, errors = '40%%', lasts = '30s' }\n"
    "at '90s' { target = c, errors = '40%%', lasts = '10s' }\n"
    "at '95s' { target = b, latency = 'x4', lasts = '30s' }\n"
    "simulate { duration = '5min', warmup = '33s', seed = %d }";

static double play(int seed, bool show)
{
    char text[4096];
    (void)snprintf(text, sizeof text, soup, seed);
    struct play stage = stage_play(text);
    static const char *const nodes[] = {"hot", "auto", "open", "c", "d", "b"};
    double sum = 0;
    for (size_t i = 0; i < COUNTOF(nodes); i++) {
        sum = 31 * sum + stage_value(&stage, nodes[i], "requests");
        sum = 31 * sum + stage_value(&stage, nodes[i], "error_count");
        sum += stage_value(&stage, nodes[i], "latency.mean");
        CU_ASSERT_TRUE(stage_value(&stage, nodes[i], "requests") > 0);
    }
    /* All of it took part. */
    if (show) {
        const struct kv *kv = stage_svc(&stage, "hot")->state;
        CU_ASSERT_TRUE(stage_value(&stage, "hot", "throttle_count") > 0);
        CU_ASSERT_TRUE(stage_value(&stage, "open", "throttle_count") > 0);
        CU_ASSERT_TRUE(stage_value(&stage, "hot", "deleted") > 0);
        CU_ASSERT_TRUE(stage_value(&stage, "hot", "duplicates") > 0);
        CU_ASSERT_TRUE(kv->reader.all.sent > 1000);
        CU_ASSERT_TRUE(((const struct kv *)stage_svc(&stage, "auto")->state)->scaling.changes > 0);
        CU_ASSERT_TRUE(stage_value(&stage, "b", "sent") > 0);
    }
    stage_end(&stage);
    return sum;
}

static void test_nothing_is_lost_and_all_is_repeatable(void)
{
    for (int seed = 1; seed <= 6; seed++)
        CU_ASSERT_EQUAL(play(seed, seed == 1), play(seed, false));
    CU_ASSERT_NOT_EQUAL(play(1, false), play(2, false));
}

CU_TestInfo suite_storage_soup[] = {
    TEST(test_nothing_is_lost_and_all_is_repeatable),
    CU_TEST_INFO_NULL,
};
