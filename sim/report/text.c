/* text.c - see the header; the sections are in section_*.c. */
#include "report/text.h"

#include "report/files.h"
#include "report/heading.h"
#include "report/section.h"
#include "report/theory_out.h"
#include "report/traces.h"

static void put_warnings(const struct section *section)
{
    const struct scenario *scenario = section->result->scenario;
    if (scenario->warning_count == 0)
        return;
    section_heading(section, "WARNINGS");
    page_line(section->page);
    for (int i = 0; i < scenario->warning_count; i++) {
        page_to(section->page, SECTION_MARGIN);
        page_wrap(section->page, PAGE_WARN, scenario->warnings[i], SECTION_MARGIN + 2);
        page_line(section->page);
    }
    page_line(section->page);
}

static void put_theory(const struct section *section)
{
    struct theory *theory = theory_make(section->result->scenario);
    theory_put(section->page, theory, section->result);
    theory_free(theory);
}

/* What files_write_run has put there; MOST is of both lists. */
static void put_files(struct page *page, const struct result *result, const char *folder)
{
    enum { MOST = 16 };
    const char *names[MOST + 1] = {NULL};
    int count = 0;
    for (int i = 0; files_names[i] != NULL && count < MOST; i++)
        names[count++] = files_names[i];
    for (int i = 0; result->traces != NULL && traces_names[i] != NULL && count < MOST; i++)
        names[count++] = traces_names[i];
    heading_folder(page, folder, names);
}

void text_write_run(const struct result *result, const struct text_options *options,
                    struct text *out)
{
    struct page page;
    struct lookup *lookup = lookup_new(result);
    struct section section = {.page = &page, .result = result, .lookup = lookup};
    section_choose(&section);
    page_begin(&page, out, options->width, options->colour);
    heading_title(&page, result->scenario, result->variant);
    heading_conditions(&page, result, result->requests, result->wall_s);
    heading_precision(&page, result);
    heading_settling(&page, result);
    heading_partial(&page, result);
    page_line(&page);
    section_slo(&section);
    section_latency(&section);
    section_stages(&section);
    section_capacity(&section);
    section_cost(&section);
    section_traces(&section);
    section_insights(&section);
    put_warnings(&section);
    if (options->theory)
        put_theory(&section);
    put_files(&page, result, options->folder);
    lookup_free(lookup);
}
