/* canvas.h - what charts are drawn on: a dozen shapes and text, behind one small table of functions.
 *
 * Charts emit these calls and know nothing of pixels. The window rasterises them (ui/raster), reports
 * write them as SVG with real text (svg.h), tests write them down as lines (recorder.h). Text is measured by the
 * canvas too; svg and recorder answer from a table of advance widths (font_widths.h), so charts lay out without a font library.
 *
 * Units are pixels at 100 %, y grows downwards, the origin is the top left corner. Coordinates are finite; a NAN in a
 * polyline or area is a gap. Colours are straight (not premultiplied) RGBA. Calls nest clips; nothing else is remembered between calls.
 */
#ifndef TEPID_CHART_CANVAS_H
#define TEPID_CHART_CANVAS_H

#include "core/base.h"

struct colour {
    uint8_t r, g, b, a;
};

/* COLOUR(0x56B4E9) is opaque. The other form is for tables that are constant. */
#define COLOUR_INIT(rgb)                                                                           \
    {                                                                                              \
        (uint8_t)((rgb) >> 16), (uint8_t)((rgb) >> 8), (uint8_t)(rgb), 255                         \
    }
#define COLOUR(rgb) ((struct colour)COLOUR_INIT(rgb))

static inline struct colour colour_fade(struct colour colour, double alpha)
{
    colour.a = (uint8_t)((double)colour.a * alpha + 0.5);
    return colour;
}

struct rect {
    double x, y, w, h;
};

struct point {
    double x, y;
};

static inline bool rect_holds(struct rect rect, double x, double y)
{
    return x >= rect.x && x < rect.x + rect.w && y >= rect.y && y < rect.y + rect.h;
}

static inline struct rect rect_inset(struct rect rect, double by)
{
    return (struct rect){rect.x + by, rect.y + by, rect.w - 2 * by, rect.h - 2 * by};
}

/* UI.md 4: the five sizes of type. The mono face is for clocks, typed values and code. */
enum type_style {
    TYPE_SMALL,  /* 11 */
    TYPE_BODY,   /* 12.5 */
    TYPE_STRONG, /* 12.5 semibold */
    TYPE_TITLE,  /* 17 semibold */
    TYPE_FIGURE, /* 24 semibold */
    TYPE_MONO,   /* 12.5 monospaced */
    TYPE_STYLES
};
double type_size(enum type_style style);

enum align { ALIGN_LEFT, ALIGN_MIDDLE, ALIGN_RIGHT };

/* A line's dash: its pattern in pixels. Lines differ by dash and by label, not by colour alone. */
enum dash { DASH_SOLID, DASH_DASHED, DASH_DOTTED, DASH_KINDS };
const double *dash_pattern(enum dash dash); /* how long it is on, then off; NULL: solid */

struct stroke {
    struct colour colour;
    double width;
    enum dash dash;
};

struct canvas;

struct canvas_ops {
    void (*push_clip)(struct canvas *canvas, struct rect rect);
    void (*pop_clip)(struct canvas *canvas);
    /* A rectangle, filled or as an outline inside its edge; radius 0: square corners. */
    void (*fill_rect)(struct canvas *canvas, struct rect rect, double radius, struct colour colour);
    void (*stroke_rect)(struct canvas *canvas, struct rect rect, double radius,
                        struct stroke stroke);
    void (*line)(struct canvas *canvas, struct point from, struct point to, struct stroke stroke);
    void (*polyline)(struct canvas *canvas, const struct point *points, int count,
                     struct stroke stroke);
    /* Between two lines over the same ascending x: tops[i] and bottoms[i] in pixels. */
    void (*area)(struct canvas *canvas, const double *x, const double *tops, const double *bottoms,
                 int count, struct colour colour);
    void (*polygon)(struct canvas *canvas, const struct point *points, int count,
                    struct colour colour);
    /* A cubic Bezier curve: an edge of the map. */
    void (*curve)(struct canvas *canvas, const struct point points[4], struct stroke stroke);
    /* Discs of one size and colour: the dots of the map. */
    void (*discs)(struct canvas *canvas, const struct point *centres, int count, double radius,
                  struct colour colour);
    void (*ring)(struct canvas *canvas, struct point centre, double radius, struct stroke stroke);
    /* A grid of columns x rows cells over `rect`, row 0 at the top, cells[row * columns + column]. Alpha 0: nothing there. */
    void (*cells)(struct canvas *canvas, struct rect rect, int columns, int rows,
                  const struct colour *cells);
    /* One line of UTF-8 text; (x, y) is where the baseline begins, is centred or ends. */
    void (*text)(struct canvas *canvas, struct point at, enum align align, enum type_style style,
                 struct colour colour, const char *text);
    double (*measure)(struct canvas *canvas, enum type_style style,
                      const char *text); /* width in pixels */
    /* What follows belongs to something a reader may want by name: a title for screen readers and for tests. */
    void (*begin_group)(struct canvas *canvas, const char *name);
    void (*end_group)(struct canvas *canvas);
};

/* First member of every backend. */
struct canvas {
    const struct canvas_ops *ops;
    double text_scale; /* 1 = 100 %: multiplies type sizes; backends apply it to text and measure */
};

/* Shorthands. */
void canvas_push_clip(struct canvas *canvas, struct rect rect);
void canvas_pop_clip(struct canvas *canvas);
void canvas_fill(struct canvas *canvas, struct rect rect, double radius, struct colour colour);
void canvas_frame(struct canvas *canvas, struct rect rect, double radius, struct stroke stroke);
void canvas_line(struct canvas *canvas, double x0, double y0, double x1, double y1,
                 struct stroke stroke);
void canvas_text(struct canvas *canvas, double x, double y, enum align align, enum type_style style,
                 struct colour colour, const char *text);
__attribute__((format(printf, 7, 8))) void canvas_textf(struct canvas *canvas, double x, double y,
                                                        enum align align, enum type_style style,
                                                        struct colour colour, const char *format,
                                                        ...);
double canvas_measure(struct canvas *canvas, enum type_style style, const char *text);
/* Cut with an ellipsis where it is wider than `width`; `out` holds at least 256 bytes. Returns the width it takes. */
double canvas_fit(struct canvas *canvas, enum type_style style, const char *text, double width,
                  char *out);

/* The state of something, by shape as well as colour (UI.md 4): ok circle, client error triangle, fault square, throttle hexagon. */
enum health { HEALTH_OK, HEALTH_CLIENT_ERROR, HEALTH_FAULT, HEALTH_THROTTLE };
void canvas_health(struct canvas *canvas, double x, double y, double size, enum health health);

#endif
