/* view.h - what every panel and page of the window is: a function that draws into a rectangle.
 *
 * A view gets all it may look at in one struct: the records, the time window, the cursor, the crosshair, the canvas and
 * the widgets registry. It keeps no state of its own between frames but what `struct view_memory` and the states of pages hold for
 * it, and it changes nothing but through widgets and the requests below. So any view can be drawn into a recorder, a file or the window.
 *
 * A view is drawn in two passes, so that the window can keep what stands still as pixels. PASS_STILL draws frames, axes, curves and
 * labels: nothing that depends on the mouse, the crosshair, the cursor or the wall clock, and no widgets; it need not be repeated while
 * view_still_key stays the same. PASS_MOVING draws on top: the cursor, the crosshair and its values, dots, tooltips and all widgets, every frame.
 * PASS_BOTH does both, for files and tests.
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

enum view_pass { PASS_BOTH, PASS_STILL, PASS_MOVING };

/* What a panel remembers from its still pass for the moving one, and from frame to frame: where it plotted and over which range. */
#define VIEW_PANELS 32
struct panel_memory {
    struct rect plot;     /* where values are; w == 0: no chart there */
    double from_s, to_s;  /* of its time axis */
    double y_low, y_high; /* of its value axis */
    bool y_log;
    double
        shrinks_at_s; /* wall clock at which a scale that became too large may shrink; NAN: fits */
};
struct view_memory {
    struct panel_memory panels[VIEW_PANELS]; /* as in `panels` below; zeroed at first */
};

struct view {
    enum view_pass pass;
    struct view_memory *memory; /* or NULL with PASS_BOTH */
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

/* A digest of all that the still pass of a panel depends on, but for the panel itself and scales that are about to shrink. */
uint64_t view_still_key(const struct view *view, struct rect where);

/* A page fills the content area: map, traces, compare, sweep, insights. Its state belongs to the application. */
struct page {
    const char *id, *title; /* "map", "Map" */
    void *(*state_new)(void);
    void (*state_free)(void *state); /* accepts NULL */
    /* Points the page at something: WISH_NODE a card of the map, WISH_TRACES the requests behind a cell. May be NULL. */
    void (*show)(struct view *view, void *state, const struct wish *wish);
    /* What the still pass depends on. NULL: the page has none, and is drawn whole in the moving pass. */
    uint64_t (*still_key)(const struct view *view, const void *state, struct rect where);
    struct wish (*draw)(struct view *view, void *state, struct rect where);
    void (*csv)(struct view *view, void *state, struct text *out);
    /* True while the page has something computed behind the window; *news is set when there is more to draw than at the last call.
     * Never waits. NULL: it never has. */
    bool (*busy)(void *state, bool *news);
};

/* In order of the menu; ends with id == NULL. (view_pages.c) */
extern const struct page pages[];

#endif
