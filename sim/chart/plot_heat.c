/* plot_heat.c - see the header. */
#include "chart/plot_heat.h"

#include <math.h>

#include "chart/plot_parts.h"
#include "core/arena.h"

#define KEY_WIDTH  8
#define KEY_HEIGHT 96.0

static double most_of(const struct plot_heat *what)
{
    double most = 0;
    for (int i = 0; i < what->columns * what->rows; i++)
        most = what->counts[i] > most ? what->counts[i] : most;
    return most;
}

static void draw_cells(const struct plot *plot, const struct plot_frame *frame,
                       const struct plot_heat *what, double most)
{
    size_t count = (size_t)what->columns * (size_t)what->rows;
    struct colour *cells = mem_resize(NULL, count * sizeof *cells + 1);
    for (int row = 0; row < what->rows; row++)
        for (int column = 0; column < what->columns; column++)
            cells[row * what->columns + column] = theme_heat(
                plot->theme, what->counts[(what->rows - 1 - row) * what->columns + column], most);
    plot->canvas->ops->cells(plot->canvas, frame->rect, what->columns, what->rows, cells);
    mem_free(cells);
}

/* All levels from 1 to the most, at the bottom right. */
static void draw_key(const struct plot *plot, const struct plot_frame *frame, double most,
                     const char *text)
{
    struct canvas *canvas = plot->canvas;
    struct colour levels[THEME_HEAT_LEVELS];
    double line = plot_line_height(canvas, TYPE_SMALL);
    double height = fmin(frame->rect.h - line, KEY_HEIGHT * canvas->text_scale);
    double bottom = frame->rect.y + frame->rect.h, x = frame->rect.x + frame->rect.w + 2 * SPACE;
    for (int i = 0; i < THEME_HEAT_LEVELS; i++)
        levels[i] = theme_heat_level(plot->theme, THEME_HEAT_LEVELS - 1 - i);
    canvas->ops->cells(canvas, (struct rect){x, bottom - height, KEY_WIDTH, height}, 1,
                       THEME_HEAT_LEVELS, levels);
    canvas_text(canvas, x + KEY_WIDTH + SPACE, plot_baseline(canvas, TYPE_SMALL, bottom - line / 3),
                ALIGN_LEFT, TYPE_SMALL, plot->theme->muted, "1");
    if (most > 1)
        canvas_text(canvas, x + KEY_WIDTH + SPACE,
                    plot_baseline(canvas, TYPE_SMALL, bottom - height + line / 3), ALIGN_LEFT,
                    TYPE_SMALL, plot->theme->muted, text);
}

struct plot_frame plot_heat(const struct plot *plot, const struct plot_heat *what)
{
    struct plot_frame frame = {.x = what->x, .y = what->y};
    double most = most_of(what);
    char text[PLOT_TEXT];
    ASSERT(what->columns >= 0 && what->rows >= 0);
    ASSERT((int64_t)what->columns * what->rows <= PLOT_HEAT_CELLS);
    double words = canvas_measure(plot->canvas, TYPE_SMALL, plot_show(text, PLOT_COUNT, most));
    double key = most > 0 ? 2 * SPACE + KEY_WIDTH + SPACE + ceil(fmax(words, 8)) : 2 * SPACE;
    if (!plot_lay_out(plot, &frame, key))
        return frame;
    canvas_fill(plot->canvas, frame.rect, 0, plot->theme->heat[0]);
    plot_draw_y(plot, &frame);
    plot_draw_x(plot, &frame);
    if (most > 0) {
        draw_cells(plot, &frame, what, most);
        draw_key(plot, &frame, most, text);
    }
    return frame;
}
