/* script.h - drives the window from a file, one command a line, and checks what it shows.
 *
 *     click "Run"              drag memory 0.7          expect tile.p99 < 500
 *     key ctrl+k               drag scrubber 0.2 0.5    expect banner has "line 12"
 *     type p99                 wheel panel.latency 3    expect memory >= 512MB
 *     wait                     resize 960x600           expect no "panel.queue-age"
 *     tick 120                 theme light              shot a.png
 *
 * Things are named by id or by label, as the registry of widgets has them; what a name lies under is where the mouse goes. Input takes the way
 * that of a desktop takes: as events, gathered into frames. The clock of the script is the number of its frames, 60 to a second, so the same file does
 * the same on every machine; only `wait` waits for the simulation. A file is read whole before anything is done.
 */
#ifndef TEPID_UI_SCRIPT_H
#define TEPID_UI_SCRIPT_H

#include "ui/window.h"

/* The number of expectations that failed, each told on stderr as file:line; -1 with err when a line cannot be read or done. */
int ui_script_run(struct window *window, const char *path, struct err *err);

/* The same from text; `name` stands for the file in messages. */
int ui_script_run_text(struct window *window, const char *name, const char *text, struct err *err);

#endif
