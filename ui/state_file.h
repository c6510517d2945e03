/* state_file.h - what the window remembers from one day to the next: XDG_STATE_HOME/tepid/ui.json.
 *
 * Only comforts: a file that is missing, broken or from another version costs no more than them. Every value is checked against its bounds
 * on its own, so one that is wrong does not spoil the others.
 */
#ifndef TEPID_UI_STATE_FILE_H
#define TEPID_UI_STATE_FILE_H

#include "core/err.h"
#include "core/text.h"

#define STATE_RECENT_MAX 10
#define STATE_PATH_MAX   1024

struct ui_state {
    int width, height; /* of the window, in pixels at 100 %; 0: as it comes */
    char theme[8];     /* "dark", "light" */
    double text_scale; /* 0.8 .. 2 */
    bool reduced_motion;
    char recent[STATE_RECENT_MAX][STATE_PATH_MAX]; /* scenario files, the latest first; "" ends */
};

void ui_state_init(struct ui_state *state);

/* A file opened just now: first of the list, once. A path that is too long is not remembered. */
void ui_state_add_recent(struct ui_state *state, const char *path);

/* Where the file is; NULL if neither XDG_STATE_HOME nor HOME says. To be freed with mem_free. */
char *ui_state_path(void);

/* Fills `state` with what the file says and defaults for the rest. */
void ui_state_read(struct ui_state *state, const char *path);
/* Makes the folders and replaces the file at once. ERR_FILE and why if it cannot be written. */
bool ui_state_write(const struct ui_state *state, const char *path, struct err *err);

#endif
