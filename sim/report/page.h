/* page.h - lays out text for a terminal: columns, alignment, colour, bars.
 *
 * A page remembers the column it stands at, in characters a reader sees: colour escapes and UTF-8 do not
 * disturb the layout. Blanks are only written once something follows them, so no line ends in spaces.
 * What is put on a page may come from a scenario file; control characters are replaced on the way.
 */
#ifndef TEPID_REPORT_PAGE_H
#define TEPID_REPORT_PAGE_H

#include "core/text.h"

#define PAGE_WIDTH_MIN 80
#define PAGE_WIDTH_MAX 120

enum page_style { PAGE_PLAIN, PAGE_STRONG, PAGE_DIM, PAGE_GOOD, PAGE_BAD, PAGE_WARN };

struct page {
    struct text *out;
    int width;   /* columns, PAGE_WIDTH_MIN .. PAGE_WIDTH_MAX */
    int column;  /* written so far on this line */
    int pending; /* blanks owed before the next text */
    bool colour;
};

/* `width` is cut to the limits. */
void page_begin(struct page *page, struct text *out, int width, bool colour);

void page_put(struct page *page, enum page_style style, const char *text);
__attribute__((format(printf, 3, 4))) void page_putf(struct page *page, enum page_style style,
                                                     const char *format, ...);

/* The column the next text would start at. */
int page_column(const struct page *page);
/* Moves on to a column; if it is passed already, by one blank. */
void page_to(struct page *page, int column);
/* Text that takes `columns`: longer text is cut and ends in an ellipsis. */
void page_cell(struct page *page, enum page_style style, const char *text, int columns);
/* Text that ends at `column`, for columns of numbers. */
void page_until(struct page *page, enum page_style style, const char *text, int column);
/* Text that ends at the right edge; below, if there is no room. */
void page_right(struct page *page, enum page_style style, const char *text);
/* Words, wrapped at the right edge; lines after the first start at `indent`. */
void page_wrap(struct page *page, enum page_style style, const char *text, int indent);
/* A bar of share * columns characters, exact to an eighth. */
void page_bar(struct page *page, double share, int columns);
void page_line(struct page *page); /* ends the line */

#endif
