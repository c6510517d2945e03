/* widgets_slider.c - a label, a value that can be typed over, and a track with a knob.
 *
 * The row is two lines: label and value above, the track below. The whole lower line takes the mouse, so the target is never
 * smaller than HIT_TARGET; clicking on the value opens a field over it.
 */
#include "ui/widgets_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define KNOB  7.0
#define TRACK 4.0

static double clamp(double share)
{
    return share < 0 ? 0 : share > 1 ? 1 : share;
}

static struct rect track_of(struct rect rect)
{
    double y = rect.y + rect.h - HIT_TARGET / 2.0;
    return (struct rect){rect.x, y - TRACK / 2, rect.w, TRACK};
}

/* The knob moves within the track by its radius, so that it never sticks out. */
static double knob_at(struct rect track, double share)
{
    return track.x + KNOB + clamp(share) * (track.w - 2 * KNOB);
}

static void draw_track(struct ui *ui, const struct ui_slider *slider, struct rect rect, bool lively)
{
    const struct theme *theme = ui->theme;
    struct canvas *canvas = ui->canvas;
    struct rect track = track_of(rect);
    double x = knob_at(track, slider->share), y = track.y + TRACK / 2;
    struct colour rail = theme->dark ? theme->border : theme->border;
    canvas_fill(canvas, track, TRACK / 2, rail);
    canvas_fill(canvas, (struct rect){track.x, track.y, x - track.x, TRACK}, TRACK / 2,
                theme->accent);
    if (!isnan(slider->mark)) { /* where the baseline stands */
        double at = knob_at(track, slider->mark);
        canvas_fill(canvas, (struct rect){at - 1, y - 7, 2, 14}, 1, theme->muted);
    }
    struct point centre = {x, y};
    canvas->ops->discs(canvas, &centre, 1, KNOB, lively ? theme->strong : theme->panel);
    canvas->ops->ring(canvas, centre, KNOB - 1, (struct stroke){theme->accent, 2, DASH_SOLID});
}

/* What is typed: the field over the value, opened by a click on it or by Return. */
static void value_field(struct ui *ui, const struct ui_slider *slider, const char *word,
                        struct rect line)
{
    struct rect box = {line.x + line.w * 0.4, line.y - 3, line.w * 0.6, line.h + 4};
    if (ui->edit.id == word) {
        int done = ui_edit_draw(ui, box, TYPE_MONO, 6);
        if (done == 1) {
            ui->entered = word;
            memcpy(ui->entered_text, ui->edit.text, sizeof ui->entered_text);
        }
        if (done != 0)
            ui->edit.id = NULL;
        return;
    }
    double width = canvas_measure(ui->canvas, TYPE_MONO, slider->value);
    struct rect value = {line.x + line.w - width - 4, line.y - 2, width + 8, line.h + 4};
    bool over = ui_hovered(ui, value);
    if (over) {
        canvas_fill(ui->canvas, value, 3, ui->theme->grid);
        ui->pointer = UI_TEXT_CURSOR;
    }
    canvas_text(ui->canvas, line.x + line.w, line.y + line.h * 0.76, ALIGN_RIGHT, TYPE_MONO,
                ui->theme->strong, slider->value);
    bool asked = ui->focus == word && ui->input.key == UI_KEY_RETURN;
    if (asked)
        ui_take_key(ui);
    if (asked || (over && ui->raw.pressed)) {
        ui->focus = word;
        ui_edit_start(ui, word, slider->value, true);
    }
}

static bool by_mouse(struct ui *ui, const struct ui_slider *slider, const char *word,
                     struct rect rect, double *share)
{
    struct rect track = track_of(rect);
    bool low = ui->raw.y >= rect.y + rect.h - HIT_TARGET;
    if (ui->raw.pressed && ui->hot == word && low) {
        double knob = knob_at(track, slider->share);
        ui->grip = fabs(ui->raw.x - knob) <= KNOB + 2 ? ui->raw.x - knob : 0;
        ui->held = ui->focus = word;
        ui->held_presses = true;
    }
    if (ui->held != word || !(ui->raw.down || ui->raw.released))
        return false;
    *share = clamp((ui->raw.x - ui->grip - track.x - KNOB) / (track.w - 2 * KNOB));
    return *share != slider->share;
}

static bool by_key(struct ui *ui, const struct ui_slider *slider, const char *word, double *share)
{
    if (ui->focus != word || ui->edit.id == word || ui->input.ctrl)
        return false;
    double step = slider->step * (ui->input.shift ? 10 : ui->input.alt ? 0.1 : 1);
    switch (ui->input.key) {
    case UI_KEY_LEFT:
    case UI_KEY_DOWN:
        *share = slider->share - step;
        break;
    case UI_KEY_RIGHT:
    case UI_KEY_UP:
        *share = slider->share + step;
        break;
    case UI_KEY_PAGE_DOWN:
        *share = slider->share - 10 * slider->step;
        break;
    case UI_KEY_PAGE_UP:
        *share = slider->share + 10 * slider->step;
        break;
    case UI_KEY_HOME:
        *share = 0;
        break;
    case UI_KEY_END:
        *share = 1;
        break;
    default:
        return false;
    }
    ui_take_key(ui);
    *share = clamp(*share);
    return *share != slider->share;
}

bool ui_slider(struct ui *ui, const struct ui_slider *slider, struct rect rect, double *share)
{
    struct ui_widget *widget = ui_note(ui, UI_SLIDER, slider->id, slider->label, rect);
    widget->focusable = true;
    widget->number = slider->share;
    snprintf(widget->value, sizeof widget->value, "%s", slider->value);
    const char *word = widget->id;
    *share = slider->share;

    bool moved = by_mouse(ui, slider, word, rect, share) || by_key(ui, slider, word, share);
    struct ui_slider shown = *slider;
    shown.share = *share;
    struct rect line = {rect.x, rect.y, rect.w, rect.h - HIT_TARGET};
    char label[256];
    double room = rect.w - canvas_measure(ui->canvas, TYPE_MONO, slider->value) - 10;
    canvas_fit(ui->canvas, TYPE_BODY, slider->label, room, label);
    canvas_text(ui->canvas, line.x, line.y + line.h * 0.76, ALIGN_LEFT, TYPE_BODY, ui->theme->text,
                label);
    draw_track(ui, &shown, rect, ui->held == word);
    value_field(ui, &shown, word, line);
    if (ui_is_hot(ui, word) && ui->raw.y >= rect.y + rect.h - HIT_TARGET)
        ui->pointer = UI_MOVE_X;
    ui_ring(ui, word, rect, 4);
    return moved;
}

bool ui_entered(struct ui *ui, const char *id, char *text, size_t size)
{
    if (ui->entered == NULL || strcmp(ui->entered, id) != 0)
        return false;
    snprintf(text, size, "%s", ui->entered_text);
    ui->entered = NULL;
    return true;
}
