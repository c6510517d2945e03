/* plot_parts.h - what the charts share and nobody else needs: laying out axes, labels at the end of curves, quiet places. */
#ifndef TEPID_CHART_PLOT_PARTS_H
#define TEPID_CHART_PLOT_PARTS_H

#include "chart/plot.h"

/* A text beside the plot: where its curve ends, in pixels. */
struct plot_label {
    double y;
    struct colour colour;
    char text[96];
};
struct plot_labels {
    struct plot_label items[PLOT_LABELS];
    int count;
};

/* Adds one; `y` NAN, or more than PLOT_LABELS: left out. */
__attribute__((format(printf, 4, 5))) void
plot_label_add(struct plot_labels *labels, double y, struct colour colour, const char *format, ...);
/* Width of the widest, with its gap. */
double plot_labels_width(const struct plot *plot, const struct plot_labels *labels);
/* Draws them right of the plot, moved apart, with a hair line to the end of the curve where one was moved far. */
void plot_labels_draw(const struct plot *plot, const struct plot_frame *frame,
                      const struct plot_labels *labels);

/* Sets frame->rect: what is left of plot->where beside the ticks of y at the left, those of x below and `right` pixels. False, and rect.w 0: there
 * is no room. */
bool plot_lay_out(const struct plot *plot, struct plot_frame *frame, double right);
/* Grid and ticks of the value axis; ticks of the other one. */
void plot_draw_y(const struct plot *plot, const struct plot_frame *frame);
void plot_draw_x(const struct plot *plot, const struct plot_frame *frame);
/* Ticks at given values instead: those whose texts do not run into each other. */
void plot_draw_x_at(const struct plot *plot, const struct plot_frame *frame, const double *at,
                    const char *const *texts, int count);

/* Texts inside the plot, on a piece of the ground so that they read over curves; none is put on another. */
#define PLOT_NOTES 16
struct plot_notes {
    struct rect items[PLOT_NOTES];
    int count;
};
/* Whether a rectangle is inside the plot and on none of the notes. */
bool plot_is_free(const struct plot_frame *frame, const struct plot_notes *notes, struct rect rect);
/* Draws a small text, or says where it would be; the middle of its left edge is at `at`. */
struct rect plot_note_rect(const struct plot *plot, struct point at, double width);
void plot_note(const struct plot *plot, struct plot_notes *notes, struct point at,
               struct colour colour, const char *text);
/* Where near the horizontal at `y` a text of this width hides least of the curves; their points are in pixels, NAN between curves.
 * Returns the middle of its left edge. */
struct point plot_quiet_place(const struct plot *plot, const struct plot_frame *frame,
                              const struct plot_notes *notes, double y, double width,
                              const struct point *points, int count);
/* The first of `texts` (ends with NULL) that is not wider than the plot, else the last one cut; `out` holds 256 bytes. Returns its width. */
double plot_fit_note(const struct plot *plot, const struct plot_frame *frame,
                     const char *const *texts, char *out);
/* Whether the piece from a to b touches the rectangle. */
bool plot_touches(struct rect rect, struct point a, struct point b);

/* Clips to the plot, with a pixel around it for the width of lines. */
void plot_clip(const struct plot *plot, const struct plot_frame *frame);

/* Widens low .. high (NAN: empty) by values that are numbers; with `log` only by positive ones. */
void plot_extend(const double *values, int count, bool log, double *low, double *high);
/* The last number of an array; NAN: none. */
double plot_last(const double *values, int count);

#endif
