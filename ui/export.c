/* export.c - bytes into files, pixels into PNG, drawings into PNG, SVG and PDF. */
#include "ui/export.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cairo.h>

#include "chart/svg.h"
#include "core/text.h"
#include "ui/paper.h"
#include "ui/raster.h"

#define PIXELS_MAX 16384 /* of a side of a PNG */

bool export_kind_of(const char *path, enum export_kind *kind, struct err *err)
{
    static const struct {
        const char *end;
        enum export_kind kind;
    } ends[] = {{".png", EXPORT_PNG}, {".svg", EXPORT_SVG}, {".pdf", EXPORT_PDF}};
    size_t length = strlen(path);
    for (size_t i = 0; i < COUNTOF(ends); i++)
        if (length > 4 && strcmp(path + length - 4, ends[i].end) == 0) {
            *kind = ends[i].kind;
            return true;
        }
    err_set(err, "'%s': a picture's name ends with .png, .svg or .pdf", path);
    return err_help(err, "name it %s.png", path);
}

static bool write_all(FILE *file, const char *bytes, size_t count)
{
    bool ok =
        fwrite(bytes, 1, count, file) == count && fflush(file) == 0 && fsync(fileno(file)) == 0;
    return fclose(file) == 0 && ok; /* closes in any case */
}

bool export_bytes(const char *path, const char *bytes, size_t count, struct err *err)
{
    struct text beside = {0};
    text_addf(&beside, "%s.part-%ld", path, (long)getpid());
    FILE *file = fopen(beside.data, "wb");
    bool ok = file != NULL && write_all(file, bytes, count) && rename(beside.data, path) == 0;
    if (!ok) {
        int why = errno;
        if (file != NULL)
            (void)unlink(beside.data); /* the message below is what matters */
        err_file(err, "cannot write '%s': %s", path, strerror(why));
        err_help(err, "check that its folder exists and may be written to");
    }
    text_free(&beside);
    return ok;
}

static cairo_status_t add_bytes(void *closure, const unsigned char *bytes, unsigned count)
{
    text_add_bytes(closure, (const char *)bytes, count);
    return CAIRO_STATUS_SUCCESS;
}

static bool is_opaque(const struct pixels *pixels)
{
    for (int y = 0; y < pixels->height; y++)
        for (int x = 0; x < pixels->width; x++)
            if (pixels->data[(ptrdiff_t)y * pixels->stride + x] >> 24 != 255)
                return false;
    return true;
}

bool export_png(const char *path, const struct pixels *pixels, struct err *err)
{
    struct text png = {0};
    cairo_surface_t *surface = cairo_image_surface_create_for_data(
        (unsigned char *)pixels->data, is_opaque(pixels) ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_ARGB32,
        pixels->width, pixels->height, pixels->stride * 4);
    cairo_status_t status = cairo_surface_write_to_png_stream(surface, add_bytes, &png);
    cairo_surface_destroy(surface);
    bool ok = status == CAIRO_STATUS_SUCCESS && png.length > 0;
    if (ok)
        ok = export_bytes(path, png.data, png.length, err);
    else
        err_file(err, "cannot make '%s': %s", path, cairo_status_to_string(status));
    text_free(&png);
    return ok;
}

bool export_read_png(const char *path, struct pixels *pixels)
{
    cairo_surface_t *surface = cairo_image_surface_create_from_png(path);
    bool ok = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS &&
              cairo_image_surface_get_format(surface) == CAIRO_FORMAT_ARGB32;
    if (ok) {
        struct pixels from = {
            (uint32_t *)(void *)cairo_image_surface_get_data(surface),
            cairo_image_surface_get_width(surface),
            cairo_image_surface_get_height(surface),
            cairo_image_surface_get_stride(surface) / 4,
            1,
        };
        *pixels = pixels_new(from.width, from.height, 1);
        pixels_copy(pixels, &from, (struct pixel_rect){0, 0, from.width, from.height});
    }
    cairo_surface_destroy(surface);
    return ok;
}

struct job {
    const char *path;
    struct fonts *fonts;
    const struct export_options *options;
    export_draw *draw;
    void *context;
};

static void draw_on(const struct job *job, struct canvas *canvas)
{
    struct rect where = {0, 0, job->options->width, job->options->height};
    if (job->options->background.a > 0)
        canvas_fill(canvas, where, 0, job->options->background);
    job->draw(job->context, canvas, where);
}

static bool draw_png(const struct job *job, struct err *err)
{
    double scale = job->options->scale > 0 ? job->options->scale : 1;
    double width = ceil(job->options->width * scale), height = ceil(job->options->height * scale);
    if (!(width >= 1 && height >= 1 && width <= PIXELS_MAX && height <= PIXELS_MAX))
        return err_set(err, "a picture of %.0f x %.0f pixels cannot be made", width, height);
    struct pixels pixels = pixels_new((int)width, (int)height, scale);
    struct raster *raster = raster_new(job->fonts);
    draw_on(job, raster_begin(raster, &pixels, NULL, job->options->text_scale));
    raster_free(raster);
    bool ok = export_png(job->path, &pixels, err);
    pixels_free(&pixels);
    return ok;
}

static bool draw_svg(const struct job *job, struct err *err)
{
    struct text out = {0};
    struct svg svg;
    svg_begin(&svg, &out,
              &(struct svg_options){
                  .use = SVG_FILE,
                  .width = job->options->width,
                  .height = job->options->height,
                  .title = job->options->title,
                  .text_scale = job->options->text_scale,
              });
    draw_on(job, &svg.canvas);
    svg_end(&svg);
    bool ok = export_bytes(job->path, out.data, out.length, err);
    text_free(&out);
    return ok;
}

static bool draw_pdf(const struct job *job, struct err *err)
{
    struct text out = {0};
    struct paper *paper =
        paper_new(&out, job->fonts, job->options->width, job->options->height, job->options->title);
    struct canvas *canvas = paper_canvas(paper);
    canvas->text_scale = job->options->text_scale;
    draw_on(job, canvas);
    bool ok = paper_finish(paper, err) && export_bytes(job->path, out.data, out.length, err);
    text_free(&out);
    return ok;
}

bool export_drawing(enum export_kind kind, const char *path, struct fonts *fonts,
                    const struct export_options *options, export_draw *draw, void *context,
                    struct err *err)
{
    struct job job = {path, fonts, options, draw, context};
    switch (kind) {
    case EXPORT_SVG:
        return draw_svg(&job, err);
    case EXPORT_PDF:
        return draw_pdf(&job, err);
    default:
        return draw_png(&job, err);
    }
}
