/* test_arena.c - memory from an arena is zeroed, aligned, apart and long-lived. */
#include "core/arena.h"
#include "tests/suite.h"

#include <string.h>

static void test_blocks_are_zeroed_and_aligned(void)
{
    struct arena *arena = arena_new();
    for (size_t bytes = 0; bytes < 3000; bytes += 7) {
        unsigned char *block = arena_alloc(arena, bytes);
        CU_ASSERT_EQUAL((uintptr_t)block % 16, 0);
        for (size_t i = 0; i < bytes; i++)
            if (block[i] != 0)
                CU_FAIL("a new block is not zero");
        memset(block, 0xFF, bytes);
    }
    arena_free(arena);
    arena_free(NULL);
}

/* Property: small and large blocks, interleaved, keep what was written into them. */
static void test_blocks_do_not_overlap(void)
{
    enum { BLOCKS = 2000 };
    static struct {
        unsigned char *at;
        size_t bytes;
    } blocks[BLOCKS];
    struct arena *arena = arena_new();
    struct test_rng rng = {.state = 4};
    for (int i = 0; i < BLOCKS; i++) {
        size_t bytes = (size_t)test_rng_below(&rng, i % 50 == 0 ? 300000 : 200);
        blocks[i].at = arena_alloc(arena, bytes);
        blocks[i].bytes = bytes;
        memset(blocks[i].at, i % 251, bytes);
    }
    for (int i = 0; i < BLOCKS; i++)
        for (size_t j = 0; j < blocks[i].bytes; j++)
            if (blocks[i].at[j] != i % 251)
                CU_FAIL_FATAL("a block was overwritten");
    CU_ASSERT_TRUE(arena_bytes(arena) > 1000000);
    arena_free(arena);
}

static void test_strings_are_copies(void)
{
    struct arena *arena = arena_new();
    char word[] = "word";
    char *copy = arena_strdup(arena, word);
    word[0] = 'x';
    CU_ASSERT_STRING_EQUAL(copy, "word");
    CU_ASSERT_STRING_EQUAL(arena_printf(arena, "%s-%0500d", "a", 1) + 500, "01");
    arena_free(arena);
}

static void test_grown_arrays_keep_their_elements(void)
{
    int *array = NULL;
    size_t capacity = 0;
    for (size_t i = 0; i < 10000; i++) {
        array = mem_grow(array, i, &capacity, sizeof array[0]);
        array[i] = (int)i;
    }
    for (size_t i = 0; i < 10000; i++)
        CU_ASSERT_EQUAL(array[i], (int)i);
    CU_ASSERT_TRUE(capacity >= 10000 && capacity < 20001);
    CU_ASSERT_PTR_NULL(mem_resize(array, 0));
}

CU_TestInfo suite_arena[] = {
    TEST(test_blocks_are_zeroed_and_aligned),
    TEST(test_blocks_do_not_overlap),
    TEST(test_strings_are_copies),
    TEST(test_grown_arrays_keep_their_elements),
    CU_TEST_INFO_NULL,
};
