/* palette.c - see the header. */
#include "ui/palette.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "ui/action.h"
#include "ui/fuzzy.h"
#include "ui/side_params.h"
#include "ui/start_page.h"

#define WIDTH 560.0
#define ROW   30.0
#define ROWS  11

enum entry_kind { ENTRY_ACTION, ENTRY_PARAM, ENTRY_NODE, ENTRY_PANEL, ENTRY_VARIANT, ENTRY_STORY };

struct entry {
    enum entry_kind kind;
    const char *label, *side; /* what it is, or its key */
    int index;
    int score, order;
    uint64_t hits;
};

struct list {
    struct entry *entries;
    int count;
    const char *typed;
};

static void offer(struct list *list, enum entry_kind kind, const char *label, const char *side,
                  int index)
{
    uint64_t hits;
    int score = fuzzy_score(list->typed, label, &hits);
    if (score < 0 || list->count == PALETTE_ROWS)
        return;
    list->entries[list->count] = (struct entry){kind, label, side, index, score, list->count, hits};
    list->count++;
}

static void offer_run(struct list *list, const struct record *run)
{
    const struct record_info *info = record_info(run);
    for (int i = 0; i < info->param_count; i++)
        offer(list, ENTRY_PARAM, info->params[i].name, "parameter", i);
    for (int i = 0; panels[i].id != NULL; i++)
        if (panels[i].applies == NULL || panels[i].applies(run))
            offer(list, ENTRY_PANEL, panels[i].title, "panel", i);
    for (int i = 0; i < info->variant_count; i++)
        offer(list, ENTRY_VARIANT, info->variants[i], "variant", i);
    for (int i = 0; i < info->node_count; i++)
        if (info->nodes[i].resource >= 0 && info->nodes[i].parent < 0)
            offer(list, ENTRY_NODE, info->nodes[i].name, info->nodes[i].kind, i);
}

static int by_fit(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static void find(struct app *app, struct list *list)
{
    for (int i = 0; actions[i].id != NULL; i++)
        offer(list, ENTRY_ACTION, actions[i].label, actions[i].keys ? actions[i].keys : "", i);
    if (app_run(app) != NULL)
        offer_run(list, app_run(app));
    for (int i = 0; start_page_story(app, i) != NULL; i++)
        offer(list, ENTRY_STORY, start_page_story(app, i)->name, "story", i);
    if (list->typed[0] != '\0')
        qsort(list->entries, (size_t)list->count, sizeof list->entries[0], by_fit);
}

static void choose(struct app *app, const struct entry *entry)
{
    const struct record_info *info = app_run(app) != NULL ? record_info(app_run(app)) : NULL;
    char id[96];
    app->dialog = DIALOG_NONE;
    switch (entry->kind) {
    case ENTRY_ACTION:
        actions[entry->index].run(app, actions[entry->index].argument);
        break;
    case ENTRY_PARAM:
        (void)snprintf(id, sizeof id, "param.%s", info->params[entry->index].name);
        ui_focus(app->ui, id);
        break;
    case ENTRY_NODE:
        app_grant(app, &(struct wish){.what = WISH_NODE, .node = entry->index});
        break;
    case ENTRY_PANEL:
        app_grant(app, &(struct wish){.what = WISH_PANEL, .index = entry->index});
        break;
    case ENTRY_VARIANT:
        side_params_forget(app);
        session_set_variant(app->session, info->variants[entry->index]);
        break;
    case ENTRY_STORY:
        (void)snprintf(app->opens, sizeof app->opens, "%s",
                       start_page_story(app, entry->index)->path);
        break;
    }
}

/* -- drawing ------------------------------------------------------------------------------------------------- */

/* The letters that were typed stand out. */
static void draw_label(struct app *app, struct rect row, const struct entry *entry)
{
    struct canvas *canvas = app->screen->canvas;
    char part[256];
    double x = row.x;
    size_t length = strlen(entry->label), at = 0;
    while (at < length) {
        bool hit = at < 64 && (entry->hits >> at & 1);
        size_t end = at + 1;
        while (end < length && (end < 64 && (entry->hits >> end & 1)) == hit)
            end++;
        (void)snprintf(part, sizeof part, "%.*s", (int)(end - at), entry->label + at);
        enum type_style style = hit ? TYPE_STRONG : TYPE_BODY;
        double width = canvas_measure(canvas, style, part);
        /* Spaces at the ends have no ink but take room; x goes on by what was measured. */
        app_text(app, (struct rect){x, row.y, width + 2, row.h}, ALIGN_LEFT, style,
                 hit ? app->theme->accent : app->theme->text, part);
        x += width;
        at = end;
    }
}

static void draw_rows(struct app *app, struct list *list, struct rect box)
{
    struct palette *palette = &app->palette;
    struct canvas *canvas = app->screen->canvas;
    double height = ROW * app->k;
    char id[32];
    for (int i = 0; i < ROWS && palette->first + i < list->count; i++) {
        int index = palette->first + i;
        const struct entry *entry = &list->entries[index];
        struct rect row = {box.x + 6, box.y + i * height, box.w - 12, height};
        (void)snprintf(id, sizeof id, "palette.%d", index);
        if (index == palette->chosen)
            canvas_fill(canvas, row, 4, app->theme->grid);
        bool fired = ui_press(app->ui, UI_ITEM, id, entry->label, row);
        struct rect text = {row.x + 12, row.y, row.w - 24, row.h};
        draw_label(app, text, entry);
        app_text(app, text, ALIGN_RIGHT, TYPE_SMALL, app->theme->muted, entry->side);
        if (ui_hovered(app->ui, row) && ui_input_of(app->ui)->inside && app->palette_mouse)
            palette->chosen = index;
        if (fired) {
            choose(app, entry);
            return;
        }
    }
    if (list->count == 0)
        app_text(app, (struct rect){box.x + 18, box.y, box.w - 36, height}, ALIGN_LEFT, TYPE_BODY,
                 app->theme->muted, "Nothing of that name");
}

static void on_keys(struct app *app, struct list *list)
{
    struct palette *palette = &app->palette;
    int key = ui_input_of(app->ui)->key;
    int by = key == UI_KEY_DOWN        ? 1
             : key == UI_KEY_UP        ? -1
             : key == UI_KEY_PAGE_DOWN ? ROWS
             : key == UI_KEY_PAGE_UP   ? -ROWS
                                       : 0;
    if (by != 0 && list->count > 0) {
        palette->chosen += by;
        if (by == 1 || by == -1)
            palette->chosen = (palette->chosen + list->count) % list->count;
        ui_take_key(app->ui);
    }
    int last = list->count - 1;
    palette->chosen = palette->chosen > last ? last : palette->chosen;
    palette->chosen = palette->chosen < 0 ? 0 : palette->chosen;
    if (palette->chosen < palette->first)
        palette->first = palette->chosen;
    if (palette->chosen >= palette->first + ROWS)
        palette->first = palette->chosen - ROWS + 1;
}

static void draw_box(struct app *app, struct rect box)
{
    struct canvas *canvas = app->screen->canvas;
    canvas_fill(canvas, (struct rect){box.x - 1, box.y + 6, box.w + 2, box.h + 2}, 10,
                (struct colour){0, 0, 0, app->theme->dark ? 130 : 45});
    canvas_fill(canvas, box, 8, app->theme->panel);
    canvas_frame(canvas, box, 8, (struct stroke){app->theme->border, 1, DASH_SOLID});
}

void palette_draw(struct app *app, struct rect all)
{
    struct palette *palette = &app->palette;
    double k = app->k, width = fmin(WIDTH * k, all.w - 40), field = 34 * k;
    struct arena *arena = arena_new();
    struct list list = {ARENA_ARRAY(arena, struct entry, PALETTE_ROWS), 0, palette->typed};
    find(app, &list);
    int seen = list.count < 1 ? 1 : list.count < ROWS ? list.count : ROWS;
    struct rect box = {all.x + (all.w - width) / 2, all.y + 70 * k, width,
                       field + 24 * k + seen * ROW * k};
    const struct ui_input *input = ui_input_of(app->ui);
    box.h = fmin(box.h, all.h - box.y - 10);
    app->palette_mouse = input->x != app->palette_x || input->y != app->palette_y;
    app->palette_x = input->x;
    app->palette_y = input->y;

    ui_push_layer(app->ui, all, true);
    canvas_fill(app->screen->canvas, all, 0, (struct colour){0, 0, 0, 90});
    draw_box(app, box);
    bool escape = input->key == UI_KEY_ESCAPE;
    struct rect at = {box.x + 10, box.y + 10, box.w - 20, field};
    char entered[256];
    if (!ui_typing(app->ui))
        ui_focus(app->ui, "palette.field");
    (void)ui_field(app->ui, "palette.field", "Type a command, a parameter, a resource ...", at,
                   palette->typed, sizeof palette->typed);
    if (strcmp(palette->typed, palette->last_typed) != 0) {
        (void)snprintf(palette->last_typed, sizeof palette->last_typed, "%s", palette->typed);
        palette->chosen = palette->first = 0;
        list.count = 0;
        find(app, &list);
    }
    on_keys(app, &list);
    draw_rows(app, &list, (struct rect){box.x, at.y + at.h + 8 * k, box.w, ROWS * ROW * k});
    bool enter = ui_entered(app->ui, "palette.field", entered, sizeof entered);
    bool beside = input->pressed && !rect_holds(box, input->x, input->y);
    ui_pop_layer(app->ui);
    if (escape || beside)
        app->dialog = DIALOG_NONE;
    else if (enter && list.count > 0 && app->dialog == DIALOG_PALETTE)
        choose(app, &list.entries[palette->chosen]);
    arena_free(arena);
}
