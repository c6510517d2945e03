/* sweep_axes.c - see the header. */
#include "ui/sweep_axes.h"

#include "core/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The number a value begins with and what follows it: "20/s" is 20 and "/s". False: it begins with none. */
static bool take_apart(const char *value, double *number, const char **unit)
{
    bool money = value[0] == '$';
    char *end;
    *number = strtod(value + money, &end);
    *unit = end;
    return end != value + money && isfinite(*number);
}

static void add_value(struct text *out, const char *like, double number, const char *unit,
                      bool first)
{
    char digits[UNIT_TEXT_MAX];
    text_addf(out, "%s%s%s%s", first ? "" : ",", like[0] == '$' ? "$" : "",
              unit_exact(digits, number), unit);
}

/* Bounds are in base units, the value as written: their ratio brings bounds into the unit of the value. */
static void add_steps(struct text *out, const struct record_param *param, double number,
                      const char *unit)
{
    static const double factors[] = {0.25, 0.5, 1, 1.5, 2, 4};
    double per_base = param->number > 0 ? number / param->number : 1;
    double low = param->min * per_base, high = param->max * per_base; /* NAN: none */
    bool whole = floor(number) == number && unit[0] == '\0';
    double last = (double)NAN;
    bool first = true;
    for (size_t i = 0; i < COUNTOF(factors); i++) {
        double value = number * factors[i];
        value = whole ? floor(value + 0.5) : value;
        value = fmin(fmax(value, low), high); /* both pass over NAN */
        if (value == last)
            continue;
        add_value(out, param->value, value, unit, first);
        first = false;
        last = value;
    }
}

/* From nothing there is no factor to go by. */
static void add_from_zero(struct text *out, const struct record_param *param, const char *unit)
{
    static const double values[] = {0, 1, 2, 5, 10, 20};
    bool first = true;
    for (size_t i = 0; i < COUNTOF(values); i++) {
        if (values[i] > param->max || values[i] < param->min)
            continue;
        add_value(out, param->value, values[i], unit, first);
        first = false;
    }
}

bool sweep_axis_of(const struct record_param *param, struct text *out)
{
    double number;
    const char *unit;
    if (param->one_of_count > 1) {
        text_addf(out, "%s=", param->name);
        for (int i = 0; i < param->one_of_count; i++)
            text_addf(out, "%s%s", i > 0 ? "," : "", param->one_of[i]);
        return true;
    }
    if (!take_apart(param->value, &number, &unit))
        return false;
    text_addf(out, "%s=", param->name);
    if (number == 0)
        add_from_zero(out, param, unit);
    else
        add_steps(out, param, number, unit);
    return true;
}
