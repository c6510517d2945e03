/* event.h - what happens to a window, as plain structs, and how a frame's worth of it becomes a struct ui_input.
 *
 * Events come from the desktop (platform.c) or from a script and look the same. A frame takes as many as make sense together: moves
 * merge, wheel notches add up; a second key, a press after a release or a move after a press wait for the next frame, so no click
 * is lost and none lands where the mouse went afterwards. Positions are in pixels at 100 %.
 */
#ifndef TEPID_UI_EVENT_H
#define TEPID_UI_EVENT_H

#include "ui/widgets.h"

#define EVENT_TEXT_MAX 1024

enum event_kind {
    EVENT_MOVE,  /* the mouse is at (x, y) */
    EVENT_LEAVE, /* it left the window */
    EVENT_DOWN,  /* button, clicks */
    EVENT_UP,
    EVENT_WHEEL,  /* wheel_x, wheel_y: notches, positive is right and up */
    EVENT_KEY,    /* pressed, or repeated */
    EVENT_TEXT,   /* typed UTF-8, at most 31 bytes an event */
    EVENT_DROP,   /* text: the path of a file */
    EVENT_RESIZE, /* the pixels are new: their content is gone */
    EVENT_EXPOSE, /* what was presented is lost: present all again */
    EVENT_HIDDEN, /* nobody can see the window: minimised, or hidden */
    EVENT_SHOWN,
    EVENT_FOCUS, /* keys go to this window */
    EVENT_BLUR,
    EVENT_WAKE, /* platform_wake was called */
    EVENT_CLOSE /* the user wants the window gone */
};

enum event_button { BUTTON_LEFT = 1, BUTTON_MIDDLE, BUTTON_RIGHT };

/* A key with its modifiers: enum ui_key or ASCII in lower case. */
struct key_stroke {
    int key;
    bool ctrl, shift, alt;
};

struct event {
    enum event_kind kind;
    double x, y; /* of the mouse, with EVENT_MOVE, DOWN, UP and WHEEL */
    int button, clicks;
    double wheel_x, wheel_y;
    struct key_stroke stroke; /* with mouse events only the modifiers */
    char text[EVENT_TEXT_MAX];
};

/* "ctrl+k", "shift+tab", "space", "?": in any case, modifiers in any order. False if it is no key. */
bool key_parse(const char *name, struct key_stroke *stroke);
/* The same back, as it is written on a key sheet: "Ctrl+K". */
char *key_show(char buf[32], struct key_stroke stroke);

/* All that happened before a frame. `visible` and `focused` last from frame to frame. */
struct frame_input {
    struct ui_input input;
    bool visible, focused;
    bool resized, exposed, woken;
    char dropped[EVENT_TEXT_MAX]; /* where input.dropped points */
};

/* Visible and focused, the mouse elsewhere. */
void frame_input_init(struct frame_input *frame);
/* What lasts stays (where the mouse is, what it holds), what happened goes. */
void frame_input_next(struct frame_input *frame);
/* Adds an event. False, and nothing is added, where it has to wait for the next frame. */
bool frame_input_add(struct frame_input *frame, const struct event *event);

#endif
