/* xml.c - see the header. */
#include "chart/xml.h"

/* Bytes of the well-formed character that begins at `at`, 0 if none does. */
static size_t character(const char *at)
{
    size_t most = (unsigned char)at[0] >= 0xF0 ? 4 : (unsigned char)at[0] >= 0xE0 ? 3 : 2;
    for (size_t i = 1; i < most; i++)
        if (((unsigned char)at[i] & 0xC0) != 0x80)
            return 0;
    /* U+FFFE and U+FFFF are no characters of XML. */
    bool no_character = (unsigned char)at[0] == 0xEF && (unsigned char)at[1] == 0xBF &&
                        (unsigned char)at[2] >= 0xBE;
    return text_is_utf8(at, most) && !no_character ? most : 0;
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return (unsigned char)c < 0x20 || c == 0x7F ? " " : NULL;
    }
}

void xml_add(struct text *out, const char *text)
{
    while (*text != '\0') {
        const char *escaped = entity(*text);
        size_t length = 1;
        if (escaped != NULL)
            text_add(out, escaped);
        else if ((unsigned char)*text < 0x80)
            text_add_bytes(out, text, 1);
        else if ((length = character(text)) > 0)
            text_add_bytes(out, text, length);
        else {
            text_add(out, "\uFFFD");
            length = 1;
        }
        text += length;
    }
}
