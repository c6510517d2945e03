/* theme.c - the two themes as tables, and the scale of heat. */
#include "chart/theme.h"

#include "core/detmath.h"

#include <string.h>

const struct theme theme_dark = {
    .name = "dark",
    .dark = true,
    .bg = COLOUR_INIT(0x0E1217),
    .panel = COLOUR_INIT(0x161B22),
    .border = COLOUR_INIT(0x262D37),
    .grid = COLOUR_INIT(0x222932),
    .muted = COLOUR_INIT(0x8B96A5),
    .text = COLOUR_INIT(0xC9D1DB),
    .strong = COLOUR_INIT(0xF1F4F8),
    .accent = COLOUR_INIT(0x56B4E9),
    .category = {COLOUR_INIT(0x56B4E9), COLOUR_INIT(0xE69F00), COLOUR_INIT(0x009E73),
                 COLOUR_INIT(0xCC79A7), COLOUR_INIT(0xF0E442), COLOUR_INIT(0xD55E00)},
    .other = COLOUR_INIT(0x6B7685),
    .p50 = COLOUR_INIT(0x4F97D7),
    .p95 = COLOUR_INIT(0xF08A4B),
    .p99 = COLOUR_INIT(0xFFE08A),
    .a = COLOUR_INIT(0x56B4E9),
    .b = COLOUR_INIT(0xF0B429),
    .ok = COLOUR_INIT(0x009E73),
    .client_error = COLOUR_INIT(0xF0E442),
    .fault = COLOUR_INIT(0xD55E00),
    .throttle = COLOUR_INIT(0xCC79A7),
    .heat = {COLOUR_INIT(0x12161C), COLOUR_INIT(0x1D2B45), COLOUR_INIT(0x2B4C7E),
             COLOUR_INIT(0x2F7F9D), COLOUR_INIT(0x3FB08F), COLOUR_INIT(0xA9D65B),
             COLOUR_INIT(0xFDF3A0)},
};

const struct theme theme_light = {
    .name = "light",
    .bg = COLOUR_INIT(0xF4F6F8),
    .panel = COLOUR_INIT(0xFFFFFF),
    .border = COLOUR_INIT(0xD9DFE6),
    .grid = COLOUR_INIT(0xE8ECF0),
    .muted = COLOUR_INIT(0x5B6673),
    .text = COLOUR_INIT(0x27303A),
    .strong = COLOUR_INIT(0x0B1117),
    .accent = COLOUR_INIT(0x0072B2),
    .category = {COLOUR_INIT(0x0072B2), COLOUR_INIT(0xC98A00), COLOUR_INIT(0x009E73),
                 COLOUR_INIT(0xC24A00), COLOUR_INIT(0xB45C92), COLOUR_INIT(0x1B1F24)},
    .other = COLOUR_INIT(0x8A94A0),
    .p50 = COLOUR_INIT(0x4D9BD1),
    .p95 = COLOUR_INIT(0xC2572B),
    .p99 = COLOUR_INIT(0x4A0A12),
    .a = COLOUR_INIT(0x0072B2),
    .b = COLOUR_INIT(0xB25E00),
    .ok = COLOUR_INIT(0x009E73),
    .client_error = COLOUR_INIT(0xF0E442),
    .fault = COLOUR_INIT(0xD55E00),
    .throttle = COLOUR_INIT(0xCC79A7),
    .heat = {COLOUR_INIT(0xFFFFFF), COLOUR_INIT(0xE3EEF4), COLOUR_INIT(0xB5D5E3),
             COLOUR_INIT(0x77B3CB), COLOUR_INIT(0x3A86AE), COLOUR_INIT(0x1C5A87),
             COLOUR_INIT(0x0B2E52)},
};

const struct theme *theme_find(const char *name)
{
    if (strcmp(name, theme_dark.name) == 0)
        return &theme_dark;
    return strcmp(name, theme_light.name) == 0 ? &theme_light : NULL;
}

static uint8_t between(uint8_t from, uint8_t to, double share)
{
    return (uint8_t)((double)from + ((double)to - (double)from) * share + 0.5);
}

struct colour theme_heat_level(const struct theme *theme, int level)
{
    ASSERT(0 <= level && level < THEME_HEAT_LEVELS);
    /* Level 0 stands on the second stop: the first is nearly the ground, and a single request has to be seen. */
    double place = 1 + (double)level / (THEME_HEAT_LEVELS - 1) * (THEME_HEAT_STOPS - 2);
    int stop = (int)place < THEME_HEAT_STOPS - 2 ? (int)place : THEME_HEAT_STOPS - 2;
    struct colour from = theme->heat[stop], to = theme->heat[stop + 1];
    double share = place - stop;
    return (struct colour){between(from.r, to.r, share), between(from.g, to.g, share),
                           between(from.b, to.b, share), 255};
}

struct colour theme_heat(const struct theme *theme, double count, double most)
{
    if (!(count > 0))
        return (struct colour){0, 0, 0, 0};
    if (count >= most)
        return theme_heat_level(theme, THEME_HEAT_LEVELS - 1);
    double share = det_log(count > 1 ? count : 1) / det_log(most > 1 ? most : 2);
    return theme_heat_level(theme, (int)(share * (THEME_HEAT_LEVELS - 1) + 0.5));
}
