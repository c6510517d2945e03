/* view_paragraph.c - see the header. */
#include "ui/view_paragraph.h"

#include "ui/panel_frame.h"

#include <string.h>

#define LINE_MAX_BYTES 255

/* Bytes of the longest beginning of `text` that fits: whole words if there is one, whole characters at least. */
static size_t fitting(struct canvas *canvas, enum type_style style, const char *text, double width)
{
    size_t fits = 0, word = 0;
    char line[LINE_MAX_BYTES + 1];
    for (size_t n = 0; text[n] != '\0' && n < LINE_MAX_BYTES;) {
        if (text[n] == '\n')
            return n;
        size_t next = n + 1;
        while (((unsigned char)text[next] & 0xC0) == 0x80)
            next++;
        if (next > LINE_MAX_BYTES)
            break;
        memcpy(line, text, next);
        line[next] = '\0';
        bool ends = text[next] == ' ' || text[next] == '\0' || text[next] == '\n';
        /* Measuring only where a word ends, or where the words before did not yet fill the line, keeps this linear enough. */
        if (ends || word == 0) {
            if (canvas_measure(canvas, style, line) > width)
                return word > 0 ? word : fits > 0 ? fits : next;
            fits = next;
            if (ends)
                word = next;
        }
        n = next;
    }
    return word > 0 ? word : fits;
}

double view_paragraph(struct view *view, struct rect where, enum type_style style,
                      struct colour colour, const char *text, int most, bool draw)
{
    double line = view_line_height(view, style);
    int lines = 0;
    while (*text != '\0' && lines < most) {
        while (*text == ' ')
            text++;
        char cut[256];
        size_t n = fitting(view->canvas, style, text, where.w);
        if (n == 0 && *text != '\n')
            break;
        bool last = lines + 1 == most && strlen(text) > n;
        if (last) {
            (void)canvas_fit(view->canvas, style, text, where.w, cut);
        } else {
            memcpy(cut, text, n);
            cut[n] = '\0';
        }
        if (draw)
            canvas_text(view->canvas, where.x, where.y + lines * line + line * 0.74, ALIGN_LEFT,
                        style, colour, cut);
        lines++;
        text += n;
        if (*text == '\n')
            text++;
    }
    return lines * line;
}
