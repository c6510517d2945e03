/* insight_param.c - a change as the file's own parameter, where there is one.
 *
 * Who wrote `memory = memory` wants to hear "-p memory=1769MB". Whether a parameter does what the setting does is not guessed from its name:
 * the file is loaded with each, and the two must say the same in everything but parameters.
 */
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "run/insight_make.h"
#include "scenario/scenario_diff.h"

#define TRIES_MOST 12 /* loads of the file, a few ms each */

enum quantity { QUANTITY_TIME, QUANTITY_SIZE, QUANTITY_RATE, QUANTITY_NUMBER, QUANTITY_OTHER };

static enum quantity quantity_of(const char *text)
{
    struct err no = {0};
    int64_t whole;
    double number;
    if (unit_read_number(text, &number, &no))
        return QUANTITY_NUMBER;
    no = (struct err){0};
    if (unit_read_time(text, &whole, &no))
        return QUANTITY_TIME;
    no = (struct err){0};
    if (unit_read_size(text, &whole, &no))
        return QUANTITY_SIZE;
    no = (struct err){0};
    return unit_read_rate(text, &number, &no) ? QUANTITY_RATE : QUANTITY_OTHER;
}

static enum quantity quantity_of_param(const struct param_def *param)
{
    struct text text = {0};
    value_show(&param->value, &text);
    enum quantity quantity = text.data == NULL ? QUANTITY_OTHER : quantity_of(text.data);
    text_free(&text);
    return quantity;
}

static bool says_the_same(const struct scenario *a, const struct scenario *b, struct arena *arena)
{
    struct scenario_diff diff;
    scenario_diff(&diff, a, b, arena);
    for (int i = 0; i < diff.count; i++)
        if (strncmp(diff.changes[i].what, "param ", 6) != 0)
            return false;
    return true;
}

/* Loads the file with the setting and with the parameter. */
static bool is_equal(struct study *study, const struct insight_options *options,
                     const struct change *setting, const struct change *param)
{
    struct arena *arena = arena_new();
    struct study_load with = insight_load_with(options, setting, 1, NULL, 0, arena);
    struct study_load other = insight_load_with(options, param, 1, NULL, 0, arena);
    struct err refused = {0};
    struct scenario *a = study_load(study, &with, &refused);
    struct scenario *b = a == NULL ? NULL : study_load(study, &other, &refused);
    bool equal = a != NULL && b != NULL && says_the_same(a, b, arena);
    scenario_free(a);
    scenario_free(b);
    arena_free(arena);
    return equal;
}

static void prefer(struct study *study, const struct scenario *scenario,
                   const struct insight_options *options, struct change *change, int *tries,
                   struct arena *arena)
{
    for (int i = 0; i < scenario->param_count && *tries < TRIES_MOST; i++) {
        const struct param_def *param = &scenario->params[i];
        struct change other = {
            .kind = CHANGE_PARAM, .name = param->name, .value = change->value};
        if (quantity_of_param(param) == QUANTITY_OTHER ||
            quantity_of_param(param) != quantity_of(change->value))
            continue;
        ++*tries;
        if (!is_equal(study, options, change, &other))
            continue;
        other.name = arena_strdup(arena, param->name);
        *change = other;
        return;
    }
}

void insight_prefer_params(struct study *study, const struct result *result,
                           struct insight_list *list, const struct insight_options *options)
{
    int tries = 0;
    for (int i = 0; i < list->count && i < INSIGHT_TOP; i++)
        for (int c = 0; c < list->items[i].change_count; c++)
            if (list->items[i].changes[c].kind == CHANGE_SETTING)
                prefer(study, result->scenario, options, &list->items[i].changes[c], &tries,
                       list->arena);
}
