/* view.h - what every panel and page of the window is: a function that draws into a rectangle.
 *
 * A view gets all it may look at in one struct: the records, the time window, the cursor, the crosshair, the canvas and
 * the widgets registry. It keeps no state of its own between frames but what `struct view_state` (app.h) holds for it, and it changes
 * nothing but through widgets and the requests below. So any view can be drawn into a recorder, a file or the window.
 */
#ifndef TEPID_UI_VIEW_H
#define TEPID_UI_VIEW_H

#include "chart/theme.h"
#include "core/text.h"
#include "run/session.h"

struct ui; /* widgets.h: hit testing, focus, input of this frame */

/* Where the window looks in simulated time. */
struct time_window {
    double from_s, to_s; /* what the charts show */
    double cursor_s;     /* the clock: what the tiles, map and dots show */
    double crosshair_s;  /* under the mouse, shared by all charts; NAN: none */
};

struct view {
    struct canvas *canvas;
    const struct theme *theme;
    struct ui *ui;
    struct session *session;
    struct record *run;      /* current; never NULL while a view is drawn */
    struct record *ghost;    /* or NULL */
    struct record *baseline; /* or NULL: A of A/B */
    struct time_window time;
    double wall_s;  /* for animation; 0 with reduced motion */
    bool log_scale; /* latency */
    bool show_p50, show_p95, show_p99;
    bool table;   /* a table in place of the chart */
    double speed; /* simulated seconds a second; 0 paused */
};

/* What a view asks the application to do, besides what it does through the session. */
enum view_wish { WISH_NOTHING, WISH_TRACES, WISH_NODE, WISH_ZOOM, WISH_PANEL, WISH_RUN_POINT };
struct wish {
    enum view_wish what;
    int32_t node;           /* WISH_NODE: card clicked */
    double from_s, to_s;    /* WISH_ZOOM, WISH_TRACES */
    double low_ms, high_ms; /* WISH_TRACES */
    int index;              /* WISH_PANEL, WISH_RUN_POINT */
};

struct panel {
    const char *id;    /* "latency": in scripts, in file names */
    const char *title; /* "Latency" */
    bool (*applies)(const struct record
                        *record); /* NULL: always; else only where the scenario has such a thing */
    struct wish (*draw)(struct view *view, struct rect where); /* body and frame */
    /* The same as CSV: what is on screen, over the time window. */
    void (*csv)(struct view *view, struct text *out);
};

/* All of them in order of the dashboard; ends with id == NULL. (panels.c) */
extern const struct panel panels[];

#endif
