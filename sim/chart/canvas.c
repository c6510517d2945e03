/* canvas.c - shorthands over the table of functions, text that fits, and the shapes of health. */
#include "chart/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 256
#define ELLIPSIS "\u2026"

double type_size(enum type_style style)
{
    static const double sizes[TYPE_STYLES] = {
        [TYPE_SMALL] = 11, [TYPE_BODY] = 12.5, [TYPE_STRONG] = 12.5,
        [TYPE_TITLE] = 17, [TYPE_FIGURE] = 24, [TYPE_MONO] = 12.5,
    };
    ASSERT(style < TYPE_STYLES);
    return sizes[style];
}

const double *dash_pattern(enum dash dash)
{
    static const double dashed[] = {6, 4}, dotted[] = {1.5, 3};
    return dash == DASH_DASHED ? dashed : dash == DASH_DOTTED ? dotted : NULL;
}

void canvas_push_clip(struct canvas *canvas, struct rect rect)
{
    canvas->ops->push_clip(canvas, rect);
}

void canvas_pop_clip(struct canvas *canvas)
{
    canvas->ops->pop_clip(canvas);
}

void canvas_fill(struct canvas *canvas, struct rect rect, double radius, struct colour colour)
{
    canvas->ops->fill_rect(canvas, rect, radius, colour);
}

void canvas_frame(struct canvas *canvas, struct rect rect, double radius, struct stroke stroke)
{
    canvas->ops->stroke_rect(canvas, rect, radius, stroke);
}

void canvas_line(struct canvas *canvas, double x0, double y0, double x1, double y1,
                 struct stroke stroke)
{
    canvas->ops->line(canvas, (struct point){x0, y0}, (struct point){x1, y1}, stroke);
}

void canvas_text(struct canvas *canvas, double x, double y, enum align align, enum type_style style,
                 struct colour colour, const char *text)
{
    if (text[0] != '\0')
        canvas->ops->text(canvas, (struct point){x, y}, align, style, colour, text);
}

void canvas_textf(struct canvas *canvas, double x, double y, enum align align,
                  enum type_style style, struct colour colour, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args); /* longer lines are cut */
    va_end(args);
    canvas_text(canvas, x, y, align, style, colour, text);
}

double canvas_measure(struct canvas *canvas, enum type_style style, const char *text)
{
    return text[0] == '\0' ? 0 : canvas->ops->measure(canvas, style, text);
}

/* The largest length <= `length` that does not cut a character of UTF-8 in two. */
static size_t whole_characters(const char *text, size_t length)
{
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    return length;
}

static void cut(const char *text, size_t length, char *out)
{
    while (length > 0 && text[length - 1] == ' ')
        length--;
    memcpy(out, text, length);
    memcpy(out + length, ELLIPSIS, sizeof ELLIPSIS);
}

/* Bisects, since a canvas measures whole lines only (kerning). */
double canvas_fit(struct canvas *canvas, enum type_style style, const char *text, double width,
                  char *out)
{
    size_t length = strlen(text), fits = 0;
    if (length < TEXT_MAX) {
        double whole = canvas_measure(canvas, style, text);
        if (whole <= width) {
            memcpy(out, text, length + 1);
            return whole;
        }
    }
    size_t too_long = length < TEXT_MAX - sizeof ELLIPSIS ? length : TEXT_MAX - sizeof ELLIPSIS;
    while (fits + 1 < too_long) {
        size_t middle = (fits + too_long) / 2;
        cut(text, whole_characters(text, middle), out);
        if (canvas_measure(canvas, style, out) <= width)
            fits = middle;
        else
            too_long = middle;
    }
    cut(text, whole_characters(text, fits), out);
    double taken = canvas_measure(canvas, style, out);
    if (taken <= width)
        return taken;
    out[0] = '\0'; /* not even the ellipsis fits */
    return 0;
}

/* The same in dark and light: they are read by shape, and mean the same everywhere. */
static const struct colour health_colour[] = {
    [HEALTH_OK] = COLOUR_INIT(0x009E73),
    [HEALTH_CLIENT_ERROR] = COLOUR_INIT(0xF0E442),
    [HEALTH_FAULT] = COLOUR_INIT(0xD55E00),
    [HEALTH_THROTTLE] = COLOUR_INIT(0xCC79A7),
};

void canvas_health(struct canvas *canvas, double x, double y, double size, enum health health)
{
    struct colour colour = health_colour[health];
    double r = size / 2;
    /* Equal weight to the eye: a triangle is drawn a little larger, a square a little smaller. */
    if (health == HEALTH_OK) {
        canvas->ops->discs(canvas, &(struct point){x, y}, 1, r, colour);
    } else if (health == HEALTH_CLIENT_ERROR) {
        struct point corners[] = {
            {x, y - 1.15 * r}, {x + 1.15 * r, y + 0.95 * r}, {x - 1.15 * r, y + 0.95 * r}};
        canvas->ops->polygon(canvas, corners, 3, colour);
    } else if (health == HEALTH_FAULT) {
        canvas_fill(canvas, (struct rect){x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r}, 0, colour);
    } else {
        double half = 0.55 * r, wide = 1.1 * r, tall = 0.95 * r;
        struct point corners[] = {{x - wide, y}, {x - half, y - tall}, {x + half, y - tall},
                                  {x + wide, y}, {x + half, y + tall}, {x - half, y + tall}};
        canvas->ops->polygon(canvas, corners, 6, colour);
    }
}
