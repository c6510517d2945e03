/* test_golden.c - the end-to-end scripts, each of them one test here.
 *
 * They run the built program, so they say nothing about code that is not linked into it yet; TEPID names
 * another program than build/release/tepid. Their output names the cases that failed.
 */
#include <stdlib.h>

#include "tests/suite.h"

static void test_wrong_files_get_the_message_they_deserve(void)
{
    CU_ASSERT_EQUAL(system("tests/golden/errors.sh"), 0);
}

static void test_commands_keep_their_contract(void)
{
    CU_ASSERT_EQUAL(system("tests/golden/cli.sh"), 0);
}

static void test_same_in_same_out(void)
{
    CU_ASSERT_EQUAL(system("tests/golden/determinism.sh"), 0);
}

CU_TestInfo suite_golden[] = {
    TEST(test_wrong_files_get_the_message_they_deserve),
    TEST(test_commands_keep_their_contract),
    TEST(test_same_in_same_out),
    CU_TEST_INFO_NULL,
};
