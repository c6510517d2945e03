/* lab.c - see lab.h. */
#include "tests/theory/lab.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "run/run.h"
#include "stats/estimate.h"
#include "tests/scenario/load_text.h"

#define TEXT_MAX 4096

struct lab {
    struct loaded loaded;
    struct result *result;
};

static _Noreturn void give_up(const struct err *err)
{
    err_print(err, "error", stderr, false);
    abort();
}

static struct lab *load(const char *format, va_list args)
{
    char text[TEXT_MAX];
    int length = vsnprintf(text, sizeof text, format, args);
    ASSERT(0 < length && length < TEXT_MAX);
    struct lab *lab = mem_resize(NULL, sizeof *lab);
    *lab = (struct lab){.loaded = loaded_begin()};
    if (!loaded_text(&lab->loaded, text))
        give_up(&lab->loaded.err);
    return lab;
}

struct lab *lab_load(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct lab *lab = load(format, args);
    va_end(args);
    return lab;
}

struct lab *lab_run(int reps, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct lab *lab = load(format, args);
    va_end(args);
    struct run_item item = {.scenario = lab->loaded.scenario};
    struct run_options options = {
        .jobs = LAB_THREADS,
        .reps = reps,
        .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX},
    };
    struct err err = {0};
    if (!run_all(&item, 1, &options, &lab->result, &err))
        give_up(&err);
    return lab;
}

void lab_close(struct lab *lab)
{
    result_free(lab->result);
    loaded_end(&lab->loaded);
    mem_free(lab);
}

const struct result *lab_result(const struct lab *lab)
{
    return lab->result;
}

const struct scenario *lab_scenario(const struct lab *lab)
{
    return lab->loaded.scenario;
}

/* -- values --------------------------------------------------------------------------------- */

struct question {
    int node;
    enum metric_id metric;
    struct statistic stat;
};

static struct question ask(const struct lab *lab, const char *node, const char *metric,
                           const char *stat)
{
    struct question question = {result_find_node(lab->result, node), metric_find(metric), {0}};
    bool known = stat_read(stat, &question.stat);
    ASSERT(known && question.node >= 0 && question.metric != METRIC_COUNT);
    return question;
}

double lab_value(const struct lab *lab, const char *node, const char *metric, const char *stat)
{
    struct question question = ask(lab, node, metric, stat);
    double value;
    if (!result_value(lab->result, question.node, question.metric, question.stat, &value, NULL))
        return NAN;
    return value;
}

int64_t lab_count(const struct lab *lab, const char *node, const char *metric, const char *stat)
{
    return llround(lab_value(lab, node, metric, stat));
}

struct estimate estimate_of(const double *values, int count)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < count; i++)
        sum += values[i];
    double mean = sum / count;
    for (int i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return (struct estimate){mean, sqrt(squares / (count - 1.) / count)};
}

/* A result carries the 95 % interval over its replications: half of it is t times the standard error. */
struct estimate lab_estimate(const struct lab *lab, const char *node, const char *metric,
                             const char *stat)
{
    struct question question = ask(lab, node, metric, stat);
    double value, interval[2];
    bool known =
        result_value(lab->result, question.node, question.metric, question.stat, &value, interval);
    ASSERT(known && interval[0] <= interval[1] && lab->result->reps >= 2);
    double t = student_t_quantile(0.975, lab->result->reps - 1);
    return (struct estimate){value, (interval[1] - interval[0]) / 2 / t};
}

const struct sample_row *lab_sample(const struct lab *lab, const char *node, int64_t index)
{
    const struct result *result = lab->result;
    int wanted = result_find_node(result, node);
    for (int64_t i = 0; i < result->sample_count; i++)
        if (result->samples[i].node == wanted && index-- == 0)
            return &result->samples[i];
    return NULL;
}

/* -- beside the exact value ----------------------------------------------------------------- */

static void show(const char *what, double found, double exact, double error)
{
#ifdef LAB_SHOW
    printf("\n    %-44s %14.8g  exact %14.8g  error %9.3g (%+.2f)", what, found, exact, error,
           error > 0 ? (found - exact) / error : 0);
#else
    (void)what;
    (void)found;
    (void)exact;
    (void)error;
#endif
}

bool lab_agrees(const char *what, struct estimate found, double exact, double precision)
{
    show(what, found.mean, exact, found.error);
    return fabs(found.mean - exact) <= LAB_SIGMAS * found.error &&
           found.error <= precision * fabs(exact);
}

bool lab_near(const char *what, double found, double exact, double allowed)
{
    show(what, found, exact, allowed);
    return fabs(found - exact) <= allowed;
}
