/* section_insights.c - what a run shows unasked, with what a change does to it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/unit.h"
#include "report/quantity.h"
#include "report/section.h"
#include "run/insight.h"

#define SHOWN_MOST      5
#define TEXT_COLUMN     18 /* where the message starts, behind rule and severity */
#define SEVERITY_COLUMN 8

static enum page_style style_of(enum insight_severity severity)
{
    static const enum page_style styles[] = {
        [INSIGHT_INFO] = PAGE_DIM, [INSIGHT_WARNING] = PAGE_WARN, [INSIGHT_CRITICAL] = PAGE_BAD};
    return styles[severity];
}

/* -- effects ---------------------------------------------------------------------------------------- */

static enum metric_dimension dimension_of(const struct insight_effect *effect)
{
    return metric_table[metric_find(effect->metric)].dimension;
}

/* Rows of summary.csv hold ms. */
static char *show(char buf[UNIT_TEXT_MAX], const struct insight_effect *effect, double value)
{
    if (isnan(value))
        return strcpy(buf, "none");
    enum metric_dimension dimension = dimension_of(effect);
    return quantity_show(buf, dimension == DIM_TIME ? value * 1e6 : value, dimension);
}

/* "work.spill", "p99", "cost": the application needs no name, and what is said by the metric no statistic. */
static void add_name(struct text *text, const struct insight_effect *effect)
{
    bool all = strcmp(effect->resource, "*") == 0;
    bool percentile = effect->stat[0] == 'p';
    if (!all)
        text_addf(text, "%s ", effect->resource);
    if (strcmp(effect->metric, "cost_month") == 0)
        text_add(text, "cost");
    else if (strcmp(effect->metric, "latency") != 0)
        text_addf(text, "%s%s", effect->metric, percentile ? " " : "");
    if (percentile)
        text_add(text, effect->stat);
    else if (strcmp(effect->stat, "max") == 0)
        text_add(text, " max");
}

/* Of the 95 % interval of the difference, where it is wide enough to be seen. */
static void add_half_width(struct text *text, const struct insight_effect *effect)
{
    char half[UNIT_TEXT_MAX], nothing[UNIT_TEXT_MAX];
    show(half, effect, (effect->high - effect->low) / 2);
    if (strcmp(half, show(nothing, effect, 0)) != 0)
        text_addf(text, " (±%s)", half);
}

static void add_effect(struct text *text, const struct insight_effect *effect)
{
    char before[UNIT_TEXT_MAX], after[UNIT_TEXT_MAX];
    show(before, effect, effect->before);
    show(after, effect, effect->after);
    add_name(text, effect);
    text_addf(text, " %s\u00a0→\u00a0%s", before, after);
    if (strcmp(effect->metric, "cost_month") == 0)
        text_add(text, "/month");
    if (!effect->has_interval || effect->before == effect->after)
        return;
    if (!effect->significant)
        text_add(text, " (no significant difference)");
    else
        add_half_width(text, effect);
}

static bool same_figures(const struct insight_effect *a, const struct insight_effect *b)
{
    return strcmp(a->metric, b->metric) == 0 && strcmp(a->stat, b->stat) == 0 &&
           a->before == b->before && a->after == b->after;
}

/* What the whole pays or gains is said where it changes, and is not what was said already; what the rule is about always. */
static bool is_worth_telling(const struct insight *insight, int index)
{
    char before[UNIT_TEXT_MAX], after[UNIT_TEXT_MAX];
    const struct insight_effect *effect = &insight->effects[index];
    if (isnan(effect->before) && isnan(effect->after))
        return false;
    for (int i = 0; i < index; i++)
        if (same_figures(&insight->effects[i], effect))
            return false;
    return index == 0 || strcmp(show(before, effect, effect->before),
                                show(after, effect, effect->after)) != 0;
}

static void add_effects(struct text *text, const struct insight *insight)
{
    const char *between = "";
    for (int i = 0; i < insight->effect_count; i++) {
        if (!is_worth_telling(insight, i))
            continue;
        text_add(text, between);
        add_effect(text, &insight->effects[i]);
        between = ", ";
    }
    if (insight->slos_known && insight->slos_before != insight->slos_after)
        text_addf(text, "; SLOs met %d → %d", insight->slos_before, insight->slos_after);
}

/* -- one insight -------------------------------------------------------------------------------------- */

/* Sums such as "$1 250.00" stay on one line: the blank between two digits does not break. */
static char *keep_numbers(const char *text, struct arena *arena)
{
    struct text out = {0};
    for (const char *at = text; *at != '\0'; at++) {
        bool inside = at > text && *at == ' ' && strchr("0123456789", at[-1]) != NULL &&
                      at[1] != '\0' && strchr("0123456789", at[1]) != NULL;
        if (inside)
            text_add(&out, "\u00a0");
        else
            text_add_bytes(&out, at, 1);
    }
    char *kept = arena_strdup(arena, out.data == NULL ? "" : out.data);
    text_free(&out);
    return kept;
}

static void put_line(struct page *page, enum page_style style, const char *label, const char *text,
                     struct arena *arena)
{
    page_to(page, TEXT_COLUMN);
    page_put(page, PAGE_DIM, label);
    page_to(page, page_column(page) + 1);
    page_wrap(page, style, keep_numbers(text, arena), TEXT_COLUMN);
    page_line(page);
}

static void put_change(struct page *page, const struct insight *insight, struct arena *arena)
{
    struct text text = {0};
    const char *change = insight_change_text(insight, arena);
    if (insight->state == INSIGHT_MEASURED) {
        add_effects(&text, insight);
        put_line(page, PAGE_PLAIN, "re-run:", text.data == NULL ? "no difference" : text.data, arena);
    }
    if (change[0] != '\0')
        put_line(page, PAGE_STRONG, "try:", change, arena);
    if (insight->advice != NULL)
        put_line(page, PAGE_PLAIN, change[0] == '\0' ? "try:" : "and:", insight->advice, arena);
    if (insight->state != INSIGHT_MEASURED && insight->change_count > 0)
        put_line(page, PAGE_DIM, "effect:", insight->why_not, arena);
    text_free(&text);
}

void section_insight(struct page *page, const struct insight *insight)
{
    struct arena *arena = arena_new();
    page_to(page, SECTION_MARGIN);
    page_put(page, PAGE_STRONG, insight->rule->id);
    page_to(page, SECTION_MARGIN + 4);
    page_cell(page, style_of(insight->severity), insight_severities[insight->severity],
              SEVERITY_COLUMN);
    page_to(page, TEXT_COLUMN);
    page_wrap(page, PAGE_PLAIN, keep_numbers(insight->message, arena), TEXT_COLUMN);
    page_line(page);
    put_change(page, insight, arena);
    arena_free(arena);
}

/* What is said about every run stands behind the others and takes no place of theirs. */
static bool is_outlook(const struct insight *insight)
{
    return strcmp(insight->rule->id, "R06") == 0 || strcmp(insight->rule->id, "R07") == 0;
}

void section_insights(const struct section *section)
{
    const struct insight_list *list = section->result->insights;
    struct page *page = section->page;
    int shown = 0, hidden = 0;
    if (list == NULL || list->count == 0)
        return;
    section_heading(section, "INSIGHTS");
    page_putf(page, PAGE_DIM, " (%d)", list->count);
    page_right(page, PAGE_DIM, "tepid explain RULE");
    page_line(page);
    for (int i = 0; i < list->count; i++) {
        const struct insight *insight = &list->items[i];
        if (!is_outlook(insight) && shown++ >= SHOWN_MOST) {
            hidden++;
            continue;
        }
        section_insight(page, insight);
    }
    section_more(section, hidden, "insights.csv");
    page_line(page);
}

/* -- several variants ---------------------------------------------------------------------------------- */

static const struct insight *gravest(const struct result *result)
{
    const struct insight_list *list = result->insights;
    for (int i = 0; list != NULL && i < list->count; i++)
        if (list->items[i].severity > INSIGHT_INFO && !is_outlook(&list->items[i]))
            return &list->items[i];
    return NULL;
}

static bool was_said(struct result *const *results, int variant, const struct insight *insight)
{
    for (int v = 0; v < variant; v++) {
        const struct insight *other = gravest(results[v]);
        if (other != NULL && other->rule == insight->rule &&
            strcmp(other->resource, insight->resource) == 0)
            return true;
    }
    return false;
}

void section_insights_of_variants(struct page *page, struct result *const *results, int count)
{
    bool any = false;
    for (int v = 0; v < count; v++) {
        const struct insight *insight = gravest(results[v]);
        if (insight == NULL || was_said(results, v, insight))
            continue;
        if (!any) {
            page_to(page, 2);
            page_put(page, PAGE_STRONG, "INSIGHTS");
            page_right(page, PAGE_DIM, "tepid explain RULE");
            page_line(page);
        }
        any = true;
        page_to(page, SECTION_MARGIN);
        page_putf(page, PAGE_DIM, "%s:", results[v]->variant == NULL ? "" : results[v]->variant);
        page_line(page);
        section_insight(page, insight);
    }
    if (any)
        page_line(page);
}
