/* gallery.h - every chart once, with invented figures: for goldens, for checks of all charts, and to look at.
 *
 * TEPID_PICTURES=DIR build/debug/tepid-tests plots writes each as DIR/NAME-dark.svg, -light.svg and -auto.svg.
 */
#ifndef TEPID_TESTS_CHART_GALLERY_H
#define TEPID_TESTS_CHART_GALLERY_H

#include "chart/plot.h"

struct exhibit {
    const char *name, *title, *subtitle;
    struct plot_frame (*draw)(const struct plot *plot);
};

extern const struct exhibit gallery[]; /* ends with name == NULL */

#define GALLERY_W 400
#define GALLERY_H 320

/* In its box, in `where`; returns the frame. */
struct plot_frame gallery_draw(const struct exhibit *exhibit, struct canvas *canvas,
                               const struct theme *theme, struct rect where);

#endif
