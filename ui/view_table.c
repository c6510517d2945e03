/* view_table.c - see the header. */
#include "ui/view_table.h"

#include "ui/panel_frame.h"

#include <math.h>

struct table table_make(const struct view *view, struct rect where,
                        const struct table_column *columns, int column_count)
{
    struct table table = {.where = where, .columns = columns, .column_count = column_count};
    table.row_height = fmax(view_line_height(view, TYPE_BODY) + 3, 20);
    for (int i = 0; i < column_count; i++)
        table.shares += columns[i].share;
    return table;
}

int table_rows(const struct table *table)
{
    int rows = (int)(table->where.h / table->row_height) - 1;
    return rows > 0 ? rows : 0;
}

struct rect table_row(const struct table *table, int row)
{
    return (struct rect){table->where.x, table->where.y + (row + 1) * table->row_height,
                         table->where.w, table->row_height};
}

struct rect table_cell_rect(const struct table *table, int row, int column)
{
    struct rect cell = table_row(table, row);
    for (int i = 0; i < column; i++)
        cell.x += table->where.w * table->columns[i].share / table->shares;
    cell.w = table->where.w * table->columns[column].share / table->shares;
    return cell;
}

void table_cell(struct view *view, const struct table *table, int row, int column,
                enum type_style style, struct colour colour, const char *text)
{
    struct rect cell = table_cell_rect(table, row, column);
    enum align align = table->columns[column].align;
    char cut[256];
    (void)canvas_fit(view->canvas, style, text, fmax(cell.w - 2 * SPACE, 0), cut);
    double x = align == ALIGN_RIGHT ? cell.x + cell.w - SPACE : cell.x + SPACE;
    double size = type_size(style) * view->canvas->text_scale;
    canvas_text(view->canvas, x, cell.y + cell.h / 2 + size * 0.36, align, style, colour, cut);
}

void table_head(struct view *view, const struct table *table)
{
    for (int i = 0; i < table->column_count; i++)
        table_cell(view, table, -1, i, TYPE_SMALL, view->theme->muted, table->columns[i].head);
    double y = table->where.y + table->row_height - 0.5;
    canvas_line(view->canvas, table->where.x, y, table->where.x + table->where.w, y,
                (struct stroke){view->theme->border, 1, DASH_SOLID});
}
