/* cmd_params.c - tepid params: what can be varied, with -p and with --set. */
#include <string.h>

#include "cli/input.h"
#include "core/text.h"
#include "report/page.h"
#include "scenario/setting.h"

#define NAME_COLUMNS 22
#define VALUE_COLUMN 40

static void put_bounds(struct page *page, const struct param_def *param)
{
    struct text bounds = {0};
    for (int i = 0; i < param->one_of_count; i++) {
        text_add(&bounds, i > 0 ? " | " : "");
        value_show(&param->one_of[i], &bounds);
    }
    if (param->min.kind != VALUE_NIL || param->max.kind != VALUE_NIL) {
        bool both = param->min.kind != VALUE_NIL && param->max.kind != VALUE_NIL;
        text_add(&bounds, bounds.length > 0 ? ", " : "");
        text_add(&bounds, both ? "" : param->min.kind != VALUE_NIL ? "from " : "up to ");
        if (param->min.kind != VALUE_NIL)
            value_show(&param->min, &bounds);
        text_add(&bounds, both ? " .. " : "");
        if (param->max.kind != VALUE_NIL)
            value_show(&param->max, &bounds);
    }
    if (bounds.length > 0) {
        page_to(page, page_column(page) + 2);
        page_put(page, PAGE_DIM, bounds.data);
    }
    text_free(&bounds);
}

static bool same_value(const struct value *a, const struct value *b)
{
    struct text left = {0}, right = {0};
    value_show(a, &left);
    value_show(b, &right);
    bool same = a->kind == b->kind && left.length == right.length &&
                (left.length == 0 || memcmp(left.data, right.data, left.length) == 0);
    text_free(&left);
    text_free(&right);
    return same;
}

static void put_param(struct page *page, const struct param_def *param)
{
    struct text value = {0};
    page_to(page, 2);
    page_cell(page, PAGE_STRONG, param->name, NAME_COLUMNS);
    page_to(page, page_column(page) + 1);
    value_show(&param->value, &value);
    if (!same_value(&param->value, &param->fallback)) {
        text_add(&value, "  [");
        value_show(&param->fallback, &value);
        text_add(&value, "]");
    }
    page_put(page, PAGE_PLAIN, value.data == NULL ? "nil" : value.data);
    put_bounds(page, param);
    if (param->doc != NULL) {
        page_line(page);
        page_to(page, 6);
        page_wrap(page, PAGE_DIM, param->doc, 6);
    }
    page_line(page);
    text_free(&value);
}

static void put_params(struct page *page, const struct scenario *scenario)
{
    page_put(page, PAGE_STRONG, "Parameters");
    page_put(page, PAGE_DIM, "  -p name=value");
    page_line(page);
    if (scenario->param_count == 0) {
        page_to(page, 2);
        page_put(page, PAGE_DIM, "none");
        page_line(page);
    }
    for (int i = 0; i < scenario->param_count; i++)
        put_param(page, &scenario->params[i]);
    page_line(page);
}

static void put_variants(struct page *page, const struct scenario *scenario)
{
    if (scenario->variant_count == 0)
        return;
    page_put(page, PAGE_STRONG, "Variants");
    page_put(page, PAGE_DIM, "  --variant NAME, or all");
    page_line(page);
    for (int i = 0; i < scenario->variant_count; i++) {
        const struct variant_def *variant = &scenario->variants[i];
        struct text text = {0};
        for (int j = 0; j < variant->count; j++) {
            text_addf(&text, "%s%s = ", j > 0 ? ", " : "", variant->assignments[j].name);
            value_show(&variant->assignments[j].value, &text);
        }
        page_to(page, 2);
        page_cell(page, PAGE_STRONG, variant->name, NAME_COLUMNS);
        page_to(page, page_column(page) + 1);
        page_wrap(page, PAGE_PLAIN, text.data == NULL ? "as it is" : text.data, NAME_COLUMNS + 3);
        page_line(page);
        text_free(&text);
    }
    page_line(page);
}

/* What --set can name: everything but functions, wiring and what does not exist yet. */
static bool is_settable(const struct param_spec *spec)
{
    return spec->kind != PARAM_HANDLER && spec->kind != PARAM_ROUTES &&
           spec->kind != PARAM_TARGETS && spec->kind != PARAM_ATTRS && spec->kind != PARAM_RETRY &&
           !(spec->kind >= PARAM_TARGET && spec->kind <= PARAM_ROUTE_ALL);
}

static void put_setting(struct page *page, const struct param_spec *spec, const void *config)
{
    struct text value = {0}, bounds = {0};
    page_to(page, 4);
    page_cell(page, PAGE_PLAIN, spec->name, NAME_COLUMNS - 2);
    page_to(page, page_column(page) + 1);
    if (setting_show(spec, config, &value))
        page_put(page, PAGE_PLAIN, value.data);
    else
        page_put(page, PAGE_DIM, spec->fallback != NULL ? spec->fallback : "not set");
    page_to(page, VALUE_COLUMN);
    page_put(page, PAGE_DIM, setting_show_bounds(spec, &bounds) ? bounds.data : setting_kind(spec));
    page_line(page);
    text_free(&value);
    text_free(&bounds);
}

/* `kind` may be NULL. */
static void put_settings(struct page *page, const char *name, const char *kind,
                         const struct param_spec *params, const void *config)
{
    page_to(page, 2);
    page_put(page, PAGE_STRONG, name);
    if (kind != NULL) {
        page_to(page, page_column(page) + 1);
        page_put(page, PAGE_DIM, kind);
    }
    page_line(page);
    for (const struct param_spec *spec = params; spec->name != NULL; spec++)
        if (is_settable(spec))
            put_setting(page, spec, config);
}

static void put_all_settings(struct page *page, const struct scenario *scenario)
{
    page_put(page, PAGE_STRONG, "Settings");
    page_put(page, PAGE_DIM, "  --set resource.setting=value");
    page_line(page);
    for (int i = 0; i < scenario->resource_count; i++) {
        const struct resource *resource = &scenario->resources[i];
        put_settings(page, resource->name, resource->class->kind, resource->class->params,
                     resource->config);
    }
    put_settings(page, "account", NULL, account_params, &scenario->account);
    page_line(page);
}

static int run(const struct cli *cli, const struct command *command, const struct options *options)
{
    (void)command;
    struct err err = {0};
    struct scenario *scenario = NULL;
    int code;
    struct study *study = input_open(cli, options, options->words[0], &err);
    if (study != NULL)
        scenario = input_load(study, option_value(options, "variant"), &study_times_default, &err);
    if (scenario == NULL) {
        code = cli_fail(cli, &err);
    } else {
        struct page page;
        struct text out = {0};
        page_begin(&page, &out, cli->width, cli->colour);
        put_params(&page, scenario);
        put_variants(&page, scenario);
        put_all_settings(&page, scenario);
        page_wrap(&page, PAGE_DIM,
                  "tepid explain KIND.SETTING says what a setting does, as in "
                  "tepid explain fn.memory",
                  0);
        page_line(&page);
        code = cli_print(cli, out.data);
        text_free(&out);
    }
    scenario_free(scenario);
    study_close(study);
    return code;
}

static const struct option_spec options_of_params[] = {
    OPTION_PARAM,  OPTION_SET,        {"variant", 0, "NAME", "the values of a variant"},
    OPTION_PRICES, OPTION_LOAD_LIMIT, OPTION_NO_COLOR,
    {0},
};

const struct command command_params = {
    "params",
    "FILE",
    "what can be varied: parameters, variants, settings",
    "Lists the parameters of a scenario with value, bounds and meaning, its variants, and every\n"
    "setting that --set can change.\n\n"
    "Example:\n  tepid params hello.lua",
    options_of_params,
    1,
    1,
    run,
};
