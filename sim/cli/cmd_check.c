/* cmd_check.c - tepid check: reads a scenario, wires it, says what it found; simulates nothing. */
#include <stdio.h>
#include <string.h>

#include "cli/input.h"
#include "core/text.h"
#include "model/svc_client.h"
#include "model/svc_function.h"
#include "model/svc_gateway.h"
#include "model/svc_workflow.h"
#include "report/page.h"
#include "report/quantity.h"
#include "report/theory_out.h"
#include "scenario/setting.h"

#define KIND_COLUMNS 10
#define NAME_COLUMNS 20

/* "2 fn, 1 http_api, 1 traffic": in the order of svc_list.def. */
static void put_counts(struct page *page, const struct scenario *scenario)
{
    struct text text = {0};
    for (int c = 0; svc_classes[c] != NULL; c++) {
        int count = 0;
        for (int i = 0; i < scenario->resource_count; i++)
            count += scenario->resources[i].class == svc_classes[c];
        if (count > 0)
            text_addf(&text, "%s%d %s", text.length > 0 ? ", " : "", count, svc_classes[c]->kind);
    }
    text_addf(&text, "%sSLOs: %d, parameters: %d, variants: %d", text.length > 0 ? "; " : "",
              scenario->slo_count, scenario->param_count, scenario->variant_count);
    if (scenario->fault_count > 0)
        text_addf(&text, ", faults: %d", scenario->fault_count);
    page_to(page, 2);
    page_wrap(page, PAGE_PLAIN, text.data, 2);
    page_line(page);
    text_free(&text);
}

static void add_target(const struct scenario *scenario, const char *label, struct target target,
                       struct text *out)
{
    if (target.resource < 0)
        return;
    const struct resource *to = &scenario->resources[target.resource];
    text_addf(out, "%s%s%s→ %s", out->length > 0 ? ", " : "", label, label[0] != '\0' ? " " : "",
              to->name);
    if (target.route >= 0)
        text_addf(out, " %s", resource_routes(to)->routes[target.route].name);
}

static void add_handler(const struct program *program, struct text *out)
{
    /* The last operation is the handler's end, which nobody wrote. */
    int ops = program == NULL ? 0 : program->count - 1;
    text_addf(out, "%shandler of %d operation%s", out->length > 0 ? ", " : "", ops,
              ops == 1 ? "" : "s");
}

static void add_states(const struct program *program, struct text *out)
{
    int states = 0;
    for (int32_t i = 0; i < program->count; i++)
        states += program->ops[i].code == OP_STATE;
    text_addf(out, "%s%d state%s", out->length > 0 ? ", " : "", states, states == 1 ? "" : "s");
}

static void add_routes(const struct route_list *routes, struct text *out)
{
    for (int i = 0; i < routes->count; i++)
        text_addf(out, "%s%s → %s", out->length > 0 ? ", " : "", routes->routes[i].name,
                  routes->routes[i].target_name);
}

/* What one setting wires the resource to. */
static void add_wire(const struct scenario *scenario, const struct param_spec *spec,
                     const void *field, struct text *out)
{
    const struct target_list *mix = field;
    const struct target_refs *list = field;
    switch (spec->kind) {
    case PARAM_HANDLER:
        add_handler(*(const struct program *const *)field, out);
        break;
    case PARAM_STATES:
        add_states(*(const struct program *const *)field, out);
        break;
    case PARAM_ROUTES:
        add_routes(field, out);
        break;
    case PARAM_TARGETS:
        for (int i = 0; strcmp(spec->name, "to") == 0 && i < mix->count; i++)
            text_addf(out, "%s→ %s", out->length > 0 ? ", " : "", mix->targets[i].name);
        break;
    case PARAM_TARGET:
    case PARAM_CONSUMER:
        add_target(scenario, "", *(const struct target *)field, out);
        break;
    case PARAM_MESSAGE:
    case PARAM_DLQ:
        add_target(scenario, spec->name, *(const struct target *)field, out);
        break;
    case PARAM_MESSAGES:
        for (int i = 0; i < list->count; i++)
            add_target(scenario, "", list->targets[i], out);
        break;
    default:
        break;
    }
}

/* What a service is wired to, which no table of plain settings shows. */
static void add_wiring(const struct scenario *scenario, const struct resource *resource,
                       struct text *out)
{
    for (const struct param_spec *spec = resource->class->params; spec->name != NULL; spec++)
        add_wire(scenario, spec, (const char *)resource->config + spec->offset, out);
}

static void add_changed_settings(const struct param_spec *params, const void *config,
                                 struct text *out)
{
    for (const struct param_spec *spec = params; spec->name != NULL; spec++) {
        /* The catalog fills in distributions that the file leaves out; those are no decisions. */
        bool plain = spec->kind != PARAM_TIME_DIST && spec->kind != PARAM_SIZE_DIST &&
                     spec->kind != PARAM_KEEP_ALIVE;
        if (!plain || !setting_is_changed(spec, config))
            continue;
        text_addf(out, "%s%s ", out->length > 0 ? ", " : "", spec->name);
        (void)setting_show(spec, config, out); /* it is changed, so it can be shown */
    }
}

/* In full: these limits hold whether the file speaks of them or not. */
static void put_account(struct page *page, const struct account_config *account)
{
    page_to(page, 2);
    page_cell(page, PAGE_DIM, "account", KIND_COLUMNS);
    for (const struct param_spec *spec = account_params; spec->name != NULL; spec++) {
        struct text text = {0};
        text_addf(&text, "%s ", spec->name);
        (void)setting_show(spec, account, &text); /* every one of them has a default */
        text_add(&text, spec[1].name != NULL ? "," : "");
        /* Counts have blanks inside, so lines end between settings only. */
        if (page_column(page) + 1 + (int)text_columns(text.data) > page->width) {
            page_line(page);
            page_to(page, KIND_COLUMNS + 2);
        } else if (spec != account_params) {
            page_to(page, page_column(page) + 1);
        }
        page_put(page, PAGE_PLAIN, text.data);
        text_free(&text);
    }
    page_line(page);
}

static bool is_open_loop(const struct resource *resource)
{
    return resource->class == &svc_client_class &&
           ((const struct client_config *)resource->config)->clients == TIME_UNSET;
}

/* How requests arrive is said also where it is the default: it decides what a rate means. */
static void add_arrivals(const struct resource *resource, struct text *out)
{
    for (const struct param_spec *spec = resource->class->params; spec->name != NULL; spec++)
        if (spec->kind == PARAM_ARRIVALS && !setting_is_changed(spec, resource->config)) {
            text_addf(out, "%sarrivals ", out->length > 0 ? ", " : "");
            (void)setting_show(spec, resource->config, out); /* poisson, if nothing else */
        }
}

static void put_resource(struct page *page, const struct scenario *scenario,
                         const struct resource *resource)
{
    struct text text = {0};
    add_changed_settings(resource->class->params, resource->config, &text);
    if (is_open_loop(resource))
        add_arrivals(resource, &text);
    add_wiring(scenario, resource, &text);
    page_to(page, 2);
    page_cell(page, PAGE_DIM, resource->class->kind, KIND_COLUMNS);
    page_cell(page, PAGE_STRONG, resource->name, NAME_COLUMNS);
    page_to(page, page_column(page) + 1);
    if (text.data != NULL)
        page_wrap(page, PAGE_PLAIN, text.data, KIND_COLUMNS + NAME_COLUMNS + 3);
    page_line(page);
    text_free(&text);
}

static void put_simulate(struct page *page, const struct simulate_config *simulate)
{
    char span[UNIT_TEXT_MAX];
    page_to(page, 2);
    page_cell(page, PAGE_DIM, "simulate", KIND_COLUMNS);
    page_putf(page, PAGE_PLAIN, "%s", quantity_show_span(span, simulate->duration));
    if (simulate->warmup > 0)
        page_putf(page, PAGE_PLAIN, ", warm-up %s", quantity_show_span(span, simulate->warmup));
    page_putf(page, PAGE_PLAIN, ", seed %llu", (unsigned long long)simulate->seed);
    if (simulate->reps > 1)
        page_putf(page, PAGE_PLAIN, ", %lld replications", (long long)simulate->reps);
    page_line(page);
}

/* `variant` may be NULL. */
static void write_check(const struct cli *cli, const struct scenario *scenario, const char *variant,
                        struct text *out)
{
    struct page page;
    page_begin(&page, out, cli->width, cli->colour);
    page_put(&page, PAGE_STRONG, scenario->name);
    if (variant != NULL) {
        page_put(&page, PAGE_PLAIN, " / ");
        page_put(&page, PAGE_STRONG, variant);
    }
    if (scenario->question != NULL) {
        page_to(&page, page_column(&page) + 2);
        page_wrap(&page, PAGE_PLAIN, scenario->question, 2);
    }
    page_line(&page);
    put_counts(&page, scenario);
    page_line(&page);
    for (int i = 0; i < scenario->resource_count; i++)
        put_resource(&page, scenario, &scenario->resources[i]);
    for (int i = 0; i < scenario->slo_count; i++) {
        page_to(&page, 2);
        page_cell(&page, PAGE_DIM, "slo", KIND_COLUMNS);
        page_put(&page, PAGE_PLAIN, scenario->slos[i].text);
        page_line(&page);
    }
    put_account(&page, &scenario->account);
    put_simulate(&page, &scenario->simulate);
    page_line(&page);
    struct theory *theory = theory_make(scenario);
    theory_put(&page, theory, NULL);
    theory_free(theory);
    for (int i = 0; i < scenario->warning_count; i++) {
        page_put(&page, PAGE_WARN, "warning: ");
        page_wrap(&page, PAGE_PLAIN, scenario->warnings[i], 2);
        page_line(&page);
    }
    page_put(&page, PAGE_GOOD, "ok");
    page_line(&page);
}

/* One variant, or the file as it stands. */
static int check_one(const struct cli *cli, const struct options *options, struct study *study,
                     const char *variant, struct text *out)
{
    struct err err = {0};
    struct scenario *scenario = input_load(study, variant, &study_times_default, &err);
    if (scenario == NULL)
        return cli_fail(cli, &err);
    if (!option_is_given(options, "dump"))
        write_check(cli, scenario, variant, out);
    else
        scenario_dump(scenario, out);
    scenario_free(scenario);
    return EXIT_DONE;
}

/* Each variant in turn; one that is wrong does not keep the others from being checked. */
static int check_all(const struct cli *cli, const struct options *options, struct study *study,
                     struct text *out)
{
    struct err err = {0};
    struct scenario *base = input_load(study, NULL, &study_times_default, &err);
    if (base == NULL)
        return cli_fail(cli, &err);
    int code = EXIT_DONE;
    for (int i = 0; i < base->variant_count; i++) {
        if (i > 0)
            text_add(out, "\n");
        if (option_is_given(options, "dump"))
            text_addf(out, "variant \"%s\"\n", base->variants[i].name);
        int one = check_one(cli, options, study, base->variants[i].name, out);
        if (one != EXIT_DONE)
            code = one;
    }
    if (base->variant_count == 0)
        code = check_one(cli, options, study, NULL, out);
    scenario_free(base);
    return code;
}

static int run(const struct cli *cli, const struct command *command, const struct options *options)
{
    (void)command;
    struct err err = {0};
    struct text out = {0};
    const char *variant = option_value(options, "variant");
    int code;
    struct study *study = input_open(cli, options, options->words[0], &err);
    if (study == NULL)
        code = cli_fail(cli, &err);
    else if (variant != NULL && strcmp(variant, "all") == 0)
        code = check_all(cli, options, study, &out);
    else
        code = check_one(cli, options, study, variant, &out);
    /* Nothing on stdout where something is wrong: who reads it may take it for a clean bill. */
    if (code == EXIT_DONE)
        code = cli_print(cli, out.data == NULL ? "" : out.data);
    text_free(&out);
    study_close(study);
    return code;
}

static const struct option_spec options_of_check[] = {
    {"dump", 0, NULL, "the recorded program of every handler, one operation a line"},
    OPTION_PARAM,
    OPTION_SET,
    {"variant", 0, "NAME|all", "checks a variant, or each of them"},
    OPTION_PRICES,
    OPTION_LOAD_LIMIT,
    OPTION_NO_COLOR,
    {0},
};

const struct command command_check = {
    "check",
    "FILE [--dump]",
    "reads and checks a scenario without simulating it",
    "Reads a scenario, wires it and says what it declares, with warnings about what is unwise but\n"
    "legal. --dump prints what the handlers were recorded as. Exits 2 if the scenario is wrong.\n\n"
    "Example:\n  tepid check hello.lua --dump",
    options_of_check,
    1,
    1,
    run,
};
