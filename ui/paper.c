/* paper.c - canvas calls into Cairo's. */
#include "ui/paper.h"

#include <math.h>
#include <string.h>

#include <cairo-ft.h>
#include <cairo-pdf.h>

#include "core/arena.h"
#include "ui/pixels.h"

struct paper {
    struct canvas canvas;
    struct fonts *fonts;
    cairo_surface_t *surface;
    cairo_t *cairo;
    cairo_font_face_t *face[FONT_FACES_MAX];
};

static struct paper *of(struct canvas *canvas)
{
    return (struct paper *)canvas;
}

static cairo_t *cairo_of(struct canvas *canvas)
{
    return of(canvas)->cairo;
}

static void set_colour(cairo_t *cairo, struct colour colour)
{
    cairo_set_source_rgba(cairo, colour.r / 255.0, colour.g / 255.0, colour.b / 255.0,
                          colour.a / 255.0);
}

static void set_stroke(cairo_t *cairo, struct stroke stroke)
{
    const double *pattern = dash_pattern(stroke.dash);
    set_colour(cairo, stroke.colour);
    cairo_set_line_width(cairo, stroke.width);
    cairo_set_dash(cairo, pattern, pattern != NULL ? 2 : 0, 0);
}

static void push_clip(struct canvas *canvas, struct rect rect)
{
    cairo_t *cairo = cairo_of(canvas);
    cairo_save(cairo);
    cairo_rectangle(cairo, rect.x, rect.y, rect.w, rect.h);
    cairo_clip(cairo);
}

static void pop_clip(struct canvas *canvas)
{
    cairo_restore(cairo_of(canvas));
}

static void trace_rect(cairo_t *cairo, struct rect rect, double radius)
{
    double half_pi = 1.5707963267948966;
    radius = fmin(radius, fmin(rect.w, rect.h) / 2);
    if (!(radius > 0)) {
        cairo_rectangle(cairo, rect.x, rect.y, rect.w, rect.h);
        return;
    }
    double left = rect.x + radius, right = rect.x + rect.w - radius;
    double top = rect.y + radius, bottom = rect.y + rect.h - radius;
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, right, top, radius, -half_pi, 0);
    cairo_arc(cairo, right, bottom, radius, 0, half_pi);
    cairo_arc(cairo, left, bottom, radius, half_pi, 2 * half_pi);
    cairo_arc(cairo, left, top, radius, 2 * half_pi, 3 * half_pi);
    cairo_close_path(cairo);
}

static void fill_rect(struct canvas *canvas, struct rect rect, double radius, struct colour colour)
{
    cairo_t *cairo = cairo_of(canvas);
    if (!(rect.w > 0 && rect.h > 0))
        return;
    set_colour(cairo, colour);
    trace_rect(cairo, rect, radius);
    cairo_fill(cairo);
}

static void stroke_rect(struct canvas *canvas, struct rect rect, double radius,
                        struct stroke stroke)
{
    cairo_t *cairo = cairo_of(canvas);
    if (!(rect.w > stroke.width && rect.h > stroke.width))
        return;
    set_stroke(cairo, stroke);
    trace_rect(cairo, rect_inset(rect, stroke.width / 2), radius - stroke.width / 2);
    cairo_stroke(cairo);
}

static void line(struct canvas *canvas, struct point from, struct point to, struct stroke stroke)
{
    cairo_t *cairo = cairo_of(canvas);
    set_stroke(cairo, stroke);
    cairo_move_to(cairo, from.x, from.y);
    cairo_line_to(cairo, to.x, to.y);
    cairo_stroke(cairo);
}

static void polyline(struct canvas *canvas, const struct point *points, int count,
                     struct stroke stroke)
{
    cairo_t *cairo = cairo_of(canvas);
    bool before = false;
    set_stroke(cairo, stroke);
    for (int i = 0; i < count; i++) {
        bool here = !isnan(points[i].x) && !isnan(points[i].y);
        bool next = i + 1 < count && !isnan(points[i + 1].x) && !isnan(points[i + 1].y);
        if (here && before)
            cairo_line_to(cairo, points[i].x, points[i].y);
        else if (here)
            cairo_move_to(cairo, points[i].x, points[i].y);
        if (here && !before && !next) /* a point alone: a dot, by its round caps */
            cairo_line_to(cairo, points[i].x, points[i].y);
        before = here;
    }
    cairo_stroke(cairo);
}

static void trace_area(cairo_t *cairo, const double *x, const double *tops, const double *bottoms,
                       int count)
{
    for (int i = 0; i < count; i++)
        cairo_line_to(cairo, x[i], tops[i]);
    for (int i = count - 1; i >= 0; i--)
        cairo_line_to(cairo, x[i], bottoms[i]);
    cairo_close_path(cairo);
}

static void area(struct canvas *canvas, const double *x, const double *tops, const double *bottoms,
                 int count, struct colour colour)
{
    cairo_t *cairo = cairo_of(canvas);
    set_colour(cairo, colour);
    for (int from = 0; from < count;) {
        int to = from;
        while (to < count && !isnan(x[to] + tops[to] + bottoms[to]))
            to++;
        if (to - from > 1)
            trace_area(cairo, x + from, tops + from, bottoms + from, to - from);
        from = to + (to < count);
    }
    cairo_fill(cairo);
}

static void polygon(struct canvas *canvas, const struct point *points, int count,
                    struct colour colour)
{
    cairo_t *cairo = cairo_of(canvas);
    set_colour(cairo, colour);
    for (int i = 0; i < count; i++)
        cairo_line_to(cairo, points[i].x, points[i].y);
    cairo_close_path(cairo);
    cairo_fill(cairo);
}

static void curve(struct canvas *canvas, const struct point points[4], struct stroke stroke)
{
    cairo_t *cairo = cairo_of(canvas);
    set_stroke(cairo, stroke);
    cairo_move_to(cairo, points[0].x, points[0].y);
    cairo_curve_to(cairo, points[1].x, points[1].y, points[2].x, points[2].y, points[3].x,
                   points[3].y);
    cairo_stroke(cairo);
}

static void discs(struct canvas *canvas, const struct point *centres, int count, double radius,
                  struct colour colour)
{
    cairo_t *cairo = cairo_of(canvas);
    set_colour(cairo, colour);
    for (int i = 0; i < count; i++) {
        cairo_new_sub_path(cairo);
        cairo_arc(cairo, centres[i].x, centres[i].y, radius, 0, 6.283185307179586);
    }
    cairo_fill(cairo);
}

static void ring(struct canvas *canvas, struct point centre, double radius, struct stroke stroke)
{
    cairo_t *cairo = cairo_of(canvas);
    set_stroke(cairo, stroke);
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, centre.x, centre.y, radius, 0, 6.283185307179586);
    cairo_stroke(cairo);
}

static bool same_colour(struct colour a, struct colour b)
{
    return a.r == b.r && a.g == b.g && a.b == b.b && a.a == b.a;
}

/* Equal neighbours of a row as one; without smoothed edges, or seams would show. */
static void cells(struct canvas *canvas, struct rect rect, int columns, int rows,
                  const struct colour *colours)
{
    cairo_t *cairo = cairo_of(canvas);
    double width = rect.w / columns, height = rect.h / rows;
    cairo_save(cairo);
    cairo_set_antialias(cairo, CAIRO_ANTIALIAS_NONE);
    for (int row = 0; row < rows; row++)
        for (int from = 0; from < columns;) {
            const struct colour *at = colours + (ptrdiff_t)row * columns;
            int to = from + 1;
            while (to < columns && same_colour(at[to], at[from]))
                to++;
            if (at[from].a > 0) {
                set_colour(cairo, at[from]);
                cairo_rectangle(cairo, rect.x + from * width, rect.y + row * height,
                                (to - from) * width, height);
                cairo_fill(cairo);
            }
            from = to;
        }
    cairo_restore(cairo);
}

static double measure(struct canvas *canvas, enum type_style style, const char *text)
{
    return fonts_measure(of(canvas)->fonts, style, canvas->text_scale, text);
}

/* A face of Cairo's own, since it resizes faces and keeps them longer than a paper lives: it goes with the last use. */
struct own_face {
    FT_Library library;
    FT_Face face;
};

static void free_face(void *own)
{
    struct own_face *face = own;
    if (face->library != NULL)
        (void)FT_Done_FreeType(face->library); /* with its faces */
    mem_free(face);
}

/* NULL if FreeType cannot open the file. */
static cairo_font_face_t *face_of(struct paper *paper, int face)
{
    static const cairo_user_data_key_t key;
    if (paper->face[face] != NULL)
        return paper->face[face];
    int index;
    const char *file = fonts_file(paper->fonts, face, &index);
    struct own_face *own = mem_resize(NULL, sizeof *own);
    *own = (struct own_face){0};
    if (FT_Init_FreeType(&own->library) != 0 ||
        FT_New_Face(own->library, file, (FT_Long)index, &own->face) != 0) {
        free_face(own);
        return NULL;
    }
    paper->face[face] = cairo_ft_font_face_create_for_ft_face(own->face, 0);
    if (cairo_font_face_set_user_data(paper->face[face], &key, own, free_face) !=
        CAIRO_STATUS_SUCCESS)
        free_face(own);
    return paper->face[face];
}

/* UTF-8 goes along, so that text in the page can be searched and copied: one cluster for the whole of a part. */
static void show(struct paper *paper, const cairo_glyph_t *glyphs, int count, const char *words,
                 bool whole_line)
{
    cairo_text_cluster_t cluster = {(int)strlen(words), count};
    if (whole_line)
        cairo_show_text_glyphs(paper->cairo, words, cluster.num_bytes, glyphs, count, &cluster, 1,
                               0);
    else
        cairo_show_glyphs(paper->cairo, glyphs, count);
}

static void text(struct canvas *canvas, struct point at, enum align align, enum type_style style,
                 struct colour colour, const char *words)
{
    enum { PART = 512 };
    struct paper *paper = of(canvas);
    struct font_line shaped = fonts_shape(paper->fonts, style, words);
    double size = type_size(style) * canvas->text_scale, width = shaped.width * size;
    at.x -= align == ALIGN_MIDDLE ? width / 2 : align == ALIGN_RIGHT ? width : 0;
    set_colour(paper->cairo, colour);
    for (int from = 0; from < shaped.count;) {
        cairo_glyph_t glyphs[PART];
        int face = shaped.glyphs[from].face, count = 0;
        for (; from + count < shaped.count && count < PART &&
               shaped.glyphs[from + count].face == face;
             count++) {
            const struct font_glyph *glyph = &shaped.glyphs[from + count];
            glyphs[count] =
                (cairo_glyph_t){glyph->glyph, at.x + glyph->x * size, at.y - glyph->y * size};
        }
        cairo_font_face_t *font = face_of(paper, face);
        if (font != NULL) {
            cairo_set_font_face(paper->cairo, font);
            cairo_set_font_size(paper->cairo, size);
            show(paper, glyphs, count, words, count == shaped.count);
        }
        from += count;
    }
}

static void group(struct canvas *canvas, const char *name)
{
    (void)canvas, (void)name; /* a page has no names for its parts */
}

static void end_group(struct canvas *canvas)
{
    (void)canvas;
}

static const struct canvas_ops paper_ops = {
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
    .cells = cells,
    .text = text,
    .measure = measure,
    .begin_group = group,
    .end_group = end_group,
};

static cairo_status_t add_bytes(void *closure, const unsigned char *bytes, unsigned count)
{
    text_add_bytes(closure, (const char *)bytes, count);
    return CAIRO_STATUS_SUCCESS;
}

static struct paper *begin(struct fonts *fonts, cairo_surface_t *surface)
{
    struct paper *paper = mem_resize(NULL, sizeof *paper);
    *paper = (struct paper){
        .canvas = {&paper_ops, 1},
        .fonts = fonts,
        .surface = surface,
        .cairo = cairo_create(surface),
    };
    cairo_set_line_cap(paper->cairo, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(paper->cairo, CAIRO_LINE_JOIN_ROUND);
    return paper;
}

struct paper *paper_new(struct text *out, struct fonts *fonts, double width, double height,
                        const char *title)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(add_bytes, out, width, height);
    if (title != NULL)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "tepid");
    return begin(fonts, surface);
}

struct paper *paper_on_pixels(struct pixels *pixels, struct fonts *fonts)
{
    struct paper *paper = begin(fonts, cairo_image_surface_create_for_data(
                                           (unsigned char *)pixels->data, CAIRO_FORMAT_ARGB32,
                                           pixels->width, pixels->height, pixels->stride * 4));
    cairo_scale(paper->cairo, pixels->scale, pixels->scale);
    return paper;
}

struct canvas *paper_canvas(struct paper *paper)
{
    return &paper->canvas;
}

bool paper_finish(struct paper *paper, struct err *err)
{
    cairo_status_t status = cairo_status(paper->cairo);
    cairo_destroy(paper->cairo);
    cairo_surface_finish(paper->surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(paper->surface);
    cairo_surface_destroy(paper->surface);
    for (int i = 0; i < FONT_FACES_MAX; i++)
        if (paper->face[i] != NULL)
            cairo_font_face_destroy(paper->face[i]);
    mem_free(paper);
    return status == CAIRO_STATUS_SUCCESS ||
           err_file(err, "the page cannot be drawn: %s", cairo_status_to_string(status));
}
