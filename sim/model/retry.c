/* retry.c - see the header for the formulas; all arithmetic is in whole nanoseconds. */
#include "model/retry.h"

#include <math.h>

const char *const sdk_profile_names[] = {"2026-11", "before-2026-11", "legacy", "none", NULL};

#define MICRO              INT64_C(1000000)
#define BUDGET_START_MICRO (10 * MICRO)

static bool names_code(const struct retry_policy *policy, int status)
{
    for (int32_t i = 0; i < policy->code_count; i++)
        if (policy->codes[i] == status)
            return true;
    return false;
}

static int status_of(enum outcome outcome, int status)
{
    if (status != 0)
        return status;
    return outcome == OUTCOME_THROTTLE ? 429 : outcome == OUTCOME_ERROR ? 500 : 0;
}

bool retry_wants(const struct retry_policy *policy, enum outcome outcome, int status)
{
    int code = status_of(outcome, status);
    if (code != 0 && names_code(policy, code))
        return true;
    switch (outcome) {
    case OUTCOME_OK: /* 4xx is an answer; 429 says "later" */
        return policy->on_default && code == 429;
    case OUTCOME_ERROR: /* what the request itself gets wrong, another try gets wrong as well */
        return policy->on_error || (policy->on_default && (code < 400 || code >= 500 || code == 429));
    case OUTCOME_THROTTLE:
        return policy->on_throttle || policy->on_default;
    case OUTCOME_TIMEOUT:
        return policy->on_timeout || policy->on_default;
    }
    return false;
}

/* min(max, base * 2^i), without ever computing the product that does not fit. */
static sim_time doubled(const struct backoff *backoff, int i)
{
    if (backoff->base <= 0)
        return 0;
    if (i >= 62 || backoff->base > (backoff->max >> i))
        return backoff->max;
    return backoff->base << i;
}

/* A whole number in [low, high], both included. Unsigned, because 3 x TIME_MAX does not fit otherwise. */
static uint64_t uniform(uint64_t low, uint64_t high, struct draw draw)
{
    return low + draw_below(&draw, high - low + 1);
}

static sim_time decorrelated(const struct backoff *backoff, sim_time previous, struct draw draw)
{
    uint64_t base = (uint64_t)backoff->base, max = (uint64_t)backoff->max;
    uint64_t upper = 3 * (uint64_t)(previous > 0 ? previous : backoff->base);
    uint64_t delay = uniform(base, upper > base ? upper : base, draw);
    return (sim_time)(delay < max ? delay : max);
}

sim_time backoff_delay(const struct backoff *backoff, int i, sim_time previous, struct draw draw)
{
    ASSERT(0 <= backoff->base && backoff->base <= TIME_MAX && i >= 0);
    ASSERT(0 <= backoff->max && backoff->max <= TIME_MAX && previous <= TIME_MAX);
    sim_time delay = doubled(backoff, i);
    switch (backoff->jitter) {
    case JITTER_NONE:
        return delay;
    case JITTER_FULL:
        return (sim_time)uniform(0, (uint64_t)delay, draw);
    case JITTER_EQUAL:
        return (sim_time)uniform((uint64_t)(delay / 2), (uint64_t)delay, draw);
    case JITTER_DECORRELATED:
        return decorrelated(backoff, previous, draw);
    }
    return delay;
}

void retry_budget_init(struct retry_budget *budget, const struct retry_policy *policy)
{
    bool none = isnan(policy->budget);
    ASSERT(none || (0 <= policy->budget && policy->budget <= 1000));
    *budget = (struct retry_budget){
        .gain_micro = none ? -1 : (int64_t)(policy->budget * (double)MICRO + 0.5),
        .left_micro = BUDGET_START_MICRO,
    };
}

void retry_budget_first_try(struct retry_budget *budget)
{
    if (budget->gain_micro < 0)
        return;
    int64_t left_micro = budget->left_micro + budget->gain_micro;
    budget->left_micro = left_micro < BUDGET_START_MICRO ? left_micro : BUDGET_START_MICRO;
}

bool retry_budget_take(struct retry_budget *budget)
{
    if (budget->gain_micro < 0)
        return true;
    if (budget->left_micro < MICRO)
        return false;
    budget->left_micro -= MICRO;
    return true;
}

static bool is_throttle(enum outcome outcome, int status)
{
    return outcome == OUTCOME_THROTTLE || status == 429;
}

sim_time retry_delay(const struct retry_policy *policy, enum outcome outcome, int status, int i,
                     sim_time previous, struct draw draw)
{
    if (policy->throttle_base == 0 || !is_throttle(outcome, status))
        return backoff_delay(&policy->backoff, i, previous, draw);
    struct backoff backoff = policy->backoff;
    backoff.base = policy->throttle_base;
    return backoff_delay(&backoff, i, previous, draw);
}

int16_t retry_quota_cost(const struct retry_policy *policy, enum outcome outcome, int status)
{
    if (is_throttle(outcome, status))
        return policy->quota.throttle;
    return outcome == OUTCOME_TIMEOUT ? policy->quota.timeout : policy->quota.error;
}

bool retry_quota_take(const struct retry_policy *policy, uint16_t *used, int16_t cost)
{
    if (*used + cost > policy->quota.size)
        return false;
    *used = (uint16_t)(*used + cost);
    return true;
}

void retry_quota_refund(uint16_t *used, int16_t cost)
{
    int back = cost > 0 ? cost : 1;
    *used = (uint16_t)(*used > back ? *used - back : 0);
}

static int16_t tokens(const struct catalog *catalog, const char *key)
{
    return (int16_t)catalog_limit(catalog, key);
}

/* Delay before retry i: rand(0,1) * min(base * 2^i, cap). */
void retry_sdk_fill(struct retry_policy *policy, const struct catalog *catalog,
                    enum sdk_profile profile, bool dynamodb)
{
    static const struct {
        const char *attempts[2], *base[2]; /* [1]: DynamoDB */
        const char *cap;
    } keys[] = {
        [SDK_2026_11] = {{"sdk.2026.max_attempts", "sdk.2026.ddb_attempts"},
                         {"sdk.2026.base_transient_ms", "sdk.2026.base_ddb_ms"},
                         "sdk.2026.cap_ms"},
        [SDK_BEFORE_2026_11] = {{"sdk.pre2026.max_attempts", "sdk.pre2026.max_attempts"},
                                {"sdk.pre2026.base_ms", "sdk.pre2026.base_ms"},
                                "sdk.pre2026.cap_ms"},
        [SDK_LEGACY] = {{"sdk.legacy.max_attempts", "sdk.legacy.ddb_attempts"},
                        {"sdk.legacy.base_ms", "sdk.legacy.base_ddb_ms"},
                        "sdk.pre2026.cap_ms"},
    };
    if (profile == SDK_NONE) {
        policy->retries = policy->retries < 0 ? 0 : policy->retries;
        return;
    }
    if (policy->retries < 0)
        policy->retries =
            (int32_t)catalog_limit(catalog, keys[profile].attempts[dynamodb ? 1 : 0]) - 1;
    double base_ms = catalog_limit(catalog, keys[profile].base[dynamodb ? 1 : 0]);
    double cap_ms = catalog_limit(catalog, keys[profile].cap);
    policy->backoff =
        (struct backoff){(sim_time)(base_ms * 1e6), (sim_time)(cap_ms * 1e6), JITTER_FULL};
    if (profile == SDK_2026_11) {
        policy->throttle_base = (sim_time)(catalog_limit(catalog, "sdk.2026.base_throttle_ms") * 1e6);
        policy->quota = (struct retry_quota_rule){tokens(catalog, "sdk.2026.quota"),
                                                  tokens(catalog, "sdk.2026.cost_transient"),
                                                  tokens(catalog, "sdk.2026.cost_throttle"),
                                                  tokens(catalog, "sdk.2026.cost_transient")};
    } else if (profile == SDK_BEFORE_2026_11) {
        policy->quota = (struct retry_quota_rule){tokens(catalog, "sdk.pre2026.quota"),
                                                  tokens(catalog, "sdk.pre2026.cost_retry"),
                                                  tokens(catalog, "sdk.pre2026.cost_retry"),
                                                  tokens(catalog, "sdk.pre2026.cost_timeout")};
    }
}
