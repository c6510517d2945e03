/* account.h - what all functions and gateways of a scenario share: limits and platform.
 */
#ifndef TEPID_MODEL_ACCOUNT_H
#define TEPID_MODEL_ACCOUNT_H

#include "core/base.h"
#include "core/param.h"

/* `scaling`: new instances a function may start, as a bucket of `count` refilled at count per
 * `per` (per function), or the account-wide rule that held until November 2023. */
enum scaling_rule { SCALING_PER_FUNCTION, SCALING_BURST_2023 };
struct scaling_spec {
    enum scaling_rule rule;
    int64_t count;
    sim_time per;
};

struct account_config {
    int64_t concurrency; /* 1..1e9 */
    struct scaling_spec scaling;
    double api_rate; /* per second */
    int64_t api_burst;
    int sdk;      /* enum sdk_profile: how storage and messaging operations try again */
    int platform; /* index into account_platforms */
};

extern const char *const account_platforms[];    /* "aws-lambda", NULL */
extern const struct param_spec account_params[]; /* ends with name == NULL */

#endif
