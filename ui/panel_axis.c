/* panel_axis.c - see the header. */
#include "ui/panel_axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* -- numbers ---------------------------------------------------------------------------------------- */

/* Three significant digits without trailing zeros: "0.5", "44", "1.25". */
static void show_digits(char *buf, size_t size, double value, const char *unit)
{
    double size_of = fabs(value);
    int decimals = size_of >= 99.95 ? 0 : size_of >= 9.995 ? 1 : size_of >= 0.0995 ? 2 : 3;
    char digits[AXIS_TEXT];
    (void)snprintf(digits, sizeof digits, "%.*f", decimals, value);
    if (decimals > 0) {
        size_t n = strlen(digits);
        while (digits[n - 1] == '0')
            digits[--n] = '\0';
        if (digits[n - 1] == '.')
            digits[n - 1] = '\0';
    }
    (void)snprintf(buf, size, "%.20s%s", strcmp(digits, "-0") == 0 ? "0" : digits, unit);
}

static void show_count(char *buf, double value)
{
    double size = fabs(value);
    if (size >= 999.5e6)
        show_digits(buf, AXIS_TEXT, value / 1e9, "G");
    else if (size >= 999.5e3)
        show_digits(buf, AXIS_TEXT, value / 1e6, "M");
    else if (size >= 9999.5)
        show_digits(buf, AXIS_TEXT, value / 1e3, "k");
    else if (size >= 999.5)
        (void)snprintf(buf, AXIS_TEXT, "%d %03d", (int)(value + 0.5) / 1000,
                       (int)(value + 0.5) % 1000);
    else
        show_digits(buf, AXIS_TEXT, value, "");
}

static void show_seconds(char *buf, double s)
{
    if (s >= 2 * 86400)
        show_digits(buf, AXIS_TEXT, s / 86400, " d");
    else if (s >= 2 * 3600)
        show_digits(buf, AXIS_TEXT, s / 3600, " h");
    else if (s >= 120)
        show_digits(buf, AXIS_TEXT, s / 60, " min");
    else if (s >= 0.9995 || s == 0)
        show_digits(buf, AXIS_TEXT, s, s == 0 ? "" : " s");
    else
        show_digits(buf, AXIS_TEXT, s * 1000, " ms");
}

char *axis_show(char buf[AXIS_TEXT], enum axis_unit unit, double value)
{
    if (!isfinite(value)) {
        (void)snprintf(buf, AXIS_TEXT, "–");
        return buf;
    }
    switch (unit) {
    case AXIS_MS:
        if (value >= 999.5)
            show_seconds(buf, value / 1000);
        else
            show_digits(buf, AXIS_TEXT, value, "");
        break;
    case AXIS_SECOND:
        show_seconds(buf, value);
        break;
    case AXIS_COUNT:
    case AXIS_RATE:
        show_count(buf, value);
        break;
    case AXIS_SHARE:
        show_digits(buf, AXIS_TEXT, value * 100, " %");
        break;
    case AXIS_USD:
        if (fabs(value) < 1000)
            (void)snprintf(buf, AXIS_TEXT, "$%.2f", value);
        else {
            buf[0] = '$';
            show_count(buf + 1, value);
        }
        break;
    }
    return buf;
}

/* -- value axes ---------------------------------------------------------------------------------------- */

/* The smallest of 1, 2, 5 times a power of ten that is at least `least`. */
static double step_at_least(double least)
{
    double step = pow(10, floor(log10(least)));
    static const double factor[] = {1, 2, 5, 10};
    for (size_t i = 0; i < COUNTOF(factor); i++)
        if (step * factor[i] >= least * (1 - 1e-9))
            return step * factor[i];
    return step * 10;
}

double axis_round_up(double most)
{
    if (!(most > 0))
        return 1;
    double half = step_at_least(most / 4.6) / 2;
    return ceil(most / half * (1 - 1e-9)) * half;
}

/* 1, 3, 10, 30 ...: the one with this number, 0 being 1. */
static double log_tick(int number)
{
    int tens = number >= 0 ? number / 2 : (number - 1) / 2;
    return pow(10, tens) * (number - 2 * tens == 1 ? 3 : 1);
}

/* The largest that is not above `value`. */
static int log_tick_below(double value)
{
    int number = 2 * (int)floor(log10(value) + 1e-9);
    return value >= log_tick(number + 1) * (1 - 1e-9) ? number + 1 : number;
}

void axis_round_log(double *low, double *high)
{
    double least = *low > 0 ? *low : 1, most = *high > least ? *high : least;
    int from = log_tick_below(least), to = log_tick_below(most);
    if (log_tick(to) < most * (1 - 1e-9))
        to++;
    if (to - from < 2)
        to = from + 2;
    *low = log_tick(from);
    *high = log_tick(to);
}

void axis_ticks(struct axis_ticks *ticks, double low, double high, bool log)
{
    ticks->count = 0;
    if (!log) {
        double step = step_at_least(fmax(high - low, 1e-12) / 4.6);
        for (double at = ceil(low / step - 1e-9) * step; at <= high * (1 + 1e-9); at += step)
            if (ticks->count < AXIS_TICKS)
                ticks->at[ticks->count++] = at;
        return;
    }
    int from = log_tick_below(low * (1 + 1e-9));
    int to = log_tick_below(high * (1 + 1e-9));
    int stride = to - from <= 5 ? 1 : 2 * ((to - from + 9) / 10);
    if (stride > 1 && from % 2 != 0)
        from++; /* whole powers of ten */
    for (int i = from; i <= to; i += stride)
        if (log_tick(i) >= low * (1 - 1e-9) && ticks->count < AXIS_TICKS)
            ticks->at[ticks->count++] = log_tick(i);
}

/* -- time --------------------------------------------------------------------------------------------------- */

double axis_time_step(double span_s, double width, double room)
{
    static const double steps[] = {1,         2,          5,          10,         15,         30,
                                   60,        120,        300,        600,        900,        1800,
                                   3600,      7200,       3 * 3600.,  6 * 3600.,  12 * 3600., 86400,
                                   2 * 86400, 5 * 86400., 7 * 86400., 14 * 86400.};
    double least = span_s * room / fmax(width, 1);
    if (least <= 0.5)
        return step_at_least(least);
    for (size_t i = 0; i < COUNTOF(steps); i++)
        if (steps[i] >= least)
            return steps[i];
    return step_at_least(least / 86400) * 86400;
}

char *axis_show_time(char buf[AXIS_TEXT], double at_s, double step_s)
{
    double at = at_s > 0 ? at_s : 0;
    int64_t s = (int64_t)(at + 1e-6);
    int days = (int)(s / 86400), h = (int)(s / 3600 % 24), m = (int)(s / 60 % 60),
        sec = (int)(s % 60);
    char day[16] = "";
    if (days > 0)
        (void)snprintf(day, sizeof day, "%dd ", days);
    if (s == 0 && step_s >= 1)
        (void)snprintf(buf, AXIS_TEXT, "0");
    else if (days > 0 && h == 0 && m == 0 && sec == 0)
        (void)snprintf(buf, AXIS_TEXT, "%dd", days);
    else if (step_s >= 60 && s >= 3600 && m == 0)
        (void)snprintf(buf, AXIS_TEXT, "%s%dh", day, h);
    else if (step_s >= 60 && s >= 3600)
        (void)snprintf(buf, AXIS_TEXT, "%s%dh%02d", day, h, m);
    else if (s >= 3600)
        (void)snprintf(buf, AXIS_TEXT, "%s%d:%02d:%02d", day, h, m, sec);
    else if (step_s < 1)
        (void)snprintf(buf, AXIS_TEXT, "%d:%02d.%03d", m, sec,
                       (int)((at - floor(at + 1e-6)) * 1000 + 0.5) % 1000);
    else
        (void)snprintf(buf, AXIS_TEXT, "%d:%02d", m, sec);
    return buf;
}
