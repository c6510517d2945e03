/* plot_stack.c - see the header. */
#include "chart/plot_stack.h"

#include <math.h>

#include "chart/plot_parts.h"
#include "core/arena.h"

#define LAYER_ALPHA 0.85

/* sums[layer * count + i]: the top of a layer, in values. */
static void add_up(const struct plot_stack *what, double *sums)
{
    for (int i = 0; i < what->count; i++) {
        double sum = 0;
        for (int layer = 0; layer < what->layer_count; layer++) {
            sum += what->layers[layer].y[i]; /* NAN spreads upwards */
            sums[layer * what->count + i] = sum;
        }
        for (int layer = 0; layer < what->layer_count && isnan(sum); layer++)
            sums[layer * what->count + i] = (double)NAN;
    }
}

static void choose_axes(const struct plot_stack *what, const double *sums, struct plot_frame *frame)
{
    double low = (double)NAN, high = (double)NAN;
    double first = what->count > 0 ? what->x[0] : 0;
    double last = what->count > 0 ? what->x[what->count - 1] : 1;
    plot_extend(sums + (what->layer_count - 1) * what->count, what->count, false, &low, &high);
    frame->y = what->y_axis != NULL ? *what->y_axis
                                    : plot_axis_over(what->y_unit, 0, fmax(high, 0), false);
    frame->x = what->x_axis != NULL ? *what->x_axis
                                    : (struct plot_axis){what->x_unit, first,
                                                         last > first ? last : first + 1, false};
}

/* A label stands in the middle of its layer where the chart ends; in values for now. */
static void make_labels(const struct plot_stack *what, const double *sums,
                        struct plot_labels *labels)
{
    int end = what->count - 1;
    while (end >= 0 && isnan(sums[end]))
        end--;
    for (int layer = what->layer_count - 1; end >= 0 && layer >= 0; layer--) {
        double top = sums[layer * what->count + end];
        double bottom = layer > 0 ? sums[(layer - 1) * what->count + end] : 0;
        char value[PLOT_TEXT];
        plot_label_add(labels, (top + bottom) / 2, what->layers[layer].colour, "%s %s",
                       what->layers[layer].label, plot_show(value, what->y_unit, top - bottom));
    }
}

static void draw_layers(const struct plot *plot, const struct plot_frame *frame,
                        const struct plot_stack *what, double *sums, double *x)
{
    double *ground = x + what->count;
    for (int i = 0; i < what->count; i++) {
        x[i] = plot_x(frame, what->x[i]);
        ground[i] = plot_y(frame, 0);
    }
    for (int i = 0; i < what->layer_count * what->count; i++)
        sums[i] = plot_y(frame, sums[i]);
    for (int layer = 0; layer < what->layer_count; layer++)
        plot->canvas->ops->area(plot->canvas, x, sums + layer * what->count,
                                layer > 0 ? sums + (layer - 1) * what->count : ground, what->count,
                                colour_fade(what->layers[layer].colour, LAYER_ALPHA));
}

struct plot_frame plot_stack(const struct plot *plot, const struct plot_stack *what)
{
    struct plot_frame frame = {{0}, {0}, {0}};
    struct plot_labels labels = {.count = 0};
    ASSERT(1 <= what->layer_count && what->layer_count <= PLOT_LAYERS);
    size_t values = (size_t)what->count * (size_t)(what->layer_count + 2) + 1;
    double *sums = mem_resize(NULL, values * sizeof *sums);
    add_up(what, sums);
    choose_axes(what, sums, &frame);
    make_labels(what, sums, &labels);
    if (plot_lay_out(plot, &frame, plot_labels_width(plot, &labels))) {
        for (int i = 0; i < labels.count; i++)
            labels.items[i].y = plot_y(&frame, labels.items[i].y);
        plot_draw_y(plot, &frame);
        plot_draw_x(plot, &frame);
        plot_clip(plot, &frame);
        draw_layers(plot, &frame, what, sums, sums + what->layer_count * what->count);
        canvas_pop_clip(plot->canvas);
        plot_labels_draw(plot, &frame, &labels);
    }
    mem_free(sums);
    return frame;
}
