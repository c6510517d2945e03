/* unit.c - reading quantities; unit_show.c writes them.
 *
 * A quantity is a decimal number followed by a unit from a short table. The number is found by
 * our own scan and only then given to strtod, which would also take hex, infinity and NaN.
 * strtod depends on the locale, and the program never sets one. */
#include "core/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define NUMBER_CHARS_MAX 100 /* of a number as written; more is no quantity anyone means */

struct unit {
    const char *name;
    double factor; /* to the base unit */
};

/* What people write instead of a unit, and what they are told to write. */
struct alias {
    const char *name;
    const char *meant;
};

/* One kind of quantity, for reading and for messages. */
struct quantity {
    const char *what;  /* "a time" */
    const char *help;  /* how to write one */
    const char *lacks; /* printf format for a number without unit; NULL: none is needed */
    const struct unit *units;
    const struct alias *aliases;
};

static const struct unit time_units[] = {
    {"ns", 1},     {"us", 1e3},   {"ms", 1e6},    {"s", 1e9},
    {"min", 60e9}, {"h", 3600e9}, {"d", 86400e9}, {NULL, 0},
};
static const struct alias time_aliases[] = {
    {"sec", "s"},       {"secs", "s"},   {"second", "s"}, {"seconds", "s"}, {"minute", "min"},
    {"minutes", "min"}, {"mins", "min"}, {"m", "min"},    {"hr", "h"},      {"hrs", "h"},
    {"hour", "h"},      {"hours", "h"},  {"day", "d"},    {"days", "d"},    {"msec", "ms"},
    {"millis", "ms"},   {"usec", "us"},  {"µs", "us"},    {"μs", "us"},     {"nsec", "ns"},
    {"ms", "ms"},       {"s", "s"},      {"min", "min"},  {"h", "h"},       {"d", "d"},
    {"us", "us"},       {"ns", "ns"},    {NULL, NULL},
};
static const struct quantity time_quantity = {
    .what = "a time",
    .help = "write a time as \"250us\", \"30ms\", \"3s\", \"10min\", \"2h\" or \"7d\"",
    .lacks = "write \"%sms\", \"%ss\" or \"%smin\"",
    .units = time_units,
    .aliases = time_aliases,
};

static const struct unit size_units[] = {
    {"B", 1}, {"KB", 0x1p10}, {"MB", 0x1p20}, {"GB", 0x1p30}, {"TB", 0x1p40}, {NULL, 0},
};
static const struct alias size_aliases[] = {
    {"b", "B"},   {"bytes", "B"}, {"byte", "B"}, {"kb", "KB"}, {"k", "KB"}, {"kib", "KB"},
    {"mb", "MB"}, {"m", "MB"},    {"mib", "MB"}, {"gb", "GB"}, {"g", "GB"}, {"gib", "GB"},
    {"tb", "TB"}, {"t", "TB"},    {"tib", "TB"}, {NULL, NULL},
};
static const struct quantity size_quantity = {
    .what = "a size",
    .help = "write a size as \"512B\", \"4KB\", \"512MB\" or \"1.5GB\"",
    .lacks = "write \"%sB\", \"%sKB\" or \"%sMB\"",
    .units = size_units,
    .aliases = size_aliases,
};

static const struct unit rate_units[] = {
    {"/s", 1}, {"/min", 60}, {"/h", 3600}, {"/day", 86400}, {"/d", 86400}, {NULL, 0},
};
static const struct alias rate_aliases[] = {
    {"/sec", "/s"},      {"/second", "/s"}, {"rps", "/s"},    {"req/s", "/s"},
    {"/minute", "/min"}, {"/m", "/min"},    {"/hour", "/h"},  {"/hr", "/h"},
    {"/days", "/day"},   {"ps", "/s"},      {"/s", "/s"},     {"/min", "/min"},
    {"/h", "/h"},        {"/d", "/d"},      {"/day", "/day"}, {NULL, NULL},
};
static const struct quantity rate_quantity = {
    .what = "a rate",
    .help = "write a rate as \"50/s\", \"300/min\", \"10/h\" or \"1000/day\"",
    .lacks = "write \"%s/s\", \"%s/min\" or \"%s/h\"",
    .units = rate_units,
    .aliases = rate_aliases,
};

static const struct unit share_units[] = {{"%", 0.01}, {"", 1}, {NULL, 0}};
static const struct alias share_aliases[] = {
    {"percent", "%"}, {"pct", "%"}, {"per cent", "%"}, {NULL, NULL}};
static const struct quantity share_quantity = {
    .what = "a share",
    .help = "write a share as \"0.5%\" or as a number from 0 to 1",
    .units = share_units,
    .aliases = share_aliases,
};

/* The factor of a money unit is its enum money_per. */
static const struct unit money_units[] = {
    {"", MONEY_ONCE},      {"/h", MONEY_PER_HOUR},      {"/day", MONEY_PER_DAY},
    {"/d", MONEY_PER_DAY}, {"/month", MONEY_PER_MONTH}, {NULL, 0},
};
static const struct alias money_aliases[] = {
    {"/hour", "/h"}, {"/hr", "/h"}, {"/mo", "/month"}, {"/mon", "/month"},   {"/m", "/month"},
    {"/H", "/h"},    {"/D", "/d"},  {"/Day", "/day"},  {"/Month", "/month"}, {NULL, NULL},
};
static const struct quantity money_quantity = {
    .what = "an amount of money",
    .help = "write money as \"$250/month\", \"$3/h\" or \"$0.2\"",
    .units = money_units,
    .aliases = money_aliases,
};

static const struct unit no_units[] = {{"", 1}, {NULL, 0}};
static const struct alias no_aliases[] = {{NULL, NULL}};
static const struct quantity count_quantity = {
    .what = "a whole number",
    .help = "write a whole number from 0 to 1000000000, as 250",
    .units = no_units,
    .aliases = no_aliases,
};
static const struct quantity number_quantity = {
    .what = "a number",
    .help = "write a decimal number, as 0.25 or 1e3",
    .units = no_units,
    .aliases = no_aliases,
};

/* What was written, taken apart. */
struct scan {
    double number;
    char digits[NUMBER_CHARS_MAX + 1]; /* the number as written */
    char unit[32];                     /* what follows it, without the spaces around */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_spaces(const char *at)
{
    return at + strspn(at, " \t");
}

static const char *skip_digits(const char *at)
{
    while (is_digit(*at))
        at++;
    return at;
}

/* The end of the decimal number at `at`; `at` itself if there is none. */
static const char *number_end(const char *at)
{
    const char *whole_end = skip_digits(at);
    const char *end = whole_end;
    if (*end == '.')
        end = skip_digits(end + 1);
    bool any = whole_end > at || end > whole_end + 1;
    if (!any)
        return at;
    if (*end == 'e' || *end == 'E') {
        const char *digits = end + 1 + (end[1] == '+' || end[1] == '-');
        if (is_digit(*digits))
            end = skip_digits(digits);
    }
    return end;
}

static bool starts_with_word(const char *text, const char *word)
{
    for (; *word != '\0'; text++, word++)
        if ((*text | 0x20) != *word)
            return false;
    return true;
}

/* `at` is where a number should begin and none does. */
static bool refuse_no_number(const struct quantity *q, const char *text, const char *at,
                             struct err *err)
{
    if (*at == '-' && number_end(at + 1) > at + 1) {
        err_set(err, "'%.60s' is negative", text);
        return err_help(err, "%s may not be below 0", q->what);
    }
    const char *word = at + (*at == '-' || *at == '+');
    if (starts_with_word(word, "inf") || starts_with_word(word, "nan"))
        err_set(err, "'%.60s' is not a finite number", text);
    else
        err_set(err, "'%.60s' is not %s", text, q->what);
    return err_help(err, "%s", q->help);
}

/* Refuses numbers that would be misread or read by half: `end` is where ours stopped. */
static bool check_number_form(const char *text, const char *start, const char *end, struct err *err)
{
    if (end - start > NUMBER_CHARS_MAX) {
        err_set(err, "'%.20s...' has too many digits", text);
        return err_help(err, "a number may have at most %d characters", NUMBER_CHARS_MAX);
    }
    if (end == start + 1 && *start == '0' && (*end == 'x' || *end == 'X')) {
        err_set(err, "'%.60s' is hexadecimal", text);
        return err_help(err, "write numbers in decimal");
    }
    if ((*end == ',' || *end == '\'' || *end == '_') && is_digit(end[1])) {
        err_set(err, "'%.60s' has a '%c' inside the number", text, *end);
        return err_help(err, "write 1000 without separators, and a decimal point as in 0.5");
    }
    return true;
}

static void copy_unit(struct scan *scan, const char *at)
{
    size_t length = strlen(at);
    while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
        length--;
    if (length >= sizeof scan->unit)
        length = sizeof scan->unit - 1; /* no unit is that long: it will be refused */
    memcpy(scan->unit, at, length);
    scan->unit[length] = '\0';
}

/* Takes the text at `at` (inside `text`, which messages show) apart. */
static bool scan_quantity(const struct quantity *q, const char *text, const char *at,
                          struct scan *scan, struct err *err)
{
    at = skip_spaces(at);
    const char *end = number_end(at);
    if (end == at)
        return refuse_no_number(q, text, at, err);
    if (!check_number_form(text, at, end, err))
        return false;

    size_t length = (size_t)(end - at);
    memcpy(scan->digits, at, length);
    scan->digits[length] = '\0';
    scan->number = strtod(scan->digits, NULL);
    if (!isfinite(scan->number)) {
        err_set(err, "'%.60s' is too large", text);
        return err_help(err, "%s", q->help);
    }
    copy_unit(scan, skip_spaces(end));
    return true;
}

static const char *meant_unit(const struct quantity *q, const char *unit)
{
    const char *names[64];
    size_t count = 0;
    for (const struct alias *alias = q->aliases; alias->name != NULL; alias++)
        names[count++] = alias->name;
    ASSERT(count < COUNTOF(names));
    names[count] = NULL;

    const char *near = text_nearest(unit, names);
    for (const struct alias *alias = q->aliases; near != NULL && alias->name != NULL; alias++)
        if (alias->name == near)
            return alias->meant;
    return NULL;
}

static bool refuse_unit(const struct quantity *q, const char *text, const struct scan *scan,
                        struct err *err)
{
    const char *sign = q == &money_quantity ? "$" : "";
    if (scan->unit[0] == '\0') {
        err_set(err, "'%.60s' has no unit", text);
        char help[3 * NUMBER_CHARS_MAX + 40];
        (void)snprintf(help, sizeof help, q->lacks, scan->digits, scan->digits, scan->digits);
        return err_help(err, "%s", help);
    }
    if (q->units == no_units)
        err_set(err, "'%.60s' is not %s", text, q->what);
    else
        err_set(err, "'%.60s' has an unknown unit '%s'", text, scan->unit);

    const char *meant = meant_unit(q, scan->unit);
    if (strcmp(scan->unit, "m") == 0 && q == &time_quantity)
        return err_help(err, "did you mean \"%smin\" or \"%sms\"?", scan->digits, scan->digits);
    if (meant != NULL)
        return err_help(err, "did you mean \"%s%s%s\"?", sign, scan->digits, meant);
    return err_help(err, "%s", q->help);
}

/* The scanned number's unit, or NULL with err filled. */
static const struct unit *find_unit(const struct quantity *q, const char *text,
                                    const struct scan *scan, struct err *err)
{
    for (const struct unit *unit = q->units; unit->name != NULL; unit++)
        if (strcmp(unit->name, scan->unit) == 0)
            return unit;
    refuse_unit(q, text, scan, err);
    return NULL;
}

/* Reads `text` in the quantity's base unit. */
static bool read_quantity(const struct quantity *q, const char *text, double *value,
                          struct err *err)
{
    struct scan scan;
    if (!scan_quantity(q, text, text, &scan, err))
        return false;
    const struct unit *unit = find_unit(q, text, &scan, err);
    if (unit == NULL)
        return false;
    *value = scan.number * unit->factor;
    return true;
}

static bool refuse_above(const char *text, const char *limit, struct err *err)
{
    err_set(err, "'%.60s' is above the maximum of %s", text, limit);
    return err_help(err, "it may be at most %s", limit);
}

/* Half a nanosecond or byte goes up; the bounds checked before keep this inside 63 bits. */
static int64_t rounded(double value)
{
    return (int64_t)floor(value + 0.5);
}

bool unit_read_time(const char *text, sim_time *ns, struct err *err)
{
    double value;
    if (!read_quantity(&time_quantity, text, &value, err))
        return false;
    if (!(value <= (double)TIME_MAX))
        return refuse_above(text, "36500d", err);
    *ns = rounded(value);
    return true;
}

bool unit_read_size(const char *text, int64_t *bytes, struct err *err)
{
    double value;
    if (!read_quantity(&size_quantity, text, &value, err))
        return false;
    if (!(value <= (double)UNIT_SIZE_MAX))
        return refuse_above(text, "1000000TB", err);
    *bytes = rounded(value);
    return true;
}

bool unit_read_rate(const char *text, double *per_s, struct err *err)
{
    struct scan scan;
    if (!scan_quantity(&rate_quantity, text, text, &scan, err))
        return false;
    const struct unit *unit = find_unit(&rate_quantity, text, &scan, err);
    if (unit == NULL)
        return false;
    /* Divided, not multiplied by an inverse: 300/min is exactly 5/s. */
    double value = scan.number / unit->factor;
    if (!(value <= UNIT_RATE_MAX))
        return refuse_above(text, "1000000000/s", err);
    *per_s = value;
    return true;
}

bool unit_read_share(const char *text, double *share, struct err *err)
{
    struct scan scan;
    if (!scan_quantity(&share_quantity, text, text, &scan, err))
        return false;
    const struct unit *unit = find_unit(&share_quantity, text, &scan, err);
    if (unit == NULL)
        return false;
    double value = unit->factor < 1 ? scan.number / 100 : scan.number;
    if (value > 1) {
        err_set(err, "'%.60s' is above 100%%", text);
        if (unit->factor == 1 && scan.number <= 100)
            return err_help(err, "did you mean \"%s%%\"?", scan.digits);
        return err_help(err, "%s", share_quantity.help);
    }
    *share = value;
    return true;
}

bool unit_read_money(const char *text, double *usd, enum money_per *per, struct err *err)
{
    const char *at = skip_spaces(text);
    if (*at != '$') {
        const char *end = number_end(at);
        if (end == at || *end == '$')
            return refuse_no_number(&money_quantity, text, end == at ? at : "", err);
        err_set(err, "'%.60s' has no currency", text);
        return err_help(err, "write \"$%.60s\"", at);
    }
    struct scan scan;
    if (!scan_quantity(&money_quantity, text, at + 1, &scan, err))
        return false;
    const struct unit *unit = find_unit(&money_quantity, text, &scan, err);
    if (unit == NULL)
        return false;
    if (scan.number > UNIT_MONEY_MAX)
        return refuse_above(text, "$1000000000000", err);
    *usd = scan.number;
    *per = (enum money_per)unit->factor;
    return true;
}

static bool whole_count(const char *text, double value, int64_t *count, struct err *err)
{
    if (value > UNIT_COUNT_MAX)
        return refuse_above(text, "1000000000", err);
    if (value != floor(value)) {
        err_set(err, "'%.60s' is not a whole number", text);
        return err_help(err, "%s", count_quantity.help);
    }
    *count = (int64_t)value;
    return true;
}

bool unit_read_count(const char *text, int64_t *count, struct err *err)
{
    double value;
    return read_quantity(&count_quantity, text, &value, err) &&
           whole_count(text, value, count, err);
}

bool unit_read_number(const char *text, double *number, struct err *err)
{
    const char *at = skip_spaces(text);
    bool negative = *at == '-';
    struct scan scan;
    if (!scan_quantity(&number_quantity, text, at + (*at == '-' || *at == '+'), &scan, err) ||
        find_unit(&number_quantity, text, &scan, err) == NULL)
        return false;
    *number = negative ? -scan.number : scan.number;
    return true;
}

static bool refuse_count_per(const char *text, struct err *err)
{
    err_set(err, "'%.60s' is not a count per time", text);
    return err_help(err, "write a count per time as \"1000/10s\"");
}

/* "10s" or a unit alone, which means one of it. */
static bool read_period(const char *text, sim_time *per, struct err *err)
{
    for (const struct unit *unit = time_units; unit->name != NULL; unit++) {
        if (strcmp(unit->name, text) == 0) {
            *per = (sim_time)unit->factor;
            return true;
        }
    }
    return unit_read_time(text, per, err);
}

bool unit_read_count_per(const char *text, int64_t *count, sim_time *per, struct err *err)
{
    char number[NUMBER_CHARS_MAX + 1];
    const char *slash = strchr(text, '/');
    if (slash == NULL || (size_t)(slash - text) >= sizeof number)
        return refuse_count_per(text, err);
    memcpy(number, text, (size_t)(slash - text));
    number[slash - text] = '\0';

    struct err part = {0};
    int64_t got_count = 0;
    sim_time got_per = 0;
    if (!unit_read_count(number, &got_count, &part) ||
        !read_period(skip_spaces(slash + 1), &got_per, &part)) {
        err_set(err, "'%.60s' is not a count per time: %s", text, part.what);
        return err_help(err, "write a count per time as \"1000/10s\"");
    }
    if (got_per == 0)
        return refuse_count_per(text, err);
    *count = got_count;
    *per = got_per;
    return true;
}
