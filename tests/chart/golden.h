/* golden.h - what was drawn against what was drawn before: tests/golden/chart/NAME.txt.
 *
 * TEPID_UPDATE_GOLDENS=1 rewrites the file instead; the difference is then part of the change.
 */
#ifndef TEPID_TESTS_CHART_GOLDEN_H
#define TEPID_TESTS_CHART_GOLDEN_H

#include <stdbool.h>

/* Asserts that `text` is what the file holds; says where they part. `name` with its ending: "lines.txt". */
void golden_check(const char *name, const char *text);
/* The same for tests/golden/FOLDER/NAME. */
void golden_check_in(const char *folder, const char *name, const char *text);

#endif
