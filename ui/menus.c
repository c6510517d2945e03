/* menus.c - see the header. */
#include "ui/menus.h"

#include <stdio.h>
#include <string.h>

#include "ui/action.h"
#include "ui/param_scale.h"
#include "ui/side_params.h"

static void export_menu(struct app *app)
{
    static const char *const items[] = {"PNG, as on screen\tCtrl+S", "SVG, with real text", "PDF",
                                        "CSV, the values", NULL};
    int chosen = ui_menu(app->ui, app->menu_id, items, app->menu_from);
    if (chosen == -1)
        return;
    app->dialog = DIALOG_NONE;
    if (chosen >= 0)
        app->save = (struct save_wish){true, (enum save_format)chosen, app->full_panel};
}

static void speed_menu(struct app *app)
{
    static const char *const items[] = {"1x\t1",    "10x\t2", "100x\t3", "1k x\t4",
                                        "10k x\t5", "max\t6", NULL};
    int chosen = ui_menu(app->ui, app->menu_id, items, app->menu_from);
    if (chosen == -1)
        return;
    app->dialog = DIALOG_NONE;
    if (chosen >= 0)
        player_set_speed(&app->player, chosen);
}

static void panel_menu(struct app *app)
{
    bool full = app->full_panel == app->panel_at;
    const char *items[] = {full ? "Back to all panels\tEsc" : "Fill the window",
                           app->table ? "Charts\tV" : "Tables\tV",
                           "Export PNG",
                           "Export SVG",
                           "Export PDF",
                           "Export CSV",
                           NULL};
    int chosen = ui_menu(app->ui, app->menu_id, items, app->menu_from);
    if (chosen == -1)
        return;
    app->dialog = DIALOG_NONE;
    if (chosen == 0)
        app->full_panel = full ? -1 : app->panel_at;
    else if (chosen == 1)
        app->table = !app->table;
    else if (chosen >= 2)
        app->save = (struct save_wish){true, (enum save_format)(chosen - 2), app->panel_at};
}

static const struct record_param *find_param(const struct record_info *info, const char *name)
{
    for (int i = 0; i < info->param_count; i++)
        if (strcmp(info->params[i].name, name) == 0)
            return &info->params[i];
    return NULL;
}

/* The id is "param.NAME.menu". */
static void choices_menu(struct app *app)
{
    char name[64];
    const char *choices[PARAM_CHOICES + 1];
    const struct record *run = app_run(app);
    (void)snprintf(name, sizeof name, "%.*s", (int)(strlen(app->menu_id) - strlen("param.") - 5),
                   app->menu_id + strlen("param."));
    const struct record_param *param = run == NULL ? NULL : find_param(record_info(run), name);
    if (param == NULL || param_choices_of(param, choices) == 0) {
        app->dialog = DIALOG_NONE;
        return;
    }
    int chosen = ui_menu(app->ui, app->menu_id, choices, app->menu_from);
    if (chosen == -1)
        return;
    app->dialog = DIALOG_NONE;
    if (chosen >= 0)
        side_param_set(app, name, choices[chosen]);
}

void menus_draw(struct app *app)
{
    switch (app->menu) {
    case MENU_EXPORT:
        export_menu(app);
        break;
    case MENU_SPEED:
        speed_menu(app);
        break;
    case MENU_PANEL:
        panel_menu(app);
        break;
    case MENU_CHOICES:
        choices_menu(app);
        break;
    }
}
