/* golden.c - see the header. */
#include "tests/chart/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tests/suite.h"

static void rewrite(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fputs(text, file); /* fclose reports what failed */
    CU_ASSERT_EQUAL(fclose(file), 0);
}

static void say_where(const char *path, const char *is, const char *was)
{
    int line = 1;
    const char *is_line = is, *was_line = was;
    for (size_t i = 0; is[i] == was[i]; i++)
        if (is[i] == '\n') {
            line++;
            is_line = is + i + 1;
            was_line = was + i + 1;
        }
    printf("\n%s:%d\n  was: %.*s\n  is:  %.*s\n", path, line, (int)strcspn(was_line, "\n"),
           was_line, (int)strcspn(is_line, "\n"), is_line);
}

void golden_check(const char *name, const char *text)
{
    golden_check_in("chart", name, text);
}

void golden_check_in(const char *folder, const char *name, const char *text)
{
    char path[256];
    struct text was = {0};
    struct err err = {0};
    (void)snprintf(path, sizeof path, "tests/golden/%s/%s", folder, name);
    if (getenv("TEPID_UPDATE_GOLDENS") != NULL)
        rewrite(path, text);
    bool there = text_read_file(&was, path, 1 << 22, &err);
    CU_ASSERT_TRUE(there);
    if (there) {
        const char *old = was.data == NULL ? "" : was.data;
        CU_ASSERT_STRING_EQUAL(text, old);
        if (strcmp(text, old) != 0)
            say_where(path, text, old);
    }
    text_free(&was);
}
