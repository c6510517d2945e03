/* svg.c - see the header; grids of cells are in svg_cells.c. */
#include "chart/svg.h"

#include "chart/fixed.h"
#include "chart/font_widths.h"
#include "chart/svg_parts.h"
#include "chart/xml.h"

static struct svg *of(struct canvas *canvas)
{
    return (struct svg *)canvas;
}

/* -- pieces ---------------------------------------------------------------------------------------------- */

static void add_number(struct svg *svg, const char *name, double value)
{
    text_addf(svg->out, " %s=\"", name);
    fixed_add(svg->out, value, 2);
    text_add(svg->out, "\"");
}

static void add_rect(struct svg *svg, struct rect rect)
{
    add_number(svg, "x", rect.x);
    add_number(svg, "y", rect.y);
    add_number(svg, "width", rect.w > 0 ? rect.w : 0);
    add_number(svg, "height", rect.h > 0 ? rect.h : 0);
}

static void add_hex(struct text *out, struct colour colour)
{
    text_addf(out, "#%02x%02x%02x", colour.r, colour.g, colour.b);
}

static void add_opacity(struct svg *svg, const char *what, struct colour colour)
{
    if (colour.a == 255)
        return;
    text_addf(svg->out, " %s-opacity=\"", what);
    fixed_add(svg->out, colour.a / 255.0, 3);
    text_add(svg->out, "\"");
}

/* Classes are "f-" and "s-" with the name of the token. */
static void add_class(struct svg *svg, char kind, int token)
{
    char name[THEME_NAME_MAX];
    text_addf(svg->out, " class=\"%c-%s\"", kind, theme_token_name(name, token));
}

void svg_add_fill(struct svg *svg, struct colour colour)
{
    int token = theme_token_of(colour);
    if (token >= 0) {
        add_class(svg, 'f', token);
        svg->fills |= UINT64_C(1) << token;
    } else {
        text_add(svg->out, " fill=\"");
        add_hex(svg->out, colour);
        text_add(svg->out, "\"");
    }
    add_opacity(svg, "fill", colour);
}

void svg_add_line(struct svg *svg, struct colour colour)
{
    int token = theme_token_of(colour);
    if (token >= 0) {
        add_class(svg, 's', token);
        svg->lines |= UINT64_C(1) << token;
    } else {
        text_add(svg->out, " fill=\"none\" stroke=\"");
        add_hex(svg->out, colour);
        text_add(svg->out, "\"");
    }
    add_opacity(svg, "stroke", colour);
}

static void add_stroke(struct svg *svg, struct stroke stroke)
{
    const double *pattern = dash_pattern(stroke.dash);
    svg_add_line(svg, stroke.colour);
    if (stroke.width != 1)
        add_number(svg, "stroke-width", stroke.width);
    if (pattern != NULL) {
        text_add(svg->out, " stroke-dasharray=\"");
        fixed_add(svg->out, pattern[0], 1);
        text_add(svg->out, " ");
        fixed_add(svg->out, pattern[1], 1);
        text_add(svg->out, "\"");
    }
}

/* -- paths ----------------------------------------------------------------------------------------------- */

/* A number in a path needs no separator after a letter or before a minus. */
static void add_step(struct svg_path *path, int64_t tenths, bool first)
{
    if (!first && tenths >= 0)
        text_add(path->out, " ");
    fixed_add_scaled(path->out, tenths, 1);
}

void svg_path_move(struct svg_path *path, int64_t x, int64_t y)
{
    text_add(path->out, "M");
    add_step(path, x, true);
    add_step(path, y, false);
    path->x = x;
    path->y = y;
    path->last = 'M';
}

/* A step along an axis has a letter of its own; the letter of several like steps is written once. */
void svg_path_line(struct svg_path *path, int64_t x, int64_t y)
{
    int64_t dx = x - path->x, dy = y - path->y;
    char command = dy == 0 ? 'h' : dx == 0 ? 'v' : 'l';
    bool first = command != path->last;
    if (first)
        text_add_bytes(path->out, &command, 1);
    if (command != 'v')
        add_step(path, dx, first);
    if (command != 'h')
        add_step(path, dy, first && command == 'v');
    path->x = x;
    path->y = y;
    path->last = command;
}

static bool is_gap(struct point point)
{
    return point.x != point.x || point.y != point.y;
}

/* A point between two gaps is a line of no length: with round ends it shows as a dot. */
static void add_polyline(struct text *out, const struct point *points, int count)
{
    struct svg_path path = {.out = out};
    bool drawing = false;
    for (int i = 0; i < count; i++) {
        bool gap = is_gap(points[i]);
        if (!gap && !drawing)
            svg_path_move(&path, fixed_of(points[i].x, 1), fixed_of(points[i].y, 1));
        if (!gap && (drawing || i + 1 == count || is_gap(points[i + 1])))
            svg_path_line(&path, fixed_of(points[i].x, 1), fixed_of(points[i].y, 1));
        drawing = !gap;
    }
}

static bool is_open(const double *x, const double *tops, const double *bottoms, int i)
{
    return x[i] == x[i] && tops[i] == tops[i] && bottoms[i] == bottoms[i];
}

static void add_area(struct text *out, const double *x, const double *tops, const double *bottoms,
                     int from, int to)
{
    struct svg_path path = {.out = out};
    svg_path_move(&path, fixed_of(x[from], 1), fixed_of(tops[from], 1));
    for (int i = from + 1; i < to; i++)
        svg_path_line(&path, fixed_of(x[i], 1), fixed_of(tops[i], 1));
    for (int i = to; i-- > from;)
        svg_path_line(&path, fixed_of(x[i], 1), fixed_of(bottoms[i], 1));
    text_add(out, "z");
}

/* -- the calls ------------------------------------------------------------------------------------------- */

/* A nested svg clips what is in it and, with a view box of its own place, moves nothing. */
static void push_clip(struct canvas *canvas, struct rect rect)
{
    struct svg *svg = of(canvas);
    double sides[] = {rect.x, rect.y, rect.w > 0 ? rect.w : 0, rect.h > 0 ? rect.h : 0};
    text_add(svg->out, "<svg");
    add_rect(svg, rect);
    text_add(svg->out, " viewBox=\"");
    for (size_t i = 0; i < COUNTOF(sides); i++) {
        text_add(svg->out, i > 0 ? " " : "");
        fixed_add(svg->out, sides[i], 2);
    }
    text_add(svg->out, "\">\n");
    svg->depth++;
}

static void pop_clip(struct canvas *canvas)
{
    ASSERT(of(canvas)->depth > 0);
    of(canvas)->depth--;
    text_add(of(canvas)->out, "</svg>\n");
}

static void add_radius(struct svg *svg, struct rect rect, double radius)
{
    double most = (rect.w < rect.h ? rect.w : rect.h) / 2;
    if (radius > 0 && most > 0)
        add_number(svg, "rx", radius < most ? radius : most);
}

static void fill_rect(struct canvas *canvas, struct rect rect, double radius, struct colour colour)
{
    struct svg *svg = of(canvas);
    text_add(svg->out, "<rect");
    add_rect(svg, rect);
    add_radius(svg, rect, radius);
    svg_add_fill(svg, colour);
    text_add(svg->out, "/>\n");
}

static void stroke_rect(struct canvas *canvas, struct rect rect, double radius,
                        struct stroke stroke)
{
    struct svg *svg = of(canvas);
    struct rect inside = rect_inset(rect, stroke.width / 2);
    text_add(svg->out, "<rect");
    add_rect(svg, inside);
    add_radius(svg, inside, radius - stroke.width / 2);
    add_stroke(svg, stroke);
    text_add(svg->out, "/>\n");
}

static void line(struct canvas *canvas, struct point from, struct point to, struct stroke stroke)
{
    struct svg *svg = of(canvas);
    text_add(svg->out, "<line");
    add_number(svg, "x1", from.x);
    add_number(svg, "y1", from.y);
    add_number(svg, "x2", to.x);
    add_number(svg, "y2", to.y);
    add_stroke(svg, stroke);
    text_add(svg->out, "/>\n");
}

static void polyline(struct canvas *canvas, const struct point *points, int count,
                     struct stroke stroke)
{
    struct svg *svg = of(canvas);
    text_add(svg->out, "<path");
    add_stroke(svg, stroke);
    text_add(svg->out, stroke.dash == DASH_SOLID
                           ? " stroke-linejoin=\"round\" stroke-linecap=\"round\" d=\""
                           : " stroke-linejoin=\"round\" d=\"");
    add_polyline(svg->out, points, count);
    text_add(svg->out, "\"/>\n");
}

static void area(struct canvas *canvas, const double *x, const double *tops, const double *bottoms,
                 int count, struct colour colour)
{
    struct svg *svg = of(canvas);
    text_add(svg->out, "<path");
    svg_add_fill(svg, colour);
    text_add(svg->out, " d=\"");
    for (int from = 0; from < count; from++) {
        int to = from;
        while (to < count && is_open(x, tops, bottoms, to))
            to++;
        if (to > from)
            add_area(svg->out, x, tops, bottoms, from, to);
        from = to;
    }
    text_add(svg->out, "\"/>\n");
}

static void polygon(struct canvas *canvas, const struct point *points, int count,
                    struct colour colour)
{
    struct svg *svg = of(canvas);
    text_add(svg->out, "<path");
    svg_add_fill(svg, colour);
    text_add(svg->out, " d=\"");
    add_polyline(svg->out, points, count);
    text_add(svg->out, "z\"/>\n");
}

static void curve(struct canvas *canvas, const struct point points[4], struct stroke stroke)
{
    struct svg *svg = of(canvas);
    text_add(svg->out, "<path");
    add_stroke(svg, stroke);
    text_add(svg->out, " d=\"M");
    for (int i = 0; i < 4; i++) {
        text_add(svg->out, i == 1 ? "C" : i > 1 ? " " : "");
        fixed_add(svg->out, points[i].x, 1);
        text_add(svg->out, " ");
        fixed_add(svg->out, points[i].y, 1);
    }
    text_add(svg->out, "\"/>\n");
}

static void add_circle(struct svg *svg, struct point centre, double radius)
{
    text_add(svg->out, "<circle");
    add_number(svg, "cx", centre.x);
    add_number(svg, "cy", centre.y);
    add_number(svg, "r", radius);
}

/* More than one: lines of no length with round ends, in one path. */
static void discs(struct canvas *canvas, const struct point *centres, int count, double radius,
                  struct colour colour)
{
    struct svg *svg = of(canvas);
    if (count == 1) {
        add_circle(svg, centres[0], radius);
        svg_add_fill(svg, colour);
    } else {
        text_add(svg->out, "<path");
        svg_add_line(svg, colour);
        add_number(svg, "stroke-width", 2 * radius);
        text_add(svg->out, " stroke-linecap=\"round\" d=\"");
        for (int i = 0; i < count; i++) {
            struct svg_path path = {.out = svg->out};
            svg_path_move(&path, fixed_of(centres[i].x, 1), fixed_of(centres[i].y, 1));
            svg_path_line(&path, path.x, path.y);
        }
        text_add(svg->out, "\"");
    }
    text_add(svg->out, "/>\n");
}

static void ring(struct canvas *canvas, struct point centre, double radius, struct stroke stroke)
{
    add_circle(of(canvas), centre, radius);
    add_stroke(of(canvas), stroke);
    text_add(of(canvas)->out, "/>\n");
}

static void text(struct canvas *canvas, struct point at, enum align align, enum type_style style,
                 struct colour colour, const char *words)
{
    struct svg *svg = of(canvas);
    text_add(svg->out, "<text");
    add_number(svg, "x", at.x);
    add_number(svg, "y", at.y);
    add_number(svg, "font-size", type_size(style) * canvas->text_scale);
    if (style == TYPE_STRONG || style == TYPE_TITLE || style == TYPE_FIGURE)
        text_add(svg->out, " font-weight=\"600\"");
    if (style == TYPE_MONO)
        text_add(svg->out, " font-family=\"JetBrains Mono,ui-monospace,monospace\"");
    if (align != ALIGN_LEFT)
        text_addf(svg->out, " text-anchor=\"%s\"", align == ALIGN_RIGHT ? "end" : "middle");
    svg_add_fill(svg, colour);
    text_add(svg->out, ">");
    xml_add(svg->out, words);
    text_add(svg->out, "</text>\n");
}

static double measure(struct canvas *canvas, enum type_style style, const char *words)
{
    return font_width(style, words) * canvas->text_scale;
}

static void begin_group(struct canvas *canvas, const char *name)
{
    struct svg *svg = of(canvas);
    text_add(svg->out, "<g><title>");
    xml_add(svg->out, name);
    text_add(svg->out, "</title>\n");
    svg->depth++;
}

static void end_group(struct canvas *canvas)
{
    ASSERT(of(canvas)->depth > 0);
    of(canvas)->depth--;
    text_add(of(canvas)->out, "</g>\n");
}

/* -- style sheets ---------------------------------------------------------------------------------------- */

static void add_properties(struct text *out, const struct theme *theme)
{
    char name[THEME_NAME_MAX];
    text_add(out, ":root{");
    for (int token = 0; token < THEME_TOKENS; token++) {
        text_addf(out, "--%s:", theme_token_name(name, token));
        add_hex(out, theme_token(theme, token));
        text_add(out, ";");
    }
    text_add(out, "}\n");
}

void svg_add_properties(struct text *out)
{
    add_properties(out, &theme_light);
    text_add(out, "@media(prefers-color-scheme:dark){");
    add_properties(out, &theme_dark);
    text_add(out, "}\n");
}

void svg_add_style(struct text *out)
{
    char name[THEME_NAME_MAX];
    svg_add_properties(out);
    for (int token = 0; token < THEME_TOKENS; token++) {
        theme_token_name(name, token);
        text_addf(out, ".f-%s{fill:var(--%s)}.s-%s{fill:none;stroke:var(--%s)}\n", name, name, name,
                  name);
    }
}

/* Literal colours, which readers of files know that do not know custom properties. */
static void add_rules(struct svg *svg, const struct theme *theme)
{
    char name[THEME_NAME_MAX];
    for (int token = 0; token < THEME_TOKENS; token++) {
        theme_token_name(name, token);
        if ((svg->fills >> token & 1) != 0) {
            text_addf(svg->out, ".f-%s{fill:", name);
            add_hex(svg->out, theme_token(theme, token));
            text_add(svg->out, "}");
        }
        if ((svg->lines >> token & 1) != 0) {
            text_addf(svg->out, ".s-%s{fill:none;stroke:", name);
            add_hex(svg->out, theme_token(theme, token));
            text_add(svg->out, "}");
        }
    }
}

/* -- begin and end --------------------------------------------------------------------------------------- */

static const struct canvas_ops ops = {
    .push_clip = push_clip,
    .pop_clip = pop_clip,
    .fill_rect = fill_rect,
    .stroke_rect = stroke_rect,
    .line = line,
    .polyline = polyline,
    .area = area,
    .polygon = polygon,
    .curve = curve,
    .discs = discs,
    .ring = ring,
    .cells = svg_cells,
    .text = text,
    .measure = measure,
    .begin_group = begin_group,
    .end_group = end_group,
};

void svg_begin(struct svg *svg, struct text *out, const struct svg_options *options)
{
    ASSERT(options->width > 0 && options->height > 0);
    *svg = (struct svg){
        .canvas = {.ops = &ops, .text_scale = options->text_scale > 0 ? options->text_scale : 1},
        .out = out,
        .options = *options,
    };
    text_add(out, options->use == SVG_FILE ? "<svg xmlns=\"http://www.w3.org/2000/svg\"" : "<svg");
    add_number(svg, "width", options->width);
    add_number(svg, "height", options->height);
    text_add(out, " viewBox=\"0 0 ");
    fixed_add(out, options->width, 2);
    text_add(out, " ");
    fixed_add(out, options->height, 2);
    text_add(out, "\" role=\"img\" xml:space=\"preserve\" "
                  "font-family=\"Inter,system-ui,-apple-system,&quot;Segoe UI&quot;,sans-serif\" "
                  "style=\"font-variant-numeric:tabular-nums\">\n");
    if (options->title != NULL) {
        text_add(out, "<title>");
        xml_add(out, options->title);
        text_add(out, "</title>\n");
    }
}

void svg_end(struct svg *svg)
{
    ASSERT(svg->depth == 0);
    if (svg->options.use == SVG_FILE && (svg->fills | svg->lines) != 0) {
        text_add(svg->out, "<style>");
        add_rules(svg, &theme_light);
        text_add(svg->out, "\n@media(prefers-color-scheme:dark){");
        add_rules(svg, &theme_dark);
        text_add(svg->out, "}</style>\n");
    }
    text_add(svg->out, "</svg>\n");
}
