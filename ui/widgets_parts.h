/* widgets_parts.h - what the files of widgets share: the state of struct ui. Nobody else includes this.
 *
 * A frame is drawn from the input and the registry of the frame before: what lies under the mouse is known before the first
 * widget is called, so exactly one takes a press. Ids and labels are interned: they are stable words, and comparing them is comparing pointers.
 */
#ifndef TEPID_UI_WIDGETS_PARTS_H
#define TEPID_UI_WIDGETS_PARTS_H

#include "ui/widgets.h"

#define UI_LAYERS_MAX  16
#define UI_CLIPS_MAX   16
#define UI_SCROLLS_MAX 16
#define UI_FIELD_MAX   256

struct ui_entry {
    struct ui_widget widget;
    struct rect seen; /* what of it is not clipped away */
    int layer;
};

struct ui_registry {
    struct ui_entry *entries;
    size_t count, capacity;
};

struct ui_layer {
    struct rect rect;
    bool modal;
};

struct ui_edit { /* the one field that is being typed into */
    const char *id;
    char text[UI_FIELD_MAX];
    size_t caret, anchor; /* bytes; the selection lies between */
    bool dragging;
};

struct ui_scroll {
    const char *id;
    double offset;
    struct rect rect;
    double content;
};

struct ui {
    struct canvas *canvas;
    const struct theme *theme;
    struct ui_input input; /* what no widget has taken */
    struct ui_input raw;   /* as it came */
    char typed[32];

    char **words; /* interned, open addressing */
    size_t word_count, word_slots;

    struct ui_registry now, last;
    struct ui_layer layers[UI_LAYERS_MAX], last_layers[UI_LAYERS_MAX];
    int layer_count, last_layer_count;
    int layer_stack[UI_LAYERS_MAX], layer_depth;
    int layer;       /* being drawn */
    int mouse_layer; /* of the last frame, under the mouse */
    struct rect clips[UI_CLIPS_MAX];
    int clip_count;

    const char *hot;   /* topmost registered under the mouse */
    bool hot_presses;  /* it can be pressed */
    const char *held;  /* pressed and not yet released */
    bool held_presses; /* it is a button, not a panel: the mouse is its own until the release */
    const char *focus;
    const char *focus_below; /* while a dialog lies above it */
    bool focus_shown;        /* came by key: draw the ring */
    bool focus_moved;        /* in this frame: scroll it into view */
    double grip;             /* where in the knob of a slider it was taken */
    const char *dragged;     /* by ui_drag or ui_drag_area */
    double drag_x, drag_y;   /* where it was taken */
    bool drag_moved;
    int drag_clicks;

    struct ui_edit edit;
    const char *entered;
    char entered_text[UI_FIELD_MAX];
    struct ui_scroll scrolls[UI_SCROLLS_MAX];
    int scroll_count;
    int scroll_open; /* between begin and end, or -1 */
    int menu_item;

    enum ui_pointer pointer;
    char tip[512];
    const char *hint; /* what the mouse rests on */
    int hint_frames;
    bool hint_seen;
    bool stirred;
    struct ui_clipboard clipboard;
    char scrap[UI_FIELD_MAX]; /* the clipboard of a window without one */
};

const char *ui_word(struct ui *ui, const char *text);
/* Adds a row. */
struct ui_widget *ui_note(struct ui *ui, enum ui_role role, const char *id, const char *label,
                          struct rect rect);
const struct ui_entry *ui_entry_find(const struct ui_registry *registry, const char *id);
bool ui_is_hot(const struct ui *ui, const char *id);
/* True in the frame in which the press of a widget begins; it is held and focused then. */
bool ui_grab(struct ui *ui, const char *id);
/* True when released over itself, or pressed by key. */
bool ui_fire(struct ui *ui, const char *id);
void ui_ring(struct ui *ui, const char *id, struct rect rect, double radius);

/* widgets_field.c: typing. Draws the field being edited into `rect`; 1 entered, -1 given up, 0 still typing. */
void ui_edit_start(struct ui *ui, const char *id, const char *text, bool all);
int ui_edit_draw(struct ui *ui, struct rect rect, enum type_style style, double pad);
/* widgets_menu.c */
void ui_tip_draw(struct ui *ui);

#endif
