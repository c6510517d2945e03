/* widgets.c - the registry, hit testing, focus, and the widgets that are one rectangle. */
#include "ui/widgets_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"

#define HINT_FRAMES 24 /* at 60 a second: how long the mouse rests before a hint shows */

struct ui *ui_new(void)
{
    struct ui *ui = mem_resize(NULL, sizeof *ui);
    memset(ui, 0, sizeof *ui);
    ui->scroll_open = -1;
    return ui;
}

void ui_free(struct ui *ui)
{
    if (ui == NULL)
        return;
    for (size_t i = 0; i < ui->word_slots; i++)
        mem_free(ui->words[i]);
    mem_free(ui->words);
    mem_free(ui->now.entries);
    mem_free(ui->last.entries);
    mem_free(ui);
}

/* -- words -- */

static size_t word_slot(char *const *words, size_t slots, const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const char *at = text; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
    size_t slot = (size_t)hash & (slots - 1);
    while (words[slot] != NULL && strcmp(words[slot], text) != 0)
        slot = (slot + 1) & (slots - 1);
    return slot;
}

static void words_grow(struct ui *ui)
{
    size_t slots = ui->word_slots == 0 ? 512 : 2 * ui->word_slots;
    char **words = mem_resize(NULL, slots * sizeof *words);
    memset(words, 0, slots * sizeof *words);
    for (size_t i = 0; i < ui->word_slots; i++)
        if (ui->words[i] != NULL)
            words[word_slot(words, slots, ui->words[i])] = ui->words[i];
    mem_free(ui->words);
    ui->words = words;
    ui->word_slots = slots;
}

const char *ui_word(struct ui *ui, const char *text)
{
    if (text == NULL)
        return NULL;
    if (2 * (ui->word_count + 1) > ui->word_slots)
        words_grow(ui);
    size_t slot = word_slot(ui->words, ui->word_slots, text);
    if (ui->words[slot] == NULL) {
        size_t bytes = strlen(text) + 1;
        ui->words[slot] = mem_resize(NULL, bytes);
        memcpy(ui->words[slot], text, bytes);
        ui->word_count++;
    }
    return ui->words[slot];
}

/* -- registry -- */

static struct rect rect_cut(struct rect a, struct rect b)
{
    double x0 = fmax(a.x, b.x), y0 = fmax(a.y, b.y);
    double x1 = fmin(a.x + a.w, b.x + b.w), y1 = fmin(a.y + a.h, b.y + b.h);
    return (struct rect){x0, y0, fmax(x1 - x0, 0), fmax(y1 - y0, 0)};
}

const struct ui_entry *ui_entry_find(const struct ui_registry *registry, const char *id)
{
    for (size_t i = registry->count; i > 0; i--)
        if (registry->entries[i - 1].widget.id == id)
            return &registry->entries[i - 1];
    return NULL;
}

struct ui_widget *ui_note(struct ui *ui, enum ui_role role, const char *id, const char *label,
                          struct rect rect)
{
    struct ui_registry *now = &ui->now;
    now->entries = mem_grow(now->entries, now->count, &now->capacity, sizeof *now->entries);
    struct ui_entry *entry = &now->entries[now->count++];
    *entry = (struct ui_entry){
        .widget = {.id = ui_word(ui, id), .label = ui_word(ui, label), .role = role, .rect = rect},
        .seen = ui->clip_count == 0 ? rect : rect_cut(rect, ui->clips[ui->clip_count - 1]),
        .layer = ui->layer,
    };
    entry->widget.number = NAN;
    return &entry->widget;
}

int ui_widget_count(const struct ui *ui)
{
    return (int)ui->last.count;
}

const struct ui_widget *ui_widget_at(const struct ui *ui, int index)
{
    return index >= 0 && (size_t)index < ui->last.count ? &ui->last.entries[index].widget : NULL;
}

/* By id before by label: labels are what people see and may repeat. */
const struct ui_widget *ui_find(const struct ui *ui, const char *id_or_label)
{
    for (size_t i = ui->last.count; i > 0; i--)
        if (strcmp(ui->last.entries[i - 1].widget.id, id_or_label) == 0)
            return &ui->last.entries[i - 1].widget;
    for (size_t i = ui->last.count; i > 0; i--) {
        const char *label = ui->last.entries[i - 1].widget.label;
        if (label != NULL && strcmp(label, id_or_label) == 0)
            return &ui->last.entries[i - 1].widget;
    }
    return NULL;
}

/* -- a frame -- */

static void find_hot(struct ui *ui)
{
    ui->mouse_layer = 0;
    for (int i = 1; i < ui->last_layer_count; i++)
        if (ui->last_layers[i].modal || rect_holds(ui->last_layers[i].rect, ui->raw.x, ui->raw.y))
            ui->mouse_layer = i;
    const char *before = ui->hot;
    ui->hot = NULL;
    ui->hot_presses = false;
    for (size_t i = ui->last.count; ui->raw.inside && i > 0; i--) {
        const struct ui_entry *entry = &ui->last.entries[i - 1];
        if (entry->layer != ui->mouse_layer || entry->widget.disabled ||
            !rect_holds(entry->seen, ui->raw.x, ui->raw.y))
            continue;
        ui->hot = entry->widget.id;
        ui->hot_presses = entry->widget.focusable;
        break;
    }
    ui->stirred = ui->stirred || before != ui->hot;
}

static int modal_layer(const struct ui *ui)
{
    for (int i = ui->last_layer_count - 1; i > 0; i--)
        if (ui->last_layers[i].modal)
            return i;
    return 0;
}

static void move_focus(struct ui *ui, int step)
{
    int least = modal_layer(ui);
    int count = (int)ui->last.count, at = -1;
    for (int i = 0; i < count; i++)
        if (ui->last.entries[i].widget.id == ui->focus)
            at = i;
    if (at < 0 && step < 0)
        at = count;
    for (int tries = 0; tries < count; tries++) {
        at = (at + step + count) % count;
        const struct ui_entry *entry = &ui->last.entries[at];
        if (!entry->widget.focusable || entry->widget.disabled || entry->layer < least)
            continue;
        ui->focus = entry->widget.id;
        ui->focus_shown = ui->focus_moved = true;
        return;
    }
}

/* What lies below a dialog takes no keys; the focus comes back when the dialog has gone. */
static void shade_focus(struct ui *ui)
{
    int least = modal_layer(ui);
    const struct ui_entry *entry = ui->focus != NULL ? ui_entry_find(&ui->last, ui->focus) : NULL;
    if (least > 0 && entry != NULL && entry->layer < least) {
        ui->focus_below = ui->focus;
        ui->focus = NULL;
        ui->stirred = true;
    } else if (least == 0 && ui->focus_below != NULL) {
        if (ui->focus == NULL)
            ui->focus = ui->focus_below;
        ui->focus_below = NULL;
        ui->stirred = true;
    }
}

void ui_begin(struct ui *ui, struct canvas *canvas, const struct theme *theme,
              const struct ui_input *input)
{
    ui->canvas = canvas;
    ui->theme = theme;
    ui->raw = ui->input = *input;
    ui->now.count = 0;
    ui->layer_count = 1; /* the window itself */
    ui->layer = ui->layer_depth = ui->clip_count = 0;
    ui->pointer = UI_ARROW;
    ui->tip[0] = '\0';
    ui->entered = NULL;
    ui->hint_seen = ui->focus_moved = false;
    ui->stirred = false;
    find_hot(ui);
    shade_focus(ui);
    if (ui->raw.pressed) {
        ui->stirred = true;
        ui->focus_shown = false;
        if (!ui->hot_presses)
            ui->focus = NULL;
    }
    if (ui->input.key == UI_KEY_TAB && !input->ctrl && !input->alt && ui->last.count > 0) {
        if (ui->edit.id != NULL) { /* what was typed counts */
            ui->entered = ui->edit.id;
            memcpy(ui->entered_text, ui->edit.text, sizeof ui->entered_text);
            ui->edit.id = NULL;
        }
        move_focus(ui, input->shift ? -1 : 1);
        ui_take_key(ui);
    }
    if (ui->hot_presses) /* whoever looks at the mouse itself does not see a press that a widget takes */
        ui->input.pressed = false;
}

void ui_end(struct ui *ui)
{
    if (ui->hint_seen)
        ui->hint_frames++;
    else
        ui->hint_frames = 0, ui->hint = NULL;
    ui_tip_draw(ui);
    if (ui->raw.released || !ui->raw.down)
        ui->held = NULL;
    if (ui->raw.released)
        ui->stirred = true;
    struct ui_registry swap = ui->last;
    ui->last = ui->now;
    ui->now = swap;
    memcpy(ui->last_layers, ui->layers, sizeof ui->layers);
    ui->last_layer_count = ui->layer_count;
    if (ui->focus != NULL && ui_entry_find(&ui->last, ui->focus) == NULL)
        ui->focus = NULL;
    if (ui->edit.id != NULL && ui_entry_find(&ui->last, ui->edit.id) == NULL)
        ui->edit.id = NULL;
}

const struct ui_input *ui_input_of(const struct ui *ui)
{
    return &ui->input;
}

void ui_take_key(struct ui *ui)
{
    ui->input.key = 0;
    ui->input.text[0] = '\0';
    ui->stirred = true;
}

bool ui_restless(const struct ui *ui)
{
    return ui->hint != NULL && ui->hint_frames <= HINT_FRAMES;
}

bool ui_stirred(const struct ui *ui)
{
    return ui->stirred;
}

/* -- layers and questions -- */

void ui_push_layer(struct ui *ui, struct rect rect, bool modal)
{
    ASSERT(ui->layer_count < UI_LAYERS_MAX && ui->layer_depth < UI_LAYERS_MAX);
    ui->layer_stack[ui->layer_depth++] = ui->layer;
    ui->layers[ui->layer_count] = (struct ui_layer){rect, modal};
    ui->layer = ui->layer_count++;
    ASSERT(ui->clip_count < UI_CLIPS_MAX);
    ui->clips[ui->clip_count++] = rect; /* of hits alone: a layer lies above what clips */
}

void ui_pop_layer(struct ui *ui)
{
    ASSERT(ui->layer_depth > 0 && ui->clip_count > 0);
    ui->layer = ui->layer_stack[--ui->layer_depth];
    ui->clip_count--;
}

bool ui_hovered(const struct ui *ui, struct rect rect)
{
    if (!ui->raw.inside || ui->layer != ui->mouse_layer || (ui->held != NULL && ui->held_presses))
        return false;
    if (ui->clip_count > 0)
        rect = rect_cut(rect, ui->clips[ui->clip_count - 1]);
    return rect_holds(rect, ui->raw.x, ui->raw.y);
}

static double take(struct ui *ui, struct rect rect, double *wheel)
{
    double turned = *wheel;
    if (turned == 0 || !ui_hovered(ui, rect))
        return 0;
    *wheel = 0;
    ui->stirred = true;
    return turned;
}

double ui_take_wheel(struct ui *ui, struct rect rect)
{
    return take(ui, rect, &ui->input.wheel_y);
}

double ui_take_wheel_x(struct ui *ui, struct rect rect)
{
    return take(ui, rect, &ui->input.wheel_x);
}

bool ui_double(const struct ui *ui, struct rect rect)
{
    return ui->raw.pressed && ui->raw.clicks == 2 && !ui->hot_presses && ui_hovered(ui, rect);
}

bool ui_focused(const struct ui *ui, const char *id)
{
    return ui->focus != NULL && strcmp(ui->focus, id) == 0;
}

void ui_focus(struct ui *ui, const char *id)
{
    ui->focus = ui_word(ui, id);
    ui->focus_moved = ui->focus_shown = true;
}

bool ui_is_hot(const struct ui *ui, const char *id)
{
    return ui->hot == id && (ui->held == NULL || ui->held == id);
}

bool ui_grab(struct ui *ui, const char *id)
{
    if (!ui->raw.pressed || ui->hot != id)
        return false;
    ui->held = ui->focus = id;
    ui->held_presses = true;
    return true;
}

bool ui_fire(struct ui *ui, const char *id)
{
    ui_grab(ui, id);
    if (ui->raw.released && ui->held == id && ui->hot == id)
        return true;
    /* After a click the focus is there, unseen, and Space is still the window's own key. */
    bool key = ui->input.key == UI_KEY_RETURN || (ui->input.key == ' ' && ui->focus_shown);
    if (ui->focus != id || !key || ui->input.ctrl || ui->input.alt)
        return false;
    ui_take_key(ui);
    return true;
}

void ui_ring(struct ui *ui, const char *id, struct rect rect, double radius)
{
    if (ui->focus != id || !ui->focus_shown)
        return;
    struct stroke stroke = {ui->theme->accent, 2, DASH_SOLID};
    ui->canvas->ops->stroke_rect(ui->canvas, rect_inset(rect, -3), radius + 3, stroke);
}

bool ui_register(struct ui *ui, enum ui_role role, const char *id, const char *label,
                 struct rect rect, const char *value, double number)
{
    struct ui_widget *widget = ui_note(ui, role, id, label, rect);
    if (value != NULL)
        snprintf(widget->value, sizeof widget->value, "%s", value);
    widget->number = number;
    const char *word = widget->id;
    if (ui->raw.pressed && ui->hot == word) {
        ui->held = word;
        ui->held_presses = false;
    }
    return ui->raw.released && ui->held == word && ui->hot == word;
}

bool ui_press(struct ui *ui, enum ui_role role, const char *id, const char *label, struct rect rect)
{
    struct ui_widget *widget = ui_note(ui, role, id, label, rect);
    widget->focusable = true;
    const char *word = widget->id;
    if (ui_is_hot(ui, word))
        ui->pointer = UI_HAND;
    ui_ring(ui, word, rect, PANEL_RADIUS);
    return ui_fire(ui, word);
}

#define DRAG_FROM 4.0 /* pixels */

static bool follow_drag(struct ui *ui, const char *word, struct ui_drag *drag)
{
    if (ui->dragged != word)
        return false;
    double dx = ui->raw.x - ui->drag_x, dy = ui->raw.y - ui->drag_y;
    ui->drag_moved = ui->drag_moved || fmax(fabs(dx), fabs(dy)) >= DRAG_FROM;
    drag->moved = ui->drag_moved;
    drag->ended = ui->raw.released || !ui->raw.down;
    drag->x = ui->raw.x;
    drag->y = ui->raw.y;
    drag->from_x = ui->drag_x;
    drag->from_y = ui->drag_y;
    drag->clicks = ui->drag_clicks;
    if (drag->ended)
        ui->dragged = NULL;
    return true;
}

static void take_drag(struct ui *ui, const char *word, struct ui_drag *drag)
{
    ui->dragged = word;
    ui->drag_x = ui->raw.x;
    ui->drag_y = ui->raw.y;
    ui->drag_moved = false;
    ui->drag_clicks = ui->raw.clicks;
    drag->begun = true;
}

bool ui_drag(struct ui *ui, enum ui_role role, const char *id, const char *label, struct rect rect,
             enum ui_pointer pointer, struct ui_drag *drag)
{
    struct ui_widget *widget = ui_note(ui, role, id, label, rect);
    widget->focusable = true;
    const char *word = widget->id;
    *drag = (struct ui_drag){0};
    if (ui_is_hot(ui, word) || ui->dragged == word)
        ui->pointer = pointer;
    ui_ring(ui, word, rect, 3);
    if (ui_grab(ui, word))
        take_drag(ui, word, drag);
    return follow_drag(ui, word, drag);
}

bool ui_drag_area(struct ui *ui, const char *id, struct rect rect, struct ui_drag *drag)
{
    const char *word = ui_word(ui, id);
    *drag = (struct ui_drag){0};
    if (ui->raw.pressed && !ui->hot_presses && ui_hovered(ui, rect))
        take_drag(ui, word, drag);
    return follow_drag(ui, word, drag);
}

static struct colour mix(struct colour a, struct colour b, double share)
{
    return (struct colour){(uint8_t)(a.r + (b.r - a.r) * share),
                           (uint8_t)(a.g + (b.g - a.g) * share),
                           (uint8_t)(a.b + (b.b - a.b) * share), 255};
}

bool ui_button(struct ui *ui, const char *id, const char *label, struct rect rect,
               enum ui_tone tone)
{
    const struct theme *theme = ui->theme;
    bool fired = ui_press(ui, tone == UI_CHOSEN ? UI_TOGGLE : UI_BUTTON, id, label, rect);
    const char *word = ui_word(ui, id);
    bool hot = ui_is_hot(ui, word), down = ui->held == word && hot;
    struct colour ink = hot ? theme->strong : tone == UI_QUIET ? theme->muted : theme->text;
    if (tone == UI_CHOSEN) {
        struct colour fill = mix(theme->accent, theme->strong, down ? 0.3 : hot ? 0.15 : 0);
        canvas_fill(ui->canvas, rect, PANEL_RADIUS, fill);
        ink = theme->dark ? theme->bg : theme->panel;
        snprintf(ui->now.entries[ui->now.count - 1].widget.value, 64, "on");
    } else if (hot || down) {
        canvas_fill(ui->canvas, rect, PANEL_RADIUS,
                    mix(theme->panel, theme->grid, down ? 1.6 : 0.9));
    }
    if (tone == UI_PLAIN)
        canvas_frame(ui->canvas, rect, PANEL_RADIUS,
                     (struct stroke){hot ? theme->muted : theme->border, 1, DASH_SOLID});
    double size = type_size(TYPE_BODY) * ui->canvas->text_scale;
    char shown[256];
    canvas_fit(ui->canvas, TYPE_BODY, label, rect.w - 8, shown);
    canvas_text(ui->canvas, rect.x + rect.w / 2, rect.y + rect.h / 2 + size * 0.36, ALIGN_MIDDLE,
                TYPE_BODY, ink, shown);
    return fired;
}

void ui_tooltip(struct ui *ui, const char *text)
{
    snprintf(ui->tip, sizeof ui->tip, "%s", text);
}

void ui_hint(struct ui *ui, struct rect rect, const char *text)
{
    if (!ui_hovered(ui, rect) || ui->raw.down)
        return;
    const char *word = ui_word(ui, text);
    if (ui->hint != word)
        ui->hint_frames = 0;
    ui->hint = word;
    ui->hint_seen = true;
    if (ui->hint_frames >= HINT_FRAMES)
        ui_tooltip(ui, text);
}

void ui_want_pointer(struct ui *ui, struct rect rect, int pointer)
{
    if (ui_hovered(ui, rect) && !ui->hot_presses)
        ui->pointer = (enum ui_pointer)pointer;
}

enum ui_pointer ui_pointer(const struct ui *ui)
{
    return ui->pointer;
}
