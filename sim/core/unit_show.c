/* unit_show.c - writing quantities for people; unit.c reads them.
 *
 * Three significant digits are what a simulated figure is good for. Times, sizes and numbers drop
 * trailing zeros, so that a setting reads as it was written ("3s"); rates keep them. */
#include "core/unit.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is no number has no unit either. True if buf was filled. */
static bool show_special(char buf[UNIT_TEXT_MAX], double value)
{
    if (isfinite(value))
        return false;
    (void)snprintf(buf, UNIT_TEXT_MAX, "%s", isnan(value) ? "-" : value > 0 ? "inf" : "-inf");
    return true;
}

static void drop_zeros(char *digits)
{
    if (strchr(digits, '.') == NULL)
        return;
    size_t length = strlen(digits);
    while (digits[length - 1] == '0')
        length--;
    if (digits[length - 1] == '.')
        length--;
    digits[length] = '\0';
}

/* Decimals that leave three digits of a magnitude, counting a leading zero as one if `wide`. */
static int decimals_of(double magnitude, bool wide)
{
    if (magnitude >= 99.95)
        return 0;
    if (magnitude >= 9.995)
        return 1;
    if (magnitude >= 0.9995 || wide || magnitude == 0)
        return 2;
    int decimals = 3;
    for (; decimals < 12 && magnitude < 0.09995; decimals++)
        magnitude *= 10;
    return decimals;
}

static void format_fixed(char buf[UNIT_TEXT_MAX], double value, int decimals)
{
    if (fabs(value) >= 1e15)
        (void)snprintf(buf, UNIT_TEXT_MAX, "%.3g", value);
    else
        (void)snprintf(buf, UNIT_TEXT_MAX, "%.*f", decimals, value);
}

/* Puts a space before every group of three digits of the whole part. */
static void group_digits(char buf[UNIT_TEXT_MAX])
{
    char plain[UNIT_TEXT_MAX];
    memcpy(plain, buf, UNIT_TEXT_MAX);
    if (strpbrk(plain, "en") != NULL)
        return; /* has an exponent, or is infinite */
    size_t sign = plain[0] == '-' ? 1 : 0;
    size_t whole = strspn(plain + sign, "0123456789");
    size_t to = sign;
    for (size_t i = 0; i < whole; i++) {
        if (i != 0 && (whole - i) % 3 == 0)
            buf[to++] = ' ';
        buf[to++] = plain[sign + i];
    }
    (void)snprintf(buf + to, UNIT_TEXT_MAX - to, "%s", plain + sign + whole);
}

static char *append(char buf[UNIT_TEXT_MAX], const char *unit)
{
    size_t length = strlen(buf);
    (void)snprintf(buf + length, UNIT_TEXT_MAX - length, "%s", unit);
    return buf;
}

struct step {
    double below; /* magnitudes below this are shown in ... */
    double size;
    const char *unit;
};

static const struct step *step_for(const struct step *steps, double magnitude)
{
    while (magnitude >= steps->below)
        steps++;
    return steps;
}

char *unit_show_time(char buf[UNIT_TEXT_MAX], double ns)
{
    /* Seconds begin at half a second, and minutes and hours late: "0.77s", "90s", "3.1min". */
    static const struct step steps[] = {
        {999.5, 1, "ns"},         {999.5e3, 1e3, "us"},        {499.5e6, 1e6, "ms"},
        {119.5e9, 1e9, "s"},      {119.5 * 60e9, 60e9, "min"}, {47.95 * 3600e9, 3600e9, "h"},
        {INFINITY, 86400e9, "d"},
    };
    if (show_special(buf, ns))
        return buf;
    const struct step *step = step_for(steps, fabs(ns));
    double value = ns / step->size;
    format_fixed(buf, value, decimals_of(fabs(value), true));
    drop_zeros(buf);
    if (strcmp(buf, "0") == 0 || strcmp(buf, "-0") == 0)
        return strcpy(buf, "0");
    return append(buf, step->unit);
}

char *unit_show_size(char buf[UNIT_TEXT_MAX], double bytes)
{
    static const struct step steps[] = {
        {0x1p10, 1, "B"},       {0x1p20, 0x1p10, "KB"},   {0x1p30, 0x1p20, "MB"},
        {0x1p40, 0x1p30, "GB"}, {INFINITY, 0x1p40, "TB"},
    };
    if (show_special(buf, bytes))
        return buf;
    const struct step *step = step_for(steps, fabs(bytes));
    double value = bytes / step->size;
    /* A size that three digits would change but the next smaller unit shows whole keeps that
     * unit: 1769MB is a setting, 1.73GB is not what anyone wrote. */
    double smaller = value * 1024;
    bool exact = value * 100 == floor(value * 100) && fabs(value) < 10;
    if (step != steps && !exact && value != floor(value) && smaller == floor(smaller) &&
        fabs(smaller) < 1e5) {
        step--;
        value = smaller;
    }
    format_fixed(buf, value, decimals_of(fabs(value), true));
    drop_zeros(buf);
    return append(buf, step->unit);
}

char *unit_show_count(char buf[UNIT_TEXT_MAX], double count)
{
    if (show_special(buf, count))
        return buf;
    format_fixed(buf, floor(count + 0.5), 0);
    group_digits(buf);
    return buf;
}

char *unit_show_number(char buf[UNIT_TEXT_MAX], double number)
{
    if (show_special(buf, number))
        return buf;
    double magnitude = fabs(number);
    if (magnitude >= 999999.5 || (magnitude < 1e-4 && magnitude > 0)) {
        (void)snprintf(buf, UNIT_TEXT_MAX, "%.3g", number);
        return buf;
    }
    format_fixed(buf, number, decimals_of(magnitude, false));
    drop_zeros(buf);
    return strcmp(buf, "-0") == 0 ? strcpy(buf, "0") : buf;
}

char *unit_show_rate(char buf[UNIT_TEXT_MAX], double per_s)
{
    static const struct step steps[] = {
        {0.0999 / 60, 1.0 / 86400, "/day"},
        {0.0999, 1.0 / 60, "/min"},
        {INFINITY, 1, "/s"},
    };
    if (show_special(buf, per_s))
        return buf;
    if (per_s == 0)
        return strcpy(buf, "0/s");
    const struct step *step = step_for(steps, fabs(per_s));
    double value = per_s / step->size;
    if (fabs(value) < 1e-4)
        (void)snprintf(buf, UNIT_TEXT_MAX, "%.3g", value);
    else
        format_fixed(buf, value, decimals_of(fabs(value), false));
    group_digits(buf);
    return append(buf, step->unit);
}

/* Two decimals, fewer for large shares, more for shares that would read as none at all. */
static int share_decimals(double percent)
{
    if (percent == 0)
        return 2;
    if (percent >= 99.995)
        return percent == 100 ? 0 : 1;
    if (percent >= 9.995)
        return 1;
    if (percent >= 0.005)
        return 2;
    int decimals = 3;
    for (percent *= 1000; decimals < 9 && percent < 0.5; decimals++)
        percent *= 10;
    return decimals;
}

char *unit_show_share(char buf[UNIT_TEXT_MAX], double share)
{
    if (show_special(buf, share))
        return buf;
    double percent = share * 100;
    format_fixed(buf, percent, share_decimals(fabs(percent)));
    return append(buf, "%");
}

char *unit_show_money(char buf[UNIT_TEXT_MAX], double usd)
{
    char digits[UNIT_TEXT_MAX];
    if (show_special(buf, usd))
        return buf;
    double amount = fabs(usd);
    int decimals = 2;
    /* An amount that would read as nothing shows its first two digits: $0.00000020. */
    for (double scaled = amount; scaled > 0 && scaled < 0.005 && decimals < 14; decimals++)
        scaled *= 10;
    format_fixed(digits, amount, decimals > 2 ? decimals + 1 : 2);
    group_digits(digits);
    (void)snprintf(buf, UNIT_TEXT_MAX, "%s$%.37s", usd < 0 ? "-" : "", digits);
    return buf;
}

/* Fifteen digits show every double that was written with up to fifteen exactly as written; only
 * subnormals, with fewer significant bits, can need less than their first fifteen digits. */
char *unit_exact(char buf[UNIT_TEXT_MAX], double number)
{
    double magnitude = fabs(number);
    int digits = magnitude != 0 && magnitude < DBL_MIN ? 1 : 15;
    do {
        (void)snprintf(buf, UNIT_TEXT_MAX, "%.*g", digits, number);
    } while (digits++ < 17 && isfinite(number) && strtod(buf, NULL) != number);
    return buf;
}

static char *show_two(char buf[UNIT_TEXT_MAX], sim_time large, char large_unit, sim_time small,
                      char small_unit)
{
    (void)snprintf(buf, UNIT_TEXT_MAX, "%" PRId64 "%c%02" PRId64 "%c", large, large_unit, small,
                   small_unit);
    return buf;
}

char *unit_show_span(char buf[UNIT_TEXT_MAX], sim_time span)
{
    static const struct {
        sim_time size;
        sim_time from, below; /* spans this unit is used for, where it divides them */
        const char *unit;
    } units[] = {
        {SIM_DAY, 2 * SIM_DAY, INT64_MAX, "d"},
        {SIM_HOUR, SIM_HOUR, INT64_MAX, "h"},
        {SIM_MINUTE, SIM_MINUTE, 2 * SIM_HOUR, "min"},
        {SIM_SECOND, SIM_SECOND, 2 * SIM_MINUTE, "s"},
    };
    for (size_t i = 0; i < COUNTOF(units); i++)
        if (span >= units[i].from && span < units[i].below && span % units[i].size == 0) {
            (void)snprintf(buf, UNIT_TEXT_MAX, "%" PRId64 "%s", span / units[i].size,
                           units[i].unit);
            return buf;
        }
    if (span >= 2 * SIM_DAY)
        return show_two(buf, span / SIM_DAY, 'd', span % SIM_DAY / SIM_HOUR, 'h');
    if (span >= SIM_HOUR)
        return show_two(buf, span / SIM_HOUR, 'h', span % SIM_HOUR / SIM_MINUTE, 'm');
    return unit_show_time(buf, (double)span);
}
