/* event.c - names of keys, and events gathered into a frame. */
#include "ui/event.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct key_name {
    const char *name;
    int key;
    const char *shown;
} key_names[] = {
    {"return", UI_KEY_RETURN, "Return"},
    {"enter", UI_KEY_RETURN, NULL},
    {"escape", UI_KEY_ESCAPE, "Esc"},
    {"esc", UI_KEY_ESCAPE, NULL},
    {"tab", UI_KEY_TAB, "Tab"},
    {"backspace", UI_KEY_BACKSPACE, "Backspace"},
    {"delete", UI_KEY_DELETE, "Delete"},
    {"left", UI_KEY_LEFT, "Left"},
    {"right", UI_KEY_RIGHT, "Right"},
    {"up", UI_KEY_UP, "Up"},
    {"down", UI_KEY_DOWN, "Down"},
    {"home", UI_KEY_HOME, "Home"},
    {"end", UI_KEY_END, "End"},
    {"pageup", UI_KEY_PAGE_UP, "Page Up"},
    {"pagedown", UI_KEY_PAGE_DOWN, "Page Down"},
    {"f11", UI_KEY_F11, "F11"},
    {"space", ' ', "Space"},
    {"plus", '+', "+"},
};

/* Whether `name` begins with the modifier; then it is behind it. */
static bool eat(const char **name, const char *modifier)
{
    size_t length = strlen(modifier);
    if (strncasecmp(*name, modifier, length) != 0 || (*name)[length] == '\0')
        return false;
    *name += length;
    return true;
}

bool key_parse(const char *name, struct key_stroke *stroke)
{
    *stroke = (struct key_stroke){0};
    for (bool more = true; more;) {
        more = false;
        if (eat(&name, "ctrl+"))
            stroke->ctrl = more = true;
        if (eat(&name, "shift+"))
            stroke->shift = more = true;
        if (eat(&name, "alt+"))
            stroke->alt = more = true;
    }
    for (size_t i = 0; i < COUNTOF(key_names); i++)
        if (strcasecmp(name, key_names[i].name) == 0) {
            stroke->key = key_names[i].key;
            return true;
        }
    unsigned char c = (unsigned char)name[0];
    if (c <= ' ' || c >= 127 || name[1] != '\0')
        return false;
    stroke->key = tolower(c);
    return true;
}

static const char *key_word(int key, char buf[2])
{
    for (size_t i = 0; i < COUNTOF(key_names); i++)
        if (key_names[i].key == key && key_names[i].shown != NULL)
            return key_names[i].shown;
    buf[0] = (char)toupper(key);
    buf[1] = '\0';
    return buf;
}

char *key_show(char buf[32], struct key_stroke stroke)
{
    char letter[2];
    (void)snprintf(buf, 32, "%s%s%s%s", stroke.ctrl ? "Ctrl+" : "", stroke.shift ? "Shift+" : "",
                   stroke.alt ? "Alt+" : "", key_word(stroke.key, letter));
    return buf;
}

void frame_input_init(struct frame_input *frame)
{
    *frame = (struct frame_input){.visible = true, .focused = true};
    frame->input.x = frame->input.y = -1;
}

void frame_input_next(struct frame_input *frame)
{
    struct ui_input *input = &frame->input;
    *input = (struct ui_input){
        .x = input->x,
        .y = input->y,
        .inside = input->inside,
        .down = input->down,
        .middle_down = input->middle_down,
        .ctrl = input->ctrl,
        .shift = input->shift,
        .alt = input->alt,
    };
    frame->resized = frame->exposed = frame->woken = false;
    frame->dropped[0] = '\0';
}

static void take_modifiers(struct ui_input *input, const struct event *event)
{
    input->ctrl = event->stroke.ctrl;
    input->shift = event->stroke.shift;
    input->alt = event->stroke.alt;
}

static bool add_mouse(struct ui_input *input, const struct event *event)
{
    bool clicked = input->pressed || input->released || input->right_pressed;
    bool wheeled = input->wheel_x != 0 || input->wheel_y != 0;
    if (clicked || (wheeled && event->kind != EVENT_WHEEL) || input->key != 0)
        return false;
    take_modifiers(input, event);
    input->x = event->x;
    input->y = event->y;
    input->inside = true;
    bool down = event->kind == EVENT_DOWN;
    if (event->kind == EVENT_WHEEL) {
        input->wheel_x += event->wheel_x;
        input->wheel_y += event->wheel_y;
    } else if (event->kind != EVENT_MOVE && event->button == BUTTON_LEFT) {
        input->pressed = down;
        input->released = !down && input->down;
        input->down = down;
        input->clicks = down ? event->clicks : 0;
    } else if (event->kind != EVENT_MOVE && event->button == BUTTON_MIDDLE) {
        input->middle_down = down;
    } else if (down && event->button == BUTTON_RIGHT) {
        input->right_pressed = true;
    }
    return true;
}

static bool add_key(struct ui_input *input, const struct event *event)
{
    if (input->key != 0 || input->text[0] != '\0' || input->pressed || input->released)
        return false;
    take_modifiers(input, event);
    input->key = event->stroke.key;
    return true;
}

static bool add_text(struct ui_input *input, const struct event *event)
{
    size_t have = strlen(input->text), more = strlen(event->text);
    if (have + more >= sizeof input->text)
        return have == 0; /* an event too long for any frame must not stop those behind it */
    memcpy(input->text + have, event->text, more + 1);
    return true;
}

static bool add_drop(struct frame_input *frame, const struct event *event)
{
    if (frame->dropped[0] != '\0')
        return false;
    memcpy(frame->dropped, event->text, sizeof frame->dropped);
    frame->input.dropped = frame->dropped;
    return true;
}

bool frame_input_add(struct frame_input *frame, const struct event *event)
{
    switch (event->kind) {
    case EVENT_MOVE:
    case EVENT_DOWN:
    case EVENT_UP:
    case EVENT_WHEEL:
        return add_mouse(&frame->input, event);
    case EVENT_LEAVE:
        if (frame->input.pressed || frame->input.released)
            return false;
        frame->input.inside = frame->input.down; /* a drag goes on outside */
        return true;
    case EVENT_KEY:
        return add_key(&frame->input, event);
    case EVENT_TEXT:
        return add_text(&frame->input, event);
    case EVENT_DROP:
        return add_drop(frame, event);
    case EVENT_RESIZE:
        frame->resized = true;
        return true;
    case EVENT_EXPOSE:
        frame->exposed = true;
        return true;
    case EVENT_HIDDEN:
    case EVENT_SHOWN:
        frame->exposed |= event->kind == EVENT_SHOWN;
        frame->visible = event->kind == EVENT_SHOWN;
        return true;
    case EVENT_FOCUS:
    case EVENT_BLUR:
        frame->focused = event->kind == EVENT_FOCUS;
        return true;
    case EVENT_WAKE:
        frame->woken = true;
        return true;
    case EVENT_CLOSE:
        frame->input.quit = true;
        return true;
    }
    return true;
}
