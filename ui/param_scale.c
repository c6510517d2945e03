/* param_scale.c - see the header. */
#include "ui/param_scale.h"

#include "core/unit.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_FROM 20.0 /* a range wider than this factor is shown on a logarithmic scale */
#define MB       (1024.0 * 1024.0)

static const struct {
    const char *tail;
    double size;
} tails[] = {
    {"/s", 1},           {"/min", 1.0 / 60}, {"/h", 1.0 / 3600}, {"/day", 1.0 / 86400},
    {"/d", 1.0 / 86400}, {"/month", 1},
};

static void read_tail(struct param_scale *scale, const char *value)
{
    const char *slash = strchr(value, '/');
    scale->tail[0] = '\0';
    scale->tail_size = 1;
    if (slash == NULL)
        return;
    (void)snprintf(scale->tail, sizeof scale->tail, "%s", slash);
    for (size_t i = 0; i < COUNTOF(tails); i++)
        if (strcmp(tails[i].tail, slash) == 0 && scale->unit == UNIT_RATE)
            scale->tail_size = tails[i].size;
}

static bool read_whole(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*number) && !isalpha((unsigned char)text[0]);
}

/* Which unit reads it; the order matters nowhere, since no text is two of them. */
static bool read_as(enum param_unit unit, const char *value, double *number)
{
    struct err err = {0};
    sim_time ns;
    int64_t bytes;
    enum money_per per;
    switch (unit) {
    case UNIT_PLAIN:
    case UNIT_WHOLE:
        return read_whole(value, number);
    case UNIT_TIME:
        return unit_read_time(value, &ns, &err) ? (*number = (double)ns, true) : false;
    case UNIT_SIZE:
        return unit_read_size(value, &bytes, &err) ? (*number = (double)bytes, true) : false;
    case UNIT_RATE:
        return unit_read_rate(value, number, &err);
    case UNIT_SHARE:
        return strchr(value, '%') != NULL && unit_read_share(value, number, &err);
    case UNIT_MONEY:
        return value[0] == '$' && unit_read_money(value, number, &per, &err);
    }
    return false;
}

static bool find_unit(struct param_scale *scale, const char *value, double *number)
{
    static const enum param_unit order[] = {UNIT_PLAIN, UNIT_SHARE, UNIT_MONEY,
                                            UNIT_RATE,  UNIT_TIME,  UNIT_SIZE};
    for (size_t i = 0; i < COUNTOF(order); i++) {
        if (!read_as(order[i], value, number))
            continue;
        scale->unit = order[i];
        return true;
    }
    return false;
}

static double default_high(const struct param_scale *scale, double number)
{
    if (scale->unit == UNIT_SHARE)
        return 1;
    if (number <= 0)
        return 10;
    /* Most sizes are a function's memory, which reaches from 128 MB to 10 GB. */
    if (scale->unit == UNIT_SIZE && number >= 128 * MB && number <= 10240 * MB)
        return 10240 * MB;
    return 10 * number;
}

static double default_low(const struct param_scale *scale, double number)
{
    if (scale->unit == UNIT_SHARE || number <= 0)
        return 0;
    if (scale->unit == UNIT_SIZE && number >= 128 * MB && number <= 10240 * MB)
        return 128 * MB;
    if (scale->unit == UNIT_WHOLE)
        return fmax(1, floor(number / 10));
    return number / 10;
}

bool param_scale_make(struct param_scale *scale, const struct record_param *param)
{
    double file, now;
    *scale = (struct param_scale){.tail_size = 1};
    if (param->one_of_count > 0 || !find_unit(scale, param->fallback, &file))
        return false;
    bool bounded = !isnan(param->min) && !isnan(param->max);
    double step = bounded && param->max - param->min <= 20 ? 1 : 0;
    bool whole = file == floor(file) && (isnan(param->min) || param->min == floor(param->min));
    if (scale->unit == UNIT_PLAIN && whole && (step == 0 || file >= 1 || param->min >= 0))
        scale->unit = UNIT_WHOLE;
    read_tail(scale, param->fallback);
    scale->low = isnan(param->min) ? default_low(scale, file) : param->min;
    scale->high = isnan(param->max) ? default_high(scale, file) : param->max;
    /* The value in force lies on the slider, whatever the file or the command line says. */
    if (read_as(scale->unit, param->value, &now)) {
        scale->low = isnan(param->min) ? fmin(scale->low, now) : scale->low;
        scale->high = isnan(param->max) ? fmax(scale->high, now) : scale->high;
    }
    if (!(scale->high > scale->low))
        return false;
    scale->log = scale->low > 0 ? scale->high / scale->low > LOG_FROM : scale->high > 1000;
    return true;
}

double param_scale_number(const struct param_scale *scale, const char *value)
{
    double number;
    return read_as(scale->unit, value, &number) ? number : (double)NAN;
}

/* A logarithmic scale that begins at 0 is one of 1 + number. */
static double shift_of(const struct param_scale *scale)
{
    return scale->low > 0 ? 0 : 1;
}

double param_scale_share(const struct param_scale *scale, double number)
{
    double at = fmin(fmax(number, scale->low), scale->high), shift = shift_of(scale);
    if (isnan(number))
        return 0;
    if (scale->log)
        return log((at + shift) / (scale->low + shift)) /
               log((scale->high + shift) / (scale->low + shift));
    return (at - scale->low) / (scale->high - scale->low);
}

static double number_at(const struct param_scale *scale, double share)
{
    double shift = shift_of(scale);
    if (share <= 0)
        return scale->low;
    if (share >= 1)
        return scale->high;
    if (scale->log)
        return (scale->low + shift) * pow((scale->high + shift) / (scale->low + shift), share) -
               shift;
    return scale->low + share * (scale->high - scale->low);
}

/* To so many digits. */
static double round_to(double number, int digits)
{
    char text[40];
    (void)snprintf(text, sizeof text, "%.*e", digits - 1, number);
    return strtod(text, NULL);
}

/* Without an exponent or needless noughts. */
static void write_plain(char *text, size_t size, double number, const char *unit)
{
    char digits[40];
    (void)snprintf(digits, sizeof digits, "%.6f", number);
    char *end = digits + strlen(digits);
    while (end[-1] == '0')
        *--end = '\0';
    if (end[-1] == '.')
        end[-1] = '\0';
    (void)snprintf(text, size, "%s%s", digits, unit);
}

static void write_time(char *text, double ns)
{
    static const struct {
        const char *unit;
        double ns;
    } units[] = {{"d", 86400e9}, {"h", 3600e9}, {"min", 60e9}, {"s", 1e9},
                 {"ms", 1e6},    {"us", 1e3},   {"ns", 1}};
    double rounded = round_to(ns, 3);
    size_t i = 0;
    while (i + 1 < COUNTOF(units) && rounded < units[i].ns)
        i++;
    write_plain(text, PARAM_TEXT_MAX, round_to(rounded / units[i].ns, 3), units[i].unit);
}

static void write_size(char *text, double bytes)
{
    static const struct {
        const char *unit;
        double bytes;
    } units[] = {{"MB", MB}, {"KB", 1024}, {"B", 1}};
    size_t i = 0;
    while (i + 1 < COUNTOF(units) && bytes < units[i].bytes)
        i++;
    double count = bytes / units[i].bytes;
    /* Memory in steps of 64 MB, other sizes in whole units. */
    count =
        units[i].bytes == MB && count > 128 ? round(count / 64) * 64 : round(round_to(count, 3));
    write_plain(text, PARAM_TEXT_MAX, count, units[i].unit);
}

static void write_number(const struct param_scale *scale, double number, char *text)
{
    switch (scale->unit) {
    case UNIT_PLAIN:
        write_plain(text, PARAM_TEXT_MAX, round_to(number, 3), "");
        break;
    case UNIT_WHOLE:
        write_plain(text, PARAM_TEXT_MAX, round(round_to(number, 3)), "");
        break;
    case UNIT_TIME:
        write_time(text, number);
        break;
    case UNIT_SIZE:
        write_size(text, number);
        break;
    case UNIT_RATE:
        write_plain(text, PARAM_TEXT_MAX, round_to(number / scale->tail_size, 3), scale->tail);
        break;
    case UNIT_SHARE:
        write_plain(text, PARAM_TEXT_MAX, round_to(number * 100, 3), "%");
        break;
    case UNIT_MONEY:
        text[0] = '$';
        write_plain(text + 1, PARAM_TEXT_MAX - 1, round_to(number, 3), scale->tail);
        break;
    }
}

void param_scale_write(const struct param_scale *scale, double share, char text[PARAM_TEXT_MAX])
{
    write_number(scale, number_at(scale, share), text);
    /* Rounding may step over a bound, which the scenario would refuse. */
    double number = param_scale_number(scale, text);
    if (number < scale->low || number > scale->high)
        write_number(scale, number < scale->low ? scale->low : scale->high, text);
}

double param_scale_nudge(const struct param_scale *scale, double from, double share)
{
    char before[PARAM_TEXT_MAX], now[PARAM_TEXT_MAX];
    double step = share > from ? 0.002 : -0.002, at = share;
    param_scale_write(scale, from, before);
    for (; at >= 0 && at <= 1; at += step) {
        param_scale_write(scale, at, now);
        if (strcmp(before, now) != 0)
            return param_scale_share(scale, param_scale_number(scale, now));
    }
    return step > 0 ? 1 : 0;
}

void param_scale_typed(const struct param_scale *scale, const char *text,
                       char value[PARAM_TEXT_MAX])
{
    static const char *const bare[] = {[UNIT_TIME] = "ms", [UNIT_SIZE] = "MB", [UNIT_SHARE] = "%"};
    double number;
    const char *unit = "";
    while (*text == ' ')
        text++;
    if (read_whole(text, &number)) {
        if (scale->unit == UNIT_RATE || scale->unit == UNIT_MONEY)
            unit = scale->tail;
        else if ((size_t)scale->unit < COUNTOF(bare) && bare[scale->unit] != NULL)
            unit = bare[scale->unit];
    }
    bool dollar = scale->unit == UNIT_MONEY && text[0] != '$';
    (void)snprintf(value, PARAM_TEXT_MAX, "%s%.30s%s", dollar ? "$" : "", text, unit);
}

int param_choices_of(const struct record_param *param, const char *held[PARAM_CHOICES + 1])
{
    int count = 0;
    if (param->one_of_count > 0)
        for (; count < param->one_of_count && count < PARAM_CHOICES; count++)
            held[count] = param->one_of[count];
    else if (strcmp(param->fallback, "true") == 0 || strcmp(param->fallback, "false") == 0)
        held[count++] = "false", held[count++] = "true";
    held[count] = NULL;
    return count;
}
