/* page.c - see the header. */
#include "report/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"

static const char *style_escape(enum page_style style)
{
    static const char *const escapes[] = {
        [PAGE_PLAIN] = "",        [PAGE_STRONG] = "\033[1m", [PAGE_DIM] = "\033[2m",
        [PAGE_GOOD] = "\033[32m", [PAGE_BAD] = "\033[1;31m", [PAGE_WARN] = "\033[33m",
    };
    return escapes[style];
}

static int columns_of(const char *text)
{
    return (int)text_columns(text);
}

void page_begin(struct page *page, struct text *out, int width, bool colour)
{
    if (width < PAGE_WIDTH_MIN)
        width = PAGE_WIDTH_MIN;
    if (width > PAGE_WIDTH_MAX)
        width = PAGE_WIDTH_MAX;
    *page = (struct page){.out = out, .width = width, .colour = colour};
}

int page_column(const struct page *page)
{
    return page->column + page->pending;
}

void page_put(struct page *page, enum page_style style, const char *string)
{
    if (string[0] == '\0')
        return;
    for (; page->pending > 0; page->pending--, page->column++)
        text_add(page->out, " ");
    bool coloured = page->colour && style != PAGE_PLAIN;
    if (coloured)
        text_add(page->out, style_escape(style));
    size_t start = page->out->length;
    text_add(page->out, string);
    text_clean(page->out->data + start);
    page->out->length = start + strlen(page->out->data + start);
    page->column += columns_of(page->out->data + start);
    if (coloured)
        text_add(page->out, "\033[0m");
}

void page_putf(struct page *page, enum page_style style, const char *format, ...)
{
    char buf[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(buf, sizeof buf, format, args);
    va_end(args);
    page_put(page, style, buf);
}

void page_to(struct page *page, int column)
{
    int gap = column - page_column(page);
    page->pending += gap > 0 ? gap : page_column(page) > 0;
}

/* Bytes of the first `columns` characters. */
static size_t bytes_of_columns(const char *text, int columns)
{
    size_t at = 0;
    while (columns > 0 && text[at] != '\0') {
        at++;
        while (((unsigned char)text[at] & 0xC0) == 0x80)
            at++;
        columns--;
    }
    return at;
}

static void put_bytes(struct page *page, enum page_style style, const char *bytes, size_t count)
{
    struct text part = {0};
    text_add_bytes(&part, bytes, count);
    page_put(page, style, part.data);
    text_free(&part);
}

void page_cell(struct page *page, enum page_style style, const char *text, int columns)
{
    int end = page_column(page) + columns;
    if (columns_of(text) <= columns) {
        page_put(page, style, text);
    } else {
        put_bytes(page, style, text, bytes_of_columns(text, columns - 1));
        page_put(page, style, "…");
    }
    if (page_column(page) < end)
        page_to(page, end);
}

void page_until(struct page *page, enum page_style style, const char *text, int column)
{
    page_to(page, column - columns_of(text));
    page_put(page, style, text);
}

void page_right(struct page *page, enum page_style style, const char *text)
{
    int start = page->width - columns_of(text);
    if (page_column(page) > 0 && start < page_column(page) + 2)
        page_line(page);
    page_to(page, start > 0 ? start : 0);
    page_put(page, style, text);
}

void page_wrap(struct page *page, enum page_style style, const char *text, int indent)
{
    bool first = true;
    for (;;) {
        text += strspn(text, " \n\t");
        size_t length = strcspn(text, " \n\t");
        if (length == 0)
            return;
        struct text word = {0};
        text_add_bytes(&word, text, length);
        if (!first && page_column(page) + 1 + columns_of(word.data) > page->width) {
            page_line(page);
            page_to(page, indent);
        } else if (!first) {
            page->pending++;
        }
        page_put(page, style, word.data);
        text_free(&word);
        text += length;
        first = false;
    }
}

void page_bar(struct page *page, double share, int columns)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    if (!(share > 0) || columns <= 0)
        return;
    int length = (int)(share * columns * 8 + 0.5);
    if (length > columns * 8)
        length = columns * 8;
    for (int i = 0; i < length / 8; i++)
        page_put(page, PAGE_PLAIN, "█");
    page_put(page, PAGE_PLAIN, length == 0 ? "▏" : eighths[length % 8]);
}

void page_line(struct page *page)
{
    text_add(page->out, "\n");
    page->column = 0;
    page->pending = 0;
}
