/* progress.c - see the header. */
#include "cli/progress.h"

#include <math.h>
#include <stdio.h>

#include "report/page.h"
#include "report/quantity.h"

#define QUIET_S     0.5
#define BAR_COLUMNS 10

static double share_done(const struct run_progress *now)
{
    double part = now->horizon > 0 ? (double)now->now / (double)now->horizon : 0;
    double done = now->done + (now->done < now->total ? part : 0);
    double share = now->total > 0 ? done / now->total : 0;
    return share < 1 ? share : 1;
}

static void put_bar(struct page *page, double share)
{
    int full = (int)(share * BAR_COLUMNS);
    for (int i = 0; i < BAR_COLUMNS; i++)
        page_put(page, PAGE_PLAIN, i < full ? "█" : "░");
}

static void put_reached(struct page *page, const struct run_progress *now)
{
    char reached[UNIT_TEXT_MAX], whole[UNIT_TEXT_MAX];
    if (now->total > 1)
        page_putf(page, PAGE_PLAIN, "%d of %d runs", now->done, now->total);
    else
        page_putf(page, PAGE_PLAIN, "%s of %s", quantity_show_span(reached, now->now),
                  quantity_show_span(whole, now->horizon));
}

void progress_line(const struct progress *progress, const struct run_progress *now,
                   struct text *out)
{
    char text[UNIT_TEXT_MAX];
    struct page page;
    double share = share_done(now);
    page_begin(&page, out, progress->width, false);
    page_put(&page, PAGE_PLAIN, progress->scenario);
    if (progress->variant != NULL)
        page_putf(&page, PAGE_PLAIN, "/%s", progress->variant);
    page_to(&page, 0);
    put_bar(&page, share);
    page_putf(&page, PAGE_PLAIN, " %.0f%%  ", 100 * share);
    put_reached(&page, now);
    if (now->wall_s > 0) {
        double rate = (double)now->requests / now->wall_s;
        if (rate >= 1e6)
            page_putf(&page, PAGE_PLAIN, "  %.1f M req/s", rate / 1e6);
        else
            page_putf(&page, PAGE_PLAIN, "  %s req/s", unit_show_count(text, rate));
    }
    if (share > 0)
        page_putf(&page, PAGE_PLAIN, "  eta %s",
                  unit_show_time(text, ceil(now->wall_s * (1 - share) / share) * 1e9));
}

void progress_report(void *context, const struct run_progress *now)
{
    struct progress *progress = context;
    struct text line = {0};
    if (now->wall_s < QUIET_S)
        return;
    progress_line(progress, now, &line);
    fprintf(stderr, "\r%s\033[K", line.data);
    (void)fflush(stderr); /* a progress line that is lost is no loss */
    text_free(&line);
    progress->shown = true;
}

void progress_clear(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}
