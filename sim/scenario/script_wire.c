/* script_wire.c - when the file has run: names become indices, and the whole is checked. */
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "model/svc_client.h"
#include "model/svc_function.h"
#include "model/svc_gateway.h"
#include "scenario/script_advice.h"
#include "scenario/script_api.h"
#include "scenario/script_read.h"
#include "scenario/script_tasks.h"
#include "scenario/slo.h"

static struct spot resource_spot(const struct load *load, int resource)
{
    return load->decls.items[load->decl_of[resource]].spot;
}

static void warn(void *data, const char *text)
{
    struct load *load = data;
    for (int i = 0; i < load->warnings.count; i++)
        if (strcmp(load->warnings.items[i], text) == 0)
            return; /* a fault's config warns of the same again */
    const char **slot = LIST_ADD(load, warnings);
    *slot = arena_strdup(load->arena, text);
}

/* -- resources --------------------------------------------------------------------------------- */

static void check_complete(struct load *load)
{
    for (int i = 0; i < load->decls.count; i++) {
        const struct decl *decl = &load->decls.items[i];
        if (decl->complete || strcmp(decl->verb, "scenario") == 0)
            continue;
        err_set(load->err, "%s \"%s\" was named but never given settings", decl->verb, decl->name);
        err_help(load->err, "write %s \"%s\" { }", decl->verb, decl->name);
        script_raise_at(load, decl->spot);
    }
}

static void make_resources(struct load *load)
{
    struct scenario *scenario = load->scenario;
    scenario->resources = ARENA_ARRAY(load->arena, struct resource, load->resource_count + 1);
    load->decl_of = ARENA_ARRAY(load->arena, int, load->resource_count + 1);
    for (int i = 0; i < load->decls.count; i++) {
        const struct decl *decl = &load->decls.items[i];
        if (decl->class == NULL)
            continue;
        load->decl_of[decl->resource] = i;
        scenario->resources[scenario->resource_count++] = (struct resource){
            decl->name, decl->class, decl->config, decl->spot.file, decl->spot.line};
    }
    if (scenario->resource_count > 0)
        return;
    err_set(load->err, "the scenario declares nothing");
    err_help(load->err,
             "declare a function and traffic for it: fn \"hello\" { … }  traffic \"users\" "
             "{ to = \"hello\", rate = \"50/s\" }");
    script_raise_at(load, (struct spot){load->sources.items[0].shown, 0, 0});
}

static const char **resource_names(struct load *load)
{
    const struct scenario *scenario = load->scenario;
    const char **names = ARENA_ARRAY(load->arena, const char *, scenario->resource_count + 1);
    for (int i = 0; i < scenario->resource_count; i++)
        names[i] = scenario->resources[i].name;
    return names;
}

static void help_resource(struct load *load, const char *name)
{
    const char *near = text_nearest(name, resource_names(load));
    if (near != NULL)
        err_help(load->err, "did you mean '%s'?", near);
    else
        err_help(load->err, "names are those given to fn \"name\", http_api \"name\" …");
}

/* -- references
 * ----------------------------------------------------------------------------------- */

static int find_name(struct load *load, const char *name)
{
    lua_State *lua = load->lua;
    luaL_getsubtable(lua, LUA_REGISTRYINDEX, SCRIPT_NAMES);
    int decl = lua_getfield(lua, -1, name) == LUA_TNUMBER ? (int)lua_tointeger(lua, -1) : -1;
    lua_pop(lua, 2);
    return decl < 0 ? -1 : load->decls.items[decl].resource;
}

static const char *route_in_name(struct load *load, const char *name, int *resource)
{
    for (const char *space = strchr(name, ' '); space != NULL; space = strchr(space + 1, ' ')) {
        if (!script_is_route(space + 1))
            continue;
        *resource = find_name(load, arena_printf(load->arena, "%.*s", (int)(space - name), name));
        if (*resource >= 0)
            return space + 1;
    }
    return NULL;
}

/* "web", or "web GET /hello": a name may itself hold spaces. */
static void resolve_name(struct load *load, struct ref *ref)
{
    ref->resource = find_name(load, ref->name);
    if (ref->resource >= 0)
        return;
    ref->route = route_in_name(load, ref->name, &ref->resource);
    if (ref->route != NULL)
        return;
    err_set(load->err, "%s: no resource named '%.100s'", ref->what, ref->name);
    help_resource(load, ref->name);
    script_raise_at(load, ref->spot);
}

static _Noreturn void fail_no_route(struct load *load, const struct ref *ref,
                                    const struct resource *resource,
                                    const struct route_list *routes)
{
    const char **names = ARENA_ARRAY(load->arena, const char *, routes->count + 1);
    struct text list = {0};
    for (int i = 0; i < routes->count; i++) {
        names[i] = routes->routes[i].name;
        if (list.length < 150)
            text_addf(&list, "%s\"%s\"", i == 0 ? "" : ", ", names[i]);
    }
    if (ref->route != NULL) {
        err_set(load->err, "%s: '%s' has no route \"%.80s\"", ref->what, resource->name,
                ref->route);
        const char *near = text_nearest(ref->route, names);
        if (near != NULL)
            err_help(load->err, "did you mean \"%s\"?", near);
        else if (list.data != NULL)
            err_help(load->err, "it has %s", list.data);
    } else {
        err_set(load->err, "%s: '%s' has %d routes; which one is meant?", ref->what, resource->name,
                (int)routes->count);
        if (list.data != NULL)
            err_help(load->err, "it has %s", list.data);
    }
    text_free(&list);
    script_raise_at(load, ref->spot);
}

static int32_t resolve_route(struct load *load, const struct ref *ref,
                             const struct resource *resource)
{
    const struct route_list *routes = resource_routes(resource);
    if (routes == NULL && ref->route == NULL)
        return -1;
    if (routes == NULL) {
        err_set(load->err, "%s: %s '%s' has no routes", ref->what, resource->class->kind,
                resource->name);
        script_raise_at(load, ref->spot);
    }
    if (ref->use == USE_FAULT && ref->route == NULL)
        return -1;
    if (ref->route == NULL && routes->count == 1)
        return 0;
    for (int32_t i = 0; ref->route != NULL && i < routes->count; i++)
        if (strcmp(routes->routes[i].name, ref->route) == 0)
            return i;
    fail_no_route(load, ref, resource, routes);
}

#define KINDS_SHOWN 6 /* more than these are cut off after KINDS_NAMED */
#define KINDS_NAMED 4

/* "a kv or cache": the kinds that have the use; of many only the first. */
static const char *kinds_for(struct load *load, enum use use)
{
    struct text list = {0};
    int count = 0, seen = 0;
    for (int c = 0; c < SVC_CLASSES; c++)
        count += (svc_classes[c]->takes & TAKES(use)) != 0;
    for (int c = 0; c < SVC_CLASSES; c++) {
        const struct svc_class *class = svc_classes[c];
        if ((class->takes & TAKES(use)) == 0 || (count > KINDS_SHOWN && seen == KINDS_NAMED))
            continue;
        seen++;
        text_addf(&list, "%s%s",
                  seen == 1       ? svc_class_article(class)
                  : seen == count ? " or "
                                  : ", ",
                  class->kind);
    }
    const char *kept = list.data == NULL ? "nothing"
                       : seen < count    ? arena_printf(load->arena, "%s …", list.data)
                                         : arena_strdup(load->arena, list.data);
    text_free(&list);
    return kept;
}

/* Who may be asked by whom. */
static void check_use(struct load *load, const struct ref *ref, const struct resource *resource)
{
    const struct svc_class *class = resource->class;
    if (ref->use == USE_FAULT || (class->takes & TAKES(ref->use)) != 0)
        return;
    err_set(load->err, "%s needs %s, but '%s' is %s%s", ref->what, kinds_for(load, ref->use),
            resource->name, svc_class_article(class), class->kind);
    if (class->usage != NULL)
        err_help(load->err, "%s", class->usage);
    script_raise_at(load, ref->spot);
}

static void resolve_refs(struct load *load)
{
    for (int i = 0; i < load->refs.count; i++) {
        struct ref *ref = &load->refs.items[i];
        if (ref->name != NULL)
            resolve_name(load, ref);
        const struct resource *resource = &load->scenario->resources[ref->resource];
        check_use(load, ref, resource);
        *ref->target = (struct target){ref->resource, resolve_route(load, ref, resource)};
        if (ref->use == USE_FAULT && ref->target->route >= 0) {
            err_set(load->err, "%s: a fault hits a whole resource, not a route", ref->what);
            err_help(load->err, "name '%s', or the function behind the route", resource->name);
            script_raise_at(load, ref->spot);
        }
    }
}

/* In results a route is called as if it were a resource: "web GET /hello". */
static void check_route_names(struct load *load)
{
    const struct scenario *scenario = load->scenario;
    for (int i = 0; i < scenario->resource_count; i++) {
        const struct route_list *routes = resource_routes(&scenario->resources[i]);
        for (int j = 0; routes != NULL && j < routes->count; j++) {
            const char *name = arena_printf(load->arena, "%s %s", scenario->resources[i].name,
                                            routes->routes[j].name);
            int other = find_name(load, name);
            if (other < 0)
                continue;
            const struct svc_class *class = scenario->resources[other].class;
            err_set(load->err, "'%s' is the name of a route and of %s%s", name,
                    svc_class_article(class), class->kind);
            err_help(load->err, "results could not tell them apart; choose another name");
            script_raise_at(load, resource_spot(load, other));
        }
    }
}

static void check_attrs(struct load *load)
{
    const char **names = ARENA_ARRAY(load->arena, const char *, load->attrs.count + 1);
    int count = 0;
    for (int i = 0; i < load->attrs.count; i++)
        if (load->attrs.items[i].drawn)
            names[count++] = load->attrs.items[i].name;
    for (int i = 0; i < load->attrs.count; i++) {
        const struct attr_name *attr = &load->attrs.items[i];
        if (attr->drawn)
            continue;
        err_set(load->err, "%s: no traffic has an attribute '%.80s'", attr->what, attr->name);
        const char *near = text_nearest(attr->name, names);
        if (near != NULL)
            err_help(load->err, "did you mean '%s'?", near);
        err_help(load->err,
                 "draw it in a traffic: attrs = { %.40s = { gold = 0.1, silver = 0.9 } }",
                 attr->name);
        script_raise_at(load, attr->spot);
    }
}

/* -- services, account
 * -------------------------------------------------------------------------------- */

/* The line of the route a message begins with: route "GET /hello": … */
static struct spot route_spot(struct load *load, const char *what, struct spot spot)
{
    static const char start[] = "route \"";
    if (strncmp(what, start, sizeof start - 1) != 0)
        return spot;
    what += sizeof start - 1;
    return script_key_spot(load, spot, arena_printf(load->arena, "%.*s", (int)strcspn(what, "\""), what));
}

/* A message of a class begins with the setting it is about, with a route, or with its own kind:
 * point at the line of the setting or route, and put the name where it reads well. */
static _Noreturn void fail_check(struct load *load, const struct resource *resource,
                                 struct spot spot)
{
    struct err *err = load->err;
    size_t word = strspn(err->what, "abcdefghijklmnopqrstuvwxyz_");
    const char *first = arena_printf(load->arena, "%.*s", (int)word, err->what);
    if (strncmp(err->what, "there is no runtime", 19) == 0)
        spot = script_key_spot(load, spot, "runtime");
    spot = route_spot(load, err->what, spot);
    for (const struct param_spec *spec = resource->class->params; spec->name != NULL; spec++)
        if (strcmp(spec->name, first) == 0)
            spot = script_key_spot(load, spot, first);
    if (strcmp(first, resource->class->kind) == 0) {
        const char *rest = arena_strdup(load->arena, err->what + word);
        (void)snprintf(err->what, sizeof err->what, "%s '%s'%s", first, resource->name, rest);
    } else {
        err_context(err, "%s '%s'", resource->class->kind, resource->name);
    }
    script_raise_at(load, spot);
}

static struct check_peer peer(void *data, int32_t index)
{
    const struct load *load = data;
    const struct resource *resource = &load->scenario->resources[index];
    return (struct check_peer){resource->class, resource->config, resource->name};
}

static void check_config(struct load *load, const struct resource *resource, void *config,
                         struct spot spot)
{
    struct check_context context = {.arena = load->arena,
                                    .catalog = load->scenario->catalog,
                                    .account = &load->scenario->account,
                                    .name = resource->name,
                                    .warnings = load,
                                    .warn = warn,
                                    .peer = peer};
    if (resource->class->check != NULL && !resource->class->check(config, &context, load->err))
        fail_check(load, resource, spot);
}

/* AWS always leaves some concurrency to functions without a reservation. */
static void check_reserved(struct load *load)
{
    const struct scenario *scenario = load->scenario;
    double sum = 0;
    int last = -1;
    for (int i = 0; i < scenario->resource_count; i++) {
        const struct resource *resource = &scenario->resources[i];
        if (resource->class != &svc_function_class)
            continue;
        int64_t reserved = ((const struct function_config *)resource->config)->reserved;
        if (reserved == TIME_UNSET)
            continue;
        sum += (double)reserved;
        last = reserved > 0 ? i : last;
    }
    double least = catalog_limit(scenario->catalog, "lambda.unreserved_min");
    double most = (double)scenario->account.concurrency - least;
    if (last < 0 || sum <= most)
        return;
    err_set(
        load->err,
        "reserved concurrency adds up to %.0f, but the account's %lld must leave %.0f unreserved",
        sum, (long long)scenario->account.concurrency, least);
    err_help(load->err, "reserve at most %.0f in all, or raise it: account { concurrency = %.0f }",
             most > 0 ? most : 0, sum + least);
    script_raise_at(load, resource_spot(load, last));
}

static void check_traffic(struct load *load)
{
    const struct scenario *scenario = load->scenario;
    for (int i = 0; i < scenario->resource_count; i++)
        if (scenario->resources[i].class == &svc_client_class)
            return;
    warn(load, "the scenario has no traffic: nothing will happen");
}

static void check_services(struct load *load)
{
    struct scenario *scenario = load->scenario;
    for (int i = 0; i < scenario->resource_count; i++)
        check_config(load, &scenario->resources[i], scenario->resources[i].config,
                     resource_spot(load, i));
    for (int i = 0; i < load->faults.count; i++) {
        const struct fault_def *fault = &load->faults.items[i];
        if (fault->patched != NULL)
            check_config(load, &scenario->resources[fault->resource], (void *)fault->patched,
                         (struct spot){load->sources.items[0].shown, fault->line, 0});
        if (fault->at >= scenario->simulate.duration)
            warn(load,
                 arena_printf(load->arena, "the fault of line %d comes after the end of the run",
                              fault->line));
    }
    check_reserved(load);
    check_traffic(load);
    script_advise(load, warn, load);
}

/* -- SDK profiles ---------------------------------------------------------------------------------- */

/* Tries recorded for storage and messaging operations get the account's profile, now that it is known and what they ask. */
static void finish_sdk(struct load *load)
{
    const struct scenario *scenario = load->scenario;
    for (int i = 0; i < scenario->resource_count; i++) {
        const struct program *program = resource_program(&scenario->resources[i]);
        for (int32_t k = 0; program != NULL && k + 1 < program->count; k++) {
            const struct op *op = &program->ops[k];
            if (op->code != OP_TRY || !op->retry->sdk)
                continue;
            const struct resource *target = &scenario->resources[op[1].target.resource];
            retry_sdk_fill((struct retry_policy *)op->retry, scenario->catalog,
                           (enum sdk_profile)scenario->account.sdk,
                           strcmp(target->class->kind, "kv") == 0);
        }
    }
}

/* -- SLOs
 * ------------------------------------------------------------------------------------------------
 */

static bool is_mark(const struct load *load, const char *name)
{
    for (int i = 0; i < load->marks.count; i++)
        if (strcmp(load->marks.items[i], name) == 0)
            return true;
    return false;
}

/* Resources, and as rows of their own routes and marks. */
static bool slo_resource_exists(struct load *load, const char *name)
{
    if (strcmp(name, "*") == 0 || find_name(load, name) >= 0)
        return true;
    if (strncmp(name, "mark ", 5) == 0)
        return is_mark(load, name + 5);
    int resource = -1;
    const char *route = route_in_name(load, name, &resource);
    const struct route_list *routes =
        route != NULL ? resource_routes(&load->scenario->resources[resource]) : NULL;
    for (int i = 0; routes != NULL && i < routes->count; i++)
        if (strcmp(routes->routes[i].name, route) == 0)
            return true;
    return false;
}

static void check_slo_resource(struct load *load, const char *resource, const char *context,
                               struct spot spot)
{
    if (slo_resource_exists(load, resource))
        return;
    if (strncmp(resource, "mark ", 5) == 0) {
        const char **marks = ARENA_ARRAY(load->arena, const char *, load->marks.count + 1);
        memcpy(marks, load->marks.items, sizeof *marks * (size_t)load->marks.count);
        err_set(load->err, "no mark '%s'", resource + 5);
        const char *near = text_nearest(resource + 5, marks);
        if (near != NULL)
            err_help(load->err, "did you mean 'mark %s'?", near);
        err_help(load->err, "marks are recorded with r:mark \"name\"");
    } else {
        err_set(load->err, "no resource '%.100s'", resource);
        help_resource(load, resource);
    }
    err_context(load->err, "%s", context);
    script_raise_at(load, spot);
}

static void check_slos(struct load *load)
{
    const char *file = load->sources.items[0].shown;
    for (int i = 0; i < load->slos.count; i++) {
        const struct slo_def *slo = &load->slos.items[i];
        check_slo_resource(load, slo->resource,
                           arena_printf(load->arena, "SLO \"%.120s\"", slo->text),
                           (struct spot){file, slo->line, 0});
    }
    struct metric_path path;
    const struct sweep_def *sweep = &load->scenario->sweep;
    if (sweep->minimise != NULL && metric_path_read(load->arena, sweep->minimise, &path, load->err))
        check_slo_resource(load, path.resource, "sweep: minimise", load->sweep_spot);
}

/* -- overrides
 * -------------------------------------------------------------------------------------------- */

static const char **all_settings(struct load *load, const struct svc_class *class)
{
    int count = 0;
    while (class->params[count].name != NULL)
        count++;
    const char **names = ARENA_ARRAY(load->arena, const char *, count + 1);
    for (int i = 0; i < count; i++)
        names[i] = class->params[i].name;
    return names;
}

static void check_overrides(struct load *load)
{
    for (int i = 0; i < load->options->override_count; i++) {
        const struct override *set = &load->options->overrides[i];
        if (load->override_used[i])
            continue;
        int resource = find_name(load, set->resource);
        if (resource < 0) {
            err_set(load->err, "--set %.80s.%.80s: no resource named '%.80s'", set->resource,
                    set->setting, set->resource);
            help_resource(load, set->resource);
        } else {
            const struct svc_class *class = load->scenario->resources[resource].class;
            const char *near = text_nearest(set->setting, all_settings(load, class));
            err_set(load->err, "--set %.80s.%.80s: %s%s has no setting '%.80s'",
                    set->resource, set->setting, svc_class_article(class), class->kind,
                    set->setting);
            if (near != NULL)
                err_help(load->err, "did you mean '%s'?", near);
            err_help(load->err, "tepid params lists the settings");
        }
        script_raise_at(load, (struct spot){"command line", 0, -1});
    }
}

/* Calls carry what they ask for as 16 bits (model_args). */
#define ARGUMENTS_MAX 60000

static void check_arguments(struct load *load)
{
    const struct scenario *scenario = load->scenario;
    int count = 0;
    for (int i = 0; i < scenario->resource_count; i++) {
        const struct program *program = resource_program(&scenario->resources[i]);
        for (int32_t k = 0; program != NULL && k < program->count; k++)
            count += program->ops[k].args != NULL;
        if (count <= ARGUMENTS_MAX)
            continue;
        err_set(load->err, "the handlers have more than %d operations on stores and messages",
                ARGUMENTS_MAX);
        err_help(load->err, "repeat with r:each(n, f) or r:map(n, f) in place of a loop in Lua");
        script_raise_at(load, resource_spot(load, i));
    }
}

void script_wire(struct load *load)
{
    check_complete(load);
    make_resources(load);
    check_overrides(load);
    check_route_names(load);
    resolve_refs(load);
    check_attrs(load);
    script_finish_faults(load);
    script_finish_tasks(load);
    check_arguments(load);
    script_check_cycles(load);
    finish_sdk(load);
    check_services(load);
    check_slos(load);
}
