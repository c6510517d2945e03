/* account.c - the settings of `account`. */
#include "model/account.h"

#include "model/retry.h"

const char *const account_platforms[] = {"aws-lambda", NULL};

#define AT(field) offsetof(struct account_config, field)

const struct param_spec account_params[] = {
    {"concurrency", PARAM_COUNT, AT(concurrency), "1000", 1, 1e9, NULL,
     "invocations at once, over all functions", 0},
    {"scaling", PARAM_SCALING, AT(scaling), "1000/10s", 0, 0, NULL,
     "new instances a function may start, as count per time, or \"burst-2023\"", 0},
    {"api_rate", PARAM_RATE, AT(api_rate), "10000/s", 1e-6, 1e9, NULL,
     "requests per second over all gateways", 0},
    {"api_burst", PARAM_COUNT, AT(api_burst), "5000", 1, 1e9, NULL,
     "size of the gateways' shared token bucket", 0},
    {"sdk", PARAM_ENUM, AT(sdk), "2026-11", 0, 0, sdk_profile_names,
     "how storage and messaging operations try again by themselves", 0},
    {"platform", PARAM_ENUM, AT(platform), "aws-lambda", 0, 0, account_platforms,
     "whose defaults hold", 0},
    {0},
};
