/* view_table.h - a table of text: columns by share of the width, numbers aligned right, as many rows as fit.
 *
 * It draws nothing but cells; selection, scrolling and clicks belong to whoever uses it.
 */
#ifndef TEPID_UI_VIEW_TABLE_H
#define TEPID_UI_VIEW_TABLE_H

#include "ui/view.h"

struct table_column {
    const char *head;
    enum align align; /* ALIGN_LEFT or ALIGN_RIGHT */
    double share;     /* of the width, relative to the others */
};

struct table {
    struct rect where;
    const struct table_column *columns;
    int column_count;
    double row_height;
    double shares; /* sum of the columns' */
};

struct table table_make(const struct view *view, struct rect where,
                        const struct table_column *columns, int column_count);
/* How many rows fit below the head. */
int table_rows(const struct table *table);
void table_head(struct view *view, const struct table *table);
struct rect table_row(const struct table *table, int row);
struct rect table_cell_rect(const struct table *table, int row, int column);
/* Text is cut to its column. */
void table_cell(struct view *view, const struct table *table, int row, int column,
                enum type_style style, struct colour colour, const char *text);

#endif
