/* main.c - runs test suites; exit status 1 if anything failed.
 *
 *   tests               all of them
 *   tests --quick       the unit tests (suites.def); --theory, --stories: the longer ones
 *   tests NAME ...      suites by name
 */
#include "tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/Basic.h>

struct group {
    const char *flag;
    CU_SuiteInfo *suites;
};

/* By field name, because CUnit releases differ in which fields lie between. */
#define SUITE(name) {.pName = #name, .pTests = suite_##name},

static CU_SuiteInfo quick[] = {
#include TEPID_SUITES
    CU_SUITE_INFO_NULL,
};

#ifdef TEPID_ALL_SUITES
static CU_SuiteInfo theory[] = {
#include "tests/suites_theory.def"
    CU_SUITE_INFO_NULL,
};
static CU_SuiteInfo stories[] = {
#include "tests/suites_stories.def"
    CU_SUITE_INFO_NULL,
};
#endif

static const struct group groups[] = {
    {"--quick", quick},
#ifdef TEPID_ALL_SUITES
    {"--theory", theory},
    {"--stories", stories},
#endif
};

static int is_wanted(int argc, char **argv, const char *flag, const char *name)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], flag) == 0 || strcmp(argv[i], name) == 0)
            return 1;
    return argc == 1;
}

static int register_wanted(int argc, char **argv)
{
    int count = 0;
    for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
        for (CU_SuiteInfo *suite = groups[g].suites; suite->pName != NULL; suite++) {
            CU_SuiteInfo one[] = {*suite, CU_SUITE_INFO_NULL};
            if (!is_wanted(argc, argv, groups[g].flag, suite->pName))
                continue;
            if (CU_register_suites(one) != CUE_SUCCESS)
                return -1;
            count++;
        }
    }
    return count;
}

int main(int argc, char **argv)
{
    if (CU_initialize_registry() != CUE_SUCCESS || register_wanted(argc, argv) <= 0) {
        fprintf(stderr, "tests: no such suite\n");
        return EXIT_FAILURE;
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
    unsigned run = CU_get_number_of_tests_run();
    CU_cleanup_registry();
    printf("\n%u passed, %u failed\n", run - failed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
