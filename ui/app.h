/* app.h - the window around the views: one struct that its parts share, and one frame of it.
 *
 * A frame is: take what the session has (app_poll), then draw with the input of the frame (app_draw). Everything the user can do is an
 * action (action.h), whatever key, button, palette entry or script line it comes from. The app knows neither SDL nor pixels: main.c, the
 * script runner and the tests drive it alike, with a screen (screen.h), input (widgets.h) and a clock of their own.
 * Parts (header, side bar, tiles, dashboard, scrubber, palette ...) are functions of the app and a rectangle; what they keep from frame
 * to frame stands here, by part.
 */
#ifndef TEPID_UI_APP_H
#define TEPID_UI_APP_H

#include "ui/player.h"
#include "ui/screen.h"
#include "ui/state_file.h"
#include "ui/view.h"
#include "ui/widgets.h"

#define APP_PAGES      12
#define PAGE_DASHBOARD (-1)
#define PAGE_START     (-2)
#define TEXT_SCALE_MIN 0.8
#define TEXT_SCALE_MAX 2.0
#define APP_WIDTH_MIN  960
#define APP_HEIGHT_MIN 600

enum app_dialog { DIALOG_NONE, DIALOG_PALETTE, DIALOG_KEYS, DIALOG_SIDE_BAR, DIALOG_MENU };

/* A menu that hangs open: which, and from where. */
enum app_menu { MENU_EXPORT, MENU_SPEED, MENU_PANEL, MENU_CHOICES };

#define TOASTS 4
struct toast {
    char text[256];
    bool wrong;
    double until_s; /* wall clock */
};

#define PALETTE_ROWS 512
struct palette {
    char typed[64], last_typed[64];
    int chosen;
    int first; /* row on top */
};

/* What a slider was set to, until the run on screen has it. */
#define HELD_PARAMS 32
struct held_param {
    char name[64], value[64];
    uint64_t since; /* app->changes then */
};

struct app_setup {
    struct session_setup session; /* study.file NULL: the start page. Copied. */
    const struct theme *theme;
    double text_scale;
    double width, height;
    const char *page; /* "map"; NULL: the dashboard */
    bool reduced_motion;
    bool steady; /* shows nothing that depends on this machine: for pictures that are compared */
    double at_s; /* the clock stands there; NAN: it runs */
};

/* What has to be done outside: by main.c or the script runner, after the frame. */
enum save_format { SAVE_PNG, SAVE_SVG, SAVE_PDF, SAVE_CSV };
struct save_wish {
    bool wanted;
    enum save_format format;
    int panel; /* index; -1: the whole view */
};

struct app {
    struct app_setup setup;
    struct arena *arena; /* what setup points to */
    struct ui *ui;
    struct session *session; /* NULL on the start page until something was opened */
    const struct theme *theme;
    double text_scale, width, height;
    bool reduced_motion, quits, wants_full_window;

    struct player player;
    double wall_s, frame_s;    /* now; since the frame before */
    const struct record *seen; /* current record of the frame before */
    char seen_file[256];       /* its scenario file */
    bool clock_asked;          /* setup.at_s is still to be applied */
    uint64_t seed_given;       /* by a key, and perhaps not on screen yet; 0: none */
    uint64_t seen_look;        /* digest of what the session showed then */
    uint64_t changes;          /* frames in which the session had something new */
    double events_per_s;       /* of the last run, for the header */

    int page;
    void *page_states[APP_PAGES];
    int full_panel; /* fills the content; -1: none */
    bool table, log_scale, show_p50, show_p95, show_p99;
    struct view_memory memory, full_memory;
    double dashboard_scroll;
    int panel_at; /* of the open menu */

    enum app_dialog dialog;
    enum app_menu menu;
    char menu_id[64];
    struct rect menu_from;
    struct palette palette;
    bool palette_mouse; /* it moved in this frame: only then does what lies under it count */
    double palette_x, palette_y;
    double sheet_height, start_height; /* of the key sheet and the start page in the frame before */
    struct held_param held[HELD_PARAMS];
    int held_count;
    bool params_touched; /* something was set that Reset would take back */
    double side_height;  /* of what the side bar held in the frame before */
    struct toast toasts[TOASTS];
    int toast_count;
    struct save_wish save;
    char opens[512]; /* file to open after this frame; empty: none */

    int pan_panel;      /* chart being dragged; -1: none */
    bool dragged_chart; /* in this press: its release is no click */
    double pan_from_s, pan_to_s;
    double brush_from_s, brush_to_s; /* being drawn over a chart; NAN: none */
    double scrub_from_s, scrub_to_s; /* window when its drag began */
    int scrub_part;

    char recent[STATE_RECENT_MAX][STATE_PATH_MAX]; /* scenario files, latest first; "" ends */
    uint64_t remembers;       /* moves on whenever there is something to remember (state_file.h) */
    struct start_page *start; /* start_page.h */

    double k; /* layout grows with the size of type: pixels of one at 100 %, never below 1 */
    struct rect content;
    struct screen *screen; /* of this frame */
};

/* NULL with err if the study cannot be opened. */
struct app *app_new(const struct app_setup *setup, struct err *err);
void app_free(struct app *app); /* accepts NULL */

/* Lets the wall clock come to `wall_s`; true if a frame should be drawn though there was no input. */
bool app_poll(struct app *app, double wall_s);
/* Whether it will change without input: the loop then comes back in a 60th of a second. */
bool app_is_lively(const struct app *app);
void app_draw(struct app *app, struct screen *screen, const struct ui_input *input);
void app_resize(struct app *app, double width, double height);

/* -- what actions do -- */
bool app_open(struct app *app, const char *file); /* false: a toast says why */
/* As struct page has it, of the page that is open. */
bool app_page_busy(struct app *app, bool *news);
void app_set_page(struct app *app, int page); /* index into pages, or PAGE_DASHBOARD */
int app_page_find(const char *id);            /* PAGE_DASHBOARD if none */
int app_panel_find(const char *id);           /* -1 if none */
void app_set_theme(struct app *app, const struct theme *theme);
void app_set_text_scale(struct app *app, double scale);
__attribute__((format(printf, 3, 4))) void app_toast(struct app *app, bool wrong,
                                                     const char *format, ...);
void app_grant(struct app *app, const struct wish *wish);
/* What is worth keeping until the next day: theme, size of type, recent files. */
void app_recall(struct app *app, const struct ui_state *state);
void app_remember(const struct app *app, struct ui_state *state);
void app_escape(struct app *app); /* closes what lies on top, then what is zoomed */
void app_open_menu(struct app *app, enum app_menu menu, const char *id, struct rect from);

/* The record on screen, or NULL. */
struct record *app_run(const struct app *app);
/* A view of what is on screen, on a canvas. There must be a record. */
struct view app_view(struct app *app, struct canvas *canvas, enum view_pass pass,
                     struct view_memory *memory);

/* What both have. */
struct rect rect_cut(struct rect a, struct rect b);
/* What follows is drawn into this part of the screen. */
void app_part(struct app *app, enum screen_slot slot, struct rect where);

/* A line of text with its baseline in the middle of a row. */
void app_text(struct app *app, struct rect row, enum align align, enum type_style style,
              struct colour colour, const char *text);
double app_line(const struct app *app, enum type_style style); /* height of a line of type */

#endif
