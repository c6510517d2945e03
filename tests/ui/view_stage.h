/* view_stage.h - a window without one: a scenario from text, simulated, and views drawn into a recorder, driven by a mouse of numbers.
 */
#ifndef TEPID_TESTS_UI_VIEW_STAGE_H
#define TEPID_TESTS_UI_VIEW_STAGE_H

#include "chart/recorder.h"
#include "tests/run/study_text.h"
#include "ui/view.h"
#include "ui/widgets.h"

struct view_stage {
    struct loaded files;
    struct session *session;
    struct ui *ui;
    struct view_memory memory;
    struct recorder recorder; /* of the last frame */
    double width, height;
    const struct page *page;
    void *state;
    struct time_window time; /* to_s 0: all of the run */
    double speed;
    bool table;
    int frame;
};

/* A scenario of the kinds the panels are about: a gateway, functions, a queue, a table, a fault, an SLO. Two minutes of it. */
extern const char stage_shop[];

/* Simulates and waits. `traces`: as in session_setup. */
void stage_open(struct view_stage *stage, const char *scenario, int64_t traces);
void stage_close(struct view_stage *stage);
void stage_set_page(struct view_stage *stage, const char *id);
/* Waits until the session and the page have nothing under way. */
void stage_settle(struct view_stage *stage);

/* A frame of the page, or of one panel in all of the stage. */
struct wish stage_draw(struct view_stage *stage, const struct ui_input *input);
struct wish stage_draw_panel(struct view_stage *stage, int panel, const struct ui_input *input);
/* The mouse goes to a widget, presses and releases; returns what was wished for. Fails the test if there is no such widget. */
struct wish stage_click(struct view_stage *stage, const char *id);
struct wish stage_click_at(struct view_stage *stage, int panel, double x, double y);
bool stage_has(const struct view_stage *stage, const char *id);
/* Some text that was drawn in the last frame holds these words. */
bool stage_says(const struct view_stage *stage, const char *words);
int stage_count(const struct view_stage *stage, const char *id_begins);

/* What was drawn has no NAN or infinity, all clips are closed, and text begins within the stage. */
void stage_check_sane(const struct view_stage *stage, const char *what);

#endif
