/* sweep_value.c - see the header. */
#include "run/sweep_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/csv_in.h"

/* The longest start of the text that is a number, and the rest without blanks before it. */
static bool split(const char *text, double *count, const char **rest)
{
    char number[40];
    size_t length = strspn(text, "+-.0123456789eE");
    for (; length > 0; length--) {
        if (length >= sizeof number)
            continue;
        memcpy(number, text, length);
        number[length] = '\0';
        if (csv_read_decimal(number, count))
            break;
    }
    *rest = text + length;
    *rest += strspn(*rest, " ");
    return length > 0;
}

/* What one of the unit is in its base unit. */
static bool read_unit(struct sweep_value *value)
{
    char one[SWEEP_UNIT_MAX + 2];
    struct err ignored = {0};
    int64_t whole;
    (void)snprintf(one, sizeof one, "1%s", value->unit);
    value->dimension = SWEEP_TIME;
    if (unit_read_time(one, &whole, &ignored)) {
        value->factor = (double)whole;
        return true;
    }
    value->dimension = SWEEP_SIZE;
    if (unit_read_size(one, &whole, &ignored)) {
        value->factor = (double)whole;
        return true;
    }
    value->dimension = SWEEP_RATE;
    if (unit_read_rate(one, &value->factor, &ignored))
        return true;
    value->dimension = SWEEP_SHARE;
    return unit_read_share(one, &value->factor, &ignored);
}

bool sweep_value_read(const char *text, struct sweep_value *value)
{
    const char *rest;
    *value = (struct sweep_value){.dimension = SWEEP_NUMBER, .factor = 1};
    if (!split(text, &value->count, &rest) || strlen(rest) >= sizeof value->unit)
        return false;
    memcpy(value->unit, rest, strlen(rest) + 1);
    return value->unit[0] == '\0' || read_unit(value);
}

double sweep_value_round(double count)
{
    char digits[40];
    double rounded;
    (void)snprintf(digits, sizeof digits, "%.12g", count);
    return csv_read_decimal(digits, &rounded) ? rounded : count;
}

char *sweep_value_show(char buf[UNIT_TEXT_MAX], double count, const char *unit)
{
    char number[UNIT_TEXT_MAX];
    unit_exact(number, sweep_value_round(count));
    if (fabs(count) >= 1e6 && fabs(count) < 1e12 && count == floor(count))
        (void)snprintf(number, sizeof number, "%.0f", count); /* not 1e+06 */
    (void)snprintf(buf, UNIT_TEXT_MAX, "%.24s%.12s", number, unit);
    return buf;
}
