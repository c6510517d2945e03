/* export.h - what is on screen, as a file: PNG, SVG, PDF of anything that draws on a canvas, and text such as CSV.
 *
 * A file is written beside its place under another name and takes its name when it is complete: nothing half-written is ever seen, and
 * what was there before stays when writing fails. The same calls draw the window, so an export shows what the window shows.
 */
#ifndef TEPID_UI_EXPORT_H
#define TEPID_UI_EXPORT_H

#include "core/err.h"
#include "ui/fonts.h"
#include "ui/pixels.h"

/* "png", "svg", "pdf": by the end of the path. False with help (ERR_USER) if it is none of them. */
enum export_kind { EXPORT_PNG, EXPORT_SVG, EXPORT_PDF };
bool export_kind_of(const char *path, enum export_kind *kind, struct err *err);

struct export_options {
    double width, height; /* in pixels at 100 %; a PDF's page is as many points */
    double scale;         /* PNG: device pixels to a pixel at 100 % */
    double text_scale;
    const char *title;
    struct colour background; /* behind all; transparent (a = 0): nothing */
};

/* Draws into the rectangle (0, 0, width, height). */
typedef void export_draw(void *context, struct canvas *canvas, struct rect where);

bool export_drawing(enum export_kind kind, const char *path, struct fonts *fonts,
                    const struct export_options *options, export_draw *draw, void *context,
                    struct err *err);

/* The pixels as they are. */
bool export_png(const char *path, const struct pixels *pixels, struct err *err);

/* Any bytes: CSV, and what is below everything above. ERR_FILE and why if it cannot be written. */
bool export_bytes(const char *path, const char *bytes, size_t count, struct err *err);

/* Reads a PNG; false if there is none that can be read. Released with pixels_free. */
bool export_read_png(const char *path, struct pixels *pixels);

#endif
