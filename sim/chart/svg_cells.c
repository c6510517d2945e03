/* svg_cells.c - a grid of cells as few short paths.
 *
 * In coordinates in which a cell is one unit, a run of equal cells is a stroke of width 1 along the middle of its row:
 * "m3 0h2". All runs of one colour are one path. Runs go along rows or along columns, whichever gives fewer of them.
 */
#include "chart/fixed.h"
#include "chart/svg_parts.h"
#include "core/arena.h"

struct run {
    uint32_t key; /* its colour */
    int along, across, length;
};

struct runs {
    struct run *items;
    size_t count, capacity;
};

struct grid {
    const struct colour *cells;
    int length, lines; /* cells along a run, and how many lines of them */
    bool down;         /* runs go down columns */
    int columns;
};

static uint32_t key_at(const struct grid *grid, int along, int across)
{
    int column = grid->down ? across : along, row = grid->down ? along : across;
    struct colour c = grid->cells[(size_t)row * (size_t)grid->columns + (size_t)column];
    if (c.a == 0)
        return 0;
    return (uint32_t)c.r << 24 | (uint32_t)c.g << 16 | (uint32_t)c.b << 8 | c.a;
}

/* Appends the runs of the grid in order, or only counts them if `runs` is NULL. */
static size_t find_runs(const struct grid *grid, struct runs *runs)
{
    size_t count = 0;
    for (int across = 0; across < grid->lines; across++)
        for (int from = 0, to; from < grid->length; from = to) {
            uint32_t key = key_at(grid, from, across);
            for (to = from + 1; to < grid->length && key_at(grid, to, across) == key; to++)
                ;
            if (key == 0)
                continue;
            count++;
            if (runs == NULL)
                continue;
            runs->items =
                mem_grow(runs->items, runs->count, &runs->capacity, sizeof runs->items[0]);
            runs->items[runs->count++] = (struct run){key, from, across, to - from};
        }
    return count;
}

/* Stable, by colour: a merge sort from the bottom up. */
static void sort_runs(struct runs *runs)
{
    size_t count = runs->count;
    struct run *from = runs->items, *to = mem_resize(NULL, count * sizeof *to);
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t low = 0; low < count; low += 2 * width) {
            size_t middle = low + width < count ? low + width : count;
            size_t high = low + 2 * width < count ? low + 2 * width : count;
            for (size_t at = low, a = low, b = middle; at < high; at++)
                to[at] =
                    b >= high || (a < middle && from[a].key <= from[b].key) ? from[a++] : from[b++];
        }
        struct run *swap = from;
        from = to;
        to = swap;
    }
    runs->items = from;
    mem_free(to);
}

static void add_step(struct text *out, int value, const char *before)
{
    if (value >= 0)
        text_add(out, before);
    text_addf(out, "%d", value);
}

/* The runs from..to, all of one colour. */
static void add_path(struct svg *svg, const struct grid *grid, const struct run *from,
                     const struct run *to)
{
    int x = 0, y = 0;
    struct colour colour = {(uint8_t)(from->key >> 24), (uint8_t)(from->key >> 16),
                            (uint8_t)(from->key >> 8), (uint8_t)from->key};
    text_add(svg->out, "<path");
    svg_add_line(svg, colour);
    text_add(svg->out, " d=\"");
    for (const struct run *run = from; run < to; run++) {
        int run_x = grid->down ? run->across : run->along;
        int run_y = grid->down ? run->along : run->across;
        text_add(svg->out, run == from ? "M" : "m");
        add_step(svg->out, run_x - x, "");
        add_step(svg->out, run_y - y, " ");
        text_addf(svg->out, "%c%d", grid->down ? 'v' : 'h', run->length);
        x = run_x + (grid->down ? 0 : run->length);
        y = run_y + (grid->down ? run->length : 0);
    }
    text_add(svg->out, "\"/>\n");
}

/* A nested svg whose view box is the grid, moved by half a cell so that whole numbers are the middles of rows or columns. */
static void open_grid(struct svg *svg, struct rect rect, const struct grid *grid, int rows)
{
    const char *const names[] = {" x=\"", "\" y=\"", "\" width=\"", "\" height=\""};
    double sides[] = {rect.x, rect.y, rect.w, rect.h};
    text_add(svg->out, "<svg");
    for (size_t i = 0; i < COUNTOF(sides); i++) {
        text_add(svg->out, names[i]);
        fixed_add(svg->out, sides[i], 2);
    }
    text_addf(svg->out,
              "\" viewBox=\"%s %d %d\" preserveAspectRatio=\"none\" "
              "shape-rendering=\"crispEdges\">\n",
              grid->down ? "-0.5 0" : "0 -0.5", grid->columns, rows);
}

void svg_cells(struct canvas *canvas, struct rect rect, int columns, int rows,
               const struct colour *cells)
{
    struct svg *svg = (struct svg *)canvas;
    struct grid along = {cells, columns, rows, false, columns};
    struct grid down = {cells, rows, columns, true, columns};
    struct grid *grid = find_runs(&along, NULL) <= find_runs(&down, NULL) ? &along : &down;
    struct runs runs = {0};
    if (columns <= 0 || rows <= 0 || find_runs(grid, &runs) == 0)
        return;
    sort_runs(&runs);
    open_grid(svg, rect, grid, rows);
    for (size_t from = 0, to; from < runs.count; from = to) {
        for (to = from + 1; to < runs.count && runs.items[to].key == runs.items[from].key; to++)
            ;
        add_path(svg, grid, runs.items + from, runs.items + to);
    }
    text_add(svg->out, "</svg>\n");
    mem_free(runs.items);
}
