/* brief_markdown.c - see the header. */
#include "report/brief_markdown.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report/brief_charts.h"
#include "report/quantity.h"

/* Text that is no markup, in one line. */
static void add_plain(struct text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<')
            text_add(out, "&lt;");
        else if (*text == '&')
            text_add(out, "&amp;");
        else if (strchr("\\`*_{}[]()#+!|>~$", *text) != NULL)
            text_addf(out, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            text_add(out, " ");
        else
            text_add_bytes(out, text, 1);
    }
}

static void add_cell(struct text *out, const char *text)
{
    add_plain(out, text);
    text_add(out, " | ");
}

static void add_value(struct text *out, double value, const char *unit)
{
    char shown[UNIT_TEXT_MAX];
    add_cell(out, brief_show(shown, value, unit));
}

/* "| first | run | run |" and the line below it. */
static void add_head(struct text *out, const struct brief *brief, const char *first)
{
    text_addf(out, "| %s | ", first);
    for (int i = 0; i < brief->count; i++)
        add_cell(out, brief->count == 1 ? "value" : brief->runs[i].title);
    text_add(out, "\n|---|");
    for (int i = 0; i < brief->count; i++)
        text_add(out, "---:|");
    text_add(out, "\n");
}

/* -- parts ---------------------------------------------------------------------------------------------- */

static void add_figures(const struct brief *brief, struct text *out)
{
    static const struct {
        const char *label, *metric, *stat;
    } figures[] = {{"requests", "requests", "sum"},   {"latency p50", "latency", "p50"},
                   {"latency p99", "latency", "p99"}, {"errors", "errors", "mean"},
                   {"cold starts", "cold", "mean"},   {"cost a month", "cost_month", "sum"}};
    const struct folder_meta *meta = &brief->runs[0].in.meta;
    text_addf(out, "## %s\n\n", brief->count > 1 ? "Side by side" : "Figures");
    add_head(out, brief, "");
    for (int p = 0; p < meta->param_count; p++) {
        if (brief->count > 1 && !brief_param_differs(brief, meta->params[p].name))
            continue;
        text_add(out, "| ");
        add_cell(out, meta->params[p].name);
        for (int i = 0; i < brief->count; i++)
            add_cell(out, brief_param(brief, i, meta->params[p].name));
        text_add(out, "\n");
    }
    for (size_t k = 0; k < COUNTOF(figures); k++) {
        text_addf(out, "| %s | ", figures[k].label);
        for (int i = 0; i < brief->count; i++) {
            const struct result_row *row =
                brief_row(&brief->runs[i], "*", figures[k].metric, figures[k].stat);
            add_value(out, row == NULL ? NAN : row->value, row == NULL ? "" : row->unit);
        }
        text_add(out, "\n");
    }
    text_add(out, "| SLOs met | ");
    for (int i = 0; i < brief->count; i++)
        text_addf(out, "%d of %d | ", brief_slos_met(&brief->runs[i]), brief->runs[i].in.slo_count);
    text_add(out, "\n\n");
}

static void add_charts(const struct brief *brief, struct text *out)
{
    static const char *const names[BRIEF_CHARTS] = {"Latency", "Concurrency", "Where time goes",
                                                    "Cost"};
    text_add(out, "## Charts\n\n");
    for (int chart = 0; chart < BRIEF_CHARTS; chart++) {
        struct text drawing = {0}, caption = {0};
        brief_draw(brief, (enum brief_chart)chart, SVG_FILE, &drawing, &caption);
        text_addf(out, "![%s](%s)\n\n", names[chart], brief_chart_files[chart]);
        add_plain(out, caption.data);
        text_add(out, "\n\n");
        text_free(&drawing);
        text_free(&caption);
    }
}

static void add_costs(const struct brief *brief, struct text *out)
{
    int count;
    const struct brief_cost *costs = brief_costs(brief, &count);
    text_add(out, "## Cost a month (730 h)\n\n");
    add_head(out, brief, "line");
    for (int k = 0; k < count; k++) {
        text_add(out, "| ");
        add_plain(out, costs[k].resource);
        text_add(out, " ");
        add_cell(out, costs[k].line_item);
        for (int i = 0; i < brief->count; i++)
            add_value(out, costs[k].month_usd[i], "usd");
        text_add(out, "\n");
    }
    text_add(out, "| **total** | ");
    for (int i = 0; i < brief->count; i++)
        add_value(out, brief_cost_month(&brief->runs[i]), "usd");
    text_add(out, "\n\n");
}

static void add_slos(const struct brief *brief, struct text *out)
{
    int count;
    const struct brief_slo *slos = brief_slos(brief, &count);
    if (count == 0)
        return;
    text_add(out, "## SLOs\n\n");
    add_head(out, brief, "SLO");
    for (int k = 0; k < count; k++) {
        text_add(out, "| ");
        add_cell(out, slos[k].slo);
        for (int i = 0; i < brief->count; i++) {
            const struct folder_slo *slo = slos[k].of[i];
            char shown[UNIT_TEXT_MAX];
            if (slo == NULL) {
                text_add(out, "– | ");
                continue;
            }
            add_plain(out, brief_show(shown, slo->actual, slo->unit));
            text_addf(out, " %s | ", slo->passed ? "✓ met" : "✗ missed");
        }
        text_add(out, "\n");
    }
    text_add(out, "\n");
}

static void add_insights(const struct brief *brief, struct text *out)
{
    bool any = false;
    for (int i = 0; i < brief->count; i++) {
        const struct folder_table *table = &brief->runs[i].insights;
        for (int row = 0; row < table->row_count; row++) {
            const char *change = folder_cell(table, row, folder_column(table, "change"));
            if (!any)
                text_add(out, "## Insights\n\n");
            any = true;
            text_add(out, "- **");
            add_plain(out, folder_cell(table, row, folder_column(table, "rule")));
            text_add(out, "** ");
            add_plain(out, folder_cell(table, row, folder_column(table, "severity")));
            if (brief->count > 1) {
                text_add(out, ", ");
                add_plain(out, brief->runs[i].title);
            }
            text_add(out, ": ");
            add_plain(out, folder_cell(table, row, folder_column(table, "message")));
            if (change[0] != '\0') {
                text_add(out, ". Try: ");
                add_plain(out, change);
            }
            text_add(out, "\n");
        }
    }
    if (any)
        text_add(out, "\n");
}

static void add_assumptions(const struct brief *brief, struct text *out)
{
    const struct folder_meta *meta = &brief->runs[0].in.meta;
    char span[UNIT_TEXT_MAX];
    text_add(out, "## Assumptions\n\n");
    for (int p = 0; p < meta->param_count && brief->count > 1; p++) {
        if (brief_param_differs(brief, meta->params[p].name))
            continue;
        text_add(out, "- ");
        add_plain(out, meta->params[p].name);
        text_add(out, ": ");
        add_plain(out, brief_param(brief, 0, meta->params[p].name));
        text_add(out, "\n");
    }
    if (!isnan(meta->duration_s))
        text_addf(out, "- simulated time: %s\n",
                  quantity_show_span(span, (sim_time)(meta->duration_s * 1e9)));
    text_addf(out, "- seed: %" PRIu64 "\n", meta->seed);
    if (meta->price_list != NULL) {
        text_add(out, "- price list: ");
        add_plain(out, meta->price_list);
        text_add(out, "\n");
    }
    for (int i = 0; i < brief->count; i++) {
        struct text note = {0};
        if (brief_add_settling(brief, i, &note)) {
            text_add(out, "- note: ");
            add_plain(out, note.data);
            text_add(out, "\n");
        }
        text_free(&note);
    }
    for (int i = 0; i < meta->limit_count; i++) {
        text_add(out, "- limit: ");
        add_plain(out, meta->limits[i].resource);
        text_addf(out, " %s %s\n", meta->limits[i].what,
                  unit_show_count(span, meta->limits[i].limit));
    }
    text_add(out, "\n");
}

void brief_write_markdown(const struct brief *brief, const char *version, struct text *out)
{
    struct text words = {0};
    const char *question = brief->runs[0].in.meta.question;
    text_add(out, "# ");
    add_plain(out, brief->heading);
    text_add(out, "\n\n");
    if (question != NULL && question[0] != '\0') {
        add_plain(out, question);
        text_add(out, "\n\n");
    }
    brief_add_verdict(brief, &words);
    text_add(out, "**");
    add_plain(out, words.data);
    text_add(out, "**\n\n");
    add_figures(brief, out);
    add_charts(brief, out);
    add_costs(brief, out);
    add_slos(brief, out);
    add_insights(brief, out);
    add_assumptions(brief, out);
    text_add(out, "## Reproduce\n\n");
    for (int i = 0; i < brief->count; i++) {
        words.length = 0;
        brief_add_command(brief, i, &words);
        text_add(out, "    ");
        for (char *at = words.data; *at != '\0'; at++)
            if (*at == '\n')
                *at = ' ';
        text_add(out, words.data);
        text_add(out, "\n");
    }
    text_addf(out, "\nPage by tepid %s.\n", version);
    text_free(&words);
}
