/* cmd_explain.c - tepid explain: documentation at the prompt, from the tables the program runs on. */
#include <string.h>

#include "cli/command.h"
#include "cli/setting.h"
#include "core/text.h"
#include "model/metric.h"
#include "model/svc.h"
#include "report/page.h"

#define NAME_COLUMNS 22
#define WORDS_MAX    512 /* everything that can be explained, for "did you mean" */

static void put_field(struct page *page, const char *name, const char *text)
{
    page_to(page, 2);
    page_cell(page, PAGE_DIM, name, 12);
    page_wrap(page, PAGE_PLAIN, text, 14);
    page_line(page);
}

static const char *dimension_words(enum metric_dimension dimension)
{
    static const char *const words[] = {
        [DIM_TIME] = "a time; ms in the files",
        [DIM_RATIO] = "a share from 0 to 1; in an SLO also as a percentage",
        [DIM_COUNT] = "a count",
        [DIM_PER_S] = "per second",
        [DIM_GB_S] = "GB-seconds",
        [DIM_MONEY] = "US dollars",
    };
    return words[dimension];
}

static const char *example_limit(enum metric_dimension dimension)
{
    static const char *const limits[] = {
        [DIM_TIME] = "300ms", [DIM_RATIO] = "1%",   [DIM_COUNT] = "100",
        [DIM_PER_S] = "50/s", [DIM_GB_S] = "10000", [DIM_MONEY] = "$250/month",
    };
    return limits[dimension];
}

static void explain_metric(struct page *page, const struct metric_info *metric)
{
    struct text text = {0};
    page_put(page, PAGE_STRONG, metric->name);
    page_put(page, PAGE_DIM, "  metric");
    page_line(page);
    put_field(page, "is", metric->doc);
    put_field(page, "unit", dimension_words(metric->dimension));
    for (const char *const *stat = metric_stat_names(metric->stats); *stat != NULL; stat++)
        text_addf(&text, "%s ", *stat);
    put_field(page, "statistics", text.data);
    text.length = 0;
    text_addf(&text, "\"RESOURCE.%s < %s\" compares the %s", metric->name,
              example_limit(metric->dimension), metric->slo_stat);
    put_field(page, "in an SLO", text.data);
    text_free(&text);
}

static void explain_setting(struct page *page, const struct svc_class *class,
                            const struct param_spec *spec)
{
    struct text bounds = {0};
    page_putf(page, PAGE_STRONG, "%s.%s", class->kind, spec->name);
    page_put(page, PAGE_DIM, "  setting");
    page_line(page);
    put_field(page, "is", spec->doc);
    put_field(page, "value", setting_kind(spec));
    if (setting_show_bounds(spec, &bounds))
        put_field(page, "bounds", bounds.data);
    if (spec->fallback != NULL)
        put_field(page, "default", spec->fallback);
    text_free(&bounds);
}

static void explain_class(struct page *page, const struct svc_class *class)
{
    page_put(page, PAGE_STRONG, class->kind);
    page_put(page, PAGE_DIM, "  kind of resource");
    page_line(page);
    put_field(page, "is", class->summary);
    page_line(page);
    for (const struct param_spec *spec = class->params; spec->name != NULL; spec++) {
        page_to(page, 2);
        page_cell(page, PAGE_PLAIN, spec->name, NAME_COLUMNS);
        page_to(page, page_column(page) + 1);
        page_wrap(page, PAGE_DIM, spec->doc, NAME_COLUMNS + 3);
        if (spec->fallback != NULL)
            page_putf(page, PAGE_DIM, " [%s]", spec->fallback);
        page_line(page);
    }
}

/* Settings of that name in every kind, or in the kind before the dot. */
static bool explain_settings(struct page *page, const char *topic)
{
    const char *dot = strchr(topic, '.');
    const char *name = dot == NULL ? topic : dot + 1;
    bool any = false;
    for (int c = 0; svc_classes[c] != NULL; c++) {
        const char *kind = svc_classes[c]->kind;
        if (dot != NULL &&
            (strlen(kind) != (size_t)(dot - topic) || strncmp(kind, topic, strlen(kind)) != 0))
            continue;
        for (const struct param_spec *spec = svc_classes[c]->params; spec->name != NULL; spec++)
            if (strcmp(spec->name, name) == 0) {
                if (any)
                    page_line(page);
                explain_setting(page, svc_classes[c], spec);
                any = true;
            }
    }
    return any;
}

/* A metric by itself, or as the middle of "web.latency.p99". */
static enum metric_id find_metric(const char *topic)
{
    enum metric_id metric = metric_find(topic);
    const char *dot = strchr(topic, '.');
    if (metric != METRIC_COUNT || dot == NULL)
        return metric;
    struct text part = {0};
    text_add_bytes(&part, topic, (size_t)(dot - topic));
    metric = metric_find(part.data);
    if (metric == METRIC_COUNT) {
        part.length = 0;
        text_add_bytes(&part, dot + 1, strcspn(dot + 1, "."));
        metric = metric_find(part.data);
    }
    text_free(&part);
    return metric;
}

static bool is_rule(const char *topic)
{
    return topic[0] >= 'A' && topic[0] <= 'Z' && strlen(topic) == 3 &&
           strspn(topic + 1, "0123456789") == 2;
}

static bool refuse_topic(const char *topic, struct err *err)
{
    const char *words[WORDS_MAX + 1] = {0};
    size_t count = 0;
    if (is_rule(topic)) {
        err_set(err, "%s is a rule of the insights, which come with a later version", topic);
        err_place(err, "command line", 0);
        return err_help(err, "metrics, kinds and settings can be explained: tepid explain latency");
    }
    for (size_t i = 0; metric_names[i] != NULL && count < WORDS_MAX; i++)
        words[count++] = metric_names[i];
    for (int c = 0; svc_classes[c] != NULL; c++) {
        if (count < WORDS_MAX)
            words[count++] = svc_classes[c]->kind;
        for (const struct param_spec *spec = svc_classes[c]->params; spec->name != NULL; spec++)
            if (count < WORDS_MAX)
                words[count++] = spec->name;
    }
    err_set(err, "nothing is called '%s'", topic);
    err_place(err, "command line", 0);
    const char *nearest = text_nearest(topic, words);
    if (nearest != NULL)
        return err_help(err, "did you mean '%s'?", nearest);
    return err_help(err, "'tepid explain' lists what can be explained");
}

static void list_topics(struct page *page)
{
    struct text text = {0};
    for (size_t i = 0; metric_names[i] != NULL; i++)
        text_addf(&text, "%s ", metric_names[i]);
    put_field(page, "metrics", text.data);
    text.length = 0;
    for (int c = 0; svc_classes[c] != NULL; c++)
        text_addf(&text, "%s ", svc_classes[c]->kind);
    put_field(page, "kinds", text.data);
    put_field(page, "settings", "KIND.SETTING, as in fn.memory, or the setting alone");
    text_free(&text);
}

static bool explain(struct page *page, const char *topic, struct err *err)
{
    const struct svc_class *class = svc_class_find(topic);
    enum metric_id metric = find_metric(topic);
    if (class != NULL) {
        explain_class(page, class);
    } else if (explain_settings(page, topic)) {
        if (metric_find(topic) != METRIC_COUNT) {
            page_line(page);
            explain_metric(page, &metric_table[metric]);
        }
    } else if (metric != METRIC_COUNT) {
        explain_metric(page, &metric_table[metric]);
    } else {
        return refuse_topic(topic, err);
    }
    return true;
}

static int run(const struct cli *cli, const struct command *command, const struct options *options)
{
    (void)command;
    struct err err = {0};
    struct page page;
    struct text out = {0};
    bool ok = true;
    page_begin(&page, &out, cli->width, cli->colour);
    if (options->word_count == 0)
        list_topics(&page);
    else
        ok = explain(&page, options->words[0], &err);
    int code = ok ? cli_print(cli, out.data) : cli_fail(cli, &err);
    text_free(&out);
    return code;
}

static const struct option_spec options_of_explain[] = {OPTION_NO_COLOR, {0}};

const struct command command_explain = {
    "explain",
    "[METRIC|KIND|SETTING|RULE]",
    "documentation at the prompt",
    "Explains a metric (latency), a kind of resource (fn), a setting (fn.memory) or, in a later\n"
    "version, a rule of the insights (L09). Without a word it lists what there is.\n\n"
    "Examples:\n  tepid explain latency\n  tepid explain fn.keep_alive",
    options_of_explain,
    0,
    1,
    run,
};
