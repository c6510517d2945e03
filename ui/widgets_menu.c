/* widgets_menu.c - what lies above the rest for a moment: tooltips, menus; and parts that scroll. */
#include "ui/widgets_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TIP_LINES 16
#define ITEM      28.0
#define WHEEL     48.0 /* pixels of a notch */

/* -- tooltip -- */

static int split(const char *text, char lines[TIP_LINES][128])
{
    int count = 0;
    while (*text != '\0' && count < TIP_LINES) {
        size_t length = strcspn(text, "\n");
        snprintf(lines[count++], 128, "%.*s", (int)length, text);
        text += length + (text[length] == '\n');
    }
    return count;
}

/* The canvas does not say how large it is; the first layer of the app does, by its widest widget. */
static struct rect bounds(const struct ui *ui)
{
    struct rect all = {0, 0, 0, 0};
    for (size_t i = 0; i < ui->last.count; i++) {
        const struct rect *r = &ui->last.entries[i].seen;
        all.w = fmax(all.w, r->x + r->w);
        all.h = fmax(all.h, r->y + r->h);
    }
    return all;
}

void ui_tip_draw(struct ui *ui)
{
    char lines[TIP_LINES][128];
    int count = split(ui->tip, lines);
    if (count == 0)
        return;
    double width = 0, size = type_size(TYPE_BODY) * ui->canvas->text_scale, step = size * 1.35;
    for (int i = 0; i < count; i++)
        width = fmax(width, canvas_measure(ui->canvas, TYPE_BODY, lines[i]));
    struct rect box = {ui->raw.x + 14, ui->raw.y + 18, width + 20, count * step + 13};
    struct rect all = bounds(ui);
    if (box.x + box.w > all.w - 4)
        box.x = fmax(4, ui->raw.x - box.w - 10);
    if (box.y + box.h > all.h - 4)
        box.y = fmax(4, ui->raw.y - box.h - 10);
    canvas_fill(ui->canvas, (struct rect){box.x, box.y + 2, box.w, box.h}, PANEL_RADIUS,
                (struct colour){0, 0, 0, ui->theme->dark ? 110 : 40});
    canvas_fill(ui->canvas, box, PANEL_RADIUS,
                ui->theme->dark ? ui->theme->grid : ui->theme->panel);
    canvas_frame(ui->canvas, box, PANEL_RADIUS, (struct stroke){ui->theme->border, 1, DASH_SOLID});
    for (int i = 0; i < count; i++)
        canvas_text(ui->canvas, box.x + 10, box.y + 6 + size * 0.95 + i * step, ALIGN_LEFT,
                    TYPE_BODY, i == 0 ? ui->theme->strong : ui->theme->text, lines[i]);
}

/* -- menu -- */

static void item_text(struct ui *ui, struct rect row, const char *item, bool chosen)
{
    char left[128];
    const char *tab = strchr(item, '\t');
    snprintf(left, sizeof left, "%.*s", tab == NULL ? 127 : (int)(tab - item), item);
    double y = row.y + row.h / 2 + type_size(TYPE_BODY) * ui->canvas->text_scale * 0.36;
    canvas_text(ui->canvas, row.x + 12, y, ALIGN_LEFT, TYPE_BODY,
                chosen ? ui->theme->strong : ui->theme->text, left);
    if (tab != NULL)
        canvas_text(ui->canvas, row.x + row.w - 12, y, ALIGN_RIGHT, TYPE_SMALL, ui->theme->muted,
                    tab + 1);
}

static int menu_keys(struct ui *ui, int count)
{
    int key = ui->input.key;
    if (key == UI_KEY_DOWN || key == UI_KEY_UP) {
        ui->menu_item = (ui->menu_item + (key == UI_KEY_DOWN ? 1 : count - 1)) % count;
        ui_take_key(ui);
    } else if (key == UI_KEY_RETURN || key == ' ') {
        ui_take_key(ui);
        return ui->menu_item;
    } else if (key == UI_KEY_ESCAPE) {
        ui_take_key(ui);
        return -2;
    }
    return -1;
}

int ui_menu(struct ui *ui, const char *id, const char *const *items, struct rect from)
{
    int count = 0, answer;
    double width = from.w;
    for (; items[count] != NULL; count++)
        width = fmax(width, canvas_measure(ui->canvas, TYPE_BODY, items[count]) + 48);
    if (count == 0)
        return -2;
    ui->menu_item = ui->menu_item < count ? ui->menu_item : 0;
    struct rect box = {from.x, from.y + from.h + 4, width, count * ITEM + 8}, all = bounds(ui);
    if (box.y + box.h > all.h)
        box.y = fmax(0, from.y - box.h - 4);
    if (box.x + box.w > all.w - 8)
        box.x = fmax(0, all.w - box.w - 8);
    answer = menu_keys(ui, count);
    ui_push_layer(ui, box, true);
    canvas_fill(ui->canvas, (struct rect){box.x, box.y + 3, box.w, box.h}, PANEL_RADIUS,
                (struct colour){0, 0, 0, ui->theme->dark ? 110 : 40});
    canvas_fill(ui->canvas, box, PANEL_RADIUS, ui->theme->panel);
    canvas_frame(ui->canvas, box, PANEL_RADIUS, (struct stroke){ui->theme->border, 1, DASH_SOLID});
    for (int i = 0; i < count; i++) {
        struct rect row = {box.x + 4, box.y + 4 + i * ITEM, box.w - 8, ITEM};
        char name[128], label[128];
        snprintf(name, sizeof name, "%s.%d", id, i);
        snprintf(label, sizeof label, "%.*s", (int)strcspn(items[i], "\t"), items[i]);
        if (ui_hovered(ui, row))
            ui->menu_item = i;
        if (ui->menu_item == i)
            canvas_fill(ui->canvas, row, 4, ui->theme->grid);
        if (ui_press(ui, UI_ITEM, name, label, row))
            answer = i;
        item_text(ui, row, items[i], ui->menu_item == i);
    }
    /* A press beside it: but not the one that opened it, before whose release no layer was there. */
    bool open_before = ui->last_layer_count > 1;
    if (open_before && ui->raw.pressed && !rect_holds(box, ui->raw.x, ui->raw.y))
        answer = -2;
    ui_pop_layer(ui);
    return answer;
}

/* -- scrolling -- */

static struct ui_scroll *scroll_of(struct ui *ui, const char *word)
{
    for (int i = 0; i < ui->scroll_count; i++)
        if (ui->scrolls[i].id == word)
            return &ui->scrolls[i];
    int at = ui->scroll_count < UI_SCROLLS_MAX ? ui->scroll_count++ : 0;
    ui->scrolls[at] = (struct ui_scroll){.id = word};
    return &ui->scrolls[at];
}

/* What got the focus by Tab moves into sight. */
static void follow_focus(struct ui *ui, struct ui_scroll *scroll)
{
    const struct ui_entry *entry =
        ui->focus != NULL && ui->focus_moved ? ui_entry_find(&ui->last, ui->focus) : NULL;
    if (entry == NULL)
        return;
    const struct rect *at = &entry->widget.rect, *seen = &scroll->rect;
    if (at->x < seen->x || at->x >= seen->x + seen->w || entry->layer != ui->layer)
        return;
    if (at->y < seen->y && at->y > seen->y - 100000)
        scroll->offset -= seen->y - at->y + 8;
    else if (at->y + at->h > seen->y + seen->h)
        scroll->offset += at->y + at->h - seen->y - seen->h + 8;
}

double ui_scroll_begin(struct ui *ui, const char *id, struct rect rect, double content_height)
{
    ASSERT(ui->scroll_open < 0 && ui->clip_count < UI_CLIPS_MAX);
    struct ui_scroll *scroll = scroll_of(ui, ui_word(ui, id));
    scroll->rect = rect;
    scroll->content = content_height;
    double room = fmax(0, content_height - rect.h);
    if (room > 0 && ui_hovered(ui, rect) && ui->input.wheel_y != 0) {
        scroll->offset -= ui->input.wheel_y * WHEEL;
        ui->input.wheel_y = 0;
        ui->stirred = true;
    }
    if (room > 0)
        follow_focus(ui, scroll);
    scroll->offset = fmin(fmax(scroll->offset, 0), room);
    ui->scroll_open = (int)(scroll - ui->scrolls);
    ui->clips[ui->clip_count++] = rect;
    canvas_push_clip(ui->canvas, rect);
    return scroll->offset;
}

void ui_scroll_end(struct ui *ui)
{
    ASSERT(ui->scroll_open >= 0 && ui->clip_count > 0);
    const struct ui_scroll *scroll = &ui->scrolls[ui->scroll_open];
    const struct rect *rect = &scroll->rect;
    if (scroll->content > rect->h) {
        double length = fmax(24, rect->h * rect->h / scroll->content);
        double at = scroll->offset / (scroll->content - rect->h) * (rect->h - length);
        canvas_fill(ui->canvas, (struct rect){rect->x + rect->w - 5, rect->y + at, 3, length}, 1.5,
                    colour_fade(ui->theme->muted, 0.5));
    }
    canvas_pop_clip(ui->canvas);
    ui->clip_count--;
    ui->scroll_open = -1;
}
