/* scenario_diff.c - see scenario_diff.h. */
#include "scenario/scenario_diff.h"

#include <math.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "model/rate_shape.h"
#include "model/svc_client.h"
#include "model/svc_gateway.h"
#include "model/target_tracking.h"
#include "scenario/setting.h"

struct differ {
    struct scenario_diff *out;
    size_t capacity;
    struct setting_change *rows; /* grows; copied into the arena at the end */
    struct arena *arena;
    const struct scenario *a, *b;
};

static void add_change(struct differ *differ, char sign, const char *what, const char *a,
                       const char *b)
{
    struct arena *arena = differ->arena;
    differ->rows = mem_grow(differ->rows, (size_t)differ->out->count, &differ->capacity,
                            sizeof(*differ->rows));
    differ->rows[differ->out->count++] = (struct setting_change){
        sign, arena_strdup(arena, what), arena_strdup(arena, a == NULL ? "" : a),
        arena_strdup(arena, b == NULL ? "" : b)};
}

/* Two texts; what is not there is "". Frees both. */
static void add_if_different(struct differ *differ, const char *what, struct text *a,
                             struct text *b)
{
    const char *left = a->data == NULL ? "" : a->data, *right = b->data == NULL ? "" : b->data;
    if (strcmp(left, right) != 0)
        add_change(differ, left[0] == '\0' ? '+' : right[0] == '\0' ? '-' : '~', what, left, right);
    text_free(a);
    text_free(b);
}

/* -- parameters ----------------------------------------------------------------------------------------- */

static const struct param_def *find_param(const struct scenario *scenario, const char *name)
{
    for (int i = 0; i < scenario->param_count; i++)
        if (strcmp(scenario->params[i].name, name) == 0)
            return &scenario->params[i];
    return NULL;
}

static void compare_params(struct differ *differ)
{
    char what[200];
    for (int i = 0; i < differ->a->param_count; i++) {
        const struct param_def *a = &differ->a->params[i];
        const struct param_def *b = find_param(differ->b, a->name);
        struct text left = {0}, right = {0};
        value_show(&a->value, &left);
        if (b != NULL)
            value_show(&b->value, &right);
        (void)snprintf(what, sizeof what, "param %s", a->name);
        add_if_different(differ, what, &left, &right);
    }
    for (int i = 0; i < differ->b->param_count; i++) {
        const struct param_def *b = &differ->b->params[i];
        struct text left = {0}, right = {0};
        if (find_param(differ->a, b->name) != NULL)
            continue;
        value_show(&b->value, &right);
        (void)snprintf(what, sizeof what, "param %s", b->name);
        add_if_different(differ, what, &left, &right);
    }
}

/* -- settings of resources ---------------------------------------------------------------------------------- */

static void show_rate(const struct rate_shape *shape, struct text *out)
{
    char buf[UNIT_TEXT_MAX];
    if (shape == NULL)
        return;
    text_add(out, unit_show_rate(buf, shape->per_s));
    if (shape->kind == RATE_DIURNAL || shape->kind == RATE_SPIKE)
        text_addf(out, ", peak %s", unit_show_rate(buf, shape->peak_per_s));
    if (shape->kind == RATE_BURST)
        text_addf(out, ", %lld at once", (long long)shape->n);
    for (size_t i = 0; shape->stages != NULL && i < shape->count; i++) {
        text_addf(out, "%s%s", i > 0 ? ", " : " ", unit_show_rate(buf, shape->stages[i].per_s));
        text_addf(out, " %s", unit_show_time(buf, (double)shape->stages[i].lasts));
    }
    if (shape->source != NULL)
        text_addf(out, " %s", shape->source);
}

static void show_target(const struct scenario *scenario, struct target target, struct text *out)
{
    if (target.resource < 0)
        return;
    const struct resource *resource = &scenario->resources[target.resource];
    text_add(out, resource->name);
    if (target.route >= 0)
        text_addf(out, " %s", resource_routes(resource)->routes[target.route].name);
}

static void show_routes(const struct route_list *routes, struct text *out)
{
    char buf[UNIT_TEXT_MAX];
    for (int i = 0; i < routes->count; i++) {
        const struct route *route = &routes->routes[i];
        text_addf(out, "%s%s → %s", i > 0 ? ", " : "", route->name, route->target_name);
        if (!isnan(route->limit))
            text_addf(out, " limit %s", unit_show_rate(buf, route->limit));
    }
}

static void show_keys(const struct key_law *law, struct text *out)
{
    if (law->kind == KEYS_UNIFORM)
        text_addf(out, "%lld", (long long)law->n);
    else if (law->kind == KEYS_ZIPF)
        text_addf(out, "zipf{ n = %lld, s = %.6g }", (long long)law->n, law->s);
    else if (law->kind == KEYS_ONE)
        text_add(out, "one key");
}

static void show_policy(const struct retry_policy *policy, struct text *out)
{
    char buf[UNIT_TEXT_MAX];
    if (policy == NULL)
        return;
    text_addf(out, "retries %d", policy->retries);
    if (policy->timeout != TIME_UNSET)
        text_addf(out, ", timeout %s", unit_show_time(buf, (double)policy->timeout));
    if (!isnan(policy->budget))
        text_addf(out, ", budget %s", unit_show_share(buf, policy->budget));
    if (policy->breaker.window > 0)
        text_add(out, ", breaker");
    if (policy->hedge != TIME_UNSET)
        text_addf(out, ", hedge %s", unit_show_time(buf, (double)policy->hedge));
}

/* What setting_show has no short form for. */
static void show_compound(const struct scenario *scenario, const struct param_spec *spec,
                          const void *field, struct text *out)
{
    const struct target_list *mix = field;
    const struct target_refs *refs = field;
    const struct autoscale_spec *autoscale = field;
    switch (spec->kind) {
    case PARAM_TARGETS:
        for (int i = 0; i < mix->count; i++)
            text_addf(out, "%s%.6g %s", i > 0 ? ", " : "", mix->targets[i].weight,
                      mix->targets[i].name);
        break;
    case PARAM_TARGET:
    case PARAM_CONSUMER:
    case PARAM_MESSAGE:
    case PARAM_DLQ:
        show_target(scenario, *(const struct target *)field, out);
        break;
    case PARAM_MESSAGES:
        for (int i = 0; i < refs->count; i++) {
            text_add(out, i > 0 ? ", " : "");
            show_target(scenario, refs->targets[i], out);
        }
        break;
    case PARAM_ROUTES:
        show_routes(field, out);
        break;
    case PARAM_KEYS:
        show_keys(field, out);
        break;
    case PARAM_RETRY:
        show_policy(*(const struct retry_policy *const *)field, out);
        break;
    case PARAM_AUTOSCALE:
        if (autoscale_given(autoscale))
            text_addf(out, "%lld .. %lld at %.6g%%", (long long)autoscale->min,
                      (long long)autoscale->max, 100 * autoscale->target);
        break;
    default:
        break;
    }
}

static void show_setting(const struct scenario *scenario, const struct resource *resource,
                         const struct param_spec *spec, struct text *out)
{
    const void *field = (const char *)resource->config + spec->offset;
    if (spec->kind == PARAM_RATE_SHAPE)
        show_rate(*(const struct rate_shape *const *)field, out);
    else if (spec->kind == PARAM_HANDLER || spec->kind == PARAM_STATES)
        scenario_dump_resource(scenario, resource, false, out);
    else if (!setting_show(spec, resource->config, out))
        show_compound(scenario, spec, field, out);
}

static void compare_fields(struct differ *differ, const struct resource *a,
                           const struct resource *b, const char *name,
                           const struct param_table *table, const struct param_spec *holder)
{
    char what[320];
    const char *left = *(const char *const *)((const char *)a->config + holder->offset);
    const char *right = *(const char *const *)((const char *)b->config + holder->offset);
    for (const struct param_spec *spec = table->fields; spec->name != NULL; spec++) {
        struct text x = {0}, y = {0};
        if (left != NULL)
            (void)setting_show(spec, left, &x); /* unset stays empty */
        if (right != NULL)
            (void)setting_show(spec, right, &y);
        (void)snprintf(what, sizeof what, "%s.%s", name, spec->name);
        add_if_different(differ, what, &x, &y);
    }
}

/* A handler is compared whole; what changed in it is for the file's own diff to show. */
static void compare_handlers(struct differ *differ, const char *what, struct text *a,
                             struct text *b)
{
    const char *left = a->data == NULL ? "" : a->data, *right = b->data == NULL ? "" : b->data;
    if (strcmp(left, right) != 0)
        add_change(differ, '~', what, "", "does something else");
    text_free(a);
    text_free(b);
}

/* A distribution nobody wrote comes from the catalog and follows the memory or runtime: that it differs too is no news. */
static bool is_derived(const struct param_spec *spec, bool others_changed)
{
    return others_changed && spec->kind == PARAM_TIME_DIST && spec->fallback == NULL;
}

/* `to` and `to_mix` are one value. */
static bool is_alias(const struct param_spec *spec, const struct param_spec *first)
{
    return spec > first && spec[-1].offset == spec->offset && spec[-1].kind == spec->kind;
}

static void compare_resource(struct differ *differ, const struct resource *a,
                             const struct resource *b)
{
    char what[200];
    int before = differ->out->count;
    for (const struct param_spec *spec = a->class->params; spec->name != NULL; spec++) {
        struct text left = {0}, right = {0};
        if (is_alias(spec, a->class->params) || is_derived(spec, differ->out->count > before))
            continue;
        (void)snprintf(what, sizeof what, "%s %s.%s", a->class->kind, a->name, spec->name);
        if (spec->kind == PARAM_TABLE) {
            compare_fields(differ, a, b, what, spec->detail, spec);
            continue;
        }
        show_setting(differ->a, a, spec, &left);
        show_setting(differ->b, b, spec, &right);
        if (spec->kind == PARAM_HANDLER || spec->kind == PARAM_STATES)
            compare_handlers(differ, what, &left, &right);
        else
            add_if_different(differ, what, &left, &right);
    }
}

static const struct resource *find_resource(const struct scenario *scenario, const char *name)
{
    int at = scenario_find(scenario, name);
    return at < 0 ? NULL : &scenario->resources[at];
}

static void add_resource(struct differ *differ, char sign, const struct resource *resource)
{
    char what[200];
    (void)snprintf(what, sizeof what, "%s %s", resource->class->kind, resource->name);
    add_change(differ, sign, what, "", "");
}

static void compare_resources(struct differ *differ)
{
    for (int i = 0; i < differ->a->resource_count; i++) {
        const struct resource *a = &differ->a->resources[i];
        const struct resource *b = find_resource(differ->b, a->name);
        if (b != NULL && b->class == a->class) {
            compare_resource(differ, a, b);
            continue;
        }
        add_resource(differ, '-', a);
        if (b != NULL)
            add_resource(differ, '+', b);
    }
    for (int i = 0; i < differ->b->resource_count; i++)
        if (find_resource(differ->a, differ->b->resources[i].name) == NULL)
            add_resource(differ, '+', &differ->b->resources[i]);
}

/* -- account and run ----------------------------------------------------------------------------------------------- */

static void compare_account(struct differ *differ)
{
    char what[200];
    for (const struct param_spec *spec = account_params; spec->name != NULL; spec++) {
        struct text left = {0}, right = {0};
        (void)setting_show(spec, &differ->a->account, &left); /* every one of them has a default */
        (void)setting_show(spec, &differ->b->account, &right);
        (void)snprintf(what, sizeof what, "account.%s", spec->name);
        add_if_different(differ, what, &left, &right);
    }
}

static void compare_time(struct differ *differ, const char *what, sim_time a, sim_time b)
{
    char buf[UNIT_TEXT_MAX];
    struct text left = {0}, right = {0};
    text_add(&left, unit_show_time(buf, (double)a));
    text_add(&right, unit_show_time(buf, (double)b));
    add_if_different(differ, what, &left, &right);
}

static void compare_whole(struct differ *differ, const char *what, uint64_t a, uint64_t b)
{
    struct text left = {0}, right = {0};
    text_addf(&left, "%llu", (unsigned long long)a);
    text_addf(&right, "%llu", (unsigned long long)b);
    add_if_different(differ, what, &left, &right);
}

void scenario_diff(struct scenario_diff *diff, const struct scenario *a, const struct scenario *b,
                   struct arena *arena)
{
    *diff = (struct scenario_diff){0};
    struct differ differ = {.out = diff, .arena = arena, .a = a, .b = b};
    compare_params(&differ);
    compare_resources(&differ);
    compare_account(&differ);
    compare_time(&differ, "simulate.duration", a->simulate.duration, b->simulate.duration);
    compare_time(&differ, "simulate.warmup", a->simulate.warmup, b->simulate.warmup);
    compare_whole(&differ, "simulate.seed", a->simulate.seed, b->simulate.seed);
    compare_whole(&differ, "at (faults)", (uint64_t)a->fault_count, (uint64_t)b->fault_count);
    diff->changes = arena_copy(arena, differ.rows, sizeof(*differ.rows) * (size_t)diff->count);
    mem_free(differ.rows);
}
