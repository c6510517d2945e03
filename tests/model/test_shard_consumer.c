/* test_shard_consumer.c - the promises of a stream's reader, watched from outside in random scenarios.
 *
 * The classes of stream and consumer are exchanged for copies with a watcher in between: it sees every batch as it
 * is handed over and as it comes back, asks for its records as a handler would, and keeps its own books.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/stream_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

#define LANES_MAX 64
#define KEYS_MAX  4096
#define SEEN_MAX  400000

/* What was done with a key's records so far: their arrivals must only go up. Records are named by the key of their
 * request, which no retry changes; `begun` of them are known by their number in the order of their stream keys. */
struct watch {
    struct svc_class stream_class, consumer_class;
    uint32_t stream, consumer;
    uint64_t in_flight_of_key[KEYS_MAX]; /* partition key: batches in flight that hold it */
    uint64_t last_done[KEYS_MAX];        /* number of the last record that was finished */
    int64_t done, failed_calls, fine_calls, refused_calls;
    bool disorder, overlap;
};
static struct watch *watching; /* hooks have no other way to find it */

/* Requests are numbered by their start: sources are even, so starts differ. */
static uint64_t number_of(const struct record *record)
{
    return (uint64_t)record->root_start;
}

static uint32_t key_slot(struct model *model, const struct record *record)
{
    const struct svc *svc = &model->svcs[watching->stream];
    const struct stream_config *config = svc->config;
    struct draw draw = draw_of(record->key, ((const struct stream *)svc->state)->salt_keys);
    return (uint32_t)key_law_rank(&config->keys, draw) % KEYS_MAX;
}

/* A record's partition key derives from its own key, which a retry mixes: the lane knows how often. */
static struct record original(struct model *model, uint32_t owner, int32_t index)
{
    struct svc *svc = &model->svcs[watching->stream];
    struct stream *stream = svc->state;
    struct shard_lane *lane = &stream->reader.lanes[owner];
    struct record record = stream_record(model, svc, owner, index);
    record.key = shard_log_at(&stream->reader.chunks, &lane->log, index)->key;
    return record;
}

static void each_record(struct model *model, uint32_t owner, int32_t count, int by)
{
    for (int32_t i = 0; i < count; i++) {
        struct record record = original(model, owner, i);
        uint32_t key = key_slot(model, &record);
        bool first_of_batch = true;
        for (int32_t k = 0; k < i && first_of_batch; k++) {
            struct record other = original(model, owner, k);
            first_of_batch = key_slot(model, &other) != key;
        }
        if (first_of_batch)
            watching->in_flight_of_key[key] += (uint64_t)by;
        watching->overlap |= watching->in_flight_of_key[key] > 1;
    }
}

static sim_time watch_submit(struct model *model, struct svc *svc, struct call *call)
{
    int32_t count = stream_record_count(model, &model->svcs[watching->stream], call->owner);
    each_record(model, call->owner, count, 1);
    return function_submit(model, svc, call);
}

static void watch_reply(struct model *model, struct svc *svc, const struct reply *reply)
{
    struct stream *stream = svc->state;
    struct shard_lane *lane = &stream->reader.lanes[reply->owner];
    int32_t count = stream_record_count(model, svc, reply->owner), done = 0;
    each_record(model, reply->owner, count, -1);
    if (reply->outcome == OUTCOME_OK)
        done = lane->lowest_failed < 0 ? count : lane->lowest_failed;
    for (int32_t i = 0; i < done; i++) {
        struct record record = original(model, reply->owner, i);
        uint32_t key = key_slot(model, &record);
        watching->disorder |= number_of(&record) <= watching->last_done[key];
        watching->last_done[key] = number_of(&record);
    }
    watching->done += done;
    watching->fine_calls += reply->outcome == OUTCOME_OK;
    watching->refused_calls += reply->outcome == OUTCOME_THROTTLE;
    watching->failed_calls += reply->outcome != OUTCOME_OK && reply->outcome != OUTCOME_THROTTLE;
    stream_on_reply(model, svc, reply);
}

static struct play play_watched(const char *text, struct watch *watch)
{
    static const struct run_limits limits = {
        .max_wall = SIM_NEVER, .max_events = UINT64_MAX, .max_memory = INT64_MAX};
    struct play stage = stage_load(text);
    stage.world = world_new(stage.scenario, 0, true, false);
    struct model *model = &stage.world->model;
    struct svc *stream = stage_svc(&stage, "s"), *consumer = stage_svc(&stage, "f");
    watch->stream = stream->index;
    watch->consumer = consumer->index;
    watch->stream_class = *stream->class;
    watch->stream_class.on_reply = watch_reply;
    stream->class = &watch->stream_class;
    /* Functions are known by their class in places: only the hook is exchanged, for this run. */
    watch->consumer_class = *consumer->class;
    watch->consumer_class.submit = watch_submit;
    consumer->class = &watch->consumer_class;
    watching = watch;
    world_run(stage.world, &limits, NULL, NULL);
    watching = NULL;
    (void)model;
    return stage;
}

static const char *one_of(struct test_rng *rng, int count, ...)
{
    va_list words;
    const char *word = NULL;
    va_start(words, count);
    for (int64_t i = test_rng_below(rng, count); i >= 0; i--)
        word = va_arg(words, const char *);
    va_end(words);
    return word;
}

/* A stream with keys, a consumer that fails in all ways there are. Puts take no time, so that records of a key
 * come in the order of their requests. */
static void write_scenario(char *text, size_t size, struct test_rng *rng)
{
    (void)snprintf(
        text, size,
        "account { concurrency = %s }\n"
        "local f = F('f', { init = '%s', timeout = '2s', %s\n"
        "  handler = function(r) r:wait(exponential '%s')\n"
        "    r:maybe(%s, function(b) b:fail '%s' end)\n"
        "    r:records(function(m) m:%s '1ms' m:maybe(%s, function(b) b:fail() end) end) end })\n"
        "local bin = stream 'bin' {}\n"
        "stream 's' { consumer = f, latency = '0ms', shards = %s, parallel = %s, keys = %s,\n"
        "  batch = %s, window = '%s', bisect = %s, partial_batch = %s, backoff = '%s', fan_out = "
        "%s,\n"
        "  on_failure = bin, %s %s }\n"
        "traffic 't' { to = 's', rate = '%s', arrivals = 'uniform' }\n"
        "at '100s' { target = f, %s, lasts = '60s' }\n"
        "simulate { duration = '8min', warmup = '%s', seed = %d }\n",
        one_of(rng, 2, "130", "1000"), one_of(rng, 2, "0ms", "300ms"),
        one_of(rng, 3, "", "reserved = 2,", "keep_alive = 'none',"),
        one_of(rng, 3, "5ms", "100ms", "1s"), one_of(rng, 3, "0", "0.1", "0.4"),
        one_of(rng, 4, "error", "timeout", "throttle", "crash"), one_of(rng, 2, "cpu", "wait"),
        one_of(rng, 3, "0", "0.01", "0.1"), one_of(rng, 3, "1", "2", "7"),
        one_of(rng, 3, "1", "3", "8"), one_of(rng, 4, "1", "5", "200", "zipf{ n = 50, s = 1 }"),
        one_of(rng, 4, "1", "7", "10", "100"), one_of(rng, 3, "0s", "0s", "3s"),
        one_of(rng, 2, "true", "false"), one_of(rng, 2, "true", "false"),
        one_of(rng, 2, "1s", "50ms"), one_of(rng, 2, "true", "false"),
        one_of(rng, 4, "", "retries = 0,", "retries = 1,", "retries = 5,"),
        one_of(rng, 2, "", "max_age = '60s',"), one_of(rng, 3, "2/s", "20/s", "150/s"),
        one_of(rng, 4, "set = { reserved = 0 }", "errors = '100%'", "latency = 'x5'",
               "set = { timeout = '1s' }"),
        one_of(rng, 2, "0s", "33333ms"), (int)test_rng_below(rng, 1000));
}

/* Whatever fails: records of a key are finished in the order in which they came, and no two batches in flight hold
 * the same key. That they add up is checked at every sample of every run (shard_consumer_audit); here the books of
 * the watcher agree as well. */
static void test_keys_stay_in_order(void)
{
    static char text[4096];
    static struct watch watch;
    struct test_rng rng = {.state = 19};
    int64_t failed = 0, fine = 0, refused = 0, expired = 0, discarded = 0, done = 0;
    for (int i = 0; i < 100; i++) {
        write_scenario(text, sizeof text, &rng);
        watch = (struct watch){0};
        struct play stage = play_watched(text, &watch);
        const struct stream *stream = stage_svc(&stage, "s")->state;
        const struct stream *bin = stage_svc(&stage, "bin")->state;
        const struct shard_counts *all = &stream->reader.all;
        CU_ASSERT_FALSE(watch.disorder);
        CU_ASSERT_FALSE(watch.overlap);
        CU_ASSERT_EQUAL(all->processed, watch.done);
        CU_ASSERT_TRUE(bin->reader.all.sent <= all->discarded + all->expired);
        CU_ASSERT_EQUAL(bin->reader.all.sent > 0, all->discarded + all->expired > 0);
        if (watch.disorder || watch.overlap || all->processed != watch.done)
            fprintf(stderr, "broken promise in:\n%s\n", text);
        failed += watch.failed_calls;
        fine += watch.fine_calls;
        refused += watch.refused_calls;
        expired += all->expired;
        discarded += all->discarded;
        done += watch.done;
        stage_end(&stage);
    }
    /* The mix must be one where everything happens. */
    CU_ASSERT_TRUE(fine > 8000 && failed > 4000 && refused > 200);
    CU_ASSERT_TRUE(done > 200000 && expired > 4000 && discarded > 4000);
}

static void test_random_streams_repeat_exactly(void)
{
    static char text[4096];
    struct test_rng rng = {.state = 20};
    for (int i = 0; i < 20; i++) {
        write_scenario(text, sizeof text, &rng);
        struct play a = stage_play(text), b = stage_play(text);
        CU_ASSERT_EQUAL(a.world->model.sim.fingerprint, b.world->model.sim.fingerprint);
        CU_ASSERT_EQUAL(a.world->model.sim.events, b.world->model.sim.events);
        stage_end(&a);
        stage_end(&b);
    }
}

CU_TestInfo suite_shard_consumer[] = {
    TEST(test_keys_stay_in_order),
    TEST(test_random_streams_repeat_exactly),
    CU_TEST_INFO_NULL,
};
