/* cmd_explain.c - tepid explain: documentation at the prompt, from the tables the program runs on. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/topics.h"
#include "core/arena.h"
#include "core/text.h"
#include "core/unit.h"
#include "cost/catalog.h"
#include "model/account.h"
#include "model/metric.h"
#include "model/svc.h"
#include "report/page.h"
#include "run/insight.h"
#include "scenario/setting.h"

#define NAME_COLUMNS 22
#define WORDS_MAX    512 /* everything that can be explained, for "did you mean" */
#define OWNERS_MAX   32  /* kinds, and the account */

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
    topic_put_field(page, "is", metric->doc);
    topic_put_field(page, "unit", dimension_words(metric->dimension));
    for (const char *const *stat = metric_stat_names(metric->stats); *stat != NULL; stat++)
        text_addf(&text, "%s ", *stat);
    topic_put_field(page, "statistics", text.data);
    text.length = 0;
    text_addf(&text, "\"RESOURCE.%s < %s\" compares the %s", metric->name,
              example_limit(metric->dimension), metric->slo_stat);
    topic_put_field(page, "in an SLO", text.data);
    text_free(&text);
}

/* What has settings: every kind, and the account. */
struct owner {
    const char *kind;
    const struct param_spec *params;
};

/* Owner `i`; kind == NULL after the last. */
static struct owner owner_at(int i)
{
    int kinds = 0;
    while (svc_classes[kinds] != NULL)
        kinds++;
    if (i < kinds)
        return (struct owner){svc_classes[i]->kind, svc_classes[i]->params};
    return i == kinds ? (struct owner){"account", account_params} : (struct owner){NULL, NULL};
}

static char *show_time(char buf[40], double value)
{
    return unit_show_time(buf, value);
}

/* The presets of keep_alive with their laws, or the runtimes, from the catalog. */
static void put_presets(struct page *page, const struct catalog *catalog)
{
    const char *const *names = catalog_keep_alive_names(catalog);
    topic_put_field(page, "presets",
                    "how long an idle instance was seen to live, by platform and year; drawn anew "
                    "for each instance that becomes idle [aws-2021]");
    for (; *names != NULL; names++) {
        const struct dist *law = NULL;
        struct err ignored = {0}; /* the catalog's own names */
        char shown[600] = "for ever: an idle instance stays";
        (void)catalog_keep_alive(catalog, *names, &law, &ignored);
        if (strcmp(*names, "none") == 0)
            (void)snprintf(shown, sizeof shown, "no time: every start is cold");
        else if (law != NULL)
            dist_show(law, show_time, shown, sizeof shown);
        page_to(page, 16);
        page_cell(page, PAGE_STRONG, *names, 12);
        page_wrap(page, PAGE_PLAIN, shown, 28);
        page_line(page);
    }
}

static void put_runtimes(struct page *page, const struct catalog *catalog)
{
    struct text text = {0};
    for (const char *const *name = catalog_runtime_names(catalog); *name != NULL; name++)
        text_addf(&text, "%s ", *name);
    topic_put_field(page, "runtimes", text.data);
    text_free(&text);
}

/* What only the catalog knows about a setting; nothing where it cannot be read. */
static void put_choices(struct page *page, const char *program, const struct param_spec *spec)
{
    bool presets = spec->kind == PARAM_KEEP_ALIVE, runtimes = strcmp(spec->name, "runtime") == 0;
    struct err ignored = {0}; /* tepid check tells about a damaged catalog */
    char *assets = presets || runtimes ? catalog_find_assets(program, &ignored) : NULL;
    struct catalog *catalog = assets == NULL ? NULL : catalog_load(assets, NULL, &ignored);
    if (catalog != NULL && presets)
        put_presets(page, catalog);
    else if (catalog != NULL)
        put_runtimes(page, catalog);
    catalog_free(catalog);
    mem_free(assets);
}

static void explain_setting(struct page *page, const char *kind, const struct param_spec *spec)
{
    struct text bounds = {0};
    page_putf(page, PAGE_STRONG, "%s.%s", kind, spec->name);
    page_put(page, PAGE_DIM, "  setting");
    page_line(page);
    topic_put_field(page, "is", spec->doc);
    topic_put_field(page, "value", setting_kind(spec));
    if (setting_show_bounds(spec, &bounds))
        topic_put_field(page, "bounds", bounds.data);
    if (spec->fallback != NULL)
        topic_put_field(page, "default", spec->fallback);
    text_free(&bounds);
}

static void put_settings(struct page *page, const struct param_spec *params)
{
    for (const struct param_spec *spec = params; spec->name != NULL; spec++) {
        struct text text = {0};
        text_add(&text, spec->doc);
        if (spec->fallback != NULL)
            text_addf(&text, " [%s]", spec->fallback);
        page_to(page, 2);
        page_cell(page, PAGE_PLAIN, spec->name, NAME_COLUMNS);
        page_to(page, page_column(page) + 1);
        page_wrap(page, PAGE_DIM, text.data, NAME_COLUMNS + 3);
        page_line(page);
        text_free(&text);
    }
}

static void explain_class(struct page *page, const struct svc_class *class)
{
    page_put(page, PAGE_STRONG, class->kind);
    page_put(page, PAGE_DIM, "  kind of resource");
    page_line(page);
    topic_put_field(page, "is", class->summary);
    page_line(page);
    put_settings(page, class->params);
}

/* Settings of that name in every kind, or in the kind before the dot. */
static bool explain_settings(struct page *page, const char *program, const char *topic)
{
    const char *dot = strchr(topic, '.');
    const char *name = dot == NULL ? topic : dot + 1;
    bool any = false;
    for (int i = 0; owner_at(i).kind != NULL; i++) {
        struct owner owner = owner_at(i);
        if (dot != NULL && (strlen(owner.kind) != (size_t)(dot - topic) ||
                            strncmp(owner.kind, topic, strlen(owner.kind)) != 0))
            continue;
        for (const struct param_spec *spec = owner.params; spec->name != NULL; spec++)
            if (strcmp(spec->name, name) == 0) {
                if (any)
                    page_line(page);
                explain_setting(page, owner.kind, spec);
                put_choices(page, program, spec);
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

static void explain_rule(struct page *page, const struct insight_rule *rule)
{
    page_put(page, PAGE_STRONG, rule->id);
    page_putf(page, PAGE_PLAIN, "  %s", rule->title);
    page_put(page, PAGE_DIM, "  rule of the insights");
    page_line(page);
    topic_put_field(page, "fires when", rule->when);
    topic_put_field(page, "why", rule->why);
    topic_put_field(page, "how to act", rule->act);
    topic_put_field(page, "source", rule->source);
    struct text off = {0};
    text_addf(&off, "insights { off = { \"%s\" } } in the scenario", rule->id);
    topic_put_field(page, "silence it", off.data);
    text_free(&off);
}

static void list_rules(struct page *page)
{
    for (const struct insight_rule *rule = insight_rules; rule->id != NULL; rule++)
        topic_put_field(page, rule->id, rule->title);
}

/* "fm.memory": the first who has a setting of that name. */
static bool suggest_owner(const char *name, struct err *err)
{
    for (int i = 0; owner_at(i).kind != NULL; i++)
        for (const struct param_spec *spec = owner_at(i).params; spec->name != NULL; spec++)
            if (strcmp(spec->name, name) == 0) {
                err_help(err, "did you mean '%s.%s'?", owner_at(i).kind, name);
                return true;
            }
    return false;
}

/* "fn.memroy": the nearest setting of the kind; of the nearest kind, where that is wrong too. */
static bool suggest_setting(const char *topic, const char *dot, struct err *err)
{
    const char *kinds[OWNERS_MAX + 1] = {0}, *words[WORDS_MAX + 1] = {0};
    struct text kind = {0};
    int owner = 0;
    for (int i = 0; i < OWNERS_MAX && owner_at(i).kind != NULL; i++)
        kinds[i] = owner_at(i).kind;
    text_add_bytes(&kind, topic, (size_t)(dot - topic));
    const char *right = kind.data == NULL ? NULL : text_nearest(kind.data, kinds);
    text_free(&kind);
    if (right == NULL)
        return suggest_owner(dot + 1, err);
    while (strcmp(owner_at(owner).kind, right) != 0)
        owner++;
    const struct param_spec *params = owner_at(owner).params;
    for (int i = 0; params[i].name != NULL && i < WORDS_MAX; i++)
        words[i] = params[i].name;
    const char *nearest = text_nearest(dot + 1, words);
    if (nearest != NULL)
        err_help(err, "did you mean '%s.%s'?", right, nearest);
    else
        err_help(err, "'tepid explain %s' lists its settings", right);
    return true;
}

static bool suggest_word(const char *topic, struct err *err)
{
    const char *words[WORDS_MAX + 1] = {0};
    size_t count = 0;
    for (const struct insight_rule *rule = insight_rules; rule->id != NULL; rule++)
        words[count++] = rule->id;
    for (size_t i = 0; metric_names[i] != NULL && count < WORDS_MAX; i++)
        words[count++] = metric_names[i];
    for (const struct topic *at = topics; at->name != NULL && count < WORDS_MAX; at++)
        words[count++] = at->name;
    for (int i = 0; owner_at(i).kind != NULL; i++)
        for (const struct param_spec *spec = owner_at(i).params; spec->name != NULL; spec++)
            if (count < WORDS_MAX)
                words[count++] = spec->name;
    const char *nearest = text_nearest(topic, words);
    return nearest != NULL && (err_help(err, "did you mean '%s'?", nearest), true);
}

static bool refuse_topic(const char *topic, struct err *err)
{
    const char *dot = strchr(topic, '.');
    err_set(err, "nothing is called '%s'", topic);
    err_place(err, "command line", 0);
    if (dot != NULL ? suggest_setting(topic, dot, err) : suggest_word(topic, err))
        return false;
    return err_help(err, "'tepid explain' lists what can be explained");
}

/* The groups of topics stand in topics.def one after the other. */
static void list_groups(struct page *page)
{
    for (const struct topic *topic = topics; topic->name != NULL;) {
        const char *group = topic->group;
        struct text text = {0};
        for (; topic->name != NULL && strcmp(topic->group, group) == 0; topic++)
            text_addf(&text, "%s ", topic->name);
        topic_put_field(page, group, text.data);
        text_free(&text);
    }
}

static void list_topics(struct page *page)
{
    struct text text = {0};
    for (size_t i = 0; metric_names[i] != NULL; i++)
        text_addf(&text, "%s ", metric_names[i]);
    topic_put_field(page, "metrics", text.data);
    list_groups(page);
    topic_put_field(page, "rules", "of the insights: tepid explain rules lists them");
    topic_put_field(page, "settings", "KIND.SETTING, as in fn.memory, or the setting alone");
    text_free(&text);
}

static void put_gap(struct page *page, bool any)
{
    if (any)
        page_line(page);
}

/* "simulate.seed": an argument of a word of the file. */
static const struct topic *find_topic(const char *word)
{
    const char *dot = strchr(word, '.');
    if (dot == NULL)
        return topic_find(word);
    struct text name = {0};
    text_add_bytes(&name, word, (size_t)(dot - word));
    const struct topic *topic = name.data == NULL ? NULL : topic_find(name.data);
    text_free(&name);
    return topic != NULL && topic_has_argument(topic, dot + 1) ? topic : NULL;
}

/* A word may be several things, and is explained as each: a kind, a word of the file, a setting, a metric. */
static bool explain(struct page *page, const char *program, const char *word, struct err *err)
{
    const struct svc_class *class = svc_class_find(word);
    const struct topic *topic = find_topic(class != NULL ? class->kind : word);
    enum metric_id metric = find_metric(word);
    const struct insight_rule *rule = insight_rule_find(word);
    bool any = class != NULL || topic != NULL || rule != NULL || strcmp(word, "rules") == 0;
    if (rule != NULL)
        explain_rule(page, rule);
    else if (strcmp(word, "rules") == 0)
        list_rules(page);
    if (topic != NULL)
        topic_put(page, topic);
    if (class != NULL) {
        put_gap(page, topic != NULL);
        explain_class(page, class);
    } else if (strcmp(word, "account") == 0) {
        page_line(page);
        put_settings(page, account_params);
    }
    struct text settings = {0};
    struct page second = *page;
    second.out = &settings;
    if (class == NULL && explain_settings(&second, program, word)) {
        put_gap(page, any);
        text_add(page->out, settings.data);
        any = true;
    }
    text_free(&settings);
    if (metric != METRIC_COUNT && (!any || metric_find(word) != METRIC_COUNT)) {
        put_gap(page, any);
        explain_metric(page, &metric_table[metric]);
        any = true;
    }
    return any || refuse_topic(word, err);
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
        ok = explain(&page, cli->program, options->words[0], &err);
    int code = ok ? cli_print(cli, out.data) : cli_fail(cli, &err);
    text_free(&out);
    return code;
}

static const struct option_spec options_of_explain[] = {OPTION_NO_COLOR, {0}};

const struct command command_explain = {
    "explain",
    "[WORD]",
    "documentation at the prompt",
    "Explains a metric (latency), a kind of resource (fn), a setting (fn.memory), a shape of a "
    "rate\n"
    "(diurnal), a distribution (lognormal), an operation of a handler (try), any other word of a\n"
    "scenario (slo) or a rule of the insights (L09). Without a word it lists what there is; the\n"
    "word rules lists the rules.\n\n"
    "Examples:\n  tepid explain latency\n  tepid explain diurnal\n  tepid explain fn.keep_alive",
    options_of_explain,
    0,
    1,
    run,
};
