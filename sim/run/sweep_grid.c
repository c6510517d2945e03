/* sweep_grid.c - see the header. */
#include "run/sweep_grid.h"

#include <math.h>
#include <string.h>

#include "core/text.h"

#define ONE_BY_ONE_MAX   25 /* whole values of a range without a step */
#define NICE_VALUES_MAX  21
#define POWER_VALUES_MAX 17
#define COMMAND_LINE     "command line"

/* What is being read: one --sweep. */
struct reading {
    struct arena *arena;
    const struct param_def *def;
    struct text_list {
        const char **items;
        size_t count, capacity;
    } values;
    struct err *err;
};

static const char *shown(struct arena *arena, const struct value *value)
{
    struct text text = {0};
    if (value->kind == VALUE_NUMBER) {
        char number[UNIT_TEXT_MAX];
        return arena_strdup(arena, sweep_value_show(number, value->number, ""));
    }
    value_show(value, &text);
    const char *kept = arena_strdup(arena, text.data == NULL ? "" : text.data);
    text_free(&text);
    return kept;
}

static const struct param_def *find_def(const struct scenario *scenario, const char *name)
{
    for (int i = 0; i < scenario->param_count; i++)
        if (strcmp(scenario->params[i].name, name) == 0)
            return &scenario->params[i];
    return NULL;
}

static const struct param_def *need_def(const struct scenario *scenario, const char *option,
                                        const char *name, struct err *err)
{
    const struct param_def *def = find_def(scenario, name);
    if (def != NULL)
        return def;
    const char *names[200] = {0};
    for (int i = 0; i < scenario->param_count && i < 199; i++)
        names[i] = scenario->params[i].name;
    err_set(err, "%s %.80s: no such parameter", option, name);
    err_place(err, COMMAND_LINE, 0);
    const char *nearest = text_nearest(name, names);
    if (nearest != NULL)
        err_help(err, "did you mean '%s'?", nearest);
    else if (scenario->param_count == 0)
        err_help(err,
                 "the file has none; declare one: local memory = param(\"memory\", \"512MB\")");
    else
        err_help(err, "'tepid params FILE' lists them");
    return NULL;
}

/* -- values ------------------------------------------------------------------------------------- */

static bool add_value(struct reading *reading, const char *text)
{
    struct text_list *list = &reading->values;
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0)
            return err_set(reading->err, "the value %s stands there twice", text);
    if (list->count == SWEEP_VALUES_MAX)
        return err_set(reading->err, "more than %d values", SWEEP_VALUES_MAX);
    list->items = mem_grow(list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = text;
    return true;
}

/* Bare numbers of a parameter with a unit speak in that unit. */
static void take_default_unit(struct reading *reading, struct sweep_value *value)
{
    struct sweep_value own;
    if (value->unit[0] == '\0' &&
        sweep_value_read(shown(reading->arena, &reading->def->fallback), &own)) {
        double count = value->count;
        *value = own;
        value->count = count;
    }
}

static bool read_end(struct reading *reading, const char *text, size_t length,
                     struct sweep_value *value)
{
    const char *part = arena_printf(reading->arena, "%.*s", (int)length, text);
    if (!sweep_value_read(part, value))
        return err_set(reading->err, "'%s' is no number with a unit, so it ends no range", part);
    return true;
}

static double nice_step(double span, double smallest, int most, bool binary)
{
    double best = 0, power = binary ? 1 : pow(10, floor(log10(span / most)));
    while (binary && span / power + 1 > most)
        power *= 2;
    while (binary && power > 1 / 1024.0 && span / (power / 2) + 1 <= most)
        power /= 2;
    static const double tens[] = {1, 2, 5, 10, 20, 50}, twos[] = {1, 2, 4, 8, 8, 8};
    for (size_t i = 0; i < COUNTOF(tens); i++) {
        double step = fmax(power * (binary ? twos[i] : tens[i]), smallest), steps = span / step;
        if (steps + 1 > most + 1e-9)
            continue;
        best = best > 0 ? best : step;
        if (fabs(steps - floor(steps + 0.5)) < 1e-9 && steps >= 4)
            return step;
    }
    return best > 0 ? best : span;
}

static double choose_step(const struct sweep_value *from, double to)
{
    double span = to - from->count;
    bool whole = from->count == floor(from->count) && to == floor(to);
    if (span == 0)
        return 1;
    if (from->dimension == SWEEP_NUMBER && whole && span + 1 <= ONE_BY_ONE_MAX)
        return 1;
    bool binary = from->dimension == SWEEP_SIZE;
    return nice_step(span, whole && !binary && span >= 4 ? 1 : 0,
                     binary ? POWER_VALUES_MAX : NICE_VALUES_MAX, binary);
}

/* a..b[:step] */
static bool add_range(struct reading *reading, const char *text, const char *dots)
{
    struct sweep_value from, to, step = {0};
    const char *colon = strchr(dots, ':');
    const char *end = colon == NULL ? dots + strlen(dots) : colon;
    if (!read_end(reading, text, (size_t)(dots - text), &from) ||
        !read_end(reading, dots + 2, (size_t)(end - dots - 2), &to) ||
        (colon != NULL && !read_end(reading, colon + 1, strlen(colon + 1), &step)))
        return false;
    if (from.unit[0] == '\0' && to.unit[0] != '\0') { /* 128..1024MB */
        double count = from.count;
        from = to;
        from.count = count;
    }
    take_default_unit(reading, &from);
    if (to.unit[0] == '\0')
        to = (struct sweep_value){from.dimension, to.count, "", from.factor};
    if (colon != NULL && step.unit[0] == '\0')
        step = (struct sweep_value){from.dimension, step.count, "", from.factor};
    if (to.dimension != from.dimension || (colon != NULL && step.dimension != from.dimension))
        return err_set(reading->err, "the parts of the range %s are not of one kind", text);
    if (colon != NULL && step.unit[0] != '\0' && step.factor < from.factor) {
        /* 1GB..2GB:256MB counts in MB */
        double count = from.count * from.factor / step.factor;
        from = step;
        from.count = count;
    }
    double last = to.count * to.factor / from.factor;
    double by = colon == NULL ? choose_step(&from, last) : step.count * step.factor / from.factor;
    if (last < from.count)
        return err_set(reading->err, "the range %s ends below where it begins", text);
    if (!(by > 0))
        return err_set(reading->err, "the range %s has a step of nothing", text);
    double steps = floor((last - from.count) / by + 1e-9);
    if (steps >= SWEEP_VALUES_MAX)
        return err_set(reading->err, "the range %s has more than %d values", text,
                       SWEEP_VALUES_MAX);
    for (int i = 0; i <= (int)steps; i++) {
        char buf[UNIT_TEXT_MAX];
        sweep_value_show(buf, from.count + i * by, from.unit);
        if (!add_value(reading, arena_strdup(reading->arena, buf)))
            return false;
    }
    return true;
}

/* The comma that ends an item, or its end; lognormal{p50="1ms",p99="2ms"} is one item. */
static const char *item_end(const char *text)
{
    int depth = 0;
    for (; *text != '\0' && (*text != ',' || depth > 0); text++)
        depth += (*text == '{' || *text == '(') - (*text == '}' || *text == ')');
    return text;
}

static bool add_items(struct reading *reading, const char *text)
{
    for (const char *at = text;; at++) {
        const char *end = item_end(at);
        char *item = arena_printf(reading->arena, "%.*s", (int)(end - at), at);
        const char *dots = strpbrk(item, "{(") == NULL ? strstr(item, "..") : NULL;
        if (item[0] == '\0')
            return err_set(reading->err, "an empty value");
        if (dots != NULL && dots != item ? !add_range(reading, item, dots)
                                         : !add_value(reading, item))
            return false;
        at = end;
        if (*at == '\0')
            return true;
    }
}

/* -- a parameter ---------------------------------------------------------------------------------- */

static double bound_of(struct arena *arena, const struct value *bound, const char *unit,
                       double factor, double none)
{
    struct sweep_value value;
    if (bound->kind == VALUE_NIL || !sweep_value_read(shown(arena, bound), &value) ||
        (value.unit[0] == '\0') != (unit[0] == '\0'))
        return none;
    return value.count * value.factor / factor;
}

void sweep_param_numbers(struct sweep_param *param, struct arena *arena)
{
    struct sweep_value first = {0}, value;
    param->counts = ARENA_ARRAY(arena, double, param->count);
    param->numeric = param->count > 0 && sweep_value_read(param->values[0], &first);
    param->whole = true;
    for (int i = 0; param->numeric && i < param->count; i++) {
        param->numeric = sweep_value_read(param->values[i], &value) &&
                         value.dimension == first.dimension &&
                         (value.unit[0] == '\0') == (first.unit[0] == '\0');
        param->counts[i] = value.count * value.factor / first.factor;
        param->whole = param->whole && param->counts[i] == floor(param->counts[i]);
    }
    param->unit = arena_strdup(arena, param->numeric ? first.unit : "");
    param->low = -INFINITY;
    param->high = INFINITY;
}

/* Only whole numbers make sense between whole ones, where the default is one, too; a number between 0 and 1 is a share. */
static void find_bounds(struct sweep_param *param, struct arena *arena, const struct param_def *def)
{
    struct sweep_value first, fallback;
    if (!param->numeric || !sweep_value_read(param->values[0], &first))
        return;
    param->low = bound_of(arena, &def->min, first.unit, first.factor, -INFINITY);
    param->high = bound_of(arena, &def->max, first.unit, first.factor, INFINITY);
    bool fallback_whole = sweep_value_read(shown(arena, &def->fallback), &fallback) &&
                          fallback.count == floor(fallback.count);
    bool counted = first.dimension == SWEEP_NUMBER && !(param->high <= 1);
    param->whole = param->whole && fallback_whole && (counted || first.dimension == SWEEP_SIZE);
}

static void set_values(struct sweep_param *param, struct arena *arena, const struct param_def *def,
                       const char *const *values, int count)
{
    *param = (struct sweep_param){
        .name = def->name,
        .values = arena_copy(arena, values, sizeof *values * (size_t)count),
        .count = count,
    };
    sweep_param_numbers(param, arena);
    find_bounds(param, arena, def);
}

bool sweep_grid_param(struct sweep_param *param, struct arena *arena,
                      const struct scenario *scenario, const char *name, struct err *err)
{
    const struct param_def *def = need_def(scenario, "--find", name, err);
    if (def == NULL)
        return false;
    const char *value = shown(arena, &def->value);
    set_values(param, arena, def, &value, 1);
    return true;
}

/* How it is written, in the unit of the parameter. */
static bool help_axis(struct reading *reading, struct err *err)
{
    const char *name = reading->def->name;
    const char *fallback = shown(reading->arena, &reading->def->fallback);
    char a[UNIT_TEXT_MAX], b[UNIT_TEXT_MAX];
    struct sweep_value value;
    if (!sweep_value_read(fallback, &value))
        return err_help(err, "write --sweep %s=%s,...", name, fallback);
    if (value.unit[0] == '\0' || value.count <= 0)
        return err_help(err, "write --sweep %s=1,2,4 or %s=0..20 or %s=0..20:5", name, name, name);
    sweep_value_show(a, value.count, value.unit);
    sweep_value_show(b, 4 * value.count, value.unit);
    return err_help(err, "write --sweep %s=%s,%s or %s=%s..%s:%s", name, a, b, name, a, b, a);
}

/* name=ITEM,ITEM,... */
static bool read_given(struct sweep_param *param, struct arena *arena,
                       const struct scenario *scenario, const char *given, struct err *err)
{
    const char *equals = strchr(given, '=');
    if (equals == NULL || equals == given) {
        err_set(err, "--sweep %.100s: %s", given, equals == NULL ? "has no values" : "has no name");
        err_place(err, COMMAND_LINE, 0);
        return err_help(err, "write --sweep memory=256MB,512MB,1GB or --sweep units=0..20");
    }
    const char *name = arena_printf(arena, "%.*s", (int)(equals - given), given);
    struct reading reading = {
        .arena = arena, .def = need_def(scenario, "--sweep", name, err), .err = err};
    if (reading.def == NULL)
        return false;
    bool ok = add_items(&reading, equals + 1);
    if (ok)
        set_values(param, arena, reading.def, reading.values.items, (int)reading.values.count);
    mem_free(reading.values.items);
    if (ok)
        return true;
    err_context(err, "--sweep %.200s", given);
    err_place(err, COMMAND_LINE, 0);
    return help_axis(&reading, err);
}

static void read_of_file(struct sweep_param *param, struct arena *arena,
                         const struct scenario *scenario, const struct sweep_axis *axis, bool fixed)
{
    const struct param_def *def = find_def(scenario, axis->param);
    int count = fixed ? 1 : axis->count;
    const char **values = ARENA_ARRAY(arena, const char *, count);
    for (int i = 0; i < count; i++)
        values[i] = shown(arena, fixed ? &def->value : &axis->values[i]);
    set_values(param, arena, def, values, count);
}

/* -- the grid ---------------------------------------------------------------------------------------- */

static bool refuse_count(int count, struct err *err)
{
    if (count == 0) {
        err_set(err, "nothing to sweep: the file has no sweep { }, and there is no --sweep");
        err_place(err, COMMAND_LINE, 0);
        return err_help(err, "write --sweep memory=256MB,512MB,1GB; 'tepid params FILE' lists the "
                             "parameters");
    }
    err_set(err, "a sweep of %d parameters: no more than %d", count, SWEEP_PARAMS_MAX);
    return err_place(err, COMMAND_LINE, 0);
}

static bool count_points(struct sweep_grid *grid, struct err *err)
{
    double points = 1;
    for (int i = 0; i < grid->param_count; i++) {
        points *= grid->params[i].count;
        for (int j = 0; j < i; j++)
            if (strcmp(grid->params[i].name, grid->params[j].name) == 0) {
                err_set(err, "--sweep %s is given twice", grid->params[i].name);
                err_place(err, COMMAND_LINE, 0);
                return err_help(err, "write all of its values into one: --sweep %s=1,2,4",
                                grid->params[i].name);
            }
    }
    grid->points = (int64_t)points;
    if (points <= SWEEP_POINTS_MAX)
        return true;
    err_set(err, "a sweep of %.0f points: no more than %d", points, SWEEP_POINTS_MAX);
    err_place(err, COMMAND_LINE, 0);
    return err_help(err, "take wider steps, and --refine to look closer where it matters");
}

bool sweep_grid_read(struct sweep_grid *grid, struct arena *arena, const struct scenario *scenario,
                     const char *const *given, int given_count,
                     bool (*pinned)(void *context, const char *name), void *context,
                     struct err *err)
{
    const struct sweep_def *def = &scenario->sweep;
    int count = given_count > 0 ? given_count : def->axis_count;
    *grid = (struct sweep_grid){.from_file = given_count == 0};
    if (count == 0 || count > SWEEP_PARAMS_MAX)
        return refuse_count(count, err);
    for (grid->param_count = 0; grid->param_count < count; grid->param_count++) {
        int i = grid->param_count;
        if (given_count == 0) {
            bool fixed = pinned(context, def->axes[i].param);
            read_of_file(&grid->params[i], arena, scenario, &def->axes[i], fixed);
            continue;
        }
        if (!read_given(&grid->params[i], arena, scenario, given[i], err))
            return false;
        if (pinned(context, grid->params[i].name)) {
            err_set(err, "'%s' is both swept and set with -p", grid->params[i].name);
            err_place(err, COMMAND_LINE, 0);
            return err_help(err, "leave one of them out");
        }
    }
    return count_points(grid, err);
}

int sweep_grid_find(const struct sweep_grid *grid, const char *name)
{
    for (int i = 0; i < grid->param_count; i++)
        if (strcmp(grid->params[i].name, name) == 0)
            return i;
    return -1;
}

void sweep_grid_at(const struct sweep_grid *grid, int64_t point, int at[SWEEP_PARAMS_MAX])
{
    for (int i = grid->param_count; i-- > 0;) {
        at[i] = (int)(point % grid->params[i].count);
        point /= grid->params[i].count;
    }
}
