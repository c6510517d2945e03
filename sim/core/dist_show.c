/* dist_show.c - a law in words, as a scenario would write it. */
#include "core/dist.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/detmath.h"
#include "core/unit.h"

/* Where the words go. What does not fit is dropped, and "..." takes the end. */
struct words {
    char *(*unit_show)(char buf[40], double value);
    char *buf;
    size_t size, used;
    bool full;
};

__attribute__((format(printf, 2, 3))) static void add(struct words *words, const char *format, ...)
{
    if (words->full)
        return;
    va_list args;
    va_start(args, format);
    int length = vsnprintf(words->buf + words->used, words->size - words->used, format, args);
    va_end(args);
    words->full = length < 0 || (size_t)length >= words->size - words->used;
    if (!words->full)
        words->used += (size_t)length;
    else if (words->size >= 4)
        memcpy(words->buf + words->size - 4, "...", 4);
}

static void add_value(struct words *words, const char *before, double value)
{
    char buf[UNIT_TEXT_MAX];
    add(words, "%s%s", before, words->unit_show(buf, value));
}

static void add_number(struct words *words, const char *before, double number)
{
    char buf[UNIT_TEXT_MAX];
    add(words, "%s%s", before, unit_show_number(buf, number));
}

static void add_mean_cv(struct words *words, const char *name, const struct dist *dist)
{
    add(words, "%s{", name);
    add_value(words, "mean=", dist->mean);
    add_number(words, ", cv=", sqrt(dist->cv2));
    add(words, "}");
}

static void add_percentiles(struct words *words, const struct dist *dist)
{
    add(words, "percentiles{");
    for (size_t i = 0; i < dist->count && !words->full; i++) {
        add(words, "%sp%.6g", i == 0 ? "" : ", ", dist->x[i] * 100); /* p99.99 keeps its nines */
        add_value(words, "=", dist->y[i]);
    }
    add(words, "}");
}

static void add_dist(struct words *words, const struct dist *dist);

static void add_mix(struct words *words, const struct dist *mix)
{
    add(words, "mix{");
    double before = 0;
    for (size_t i = 0; i < mix->count && !words->full; i++) {
        add_number(words, i == 0 ? " {" : ", {", mix->x[i] - before);
        add(words, ", ");
        add_dist(words, mix->parts[i]);
        add(words, "}");
        before = mix->x[i];
    }
    add(words, " }");
}

static void add_pair(struct words *words, const char *first, double a, const char *second, double b,
                     const char *end)
{
    add_value(words, first, a);
    add_value(words, second, b);
    add(words, "%s", end);
}

static void add_dist(struct words *words, const struct dist *dist)
{
    switch (dist->kind) {
    case DIST_CONSTANT:
        add_value(words, "", dist->a);
        break;
    case DIST_EXPONENTIAL:
        add_value(words, "exponential(", dist->a);
        add(words, ")");
        break;
    case DIST_UNIFORM:
        add_pair(words, "uniform(", dist->a, ", ", dist->b, ")");
        break;
    case DIST_NORMAL:
        add_pair(words, "normal{mean=", dist->a, ", sd=", dist->b, "}");
        break;
    case DIST_LOGNORMAL:
        add_pair(words, "lognormal{p50=", det_exp(dist->a),
                 ", p99=", det_exp(dist->a + DIST_Z99 * dist->b), "}");
        break;
    case DIST_GAMMA:
        add_mean_cv(words, "gamma", dist);
        break;
    case DIST_WEIBULL:
        add_mean_cv(words, "weibull", dist);
        break;
    case DIST_PARETO:
        add_value(words, "pareto{min=", dist->a);
        add_number(words, ", alpha=", dist->b);
        add(words, "}");
        break;
    case DIST_ERLANG:
        add_value(words, "erlang{mean=", dist->mean);
        add_number(words, ", k=", dist->a);
        add(words, "}");
        break;
    case DIST_MIX:
        add_mix(words, dist);
        break;
    case DIST_PERCENTILES:
        add_percentiles(words, dist);
        break;
    case DIST_EMPIRICAL:
        add(words, "empirical (%zu values, ", dist->count);
        add_pair(words, "mean ", dist->mean, ", up to ", dist->y[dist->count - 1], ")");
        break;
    }
}

void dist_show(const struct dist *dist, char *(*unit_show)(char buf[40], double value), char *buf,
               size_t size)
{
    ASSERT(size > 0);
    struct words words = {.unit_show = unit_show, .buf = buf, .size = size};
    buf[0] = '\0';
    add_dist(&words, dist);
}
