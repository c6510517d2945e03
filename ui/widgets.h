/* widgets.h - buttons, sliders, fields, menus: drawn and asked in one call, every frame.
 *
 * A widget is a call with an id: it draws itself, registers (id, role, rectangle, value) and says what was done to it in this frame.
 * The registry of a frame serves hit testing (of the next frame's input), the order of focus (that of the calls), the script runner
 * (`click "Run"`, `expect tile.p99 < 500`) and the tests. Input arrives as struct ui_input, made by the platform or by a script;
 * widgets know neither SDL nor time.
 *
 * Ids are stable words: "run", "param.memory", "panel.latency", "tile.p99", "card.checkout". Everything that can be clicked can be
 * focused with Tab and pressed with Return, or Space once the ring shows; a visible ring marks the focus. Targets are at least HIT_TARGET pixels each way.
 */
#ifndef TEPID_UI_WIDGETS_H
#define TEPID_UI_WIDGETS_H

#include "chart/theme.h"

enum ui_key { /* beyond the characters of ui_input.text and ui_input.key as lower-case ASCII */
              UI_KEY_RETURN = 256,
              UI_KEY_ESCAPE,
              UI_KEY_TAB,
              UI_KEY_BACKSPACE,
              UI_KEY_DELETE,
              UI_KEY_LEFT,
              UI_KEY_RIGHT,
              UI_KEY_UP,
              UI_KEY_DOWN,
              UI_KEY_HOME,
              UI_KEY_END,
              UI_KEY_PAGE_UP,
              UI_KEY_PAGE_DOWN,
              UI_KEY_F11,
};

/* What happened since the last frame. */
struct ui_input {
    double x, y;                  /* mouse, in pixels at 100 % */
    bool inside;                  /* over the window */
    bool down, pressed, released; /* left button: held; went down; went up in this frame */
    int clicks;                   /* of this press: 1, 2 double */
    bool right_pressed, middle_down;
    double wheel_x, wheel_y; /* notches */
    int key; /* pressed (or repeated) in this frame: enum ui_key or ASCII; 0: none. A frame has at most one. */
    bool ctrl, shift, alt;
    char text[32];       /* typed UTF-8 */
    const char *dropped; /* path of a file dropped on the window, or NULL */
    bool quit;
};

enum ui_role {
    UI_BUTTON,
    UI_TOGGLE,
    UI_SLIDER,
    UI_FIELD,
    UI_TILE,
    UI_PANEL,
    UI_ITEM,
    UI_CARD,
    UI_LABEL,
    UI_BANNER
};

/* The pointer the window should show. */
enum ui_pointer { UI_ARROW, UI_HAND, UI_MOVE_X, UI_CROSS, UI_TEXT_CURSOR };

/* One row of the registry. */
struct ui_widget {
    const char *id;    /* unique in a frame */
    const char *label; /* as read: "Run" */
    enum ui_role role;
    struct rect rect;
    char value[64]; /* as shown: "512MB" */
    double number;  /* for `expect`; NAN: none */
    bool focusable, disabled;
};

struct ui;

struct ui *ui_new(void);
void ui_free(struct ui *ui);

/* A frame: input in, calls, registry out. */
void ui_begin(struct ui *ui, struct canvas *canvas, const struct theme *theme,
              const struct ui_input *input);
void ui_end(struct ui *ui);
const struct ui_input *
ui_input_of(const struct ui *ui); /* what no widget has taken; key == 0 once taken */
void ui_take_key(struct ui *ui);

/* The registry of the last finished frame. */
int ui_widget_count(const struct ui *ui);
const struct ui_widget *ui_widget_at(const struct ui *ui, int index);
const struct ui_widget *ui_find(const struct ui *ui, const char *id_or_label);

/* Registers what is no button: panels, tiles, labels, cards. `number` NAN: none. Returns true if it was clicked. */
bool ui_register(struct ui *ui, enum ui_role role, const char *id, const char *label,
                 struct rect rect, const char *value, double number);
/* The same and focusable, with hover and focus ring: true when clicked or pressed by key. */
bool ui_press(struct ui *ui, enum ui_role role, const char *id, const char *label,
              struct rect rect);

/* The same for what is dragged: a scrubber, an edge. True while it is held and in the frame of its release. */
struct ui_drag {
    bool begun, ended;     /* pressed, let go in this frame */
    bool moved;            /* more than a few pixels since: a drag, not a click */
    double x, y;           /* the mouse now */
    double from_x, from_y; /* where it was pressed */
    int clicks;
};
bool ui_drag(struct ui *ui, enum ui_role role, const char *id, const char *label, struct rect rect,
             enum ui_pointer pointer, struct ui_drag *drag);
/* The same for what cannot be focused and lets presses through: a chart. */
bool ui_drag_area(struct ui *ui, const char *id, struct rect rect, struct ui_drag *drag);

bool ui_hovered(const struct ui *ui, struct rect rect); /* and nothing lies above it */
/* Notches the wheel was turned over `rect`, for nobody else then: up is positive. */
double ui_take_wheel(struct ui *ui, struct rect rect);
double ui_take_wheel_x(struct ui *ui, struct rect rect);
bool ui_focused(const struct ui *ui, const char *id);
void ui_focus(struct ui *ui, const char *id);

enum ui_tone {
    UI_PLAIN,
    UI_CHOSEN,
    UI_QUIET
}; /* with border; filled with the accent; text alone */
bool ui_button(struct ui *ui, const char *id, const char *label, struct rect rect,
               enum ui_tone tone);

/* A slider over [0, 1], mark NAN: none. Returns true while it moves; *share is the new place. Arrows move it, Shift x10, Alt x0.1. */
struct ui_slider {
    const char *id, *label, *value; /* value as shown, and edited when clicked on */
    double share, mark;
    double step; /* of one arrow press, in shares */
};
bool ui_slider(struct ui *ui, const struct ui_slider *slider, struct rect rect, double *share);
/* True once when the typed value of the slider (or field) was entered: then text holds it. */
bool ui_entered(struct ui *ui, const char *id, char *text, size_t size);

/* The same once for every field: what is being typed into takes the keys. */
bool ui_typing(const struct ui *ui);

/* A one-line text field with caret and selection; true when it changed. */
bool ui_field(struct ui *ui, const char *id, const char *placeholder, struct rect rect, char *text,
              size_t size);

/* A tooltip near the mouse, drawn last; lines separated by '\n'. */
void ui_tooltip(struct ui *ui, const char *text);
/* What a button does, said after the mouse has rested on `rect` for a while. */
void ui_hint(struct ui *ui, struct rect rect, const char *text);

/* A second press of the left button within `rect`, and nothing that can be pressed lies there. */
bool ui_double(const struct ui *ui, struct rect rect);

/* A part that scrolls when its content is taller than `rect`: returns by how much it is scrolled, clips until ui_scroll_end and
 * draws a thin bar. What is scrolled out of sight cannot be hit; what gets the focus scrolls into view. */
double ui_scroll_begin(struct ui *ui, const char *id, struct rect rect, double content_height);
void ui_scroll_end(struct ui *ui);

/* A list of choices that hangs from a button while open: draws a layer below (or above) `from`. Returns the index chosen, -1 while
 * nothing is, -2 when it was dismissed. `items` ends with NULL; an item's text after '\t' is shown at the right, as a key. */
int ui_menu(struct ui *ui, const char *id, const char *const *items, struct rect from);

/* The pointer of the mouse while it is over what was drawn last. */
void ui_want_pointer(struct ui *ui, struct rect rect, int pointer);

/* Where cut and copied text goes; without it, text stays within the window. `get` returns text to be released with `put_back`, or NULL. */
struct ui_clipboard {
    void *context;
    void (*set)(void *context, const char *text);
    char *(*get)(void *context);
    void (*put_back)(void *context, char *text);
};
void ui_set_clipboard(struct ui *ui, const struct ui_clipboard *clipboard);

/* True while something will change without input (a hint about to show, a caret): another frame is wanted. */
bool ui_restless(const struct ui *ui);
/* A different frame than the last may be wanted: what is pressed, hovered or focused changed in the last one. */
bool ui_stirred(const struct ui *ui);

/* What is drawn from here to ui_pop_layer lies above and takes the mouse in `rect` (everywhere with `modal`). */
void ui_push_layer(struct ui *ui, struct rect rect, bool modal);
void ui_pop_layer(struct ui *ui);

enum ui_pointer ui_pointer(const struct ui *ui);

#endif
