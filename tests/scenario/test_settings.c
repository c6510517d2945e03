/* test_settings.c - every setting of every kind has bounds, and a message that names the setting, what is
 * accepted and the line.
 *
 * The tables of the classes are walked, so that a new setting is tested without a word here; a new kind needs one
 * line below.
 */
#include "model/account.h"
#include "model/svc.h"
#include "tests/scenario/load_text.h"
#include "tests/suite.h"

#define HOLE_LINE 4 /* where the setting under test stands */

/* A declaration with a hole in its table; it loads with nothing in the hole. `open` ends with line 3. */
static const struct {
    const char *kind, *open;
} declarations[] = {
    {"fn", "\n\nfn \"x\" {\n"},
    {"http_api", "local f = fn \"f\" { }\n\nhttp_api \"x\" { [\"GET /\"] = f,\n"},
    {"rest_api", "local f = fn \"f\" { }\n\nrest_api \"x\" { [\"GET /\"] = f,\n"},
    {"topic", "\n\ntopic \"x\" {\n"},
    {"bus", "\n\nbus \"x\" {\n"},
    {"traffic", "local f = fn \"f\" { }\n\ntraffic \"x\" { to = f, rate = \"1/s\",\n"},
    {"queue", "local f = fn \"f\" { }\n\nqueue \"x\" { consumer = f,\n"},
    {"kv", "\n\nkv \"x\" {\n"},
    {"stream", "local f = fn \"f\" { }\n\nstream \"x\" { consumer = f,\n"},
    {"workflow", "local f = fn \"f\" { }\n\nworkflow \"x\" { states = { { task = f } },\n"},
    {"external", "\n\nexternal \"x\" {\n"},
    {"sql", "\n\nsql \"x\" {\n"},
    {"cache", "\n\ncache \"x\" { hit = 0.5,\n"},
    {"bucket", "\n\nbucket \"x\" {\n"},
    {"service", "\n\nservice \"x\" {\n"},
    {"alb", "local f = fn \"f\" { }\n\nalb \"x\" { [\"GET /\"] = f,\n"},
    {"url", "local f = fn \"f\" { }\n\nurl \"x\" { [\"GET /\"] = f,\n"},
    {"account", "\n\naccount {\n"},
};

static const char *open_of(const char *kind)
{
    for (size_t i = 0; i < COUNTOF(declarations); i++)
        if (strcmp(declarations[i].kind, kind) == 0)
            return declarations[i].open;
    return NULL;
}

/* Where a setting stands: in the declaration of a kind, perhaps in a table of settings there. */
struct at {
    struct loaded *loaded;
    const char *kind;
    const char *table; /* or NULL */
    bool failed;
};

static bool load_with(struct at *at, const char *name, const char *value)
{
    struct text text = {0};
    text_addf(&text, "%s", open_of(at->kind));
    if (name != NULL && at->table != NULL)
        text_addf(&text, "  %s = { %s = %s },\n}\n", at->table, name, value);
    else if (name != NULL)
        text_addf(&text, "  %s = %s,\n}\n", name, value);
    else
        text_addf(&text, "}\n");
    if (strcmp(at->kind, "account") == 0)
        text_addf(&text, "fn \"f\" { }\n");
    bool ok = loaded_text(at->loaded, text.data);
    text_free(&text);
    return ok;
}

static void complain(const struct at *at, const char *name, const char *value, const char *why)
{
    const struct err *err = &at->loaded->err;
    fprintf(stderr, "\n%s %s%s%s = %s: %s\n  line %d: %s\n  help: %s\n", at->kind,
            at->table != NULL ? at->table : "", at->table != NULL ? "." : "", name, value, why,
            err->line, err->what, err->help);
    CU_FAIL("a message is not as it should be");
}

/* A declaration may need the setting itself: then Lua has the hole's, and the file is searched from its line. */
static int stands_before(const struct at *at, const char *name)
{
    char given[64];
    (void)snprintf(given, sizeof given, " %s = ", name);
    return at->table == NULL && strstr(open_of(at->kind), given) != NULL;
}

/* Refused, at its line, by name, with `word` in what is said and something that helps. */
static void check_refused(struct at *at, const char *name, const char *value, const char *word)
{
    const struct err *err = &at->loaded->err;
    if (load_with(at, name, value))
        complain(at, name, value, "accepted");
    else if (strstr(err->what, name) == NULL)
        complain(at, name, value, "does not name the setting");
    else if (strstr(err->what, word) == NULL && strstr(err->help, word) == NULL)
        complain(at, name, value, word);
    else if (err->help[0] == '\0' && strstr(err->what, "not one of") == NULL &&
             strstr(err->what, "not a text") == NULL)
        complain(at, name, value, "does not help");
    else if (strstr(err->help, "manual") != NULL)
        complain(at, name, value, "sends the user away");
    else if (err->line != HOLE_LINE - stands_before(at, name) || strstr(err->file, "s.lua") == NULL)
        complain(at, name, value, "names another line");
    else
        CU_PASS("refused well");
}

/* `number` in the unit of the setting. */
static const char *with_unit(char buf[64], enum param_kind kind, double number)
{
    const char *unit = kind == PARAM_TIME ? "ns" : kind == PARAM_SIZE ? "B" : "/s";
    bool bare = kind == PARAM_COUNT || kind == PARAM_NUMBER || kind == PARAM_SHARE;
    (void)snprintf(buf, 64, bare ? "%.15g%s" : "\"%.15g%s\"", number, bare ? "" : unit);
    return buf;
}

/* What no setting of the kind may be, whatever its own bounds: the contract's. */
static double beyond_all(enum param_kind kind)
{
    switch (kind) {
    case PARAM_TIME:
        return 36501. * 86400e9;
    case PARAM_SIZE:
        return 2e18;
    default:
        return 2e9;
    }
}

static void check_bounds(struct at *at, const struct param_spec *spec)
{
    char value[64];
    bool whole = spec->kind == PARAM_TIME || spec->kind == PARAM_SIZE || spec->kind == PARAM_COUNT;
    double below = spec->min <= 0 ? -1 : whole ? spec->min - 1 : spec->min * 0.99;
    double above = whole ? spec->max * 1.01 + 1 : spec->max * 1.01;
    if (spec->kind == PARAM_COUNT)
        above = spec->max + 1;
    check_refused(at, spec->name, with_unit(value, spec->kind, below), spec->name);
    if (spec->min > 1)
        check_refused(at, spec->name, with_unit(value, spec->kind, below), "below the minimum of");
    if (spec->max > 0)
        check_refused(at, spec->name, with_unit(value, spec->kind, above), spec->name);
    check_refused(at, spec->name, with_unit(value, spec->kind, beyond_all(spec->kind)), spec->name);
    check_refused(at, spec->name, "true", spec->name);
    check_refused(at, spec->name, "\"soon\"", spec->name);
}

static void check_choice(struct at *at, const struct param_spec *spec)
{
    char near[64];
    const char *first = param_choices(spec)[0];
    check_refused(at, spec->name, "\"nonsense of mine\"", first);
    check_refused(at, spec->name, "{}", first);
    (void)snprintf(near, sizeof near, "\"%s%c\"", first, first[strlen(first) - 1]);
    check_refused(at, spec->name, near, first);
}

static void check_settings(struct at *at, const struct param_spec *params);

static void check_setting(struct at *at, const struct param_spec *spec)
{
    switch (spec->kind) {
    case PARAM_TIME:
    case PARAM_SIZE:
    case PARAM_COUNT:
    case PARAM_RATE:
    case PARAM_SHARE:
    case PARAM_NUMBER:
        check_bounds(at, spec);
        break;
    case PARAM_ENUM:
        check_choice(at, spec);
        break;
    case PARAM_TABLE:
        check_refused(at, spec->name, "7", spec->name);
        CU_ASSERT_PTR_NULL_FATAL(at->table);
        at->table = spec->name;
        check_settings(at, ((const struct param_table *)spec->detail)->fields);
        at->table = NULL;
        break;
    case PARAM_BOOL:
        check_refused(at, spec->name, "7", "true");
        break;
    case PARAM_ROUTES:
    case PARAM_ROUTE_ALL: /* beside the routes of the declaration */
        break;
    case PARAM_KEYS:
        check_refused(at, spec->name, "0", spec->name);
        check_refused(at, spec->name, "2e9", spec->name);
        check_refused(at, spec->name, "zipf{ n = 0 }", spec->name);
        check_refused(at, spec->name, "{}", spec->name);
        break;
    case PARAM_TIME_DIST:
    case PARAM_SIZE_DIST:
        check_refused(at, spec->name, "-1", spec->name);
        check_refused(at, spec->name, "\"-1\"", spec->name);
        check_refused(at, spec->name, "{}", spec->name);
        check_refused(at, spec->name, "\"soon\"", spec->name);
        break;
    case PARAM_TEXT:
        check_refused(at, spec->name, "{}", spec->name);
        break;
    default: /* compound values and references: none is a truth */
        check_refused(at, spec->name, "true", spec->name);
        break;
    }
}

static void check_settings(struct at *at, const struct param_spec *params)
{
    for (; params->name != NULL; params++)
        if (strcmp(params->name, "to_mix") != 0) /* the twin of `to` */
            check_setting(at, params);
}

static void test_every_setting_refuses_what_it_cannot_be(void)
{
    struct loaded l = loaded_begin();
    for (const struct svc_class *const *class = svc_classes; *class != NULL; class ++) {
        struct at at = {.loaded = &l, .kind = (*class)->kind};
        CU_ASSERT_PTR_NOT_NULL_FATAL(open_of(at.kind));
        if (!load_with(&at, NULL, NULL))
            complain(&at, "nothing", "nothing", "refused");
        check_settings(&at, (*class)->params);
    }
    struct at account = {.loaded = &l, .kind = "account"};
    check_settings(&account, account_params);
    loaded_end(&l);
}

CU_TestInfo suite_settings[] = {
    TEST(test_every_setting_refuses_what_it_cannot_be),
    CU_TEST_INFO_NULL,
};
