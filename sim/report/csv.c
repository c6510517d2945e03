/* csv.c - see the header. */
#include "report/csv.h"

#include <math.h>
#include <string.h>

#include "core/unit.h"

void csv_add_text(struct text *out, const char *field)
{
    if (field == NULL)
        return;
    if (strpbrk(field, ",\"\r\n") == NULL) {
        text_add(out, field);
        return;
    }
    text_add(out, "\"");
    for (const char *at = field; *at != '\0'; at++) {
        if (*at == '"')
            text_add(out, "\"");
        text_add_bytes(out, at, 1);
    }
    text_add(out, "\"");
}

void csv_add_exact(struct text *out, double number)
{
    char buf[UNIT_TEXT_MAX];
    ASSERT(isfinite(number));
    /* A negative zero is an accident of arithmetic and not worth a different byte. */
    text_add(out, unit_exact(buf, number == 0 ? 0.0 : number));
}

void csv_add_number(struct text *out, double number)
{
    if (isfinite(number))
        csv_add_exact(out, number);
}
