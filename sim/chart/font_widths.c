/* font_widths.c - see the header. */
#include "chart/font_widths.h"

#include "chart/font_widths_table.h"

#define UNKNOWN_WIDTH 600
#define WIDE_WIDTH    1000

/* The next character; moves on by at least one byte. */
static uint32_t next_code(const unsigned char **text)
{
    const unsigned char *at = *text;
    int more = at[0] >= 0xF0 ? 3 : at[0] >= 0xE0 ? 2 : at[0] >= 0xC0 ? 1 : 0;
    uint32_t code = more == 0 ? at[0] : at[0] & (0x3Fu >> more);
    for (int i = 1; i <= more; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            *text = at + 1;
            return 0xFFFD;
        }
        code = code << 6 | (at[i] & 0x3Fu);
    }
    *text = at + more + 1;
    return code;
}

static int other_width(uint32_t code, bool semibold)
{
    size_t low = 0, high = COUNTOF(other_widths);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (other_widths[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < COUNTOF(other_widths) && other_widths[low].code == code)
        return semibold ? other_widths[low].semibold : other_widths[low].regular;
    if (code >= 0x300 && code <= 0x36F)
        return 0;
    bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                (code >= 0xFF00 && code <= 0xFF60) || code >= 0x1F000;
    return wide ? WIDE_WIDTH : UNKNOWN_WIDTH;
}

static int code_width(uint32_t code, bool semibold)
{
    int width = 0;
    if (code >= FIRST_CODE && code <= LAST_CODE)
        width = semibold ? semibold_widths[code - FIRST_CODE] : regular_widths[code - FIRST_CODE];
    return width > 0 ? width : other_width(code, semibold);
}

double font_width(enum type_style style, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    bool semibold = style == TYPE_STRONG || style == TYPE_TITLE || style == TYPE_FIGURE;
    int64_t sum = 0;
    while (*at != '\0') {
        uint32_t code = next_code(&at);
        sum += style == TYPE_MONO && code < 0x1100 ? MONO_WIDTH : code_width(code, semibold);
    }
    return (double)sum * type_size(style) / 1000;
}
