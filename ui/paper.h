/* paper.h - the canvas of a PDF page: the same calls as everywhere, drawn by Cairo as shapes and real text. */
#ifndef TEPID_UI_PAPER_H
#define TEPID_UI_PAPER_H

#include "core/text.h"
#include "ui/fonts.h"

struct paper;

/* A page of `width` x `height` points, written to `out`; `title` may be NULL. */
struct paper *paper_new(struct text *out, struct fonts *fonts, double width, double height,
                        const char *title);
/* Set its text_scale before drawing. */
struct canvas *paper_canvas(struct paper *paper);
/* Ends the page and frees the paper. False (ERR_FILE) if Cairo could not write it. */
bool paper_finish(struct paper *paper, struct err *err);

/* The same canvas on device pixels, for comparing the own kernels with Cairo's: in tests and the bench. */
struct pixels;
struct paper *paper_on_pixels(struct pixels *pixels, struct fonts *fonts);

#endif
