/* fixed.c - see the header. */
#include "chart/fixed.h"

static const int64_t powers[] = {1, 10, 100, 1000};

int64_t fixed_of(double value, int decimals)
{
    ASSERT(0 <= decimals && decimals < (int)COUNTOF(powers));
    ASSERT(value > -1e12 && value < 1e12);
    double scaled = value * (double)powers[decimals];
    return (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

void fixed_add_scaled(struct text *out, int64_t scaled, int decimals)
{
    char digits[32];
    size_t at = sizeof digits;
    uint64_t left = scaled < 0 ? (uint64_t)-scaled : (uint64_t)scaled;
    uint64_t one = (uint64_t)powers[decimals], fraction = left % one;
    for (left /= one; fraction > 0 && fraction % 10 == 0; decimals--)
        fraction /= 10;
    if (fraction > 0) {
        for (; decimals > 0; decimals--, fraction /= 10)
            digits[--at] = (char)('0' + fraction % 10);
        digits[--at] = '.';
    }
    do
        digits[--at] = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (scaled < 0)
        digits[--at] = '-';
    text_add_bytes(out, digits + at, sizeof digits - at);
}

void fixed_add(struct text *out, double value, int decimals)
{
    fixed_add_scaled(out, fixed_of(value, decimals), decimals);
}
