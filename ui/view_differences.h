/* view_differences.h - the table of paired differences of two results, and the sentence above it that says what they come to.
 */
#ifndef TEPID_UI_VIEW_DIFFERENCES_H
#define TEPID_UI_VIEW_DIFFERENCES_H

#include "ui/view.h"

struct differences; /* worked out when either result is another one */

struct differences *differences_new(void);
void differences_free(struct differences *differences); /* accepts NULL */
/* Of view->baseline and view->run; says why where either has not landed. */
/* What is set differently, "memory 512MB → 1GB · jobs.batch 1 → 10"; false while either run has not landed. */
bool differences_settings(struct differences *differences, struct view *view, char *out,
                          size_t size);
void differences_draw(struct differences *differences, struct view *view, struct rect where);
void differences_csv(struct differences *differences, struct view *view, struct text *out);

#endif
