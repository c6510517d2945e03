/* sweep_output.c - see the header. */
#include "cli/sweep_output.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "report/page.h"
#include "report/sweep_files.h"
#include "report/sweep_words.h"

#define QUIET_S      0.5
#define SAVE_EVERY_S 20
#define BAR_COLUMNS  20

static double now_s(void)
{
    struct timespec now;
    ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void sweep_output_begin(struct sweep_output *output, const char *folder, int width, bool shows)
{
    *output = (struct sweep_output){
        .folder = folder, .width = width, .shows = shows, .saved_s = now_s()};
    output->wall_s = -now_s();
}

void sweep_output_end(struct sweep_output *output)
{
    output->wall_s += now_s();
    if (output->shown)
        fputs("\r\033[K", stderr);
    output->shown = false;
}

void sweep_output_free(struct sweep_output *output)
{
    for (size_t i = 0; i < output->note_count; i++)
        mem_free(output->notes[i]);
    mem_free(output->notes);
}

/* -- progress ----------------------------------------------------------------------------------------------- */

/* "████░░░░ 9/21  8.4 M req/s  eta 7s" */
static void add_line(const struct sweep_output *output, const struct sweep_progress *now,
                     struct text *out)
{
    char text[UNIT_TEXT_MAX];
    struct page page;
    page_begin(&page, out, output->width, false);
    if (output->scenario != NULL)
        page_putf(&page, PAGE_PLAIN, "%s ", output->scenario);
    for (int i = 0; i < BAR_COLUMNS; i++)
        page_put(&page, PAGE_PLAIN, i < (int)(now->share * BAR_COLUMNS) ? "█" : "░");
    page_putf(&page, PAGE_PLAIN, " %d/%d points", now->done, now->total);
    if (now->ranks > 1)
        page_putf(&page, PAGE_PLAIN, "  %d ranks", now->ranks);
    if (now->silent > 0)
        page_putf(&page, PAGE_PLAIN, " (%d silent)", now->silent);
    if (now->wall_s > 0)
        page_putf(&page, PAGE_PLAIN, "  %.1f M req/s", (double)now->requests / now->wall_s / 1e6);
    if (now->share > 0)
        page_putf(&page, PAGE_PLAIN, "  eta %s",
                  unit_show_time(text, ceil(now->wall_s * (1 - now->share) / now->share) * 1e9));
}

void sweep_output_report(void *context, const struct sweep_progress *progress)
{
    struct sweep_output *output = context;
    struct text line = {0};
    if (!output->shows || progress->wall_s < QUIET_S)
        return;
    add_line(output, progress, &line);
    fprintf(stderr, "\r%s\033[K", line.data);
    (void)fflush(stderr); /* a progress line that is lost is no loss */
    text_free(&line);
    output->shown = true;
}

void sweep_output_save(void *context, const struct sweep_table *table,
                       const struct sweep_point *point)
{
    struct sweep_output *output = context;
    struct err ignored = {0}; /* at the end it is told */
    (void)point;
    output->scenario = table->scenario;
    if (now_s() - output->saved_s < SAVE_EVERY_S)
        return;
    struct sweep_table so_far = *table;
    so_far.end = RUN_INTERRUPTED;
    (void)sweep_files_write(output->folder, &so_far, &ignored);
    output->saved_s = now_s();
}

/* -- --json ---------------------------------------------------------------------------------------------------- */

char *sweep_output_note(void *context, const struct result *result)
{
    const struct sweep_output *output = context;
    struct report_info info = output->info;
    struct text text = {0};
    info.peak_rss_bytes = run_peak_resident_bytes();
    json_write_runs((struct result *const[]){(struct result *)result}, 1, &info, &text);
    return text.data;
}

void sweep_output_keep(void *context, int point, const char *note)
{
    struct sweep_output *output = context;
    if ((size_t)point >= output->note_count) {
        size_t count = (size_t)point + 64;
        output->notes = mem_resize(output->notes, sizeof(char *) * count);
        for (size_t i = output->note_count; i < count; i++)
            output->notes[i] = NULL;
        output->note_count = count;
    }
    struct text copy = {0};
    text_add(&copy, note);
    mem_free(output->notes[point]);
    output->notes[point] = copy.data;
}

/* Indented as a part of something else. */
static void add_indented(struct text *out, const char *json, int indent)
{
    size_t length = strlen(json);
    while (length > 0 && json[length - 1] == '\n')
        length--;
    for (const char *end = json + length; json < end;) {
        size_t line = strcspn(json, "\n");
        line = json + line > end ? (size_t)(end - json) : line;
        text_addf(out, "%*s", indent, "");
        text_add_bytes(out, json, line);
        json += line;
        if (json < end) {
            text_add(out, "\n");
            json++;
        }
    }
}

static void add_point(struct json *json, const char *key, const struct sweep_table *table,
                      int index)
{
    if (index < 0) {
        json_add_null(json, key);
        return;
    }
    const struct sweep_point *point = table->points[index];
    json_open_object(json, key, JSON_INLINE);
    json_add_whole(json, "point", (uint64_t)index);
    for (int p = 0; p < table->grid.param_count; p++)
        json_add_text(json, table->grid.params[p].name, point->values[p]);
    json_add_number(json, "objective", point->objective);
    json_add_bool(json, "slo_passed", sweep_point_passed(table, point));
    json_close(json);
}

static void add_answers(const struct sweep_table *table, struct text *out)
{
    struct json json;
    struct sweep_answers answers;
    struct text answer = {0};
    sweep_answers(table, &answers);
    sweep_answer(table, &answer);
    json_begin(&json, out);
    json_open_object(&json, NULL, JSON_LINES);
    json_add_text(&json, "minimise", table->objective);
    add_point(&json, "first", table, answers.first);
    add_point(&json, "cheapest", table, answers.cheapest);
    add_point(&json, "best", table, answers.best);
    add_point(&json, "break_even", table, answers.break_even);
    add_point(&json, "knee", table, answers.knee);
    if (table->find.param >= 0) {
        add_point(&json, "passes", table, table->find.passes);
        add_point(&json, "fails", table, table->find.fails);
    }
    json_add_text(&json, "answer", answer.data);
    json_close(&json);
    json_end(&json);
    text_free(&answer);
}

void sweep_output_json(const struct sweep_output *output, const struct sweep_table *table,
                       struct text *out)
{
    struct text answers = {0};
    bool any = false;
    text_add(out, "{\n  \"runs\": [");
    for (size_t i = 0; i < output->note_count; i++) {
        if (output->notes[i] == NULL)
            continue;
        text_add(out, any ? ",\n" : "\n");
        add_indented(out, output->notes[i], 4);
        any = true;
    }
    add_answers(table, &answers);
    text_add(out, any ? "\n  ],\n  \"sweep\":" : "],\n  \"sweep\":");
    struct text indented = {0};
    add_indented(&indented, answers.data, 2);
    text_addf(out, "%s\n}\n", indented.data + 1);
    text_free(&indented);
    text_free(&answers);
}

/* -- the command again -------------------------------------------------------------------------------------------- */

static bool changes_results(const char *option)
{
    static const char *const others[] = {"jobs",  "out",      "json",       "quiet",
                                         "shard", "resume",   "no-fail",    "no-color",
                                         "help",  "max-wall", "max-events", "max-memory",
                                         "rank-silence"};
    for (size_t i = 0; i < COUNTOF(others); i++)
        if (strcmp(option, others[i]) == 0)
            return false;
    return true;
}

/* As a shell takes it. */
static void add_word(struct text *out, const char *word)
{
    bool plain = word[0] != '\0' &&
                 strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "-_=.,:/%+@") == strlen(word);
    text_add(out, plain ? " " : " '");
    for (const char *at = word; *at != '\0'; at++)
        text_addf(out, *at == '\'' ? "'\\''" : "%c", *at);
    text_add(out, plain ? "" : "'");
}

void sweep_command_line(const struct options *options, struct text *out)
{
    const char *slash = strrchr(options->words[0], '/');
    text_add(out, "tepid sweep");
    add_word(out, slash == NULL ? options->words[0] : slash + 1);
    for (int i = 0; i < options->given_count; i++) {
        const struct option_given *given = &options->given[i];
        if (!changes_results(given->spec->name))
            continue;
        text_addf(out, " %s", given->spec->letter == 'p' ? "-p" : "--");
        if (given->spec->letter != 'p')
            text_add(out, given->spec->name);
        if (given->value != NULL)
            add_word(out, given->value);
    }
}
