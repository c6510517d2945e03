/* session_log.c - see session_log.h. */
#include "run/session_log.h"

#include <inttypes.h>
#include <string.h>

/* -- writing ---------------------------------------------------------------------------------------- */

static bool is_plain(const char *word)
{
    return word[0] != '\0' && strpbrk(word, " \t\n'\"\\$`*?[](){}<>|&;#~!") == NULL;
}

static void add_word(struct text *text, const char *word)
{
    if (is_plain(word)) {
        text_add(text, word);
        return;
    }
    text_add(text, "'");
    for (const char *c = word; *c != '\0'; c++) {
        if (*c == '\'')
            text_add(text, "'\\''"); /* as a shell wants it */
        else
            text_add_bytes(text, c, 1);
    }
    text_add(text, "'");
}

static void add_option(struct text *text, const char *option, const char *word)
{
    text_addf(text, " %s ", option);
    add_word(text, word);
}

static void add_times(struct text *text, const struct study_times *times)
{
    if (times->duration != TIME_UNSET)
        text_addf(text, " --duration %" PRId64 "ns", times->duration);
    if (times->warmup != TIME_UNSET)
        text_addf(text, " --warmup %" PRId64 "ns", times->warmup);
    if (times->has_seed)
        text_addf(text, " --seed %" PRIu64, times->seed);
    if (times->reps > 0)
        text_addf(text, " --reps %" PRId64, times->reps);
}

void session_log_begin(struct session_log *log, const struct wish *wish)
{
    const struct study_setup *setup = &wish->setup;
    session_log_end(log);
    add_option(&log->text, "tepid run", setup->file);
    memmove(log->text.data, log->text.data + 1, log->text.length); /* without the blank */
    log->text.length--;
    for (int i = 0; i < setup->param_count; i++)
        add_option(&log->text, "-p", setup->params[i]);
    for (int i = 0; i < setup->override_count; i++)
        add_option(&log->text, "--set", setup->overrides[i]);
    if (wish->variant != NULL)
        add_option(&log->text, "--variant", wish->variant);
    add_times(&log->text, &wish->times);
    if (setup->prices != NULL)
        add_option(&log->text, "--prices", setup->prices);
    if (setup->load_limit != NULL)
        add_option(&log->text, "--load-limit", setup->load_limit);
    text_add(&log->text, "\n");
    log->last = log->text.length;
}

void session_log_end(struct session_log *log)
{
    text_free(&log->text);
    *log = (struct session_log){0};
}

const char *session_log_text(const struct session_log *log)
{
    return log->text.data == NULL ? "" : log->text.data;
}

static void add_line(struct session_log *log, const struct text *line, size_t about)
{
    const char *last = log->text.data + log->last;
    bool again = about > 0 && about == log->last_about && memcmp(last, line->data, about) == 0;
    if (again) /* a slider on its way */
        log->text.data[log->text.length = log->last] = '\0';
    log->last = log->text.length;
    log->last_about = about;
    text_add(&log->text, line->data);
    text_add(&log->text, "\n");
}

void session_log_add(struct session_log *log, const char *line)
{
    struct text text = {0};
    text_add(&text, line);
    add_line(log, &text, 0);
    text_free(&text);
}

void session_log_set(struct session_log *log, const char *resource, const char *name,
                     const char *value)
{
    struct text line = {0}, pair = {0}, quoted = {0};
    if (resource != NULL)
        text_addf(&pair, "%s.", resource);
    text_addf(&pair, "%s=%s", name, value);
    add_word(&quoted, pair.data);
    text_addf(&line, "%s %s", resource == NULL ? "-p" : "--set", quoted.data);
    const char *equals = strchr(line.data, '=');
    add_line(log, &line, quoted.data[0] == '\'' ? 0 : (size_t)(equals - line.data) + 1);
    text_free(&line);
    text_free(&pair);
    text_free(&quoted);
}

void session_log_variant(struct session_log *log, const char *variant)
{
    struct text line = {0};
    text_add(&line, "--variant");
    if (variant != NULL) {
        text_add(&line, " ");
        add_word(&line, variant);
    }
    add_line(log, &line, strlen("--variant"));
    text_free(&line);
}

/* "baseline" alone is the run as it is; "--variant" alone the file as it stands. */
void session_log_baseline(struct session_log *log, const char *file, const char *variant)
{
    struct text line = {0};
    text_add(&line, "baseline");
    if (variant != NULL)
        add_option(&line, "--variant", variant);
    if (file != NULL)
        add_option(&line, "--file", file);
    if (file == NULL && variant == NULL)
        text_add(&line, " --variant");
    add_line(log, &line, 0);
    text_free(&line);
}

void session_log_seed(struct session_log *log, uint64_t seed)
{
    struct text line = {0};
    text_addf(&line, "--seed %" PRIu64, seed);
    add_line(log, &line, strlen("--seed"));
    text_free(&line);
}

void session_log_poke(struct session_log *log, const char *resource, enum poke poke, sim_time at,
                      int64_t burst)
{
    static const char *const names[] = {
        [POKE_BURST] = "burst", [POKE_FAIL] = "fail", [POKE_SLOW] = "slow"};
    struct text line = {0};
    text_add(&line, "poke ");
    add_word(&line, resource);
    text_addf(&line, " %s", names[poke]);
    if (poke == POKE_BURST)
        text_addf(&line, " %" PRId64, burst);
    text_addf(&line, " at %" PRId64 "ns", at);
    add_line(log, &line, 0);
    text_free(&line);
}

/* -- reading ------------------------------------------------------------------------------------------ */

/* One word into `out`; returns what follows it, or NULL: a quote is not closed. */
static const char *read_word(const char *at, const char *end, struct text *out)
{
    bool quoted = false;
    for (; at < end && (quoted || (*at != ' ' && *at != '\t')); at++) {
        if (*at == '\'')
            quoted = !quoted;
        else if (*at == '\\' && !quoted && at + 1 < end)
            text_add_bytes(out, ++at, 1);
        else
            text_add_bytes(out, at, 1);
    }
    return quoted ? NULL : at;
}

int session_log_words(struct arena *arena, const char *line, size_t length, const char **words,
                      int most)
{
    const char *at = line, *end = line + length;
    int count = 0;
    for (;;) {
        while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
            at++;
        if (at == end || count == most)
            return count;
        struct text word = {0};
        at = read_word(at, end, &word);
        if (at != NULL)
            words[count++] = arena_strdup(arena, word.data == NULL ? "" : word.data);
        text_free(&word);
        if (at == NULL)
            return -1;
    }
}
