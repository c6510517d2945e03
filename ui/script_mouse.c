/* script_mouse.c - moves, clicks, drags and the wheel of a script. */
#include "ui/script_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DRAG_FRAMES 8

static struct event at(enum event_kind kind, const struct play *play, double x, double y)
{
    return (struct event){.kind = kind,
                          .x = x,
                          .y = y,
                          .button = BUTTON_LEFT,
                          .clicks = 1,
                          .stroke = play->modifiers};
}

static void move(struct play *play, double x, double y)
{
    struct event event = at(EVENT_MOVE, play, x, y);
    play_send(play, &event);
}

static void press(struct play *play, double x, double y, int clicks)
{
    struct event event = at(EVENT_DOWN, play, x, y);
    event.clicks = clicks;
    play_send(play, &event);
}

static void release(struct play *play, double x, double y)
{
    struct event event = at(EVENT_UP, play, x, y);
    play_send(play, &event);
}

/* Two numbers are a place, anything else is a name. */
static bool find_place(struct play *play, const struct line *line, int first, int count, double *x,
                       double *y, struct err *err)
{
    struct ui_widget widget;
    if (count == 2 && play_number(line->words[first], x) && play_number(line->words[first + 1], y))
        return true;
    if (count != 1) {
        err_set(err, "'%s %s' is no place", line->words[first], line->words[first + 1]);
        return err_help(err, "write two numbers, or the name of something in quotation marks");
    }
    if (!play_find(play, line->words[first], &widget, err))
        return false;
    *x = widget.rect.x + widget.rect.w / 2;
    *y = widget.rect.y + widget.rect.h / 2;
    return true;
}

bool play_move(struct play *play, const struct line *line, struct err *err)
{
    double x, y;
    if (!find_place(play, line, 1, line->count - 1, &x, &y, err))
        return false;
    move(play, x, y);
    play_frame(play);
    return true;
}

bool play_click(struct play *play, const struct line *line, struct err *err)
{
    double x, y;
    if (!find_place(play, line, 1, line->count - 1, &x, &y, err))
        return false;
    move(play, x, y);
    press(play, x, y, 1);
    release(play, x, y);
    play_frame(play);
    return true;
}

bool play_double(struct play *play, const struct line *line, struct err *err)
{
    double x, y;
    if (!find_place(play, line, 1, line->count - 1, &x, &y, err))
        return false;
    move(play, x, y);
    for (int clicks = 1; clicks <= 2; clicks++) {
        press(play, x, y, clicks);
        release(play, x, y);
    }
    play_frame(play);
    return true;
}

static void drag(struct play *play, double x0, double y0, double x1, double y1)
{
    move(play, x0, y0);
    press(play, x0, y0, 1);
    for (int i = 1; i <= DRAG_FRAMES; i++)
        move(play, x0 + (x1 - x0) * i / DRAG_FRAMES, y0 + (y1 - y0) * i / DRAG_FRAMES);
    release(play, x1, y1);
    play_frame(play);
    play->modifiers = (struct key_stroke){0};
}

/* The knob moves within the track by its radius (widgets_slider.c). */
static void drag_slider(struct play *play, const struct ui_widget *slider, double share)
{
    double knob = 7, width = slider->rect.w - 2 * knob;
    double y = slider->rect.y + slider->rect.h - HIT_TARGET / 2.0;
    double from = slider->rect.x + knob + slider->number * width;
    drag(play, from, y, slider->rect.x + knob + share * width, y);
}

static bool wrong_drag(struct err *err)
{
    err_set(err, "that is no drag");
    return err_help(err,
                    "write drag memory 0.7, drag panel.latency 0.2 0.5 or drag 100 200 300 200");
}

bool play_drag(struct play *play, const struct line *line, struct err *err)
{
    struct ui_widget widget;
    double n[4];
    int last = line->count - 1;
    bool shift = strcmp(line->words[last], "shift") == 0;
    int count = last - (shift ? 1 : 0);
    bool numbers = true;
    for (int i = 1; i <= count && i <= 4; i++)
        numbers = play_number(line->words[i], &n[i - 1]) && numbers;
    play->modifiers.shift = shift;
    if (count == 4 && numbers) {
        drag(play, n[0], n[1], n[2], n[3]);
        return true;
    }
    if (count < 2 || count > 3 || numbers)
        return wrong_drag(err);
    if (!play_number(line->words[2], &n[0]) || (count == 3 && !play_number(line->words[3], &n[1])))
        return wrong_drag(err);
    /* A resource may have the name of a parameter; a slider is what is dragged to a share. */
    char slider[SCRIPT_WORD + 8];
    (void)snprintf(slider, sizeof slider, "param.%s", line->words[1]);
    struct err none = {0};
    if (!(count == 2 && play_find(play, slider, &widget, &none)) &&
        !play_find(play, line->words[1], &widget, err))
        return false;
    if (count == 2) {
        if (widget.role != UI_SLIDER || isnan(widget.number)) {
            err_set(err, "'%s' is no slider", line->words[1]);
            return err_help(err, "across a part: drag %.60s 0.2 0.5", line->words[1]);
        }
        if (!(n[0] >= 0 && n[0] <= 1)) {
            err_set(err, "a slider has no place %s", line->words[2]);
            return err_help(err,
                            "write a share of its length, 0 to 1: drag %.60s 0.7; a value is typed: "
                            "click %.60s, key return, type VALUE, key return",
                            line->words[1], line->words[1]);
        }
        drag_slider(play, &widget, n[0]);
        return true;
    }
    double y = widget.rect.y + widget.rect.h / 2;
    drag(play, widget.rect.x + n[0] * widget.rect.w, y, widget.rect.x + n[1] * widget.rect.w, y);
    return true;
}

bool play_wheel(struct play *play, const struct line *line, struct err *err)
{
    double notches, x = play->window->frame.input.x, y = play->window->frame.input.y;
    if (!play_number(line->words[line->count - 1], &notches)) {
        err_set(err, "'%s' is no number of notches", line->words[line->count - 1]);
        return err_help(err, "write wheel 3 or wheel panel.latency -2");
    }
    if (line->count == 3) {
        if (!find_place(play, line, 1, 1, &x, &y, err))
            return false;
        move(play, x, y);
        play_frame(play);
    }
    struct event event = at(EVENT_WHEEL, play, x, y);
    event.wheel_y = notches;
    play_send(play, &event);
    play_frame(play);
    return true;
}
