/* main.c - runs every suite in suites.def; exit status 1 if anything failed. */
#include "tests/suite.h"

#include <stdlib.h>

#include <CUnit/Basic.h>

int main(void)
{
    /* By field name, because CUnit releases differ in which fields lie between. */
    CU_SuiteInfo suites[] = {
#define SUITE(name) {.pName = #name, .pTests = suite_##name},
#include TEPID_SUITES
#undef SUITE
        CU_SUITE_INFO_NULL,
    };

    if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
        return EXIT_FAILURE;
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failures = CU_get_number_of_failures();
    CU_cleanup_registry();
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
