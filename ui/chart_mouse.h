/* chart_mouse.h - what the mouse does over a chart with a time axis: crosshair, zoom, pan, brush.
 *
 * It works on where the panel plotted in the frame before (panel_memory), before the panel is drawn, so that the crosshair of all charts is that
 * of this frame.
 */
#ifndef TEPID_UI_CHART_MOUSE_H
#define TEPID_UI_CHART_MOUSE_H

#include "ui/app.h"

/* Once before the charts of a frame. */
void chart_mouse_begin(struct app *app);
/* `where`: the panel; `seen`: what of the page is not scrolled away. */
void chart_mouse(struct app *app, int panel, const struct panel_memory *memory, struct rect where,
                 struct rect seen);
/* Shades what is being brushed. */
void chart_brush_draw(struct app *app, const struct panel_memory *memory);

#endif
