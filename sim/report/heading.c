/* heading.c - see the header. */
#include "report/heading.h"

#include <stdio.h>
#include <string.h>

#include "report/quantity.h"
#include "report/section.h"
#include "run/day_part.h"

/* What was run, and what it asks. */
void heading_title(struct page *page, const struct scenario *scenario, const char *variant)
{
    page_put(page, PAGE_STRONG, scenario->name);
    if (variant != NULL) {
        page_put(page, PAGE_PLAIN, " / ");
        page_put(page, PAGE_STRONG, variant);
    }
    if (scenario->question != NULL) {
        page_to(page, page_column(page) + 2);
        page_wrap(page, PAGE_PLAIN, scenario->question, 2);
    }
    page_line(page);
}

/* "1h simulated (5min warm-up), seed 42, 10 replications". */
static void add_conditions(const struct result *result, struct text *text)
{
    char span[UNIT_TEXT_MAX];
    text_addf(text, "%s simulated", quantity_show_span(span, result->duration));
    if (result->warmup > 0)
        text_addf(text, " (%s warm-up)", quantity_show_span(span, result->warmup));
    text_addf(text, ", seed %llu", (unsigned long long)result->seed);
    if (result->reps > 1)
        text_addf(text, ", %d replications", result->reps);
}

/* What follows on the same line, or on the next where this one is full. */
static void put_more(struct page *page, const char *more)
{
    page_put(page, PAGE_DIM, ",");
    if (page_column(page) + 1 + (int)text_columns(more) > page->width) {
        page_line(page);
        page_to(page, 2);
    } else {
        page_to(page, page_column(page) + 1);
    }
    page_put(page, PAGE_DIM, more);
}

void heading_conditions(struct page *page, const struct result *result, uint64_t requests,
                        double wall_s)
{
    char count[UNIT_TEXT_MAX], work[100], prices[160];
    const struct catalog *catalog = result->scenario->catalog;
    struct text text = {0};
    add_conditions(result, &text);
    page_to(page, 2);
    page_put(page, PAGE_DIM, text.data);
    text_free(&text);
    if (catalog != NULL) {
        (void)snprintf(prices, sizeof prices, "prices %s", catalog_price_list_id(catalog));
        put_more(page, prices);
    }
    if (result->reps > 1) {
        page_line(page);
        page_to(page, 2);
        page_putf(page, PAGE_DIM, "counts and costs are means of the %d replications",
                  result->reps);
    }
    (void)snprintf(work, sizeof work,
                   wall_s < 9.995 ? "%s requests in %.2f s" : "%s requests in %.0f s",
                   unit_show_count(count, (double)requests), wall_s);
    page_right(page, PAGE_DIM, work);
    page_line(page);
}

void heading_precision(struct page *page, const struct result *result)
{
    const struct precision_report *report = &result->precision;
    char target[UNIT_TEXT_MAX], worst[UNIT_TEXT_MAX];
    if (report->target <= 0)
        return;
    unit_show_share(target, report->target);
    page_to(page, 2);
    if (report->figures == 0) {
        page_putf(page, PAGE_WARN, "±%s was asked for: no figure of this run has an interval",
                  target);
    } else if (report->reached) {
        page_putf(page, PAGE_DIM, "every reported figure within ±%s; the widest, %s, within ±%s", target,
                  report->worst_path, unit_show_share(worst, report->worst));
    } else {
        page_putf(page, PAGE_WARN, "±%s not reached after %d replications: %s is within ±%s", target,
                  result->reps, report->worst_path, unit_show_share(worst, report->worst));
    }
    page_line(page);
}

/* Rounded up to what one would type. */
static char *show_warmup(char buf[UNIT_TEXT_MAX], double seconds)
{
    static const double steps_s[] = {1, 5, 10, 30, 60, 300, 600, 1800, 3600, 21600, 86400};
    double step_s = steps_s[0];
    for (size_t i = 0; i < COUNTOF(steps_s); i++)
        if (seconds >= 5 * steps_s[i])
            step_s = steps_s[i];
    double rounded_s = step_s * (double)(int64_t)((seconds + step_s - 1e-9) / step_s);
    return quantity_show_span(buf, (sim_time)(rounded_s * 1e9));
}

void heading_settling(struct page *page, const struct result *result)
{
    const struct warmup_check *check = &result->settling;
    char early[UNIT_TEXT_MAX], late[UNIT_TEXT_MAX], warmup[UNIT_TEXT_MAX];
    bool all = check->resource != NULL && strcmp(check->resource, "*") == 0;
    struct text text = {0};
    if (check->verdict < STEADY_LATE)
        return;
    quantity_show_column(early, check->early);
    quantity_show_column(late, check->late);
    text_addf(&text, "%s%s%s ", all ? "" : check->resource, all ? "" : " ", check->what);
    if (check->verdict == STEADY_LATE)
        text_addf(&text, "is %s at first and %s later: measure from there on with --warmup %s",
                  early, late, show_warmup(warmup, check->settles_s));
    else
        text_addf(&text,
                  "does not settle: %s in the first half, %s in the second; the load is more than "
                  "is served, or the run is too short",
                  early, late);
    page_to(page, 2);
    page_wrap(page, PAGE_WARN, text.data, 4);
    page_line(page);
    text_free(&text);
}

void heading_day_part(struct page *page, const struct scenario *scenario, sim_time from, sim_time to)
{
    char span[UNIT_TEXT_MAX], line[400];
    const char *source = day_part_source(scenario, from, to, NULL);
    if (source == NULL)
        return;
    (void)snprintf(line, sizeof line,
                   "%.60s follows a day, but %s are measured: the cost per month is of that part "
                   "(--duration %lldh, tepid explain T05)",
                   source, unit_show_span(span, to - from), (long long)day_part_hours(to - from));
    page_to(page, 2);
    page_wrap(page, PAGE_WARN, line, 4);
    page_line(page);
}

void heading_extent(struct page *page, const struct result *result)
{
    char reached[UNIT_TEXT_MAX], whole[UNIT_TEXT_MAX];
    if (result->end == RUN_COMPLETE)
        return;
    page_to(page, page_column(page) + 2);
    page_putf(page, PAGE_BAD, "partial: %s of %s", quantity_show_span(reached, result->reached),
              quantity_show_span(whole, result->duration));
}

static const char *end_words(enum run_end end)
{
    static const char *const words[] = {
        [RUN_COMPLETE] = "",
        [RUN_INTERRUPTED] = "interrupted",
        [RUN_MAX_WALL] = "--max-wall reached",
        [RUN_MAX_EVENTS] = "--max-events reached",
        [RUN_MAX_MEMORY] = "--max-memory reached",
    };
    return words[end];
}

void heading_partial(struct page *page, const struct result *result)
{
    char reached[UNIT_TEXT_MAX], whole[UNIT_TEXT_MAX];
    if (result->end == RUN_COMPLETE)
        return;
    page_to(page, 2);
    page_putf(page, PAGE_BAD, "PARTIAL: %s at %s of %s", end_words(result->end),
              quantity_show_span(reached, result->reached),
              quantity_show_span(whole, result->duration));
    page_line(page);
}

void heading_folder(struct page *page, const char *folder, const char *const *files)
{
    if (folder == NULL)
        return;
    struct text list = {0};
    text_add(&list, folder);
    text_add(&list, folder[strlen(folder) - 1] == '/' ? "" : "/");
    page_to(page, 2);
    page_put(page, PAGE_STRONG, list.data);
    list.length = 0;
    for (; *files != NULL; files++)
        text_addf(&list, "%s ", *files);
    page_to(page, page_column(page) + 2);
    if (page_column(page) + 20 > page->width) {
        page_line(page);
        page_to(page, SECTION_MARGIN);
    }
    page_wrap(page, PAGE_PLAIN, list.data, SECTION_MARGIN);
    page_line(page);
    text_free(&list);
}
