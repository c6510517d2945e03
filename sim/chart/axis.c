/* axis.c - see the header. Clocks are in axis_clock.c. */
#include "chart/axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/axis_parts.h"
#include "core/detmath.h"
#include "core/unit.h"

/* -- how values read ------------------------------------------------------------------------------------- */

/* Three significant digits without trailing zeros, then the unit. */
static char *show_digits(char buf[PLOT_TEXT], double value, const char *unit)
{
    char digits[UNIT_TEXT_MAX];
    (void)snprintf(buf, PLOT_TEXT, "%.22s%.8s", unit_show_number(digits, value), unit);
    return buf;
}

static char *show_count(char buf[PLOT_TEXT], double value)
{
    char digits[UNIT_TEXT_MAX];
    double size = fabs(value);
    if (size >= 999.5e6)
        return show_digits(buf, value / 1e9, "G");
    if (size >= 999.5e3)
        return show_digits(buf, value / 1e6, "M");
    if (size >= 9999.5)
        return show_digits(buf, value / 1e3, "k");
    if (size < 999.5)
        return show_digits(buf, value, "");
    (void)snprintf(buf, PLOT_TEXT, "%.30s", unit_show_count(digits, value));
    return buf;
}

static char *show_seconds(char buf[PLOT_TEXT], double s)
{
    double size = fabs(s);
    if (s == 0)
        return show_digits(buf, 0, "");
    if (size >= 2 * 86400)
        return show_digits(buf, s / 86400, " d");
    if (size >= 2 * 3600)
        return show_digits(buf, s / 3600, " h");
    if (size >= 120)
        return show_digits(buf, s / 60, " min");
    return size >= 0.9995 ? show_digits(buf, s, " s") : show_digits(buf, s * 1000, " ms");
}

/* Cents where there are less than a thousand dollars, more digits where cents would say nothing. */
static char *show_usd(char buf[PLOT_TEXT], double usd)
{
    char digits[UNIT_TEXT_MAX];
    double size = fabs(usd);
    if (size < 0.01 || (size < 999.995 && size != floor(size)))
        (void)snprintf(buf, PLOT_TEXT, "%.30s", size == 0 ? "$0" : unit_show_money(digits, usd));
    else {
        char amount[PLOT_TEXT];
        (void)snprintf(buf, PLOT_TEXT, "%s$%.28s", usd < 0 ? "-" : "", show_count(amount, size));
    }
    return buf;
}

static char *show_bytes(char buf[PLOT_TEXT], double bytes)
{
    char size[UNIT_TEXT_MAX];
    size_t digits = strspn(unit_show_size(size, bytes), "0123456789.-e+");
    (void)snprintf(buf, PLOT_TEXT, "%.*s %.8s", (int)digits, size, size + digits);
    return buf;
}

char *plot_show(char buf[PLOT_TEXT], enum plot_unit unit, double value)
{
    if (!isfinite(value)) {
        (void)snprintf(buf, PLOT_TEXT, "\u2013");
        return buf;
    }
    switch (unit) {
    case PLOT_MS:
        return fabs(value) >= 999.5 ? show_seconds(buf, value / 1000) : show_digits(buf, value, "");
    case PLOT_SECOND:
        return show_seconds(buf, value);
    case PLOT_NUMBER:
    case PLOT_COUNT:
    case PLOT_RATE:
        return show_count(buf, value);
    case PLOT_SHARE:
        return show_digits(buf, value * 100, " %");
    case PLOT_USD:
        return show_usd(buf, value);
    case PLOT_BYTE:
        return show_bytes(buf, value);
    case PLOT_CLOCK:
        return plot_clock(buf, value, value == floor(value) ? 1 : 0.001, value, true);
    }
    ASSERT(false);
    return buf;
}

char *plot_say(char buf[PLOT_TEXT], enum plot_unit unit, double value)
{
    if (unit == PLOT_MS && fabs(value) < 999.5)
        return show_digits(buf, value, " ms");
    plot_show(buf, unit, value);
    if (unit == PLOT_RATE && isfinite(value) && strlen(buf) + 2 < PLOT_TEXT)
        (void)strcat(buf, "/s");
    return buf;
}

/* -- round numbers --------------------------------------------------------------------------------------- */

/* 10^n, the double nearest to it. */
static double ten_to(int n)
{
    double power = 1;
    for (int i = n < 0 ? -n : n; i > 0; i--)
        power *= 10;
    return n < 0 ? 1 / power : power;
}

/* The largest n with 10^n <= value (but for the last bits of value). */
static int tens_below(double value)
{
    int n = 0;
    value *= 1 + 1e-9;
    while (value >= ten_to(n + 1))
        n++;
    while (value < ten_to(n))
        n--;
    return n;
}

double axis_step(double least)
{
    static const double factors[] = {1, 2, 5};
    int tens = tens_below(least);
    for (size_t i = 0; i < COUNTOF(factors); i++)
        if (factors[i] * ten_to(tens) >= least * (1 - 1e-9))
            return factors[i] * ten_to(tens);
    return ten_to(tens + 1);
}

/* 1, 3, 10, 30 ...: the one with this number, 0 being 1. */
static double log_tick(int number)
{
    int tens = number >= 0 ? number / 2 : (number - 1) / 2;
    return ten_to(tens) * (number - 2 * tens == 1 ? 3 : 1);
}

/* The number of the largest that is not above `value`. */
static int log_tick_below(double value)
{
    int number = 2 * tens_below(value);
    return value >= log_tick(number + 1) * (1 - 1e-9) ? number + 1 : number;
}

#define VALUE_MAX 1e15

static struct plot_axis log_axis(enum plot_unit unit, double low, double high)
{
    double least = low > 0 ? low : high > 0 ? high / 1000 : 1;
    least = least < 1e-12 ? 1e-12 : least > VALUE_MAX ? VALUE_MAX : least;
    double most = high > least ? (high < VALUE_MAX ? high : VALUE_MAX) : least;
    int from = log_tick_below(least), to = log_tick_below(most);
    if (log_tick(to) < most * (1 - 1e-9))
        to++;
    if (to - from < 2)
        to = from + 2;
    return (struct plot_axis){unit, log_tick(from), log_tick(to), true};
}

struct plot_axis plot_axis_over(enum plot_unit unit, double low, double high, bool log)
{
    if (log)
        return log_axis(unit, low, high);
    double from = low < 0 ? low : 0, to = high > 0 ? high : 0;
    from = from < -VALUE_MAX ? -VALUE_MAX : from;
    to = to > VALUE_MAX ? VALUE_MAX : to;
    if (to - from < 1e-12)
        to = from + (unit == PLOT_SHARE ? 0.01 : 1);
    double half = axis_step((to - from) / (PLOT_TICKS_LINEAR - 0.4)) / 2;
    return (struct plot_axis){unit, floor(from / half + 1e-9) * half, ceil(to / half - 1e-9) * half,
                              false};
}

/* -- places and ticks ------------------------------------------------------------------------------------ */

#define FAR_BELOW (-1e3)

double plot_axis_place(const struct plot_axis *axis, double value)
{
    if (!axis->log)
        return (value - axis->low) / (axis->high - axis->low);
    if (value <= 0)
        return FAR_BELOW;
    return det_log(value / axis->low) / det_log(axis->high / axis->low);
}

double plot_axis_value(const struct plot_axis *axis, double place)
{
    if (!axis->log)
        return axis->low + place * (axis->high - axis->low);
    return axis->low * det_exp(place * det_log(axis->high / axis->low));
}

static void log_ticks(struct plot_ticks *ticks, const struct plot_axis *axis, int most)
{
    int from = log_tick_below(axis->low * (1 + 1e-9)), to = log_tick_below(axis->high);
    if (log_tick(from) < axis->low * (1 - 1e-9))
        from++;
    int stride = 1;
    if (to - from + 1 > most) {
        from += from % 2 != 0; /* whole powers of ten */
        stride = 2;
        while ((to - from) / stride + 1 > most)
            stride += 2;
    }
    for (int i = from; i <= to; i += stride)
        ticks->at[ticks->count++] = log_tick(i);
}

static void linear_ticks(struct plot_ticks *ticks, const struct plot_axis *axis, int most)
{
    double span = axis->high - axis->low;
    double step = axis_step(span / (most + 1));
    /* An axis may begin and end on ticks, and has one more of them than steps. */
    while (floor(axis->high / step + 1e-9) - ceil(axis->low / step - 1e-9) + 1 > most)
        step = axis_step(step * 1.5);
    double first = ceil(axis->low / step - 1e-9), last = floor(axis->high / step + 1e-9);
    ticks->step = step;
    for (double i = first; i <= last; i++)
        ticks->at[ticks->count++] = i * step;
}

void plot_ticks(struct plot_ticks *ticks, const struct plot_axis *axis, int most)
{
    *ticks = (struct plot_ticks){0};
    most = most > PLOT_TICKS ? PLOT_TICKS : most < 2 ? 2 : most;
    if (axis->unit == PLOT_CLOCK) {
        axis_clock_ticks(ticks, axis, most);
        return;
    }
    if (axis->log)
        log_ticks(ticks, axis, most);
    else
        linear_ticks(ticks, axis, most);
    for (int i = 0; i < ticks->count; i++)
        (void)plot_show(ticks->text[i], axis->unit, ticks->at[i]);
}
