/* probe.c - see probe.h. */
#include "model/probe.h"

#include <math.h>

void probe_free(struct probe *probe)
{
    for (int i = 0; i < STAGE_COUNT; i++) {
        hist_free(&probe->pure[i]);
        hist_free(&probe->stage[i]);
    }
    hist_free(&probe->latency);
    hist_free(&probe->duration);
    hist_free(&probe->init);
    hist_free(&probe->window.many);
}

void window_spill(struct window *window)
{
    uint32_t held = window->count < WINDOW_FEW ? window->count : WINDOW_FEW;
    for (uint32_t i = 0; i < held; i++)
        hist_count(&window->many, hist_bucket(window->few[i]));
}

static void sort_few(int64_t *values, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        int64_t value = values[i];
        uint32_t at = i;
        for (; at > 0 && values[at - 1] > value; at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
}

void window_quantiles(struct window *window, int n, const double *q, double *out)
{
    if (window->count > WINDOW_FEW) {
        hist_count_quantiles(&window->many, window->count, n, q, out);
        return;
    }
    sort_few(window->few, window->count);
    for (int k = 0; k < n; k++) {
        double rank = ceil(q[k] * window->count);
        out[k] = window->count == 0 ? NAN : (double)window->few[rank < 1 ? 0 : (uint32_t)rank - 1];
    }
}

void window_clear(struct window *window)
{
    if (window->count > WINDOW_FEW)
        hist_clear(&window->many);
    window->count = 0;
}

void probe_answer(struct probe *probe, bool measured, enum outcome outcome, int64_t latency,
                  const int64_t stages[STAGE_COUNT])
{
    probe_outcome(&probe->all, outcome);
    window_add(&probe->window, latency);
    if (!measured) {
        probe_outcome(&probe->pre, outcome);
        for (int i = 0; i < STAGE_COUNT; i++)
            probe->pre_ns[i] += stages[i];
        probe->pre_timed++;
        return;
    }
    hist_add(&probe->latency, latency);
    hist_add(&probe->duration, latency - stages[STAGE_INIT] - stages[STAGE_QUEUE]);
    for (int i = 0; i < STAGE_COUNT; i++)
        if (stages[i] != 0)
            hist_add(&probe->stage[i], stages[i]);
}

void probe_latency(const struct probe *probe, struct hist *out)
{
    hist_clear(out);
    for (int i = 0; i < STAGE_COUNT; i++)
        hist_merge(out, &probe->pure[i]);
    hist_merge(out, &probe->latency);
}

void probe_duration(const struct probe *probe, struct hist *out)
{
    hist_clear(out);
    for (int i = 0; i < STAGE_COUNT; i++)
        hist_merge(out, &probe->pure[i]);
    hist_merge(out, &probe->duration);
}

void probe_stage(const struct probe *probe, enum stage stage, struct hist *out, uint64_t *zeros)
{
    uint64_t calls = probe->latency.count;
    for (int i = 0; i < STAGE_COUNT; i++)
        calls += probe->pure[i].count;
    hist_clear(out);
    hist_merge(out, &probe->pure[stage]);
    hist_merge(out, &probe->stage[stage]);
    *zeros = calls - out->count;
}

static void counters_add(struct counters *into, const struct counters *from, int sign)
{
    uint64_t s = (uint64_t)(int64_t)sign; /* wraps: subtraction of what is contained */
    into->arrivals += s * from->arrivals;
    into->answered += s * from->answered;
    into->errors += s * from->errors;
    into->throttles += s * from->throttles;
    into->timeouts += s * from->timeouts;
    into->invocations += s * from->invocations;
    into->cold += s * from->cold;
    into->spill += s * from->spill;
}

void probe_merge(struct probe *into, const struct probe *from)
{
    counters_add(&into->all, &from->all, 1);
    counters_add(&into->pre, &from->pre, 1);
    for (int i = 0; i < STAGE_COUNT; i++) {
        hist_merge(&into->pure[i], &from->pure[i]);
        hist_merge(&into->stage[i], &from->stage[i]);
    }
    hist_merge(&into->latency, &from->latency);
    hist_merge(&into->duration, &from->duration);
    hist_merge(&into->init, &from->init);
}

struct counters probe_measured(const struct probe *probe)
{
    struct counters measured = probe->all;
    counters_add(&measured, &probe->pre, -1);
    return measured;
}
