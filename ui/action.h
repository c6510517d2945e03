/* action.h - everything the user can do, once: a name, the keys, a function.
 *
 * The key sheet, the command palette, the buttons, the script runner and the keyboard read this table, so an action exists in all of
 * them or in none.
 */
#ifndef TEPID_UI_ACTION_H
#define TEPID_UI_ACTION_H

#include "ui/app.h"

struct action {
    const char *id;    /* "run": in scripts */
    const char *label; /* "Run or pause" */
    const char *group; /* in the key sheet */
    const char *keys;  /* as shown: "Space", "Ctrl+K"; NULL: none */
    int key;           /* enum ui_key or ASCII; 0: none */
    bool ctrl;
    void (*run)(struct app *app, int argument);
    int argument;
    bool (*chosen)(const struct app *app, int argument); /* NULL: no state */
};

extern const struct action actions[]; /* ends with id == NULL */

const struct action *action_find(const char *id);
void action_run(struct app *app, const char *id);
/* Runs what the key of this frame stands for; true if there was something. */
bool action_key(struct app *app, const struct ui_input *input);

#endif
