/* test_shard_log.c - records in order, in chunks, against an array. */
#include "model/shard_log.h"
#include "tests/suite.h"

#define LOGS 3

/* What a log should hold: numbers first .. last - 1, which are the records' keys. */
struct expected {
    uint64_t first, last;
};

static void push(struct pool *chunks, struct shard_log *log, struct expected *expected)
{
    struct message message = {
        .key = expected->last, .source = 7, .bytes = 100, .hops = 3, .measured = true};
    shard_log_push(chunks, log, &message, (sim_time)expected->last * 10);
    expected->last++;
}

static void look(const struct pool *chunks, struct shard_log *log, const struct expected *expected,
                 int64_t index)
{
    const struct shard_record *record = shard_log_at(chunks, log, index);
    CU_ASSERT_EQUAL(record->key, expected->first + (uint64_t)index);
    CU_ASSERT_EQUAL(record->arrived, (sim_time)record->key * 10);
}

/* Several logs share a pool; random pushes, looks and drops agree with the array. */
static void test_agrees_with_an_array(void)
{
    struct test_rng rng = {.state = 16};
    struct pool chunks;
    struct shard_log logs[LOGS];
    struct expected expected[LOGS] = {0};
    shard_chunks_init(&chunks);
    for (int i = 0; i < LOGS; i++)
        shard_log_init(&logs[i]);
    for (int step = 0; step < 20000; step++) {
        int i = (int)test_rng_below(&rng, LOGS);
        int64_t held = (int64_t)(expected[i].last - expected[i].first);
        switch (test_rng_below(&rng, 4)) {
        case 0:
            for (int64_t n = test_rng_below(&rng, 90); n > 0; n--)
                push(&chunks, &logs[i], &expected[i]);
            break;
        case 1: {
            int64_t n = test_rng_below(&rng, held + 1);
            shard_log_drop(&chunks, &logs[i], n);
            expected[i].first += (uint64_t)n;
            break;
        }
        case 2:
            for (int64_t at = 0; at < held; at++)
                look(&chunks, &logs[i], &expected[i], at);
            break;
        default:
            if (held > 0)
                look(&chunks, &logs[i], &expected[i], test_rng_below(&rng, held));
        }
        CU_ASSERT_EQUAL(logs[i].count, (int64_t)(expected[i].last - expected[i].first));
    }
    for (int i = 0; i < LOGS; i++)
        shard_log_drop(&chunks, &logs[i], logs[i].count);
    CU_ASSERT_EQUAL(chunks.live, 0); /* nothing is left behind */
    pool_free(&chunks);
}

static void test_a_record_comes_back_as_it_went_in(void)
{
    struct pool chunks;
    struct shard_log log;
    struct message message = {.key = UINT64_MAX,
                              .root_key = 2,
                              .root_start = 3,
                              .source = (1u << 31) - 1,
                              .bytes = 10485760,
                              .hops = 255,
                              .measured = true};
    shard_chunks_init(&chunks);
    shard_log_init(&log);
    shard_log_push(&chunks, &log, &message, 4);
    const struct shard_record *record = shard_log_at(&chunks, &log, 0);
    CU_ASSERT_EQUAL(record->key, UINT64_MAX);
    CU_ASSERT_EQUAL(record->root_key, 2);
    CU_ASSERT_EQUAL(record->root_start, 3);
    CU_ASSERT_EQUAL(record->arrived, 4);
    CU_ASSERT_EQUAL(shard_record_source(record), (1u << 31) - 1);
    CU_ASSERT_EQUAL(shard_record_bytes(record), 10485760);
    CU_ASSERT_EQUAL(shard_record_hops(record), 255);
    CU_ASSERT_TRUE(shard_record_measured(record));
    pool_free(&chunks);
}

static void test_a_waiting_record_is_small(void)
{
    CU_ASSERT_TRUE(sizeof(struct shard_chunk) <= 48 * SHARD_CHUNK);
}

CU_TestInfo suite_shard_log[] = {
    TEST(test_agrees_with_an_array),
    TEST(test_a_record_comes_back_as_it_went_in),
    TEST(test_a_waiting_record_is_small),
    CU_TEST_INFO_NULL,
};
