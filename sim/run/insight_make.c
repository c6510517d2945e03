/* insight_make.c - see the header. */
#include "run/insight_make.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"

static const char *keep_va(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = arena_alloc(arena, (size_t)length + 1);
    (void)vsnprintf(text, (size_t)length + 1, format, args);
    return text;
}

struct insight *insight_add(struct insight_list *list, enum insight_severity severity,
                            const char *resource, double weight, const char *message, ...)
{
    if (list->count == list->capacity) {
        int capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
        struct insight *items = ARENA_ARRAY(list->arena, struct insight, capacity);
        if (list->count > 0)
            memcpy(items, list->items, sizeof *items * (size_t)list->count);
        list->items = items;
        list->capacity = capacity;
    }
    struct insight *insight = &list->items[list->count++];
    *insight = (struct insight){
        .rule = list->rule,
        .severity = severity,
        .resource = arena_strdup(list->arena, resource),
        .weight = isnan(weight) ? 0 : fmin(fmax(weight, 0), 1),
        .saving_usd_month = NAN,
        .why_not = "there is nothing to set: it takes a change of the design",
    };
    va_list args;
    va_start(args, message);
    insight->message = keep_va(list->arena, message, args);
    va_end(args);
    return insight;
}

static void add_change(struct insight *insight, struct change change)
{
    ASSERT(insight->change_count < INSIGHT_CHANGES_MAX);
    insight->changes[insight->change_count++] = change;
    insight->why_not = "not asked for";
}

void insight_set(struct insight_list *list, struct insight *insight, const char *resource,
                 const char *setting, const char *value, ...)
{
    va_list args;
    va_start(args, value);
    add_change(insight, (struct change){.kind = CHANGE_SETTING,
                                        .resource = arena_strdup(list->arena, resource),
                                        .name = arena_strdup(list->arena, setting),
                                        .value = keep_va(list->arena, value, args)});
    va_end(args);
}

void insight_set_param(struct insight_list *list, struct insight *insight, const char *name,
                       const char *value)
{
    add_change(insight, (struct change){.kind = CHANGE_PARAM,
                                        .name = arena_strdup(list->arena, name),
                                        .value = arena_strdup(list->arena, value)});
}

void insight_advise(struct insight_list *list, struct insight *insight, const char *advice, ...)
{
    va_list args;
    va_start(args, advice);
    insight->advice = keep_va(list->arena, advice, args);
    va_end(args);
}

void insight_watch(struct insight *insight, const char *resource, enum metric_id metric,
                   const char *stat)
{
    ASSERT(insight->effect_count < INSIGHT_EFFECTS_MAX);
    insight->effects[insight->effect_count++] = (struct insight_effect){
        .resource = resource,
        .metric = metric_table[metric].name,
        .stat = stat,
        .unit = metric_unit(metric_table[metric].dimension),
        .before = NAN,
        .after = NAN,
        .low = NAN,
        .high = NAN,
    };
}

void insight_precaution(struct insight *insight)
{
    insight->precaution = true;
    insight->why_not = "a precaution: nothing has gone wrong yet";
}

bool insight_has(const struct insight_list *list, const char *rule, const char *resource)
{
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->items[i].rule->id, rule) == 0 &&
            (resource == NULL || strcmp(list->items[i].resource, resource) == 0))
            return true;
    return false;
}

const char *insight_change_text(const struct insight *insight, struct arena *arena)
{
    struct text text = {0};
    for (int i = 0; i < insight->change_count; i++) {
        const struct change *change = &insight->changes[i];
        bool setting = change->kind == CHANGE_SETTING;
        /* What a shell would take apart stands in quotes. */
        struct text word = {0};
        if (setting)
            text_addf(&word, "%s.", change->resource);
        text_addf(&word, "%s=%s", change->name, change->value);
        bool plain = strpbrk(word.data, " {}()'\"*?$&;|<>#!") == NULL;
        text_addf(&text, "%s%s %s%s%s", i > 0 ? " " : "", setting ? "--set" : "-p", plain ? "" : "'",
                  word.data, plain ? "" : "'");
        text_free(&word);
    }
    const char *kept = arena_strdup(arena, text.data == NULL ? "" : text.data);
    text_free(&text);
    return kept;
}

/* -- words ------------------------------------------------------------------------------------------- */

typedef char *show(char buf[UNIT_TEXT_MAX], double value);

static const char *say(struct insight_list *list, show *how, double value)
{
    char text[UNIT_TEXT_MAX];
    return arena_strdup(list->arena, how(text, value));
}

const char *say_time(struct insight_list *list, double ns)
{
    return say(list, unit_show_time, ns);
}

const char *say_share(struct insight_list *list, double share)
{
    return say(list, unit_show_share, share);
}

const char *say_money(struct insight_list *list, double usd)
{
    return say(list, unit_show_money, usd);
}

const char *say_count(struct insight_list *list, double count)
{
    return say(list, unit_show_count, count);
}

const char *say_number(struct insight_list *list, double number)
{
    return say(list, unit_show_number, number);
}

const char *say_rate(struct insight_list *list, double per_s)
{
    return say(list, unit_show_rate, per_s);
}
