/* bench.h - what a frame costs, and how long a slider takes: the figures of UI.md 5, as a table.
 *
 * CPU time of the window's thread for each kind of frame; wall clock for what has to do with the simulation. All on a window of memory (or on the
 * desktop's, without --headless), with the clock driven by hand.
 */
#ifndef TEPID_UI_BENCH_H
#define TEPID_UI_BENCH_H

#include "ui/window.h"

/* Measures `frames` frames of each kind and prints the table on stdout. False with err if no window can be opened. */
bool bench_run(const struct window_setup *setup, int frames, struct err *err);

#endif
