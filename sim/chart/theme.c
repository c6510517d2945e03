/* theme.c - the two themes as tables, and the scale of heat. */
#include "chart/theme.h"

#include <stdio.h>
#include <string.h>

#include "core/detmath.h"

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

/* Keys of tokens: red 1, green 2 and the token as blue. The stops of heat get green 3, so that what theme_heat_level works out
 * between them is a key too: its blue says the level. */
#define KEY(token)                                                                                 \
    {                                                                                              \
        1, 2, (token), 255                                                                         \
    }
#define HEAT_STEP 50
#define HEAT_KEY(stop)                                                                             \
    {                                                                                              \
        1, 3, ((stop)-1) * HEAT_STEP, 255                                                          \
    }
#define HEAT_RANGE ((THEME_HEAT_STOPS - 2) * HEAT_STEP)

const struct theme theme_auto = {
    .name = "auto",
    .bg = KEY(0),
    .panel = KEY(1),
    .border = KEY(2),
    .grid = KEY(3),
    .muted = KEY(4),
    .text = KEY(5),
    .strong = KEY(6),
    .accent = KEY(7),
    .category = {KEY(8), KEY(9), KEY(10), KEY(11), KEY(12), KEY(13)},
    .other = KEY(14),
    .p50 = KEY(15),
    .p95 = KEY(16),
    .p99 = KEY(17),
    .a = KEY(18),
    .b = KEY(19),
    .ok = KEY(20),
    .client_error = KEY(21),
    .fault = KEY(22),
    .throttle = KEY(23),
    .heat = {KEY(24), HEAT_KEY(1), HEAT_KEY(2), HEAT_KEY(3), HEAT_KEY(4), HEAT_KEY(5), HEAT_KEY(6)},
};

/* In the order of the keys. */
static const struct {
    const char *name;
    size_t at;
} tokens[] = {
    {"bg", offsetof(struct theme, bg)},
    {"panel", offsetof(struct theme, panel)},
    {"border", offsetof(struct theme, border)},
    {"grid", offsetof(struct theme, grid)},
    {"muted", offsetof(struct theme, muted)},
    {"text", offsetof(struct theme, text)},
    {"strong", offsetof(struct theme, strong)},
    {"accent", offsetof(struct theme, accent)},
    {"category-1", offsetof(struct theme, category[0])},
    {"category-2", offsetof(struct theme, category[1])},
    {"category-3", offsetof(struct theme, category[2])},
    {"category-4", offsetof(struct theme, category[3])},
    {"category-5", offsetof(struct theme, category[4])},
    {"category-6", offsetof(struct theme, category[5])},
    {"other", offsetof(struct theme, other)},
    {"p50", offsetof(struct theme, p50)},
    {"p95", offsetof(struct theme, p95)},
    {"p99", offsetof(struct theme, p99)},
    {"a", offsetof(struct theme, a)},
    {"b", offsetof(struct theme, b)},
    {"ok", offsetof(struct theme, ok)},
    {"client-error", offsetof(struct theme, client_error)},
    {"fault", offsetof(struct theme, fault)},
    {"throttle", offsetof(struct theme, throttle)},
    {"heat-0", offsetof(struct theme, heat[0])},
};
_Static_assert(COUNTOF(tokens) + THEME_HEAT_LEVELS == THEME_TOKENS, "a name for each colour");

char *theme_token_name(char buf[THEME_NAME_MAX], int token)
{
    ASSERT(0 <= token && token < THEME_TOKENS);
    int level = token - (int)COUNTOF(tokens);
    if (level < 0)
        (void)snprintf(buf, THEME_NAME_MAX, "%s", tokens[token].name);
    else
        (void)snprintf(buf, THEME_NAME_MAX, "level-%d", level);
    return buf;
}

struct colour theme_token(const struct theme *theme, int token)
{
    ASSERT(0 <= token && token < THEME_TOKENS);
    struct colour colour;
    if (token >= (int)COUNTOF(tokens))
        return theme_heat_level(theme, token - (int)COUNTOF(tokens));
    memcpy(&colour, (const char *)theme + tokens[token].at, sizeof colour);
    return colour;
}

int theme_token_of(struct colour key)
{
    if (key.r == 1 && key.g == 2 && key.b < COUNTOF(tokens))
        return key.b;
    if (key.r != 1 || key.g != 3)
        return -1;
    return (int)COUNTOF(tokens) + (key.b * (THEME_HEAT_LEVELS - 1) + HEAT_RANGE / 2) / HEAT_RANGE;
}

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
