/* probe.h - what is counted and timed at one node.
 *
 * A node is a line of the results: a resource, a route, a traffic source, a mark. The idea that
 * keeps recording cheap: a call that spent all its time in one stage (a warm function that
 * only computes) is put into one histogram, pure[stage], and nowhere else. Latency, duration and
 * that stage are put together again when asked: latency = all pure + mixed, stage k =
 * pure[k] + mixed[k]. Nothing is lost, because histograms merge exactly.
 *
 * Counters run over the whole run (`all`); `pre` counts the part due to calls that came
 * before the measured interval, so measured = all - pre. Histograms hold measured calls only.
 *
 * The window holds the latencies of the current sample: the first few as they are, then a
 * histogram.
 */
#ifndef TEPID_MODEL_PROBE_H
#define TEPID_MODEL_PROBE_H

#include "model/outcome.h"
#include "stats/hist.h"

struct counters {
    uint64_t arrivals;
    uint64_t answered; /* throttled ones included */
    uint64_t errors;   /* failed, timed out or throttled */
    uint64_t throttles;
    uint64_t timeouts;
    uint64_t invocations;
    uint64_t cold;
    uint64_t spill;
};

#define WINDOW_FEW 24

struct window {
    uint32_t count;
    int64_t few[WINDOW_FEW];
    struct hist many; /* counts only, used once count > WINDOW_FEW */
};

struct probe {
    struct counters all, pre;
    struct hist pure[STAGE_COUNT];
    struct hist latency;            /* of calls with more than one stage */
    struct hist duration;           /* the same calls' runs without init and queue */
    struct hist stage[STAGE_COUNT]; /* the same calls' stages, zeros left out */
    struct hist init;               /* one entry per cold start */
    struct window window;
    struct counters sampled; /* `all` at the last sample */
    double rate_max;         /* per second, over samples of the measured interval */
    int128 pre_ns[STAGE_COUNT]; /* stages of timed calls that came before the measured interval: for who looks on only */
    uint64_t pre_timed;         /* so many calls */
};

void probe_free(struct probe *probe);

void window_spill(struct window *window);

static inline void window_add_at(struct window *window, uint32_t bucket, int64_t latency)
{
    if (window->count < WINDOW_FEW) {
        window->few[window->count++] = latency;
        return;
    }
    if (window->count++ == WINDOW_FEW)
        window_spill(window);
    hist_count(&window->many, bucket);
}

static inline void window_add(struct window *window, int64_t latency)
{
    window_add_at(window, hist_bucket(latency), latency);
}

/* Quantiles, ascending, of what the window holds; NAN when empty. Sorts `few`. */
void window_quantiles(struct window *window, int n, const double *q, double *out);
void window_clear(struct window *window);

static inline void probe_arrival(struct probe *probe, bool measured)
{
    probe->all.arrivals++;
    if (!measured)
        probe->pre.arrivals++;
}

static inline void probe_outcome(struct counters *c, enum outcome outcome)
{
    c->answered++;
    if (UNLIKELY(outcome != OUTCOME_OK)) {
        c->errors++;
        c->throttles += outcome == OUTCOME_THROTTLE;
        c->timeouts += outcome == OUTCOME_TIMEOUT;
    }
}

/* An answer to a call that came before the measured interval. */
static inline void probe_answer_pre(struct probe *probe, enum outcome outcome, enum stage stage,
                                    int64_t latency)
{
    probe_outcome(&probe->pre, outcome);
    probe->pre_ns[stage] += latency;
    probe->pre_timed++;
}

/* An answer whose whole latency was spent in one stage. */
static inline void probe_answer_pure(struct probe *probe, bool measured, enum outcome outcome,
                                     enum stage stage, int64_t latency)
{
    uint32_t bucket = hist_bucket(latency);
    probe_outcome(&probe->all, outcome);
    window_add_at(&probe->window, bucket, latency);
    if (LIKELY(measured))
        hist_add_at(&probe->pure[stage], bucket, latency);
    else
        probe_answer_pre(probe, outcome, stage, latency);
}

/* The same with the counting put off: for calls to one of many services. */
static inline void probe_answer_later(struct probe *probe, struct hist_queue *queue, bool measured,
                                      enum outcome outcome, enum stage stage, int64_t latency)
{
    struct window *window = &probe->window;
    uint32_t bucket = hist_bucket(latency);
    probe_outcome(&probe->all, outcome);
    if (window->count <= WINDOW_FEW) {
        window_add_at(window, bucket, latency);
    } else {
        window->count++;
        if (UNLIKELY(bucket - window->many.first >= window->many.size))
            hist_grow(&window->many, bucket);
        hist_count_later(queue, &window->many, bucket);
    }
    if (UNLIKELY(!measured))
        probe_answer_pre(probe, outcome, stage, latency);
    else if (hist_note(&probe->pure[stage], bucket, latency))
        hist_count_later(queue, &probe->pure[stage], bucket);
}

/* An answer with its stages, which sum to the latency. Not for throttled calls. */
void probe_answer(struct probe *probe, bool measured, enum outcome outcome, int64_t latency,
                  const int64_t stages[STAGE_COUNT]);

/* Refused by a limit: counted, not timed. */
static inline void probe_refusal(struct probe *probe, bool measured)
{
    probe_outcome(&probe->all, OUTCOME_THROTTLE);
    if (!measured)
        probe_outcome(&probe->pre, OUTCOME_THROTTLE);
}

/* A time that is not the latency of a call here: the age at a mark. */
static inline void probe_time(struct probe *probe, bool measured, int64_t time)
{
    probe_arrival(probe, measured);
    probe_answer_pure(probe, measured, OUTCOME_OK, STAGE_WAIT, time);
}

/* Puts together latency, duration or one stage into `out` (cleared first). For a stage,
 * *zeros becomes the number of calls that spent no time in it. */
void probe_latency(const struct probe *probe, struct hist *out);
void probe_duration(const struct probe *probe, struct hist *out);
void probe_stage(const struct probe *probe, enum stage stage, struct hist *out, uint64_t *zeros);

/* into += from: counters, histograms; windows and samples stay. */
void probe_merge(struct probe *into, const struct probe *from);

/* Counters of the measured interval. */
struct counters probe_measured(const struct probe *probe);

#endif
