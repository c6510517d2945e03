/* theme.h - the colours and measures of UI.md 4, for the window, the reports and the tests alike. */
#ifndef TEPID_CHART_THEME_H
#define TEPID_CHART_THEME_H

#include "chart/canvas.h"

#define THEME_CATEGORIES 6
#define THEME_HEAT_STOPS 7
/* The scale of heat has so many colours: fine enough to look smooth, few enough to be named in a file. */
#define THEME_HEAT_LEVELS 32

struct theme {
    const char *name; /* "dark", "light" */
    bool dark;
    struct colour bg, panel, border, grid, muted, text, strong, accent;
    struct colour category[THEME_CATEGORIES], other; /* what is beyond the sixth */
    struct colour p50, p95, p99;                     /* ordered: the tail strongest */
    struct colour a, b;                              /* the two sides of a comparison */
    struct colour ok, client_error, fault, throttle;
    struct colour heat[THEME_HEAT_STOPS]; /* from nothing to most */
};

extern const struct theme theme_dark, theme_light;
/* For documents that follow the reader's preference (svg.h): its colours are keys that stand for a token, not colours to look at. Fading
 * keeps the key. Nothing may be worked out from them but by theme_heat; `dark` is false. */
extern const struct theme theme_auto;
const struct theme *theme_find(const char *name); /* "dark" or "light"; NULL: no such theme */

/* Level 0 (a count of 1) .. THEME_HEAT_LEVELS - 1. */
struct colour theme_heat_level(const struct theme *theme, int level);

/* A count on the heat scale: logarithmic, a count of 1 visible; 0 is transparent. `most` >= 1. */
struct colour theme_heat(const struct theme *theme, double count, double most);

/* Every colour of a theme by name, in the order above: "bg", "category-1", "heat-0" (the ground of a heat map), then the levels of heat
 * "level-0" ... */
#define THEME_TOKENS   57
#define THEME_NAME_MAX 16
char *theme_token_name(char buf[THEME_NAME_MAX], int token);
struct colour theme_token(const struct theme *theme, int token);
/* The token a colour of theme_auto stands for; -1: it is a colour as any other. */
int theme_token_of(struct colour key);

/* Measures, in pixels at 100 %. */
enum {
    SPACE = 4, /* the grid */
    PANEL_RADIUS = 6,
    PANEL_GAP = 12,
    PANEL_PADDING = 14,
    SIDE_BAR = 232,
    HEADER = 48,
    SCRUBBER = 64,
    HIT_TARGET = 24, /* at least */
};

#endif
