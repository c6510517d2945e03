/* quantity.c - see the header. */
#include "report/quantity.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static char *print(char buf[UNIT_TEXT_MAX],
                                                         const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(buf, UNIT_TEXT_MAX, format, args);
    va_end(args);
    return buf;
}

char *quantity_show(char buf[UNIT_TEXT_MAX], double value, enum metric_dimension dimension)
{
    switch (dimension) {
    case DIM_TIME:
        return unit_show_time(buf, value);
    case DIM_RATIO:
        return unit_show_share(buf, value);
    case DIM_PER_S:
        return unit_show_rate(buf, value);
    case DIM_MONEY:
        return unit_show_money(buf, value);
    case DIM_GB_S:
        unit_show_number(buf, value);
        return strcat(buf, " GB-s");
    case DIM_COUNT:
        break;
    }
    return value == floor(value) ? unit_show_count(buf, value) : unit_show_number(buf, value);
}

char *quantity_show_column(char buf[UNIT_TEXT_MAX], double value)
{
    double magnitude = fabs(value);
    if (!isfinite(value))
        return print(buf, "–");
    if (value == 0)
        return print(buf, "0");
    if (magnitude >= 1e6)
        return print(buf, "%.2e", value);
    return print(buf, "%.*f", magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2, value);
}

char *quantity_show_span(char buf[UNIT_TEXT_MAX], sim_time span)
{
    return unit_show_span(buf, span);
}

/* A factor from 2 on, a percentage below, both with the digits that carry meaning. */
static char *show_gap(char buf[UNIT_TEXT_MAX], double larger, double smaller, double percent_of,
                      const char *times, const char *percent)
{
    double factor = larger / smaller;
    if (!isfinite(factor) || !isfinite(percent_of))
        return print(buf, "%s", "");
    if (factor >= 10)
        return print(buf, "%.0fx %s", factor, times);
    if (factor >= 2)
        return print(buf, "%.1fx %s", factor, times);
    double share = 100 * (larger - smaller) / percent_of;
    return print(buf, share < 0.95 ? "%.2g%% %s" : "%.0f%% %s", share, percent);
}

char *quantity_show_margin(char buf[UNIT_TEXT_MAX], const struct slo_result *slo)
{
    double limit = slo->slo->limit, actual = slo->actual;
    bool at_most = slo->slo->op == SLO_LT || slo->slo->op == SLO_LE;
    if (!slo->has_data)
        return print(buf, "%s", "no data: fails");
    if (!(limit > 0) || actual < 0)
        return print(buf, "%s", "");
    if (slo->passed)
        return at_most ? show_gap(buf, limit, actual, limit, "margin", "margin")
                       : show_gap(buf, actual, limit, limit, "margin", "margin");
    return at_most ? show_gap(buf, actual, limit, limit, "the limit", "over")
                   : show_gap(buf, limit, actual, limit, "too low", "short");
}

char *quantity_show_headroom(char buf[UNIT_TEXT_MAX], double value, double limit)
{
    if (!(value > 0) || !isfinite(limit))
        return print(buf, "–");
    double factor = limit / value;
    if (factor >= 9.95)
        return print(buf, "%.0fx", factor);
    return print(buf, factor < 1.95 ? "%.2fx" : "%.1fx", factor);
}

char *quantity_show_change(char buf[UNIT_TEXT_MAX], double from, double to)
{
    if (!isfinite(from) || !isfinite(to) || from <= 0)
        return print(buf, "–");
    double percent = 100 * (to - from) / from;
    if (fabs(percent) < 0.05)
        return print(buf, "0%%");
    if (percent >= 999.5)
        return print(buf, "%.0fx", to / from);
    return print(buf, fabs(percent) >= 99.95 ? "%+.0f%%" : "%+.1f%%", percent);
}
