/* retry.h - trying again: how often, on what, and how long to wait in between.
 *
 * One table for a client's `retry` and the options of r:try (CONTRACT 2.2). Back-off delays
 * follow the reference policies (Brooker, "Exponential backoff and jitter", AWS 2015):
 * with d_i = min(max, base * 2^i) for retry i = 0, 1, ...:
 *   none  d_i      full  uniform(0, d_i)      equal  d_i/2 + uniform(0, d_i/2)
 *   decorrelated  min(max, uniform(base, 3 * previous delay)), previous = base at first.
 * A budget allows retries only while they are at most `budget` of first tries: a
 * token bucket of 10 retries to start with that gains `budget` of a token with every first try.
 */
#ifndef TEPID_MODEL_RETRY_H
#define TEPID_MODEL_RETRY_H

#include "core/rng.h"
#include "cost/catalog.h"
#include "model/breaker.h"
#include "model/outcome.h"

enum jitter { JITTER_FULL, JITTER_EQUAL, JITTER_DECORRELATED, JITTER_NONE };

struct backoff {
    sim_time base;
    sim_time max;
    enum jitter jitter;
};

#define RETRY_CODES_MAX 16

/* The SDKs' retry quota: a bucket of tokens per client. Retries take some out by what failed; a first try that succeeds
 * gives one back, a retry that succeeds what it cost. */
struct retry_quota_rule {
    int16_t size; /* 0: none */
    int16_t error, throttle, timeout;
};

struct retry_policy {
    int32_t retries;  /* tries after the first, 0..1000 */
    sim_time timeout; /* of each try; TIME_UNSET: none */
    struct backoff backoff;
    sim_time throttle_base; /* first delay after a throttle; 0: as after anything else */
    double budget;          /* retries per first try, or NAN: none */
    struct retry_quota_rule quota;
    struct breaker_spec breaker; /* window 0: none */
    sim_time hedge; /* a try without an answer for so long is sent a second time; TIME_UNSET: never */
    bool sdk;        /* of an SDK profile: retry_sdk_fill completes it; retries -1: the profile's */
    bool on_default; /* every error, timeout and throttle; of 4xx answers only 429 */
    bool on_error, on_timeout, on_throttle;
    int32_t code_count;
    int16_t codes[RETRY_CODES_MAX];
};

/* What the AWS SDKs do by themselves (MODEL.md 6), by the account's `sdk`. */
enum sdk_profile { SDK_2026_11, SDK_BEFORE_2026_11, SDK_LEGACY, SDK_NONE };
extern const char *const sdk_profile_names[]; /* NULL-terminated, in this order */
void retry_sdk_fill(struct retry_policy *policy, const struct catalog *catalog,
                    enum sdk_profile profile, bool dynamodb);

/* True if this answer is one the policy tries again (retries left or not). `status` 0: the
 * answer carries none; a throttle then counts as 429 and an error as 500. */
bool retry_wants(const struct retry_policy *policy, enum outcome outcome, int status);

/* The delay before retry `i` (0-based). `previous` is the delay before it (0 at first). */
sim_time backoff_delay(const struct backoff *backoff, int i, sim_time previous, struct draw draw);

/* The delay before retry `i` after a try that failed so. */
sim_time retry_delay(const struct retry_policy *policy, enum outcome outcome, int status, int i,
                     sim_time previous, struct draw draw);

/* What a retry after such a failure costs in tokens. */
int16_t retry_quota_cost(const struct retry_policy *policy, enum outcome outcome, int status);
/* `used` tokens of one client. Takes `cost`; false: not enough left, so give up. */
bool retry_quota_take(const struct retry_policy *policy, uint16_t *used, int16_t cost);
/* A request succeeded at its first try (cost 0), or at a retry that had cost so much. */
void retry_quota_refund(uint16_t *used, int16_t cost);

/* What is left of a policy's budget; one per source or caller. It never holds more
 * than the 10 retries it starts with, so a quiet hour saves up nothing for an outage. */
struct retry_budget {
    int64_t gain_micro; /* per first try; negative: no budget, every retry may go */
    int64_t left_micro;
};

void retry_budget_init(struct retry_budget *budget, const struct retry_policy *policy);
void retry_budget_first_try(struct retry_budget *budget);
/* Takes one retry out of the budget; false: not enough left, so give up. */
bool retry_budget_take(struct retry_budget *budget);

#endif
