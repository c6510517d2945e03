/* widgets_field.c - typing: a caret, a selection, the clipboard, in one line of UTF-8. */
#include "ui/widgets_parts.h"

#include <stdio.h>
#include <string.h>

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t left_of(const char *text, size_t at)
{
    while (at > 0 && continues(text[--at]))
        ;
    return at;
}

static size_t right_of(const char *text, size_t at)
{
    if (text[at] != '\0')
        at++;
    while (continues(text[at]))
        at++;
    return at;
}

static size_t word_left(const char *text, size_t at)
{
    while (at > 0 && text[at - 1] == ' ')
        at--;
    while (at > 0 && text[at - 1] != ' ')
        at--;
    return at;
}

static size_t word_right(const char *text, size_t at)
{
    while (text[at] == ' ')
        at++;
    while (text[at] != '\0' && text[at] != ' ')
        at++;
    return at;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t most(size_t a, size_t b)
{
    return a > b ? a : b;
}

static bool erase_selection(struct ui_edit *edit)
{
    size_t from = least(edit->caret, edit->anchor), to = most(edit->caret, edit->anchor);
    if (from == to)
        return false;
    memmove(edit->text + from, edit->text + to, strlen(edit->text + to) + 1);
    edit->caret = edit->anchor = from;
    return true;
}

static bool insert(struct ui_edit *edit, const char *text)
{
    if (text[0] == '\0')
        return false;
    erase_selection(edit);
    size_t length = strlen(edit->text), more = strcspn(text, "\r\n");
    if (length + more >= sizeof edit->text)
        return true; /* full: what was selected is gone, what is typed does not fit */
    memmove(edit->text + edit->caret + more, edit->text + edit->caret, length - edit->caret + 1);
    memcpy(edit->text + edit->caret, text, more);
    edit->caret = edit->anchor = edit->caret + more;
    return true;
}

void ui_edit_start(struct ui *ui, const char *id, const char *text, bool all)
{
    struct ui_edit *edit = &ui->edit;
    edit->id = id;
    snprintf(edit->text, sizeof edit->text, "%s", text);
    edit->caret = strlen(edit->text);
    edit->anchor = all ? 0 : edit->caret;
    edit->dragging = false;
    ui->stirred = true;
}

static void copy(struct ui *ui)
{
    struct ui_edit *edit = &ui->edit;
    size_t from = least(edit->caret, edit->anchor), to = most(edit->caret, edit->anchor);
    if (from == to)
        return;
    memcpy(ui->scrap, edit->text + from, to - from);
    ui->scrap[to - from] = '\0';
    if (ui->clipboard.set != NULL)
        ui->clipboard.set(ui->clipboard.context, ui->scrap);
}

static bool paste(struct ui *ui)
{
    if (ui->clipboard.get == NULL)
        return insert(&ui->edit, ui->scrap);
    char *text = ui->clipboard.get(ui->clipboard.context);
    if (text == NULL)
        return false;
    bool changed = insert(&ui->edit, text);
    ui->clipboard.put_back(ui->clipboard.context, text);
    return changed;
}

void ui_set_clipboard(struct ui *ui, const struct ui_clipboard *clipboard)
{
    ui->clipboard = *clipboard;
}

static bool on_control(struct ui *ui, int key)
{
    struct ui_edit *edit = &ui->edit;
    switch (key) {
    case 'a':
        edit->anchor = 0;
        edit->caret = strlen(edit->text);
        return false;
    case 'c':
        copy(ui);
        return false;
    case 'x':
        copy(ui);
        return erase_selection(edit);
    case 'v':
        return paste(ui);
    default:
        return false;
    }
}

static bool is_motion(int key)
{
    return key == UI_KEY_LEFT || key == UI_KEY_RIGHT || key == UI_KEY_HOME || key == UI_KEY_END;
}

static void on_motion(struct ui_edit *edit, const struct ui_input *input)
{
    size_t at = edit->caret;
    bool chosen = edit->caret != edit->anchor && !input->shift;
    if (input->key == UI_KEY_HOME)
        at = 0;
    else if (input->key == UI_KEY_END)
        at = strlen(edit->text);
    else if (chosen)
        at = input->key == UI_KEY_LEFT ? least(edit->caret, edit->anchor)
                                       : most(edit->caret, edit->anchor);
    else if (input->key == UI_KEY_LEFT)
        at = input->ctrl ? word_left(edit->text, at) : left_of(edit->text, at);
    else
        at = input->ctrl ? word_right(edit->text, at) : right_of(edit->text, at);
    edit->caret = at;
    if (!input->shift)
        edit->anchor = at;
}

static bool on_erase(struct ui_edit *edit, const struct ui_input *input)
{
    if (edit->caret == edit->anchor) {
        bool back = input->key == UI_KEY_BACKSPACE;
        if (back)
            edit->anchor =
                input->ctrl ? word_left(edit->text, edit->caret) : left_of(edit->text, edit->caret);
        else
            edit->anchor = right_of(edit->text, edit->caret);
    }
    return erase_selection(edit);
}

/* 1 entered, -1 given up, 0 still typing. */
static int on_keys(struct ui *ui, bool *changed)
{
    struct ui_edit *edit = &ui->edit;
    const struct ui_input *input = &ui->input;
    int done = 0;
    *changed = false;
    if (input->key == UI_KEY_RETURN)
        done = 1;
    else if (input->key == UI_KEY_ESCAPE)
        done = -1;
    else if (is_motion(input->key))
        on_motion(edit, input);
    else if (input->key == UI_KEY_BACKSPACE || input->key == UI_KEY_DELETE)
        *changed = on_erase(edit, input);
    else if (input->ctrl && input->key != 0)
        *changed = on_control(ui, input->key);
    else if (input->text[0] != '\0')
        *changed = insert(edit, input->text);
    bool upwards = input->key == UI_KEY_UP || input->key == UI_KEY_DOWN ||
                   input->key == UI_KEY_PAGE_UP || input->key == UI_KEY_PAGE_DOWN;
    bool own = input->key == 'a' || input->key == 'c' || input->key == 'x' || input->key == 'v' ||
               input->key >= UI_KEY_RETURN;
    bool beyond = upwards || input->key == UI_KEY_F11 || (input->ctrl && !own);
    if ((input->key != 0 || input->text[0] != '\0') && !beyond)
        ui_take_key(ui);
    return done;
}

static double width_to(struct ui *ui, enum type_style style, size_t at)
{
    char part[UI_FIELD_MAX];
    memcpy(part, ui->edit.text, at);
    part[at] = '\0';
    return at == 0 ? 0 : canvas_measure(ui->canvas, style, part);
}

static size_t caret_under(struct ui *ui, enum type_style style, double x)
{
    size_t at = 0;
    double left = 0;
    while (ui->edit.text[at] != '\0') {
        size_t next = right_of(ui->edit.text, at);
        double right = width_to(ui, style, next);
        if (x < (left + right) / 2)
            return at;
        at = next;
        left = right;
    }
    return at;
}

static void by_mouse(struct ui *ui, struct rect rect, enum type_style style, double origin)
{
    struct ui_edit *edit = &ui->edit;
    if (ui->raw.pressed && rect_holds(rect, ui->raw.x, ui->raw.y)) {
        edit->caret = edit->anchor = caret_under(ui, style, ui->raw.x - origin);
        edit->dragging = true;
        if (ui->raw.clicks >= 2) {
            edit->anchor = word_left(edit->text, edit->caret);
            edit->caret = word_right(edit->text, edit->caret);
            edit->dragging = false;
        }
    } else if (edit->dragging && ui->raw.down) {
        edit->caret = caret_under(ui, style, ui->raw.x - origin);
    } else {
        edit->dragging = false;
    }
}

static void draw_box(struct ui *ui, struct rect rect, bool active)
{
    canvas_fill(ui->canvas, rect, 4, ui->theme->bg);
    canvas_frame(ui->canvas, rect, 4,
                 (struct stroke){active ? ui->theme->accent : ui->theme->border, active ? 1.5 : 1,
                                 DASH_SOLID});
}

int ui_edit_draw(struct ui *ui, struct rect rect, enum type_style style, double pad)
{
    bool changed;
    int done = on_keys(ui, &changed);
    struct ui_edit *edit = &ui->edit;
    struct rect inner = {rect.x + pad, rect.y, rect.w - 2 * pad, rect.h};
    double caret = width_to(ui, style, edit->caret);
    double slide = caret > inner.w - 1 ? caret - inner.w + 1 : 0;
    double origin = inner.x - slide;
    by_mouse(ui, rect, style, origin);
    if (ui->raw.pressed && !rect_holds(rect, ui->raw.x, ui->raw.y) && done == 0)
        done = 1; /* a click elsewhere enters what was typed */
    if (ui_hovered(ui, rect))
        ui->pointer = UI_TEXT_CURSOR;

    draw_box(ui, rect, true);
    canvas_push_clip(ui->canvas, inner);
    double size = type_size(style) * ui->canvas->text_scale, middle = rect.y + rect.h / 2;
    double x0 = origin + width_to(ui, style, least(edit->caret, edit->anchor));
    double x1 = origin + width_to(ui, style, most(edit->caret, edit->anchor));
    if (x1 > x0)
        canvas_fill(ui->canvas, (struct rect){x0, middle - size * 0.7, x1 - x0, size * 1.4}, 2,
                    colour_fade(ui->theme->accent, 0.35));
    canvas_text(ui->canvas, origin, middle + size * 0.36, ALIGN_LEFT, style, ui->theme->strong,
                edit->text);
    double at = origin + width_to(ui, style, edit->caret);
    canvas_fill(ui->canvas, (struct rect){at - 0.5, middle - size * 0.65, 1.5, size * 1.3}, 0,
                ui->theme->accent);
    canvas_pop_clip(ui->canvas);
    return done;
}

bool ui_typing(const struct ui *ui)
{
    return ui->edit.id != NULL;
}

bool ui_field(struct ui *ui, const char *id, const char *placeholder, struct rect rect, char *text,
              size_t size)
{
    struct ui_widget *widget = ui_note(ui, UI_FIELD, id, placeholder, rect);
    widget->focusable = true;
    snprintf(widget->value, sizeof widget->value, "%s", text);
    const char *word = widget->id;
    bool wanted = ui->focus == word && ui->edit.id != word;
    if (wanted || ui_grab(ui, word))
        if (ui->edit.id != word)
            ui_edit_start(ui, word, text, true);
    if (ui->edit.id != word) {
        draw_box(ui, rect, false);
        double em = type_size(TYPE_BODY) * ui->canvas->text_scale;
        bool empty = text[0] == '\0';
        canvas_text(ui->canvas, rect.x + 10, rect.y + rect.h / 2 + em * 0.36, ALIGN_LEFT, TYPE_BODY,
                    empty ? ui->theme->muted : ui->theme->text, empty ? placeholder : text);
        return false;
    }
    int done = ui_edit_draw(ui, rect, TYPE_BODY, 10);
    bool changed = strncmp(text, ui->edit.text, size) != 0;
    snprintf(text, size, "%s", ui->edit.text);
    if (done != 0) {
        ui->edit.id = NULL;
        ui->focus = NULL;
        if (done == 1) {
            ui->entered = word;
            memcpy(ui->entered_text, ui->edit.text, sizeof ui->entered_text);
        }
    }
    return changed;
}
