/* compare_parts.c - see the header. */
#include "cli/compare_parts.h"

#include <string.h>

#include "core/text.h"

static bool refuse(struct err *err, const char *help)
{
    err_place(err, "command line", 0);
    return err_help(err, "%s", help);
}

static struct compare_part *add_part(struct compare_parts *parts, struct err *err)
{
    if (parts->count < COMPARE_PARTS_MAX) {
        struct compare_part *part = &parts->list[parts->count++];
        *part = (struct compare_part){0};
        return part;
    }
    err_set(err, "more than %d designs to compare", COMPARE_PARTS_MAX);
    refuse(err, "compare fewer at once; 'tepid sweep' looks at many");
    return NULL;
}

/* One more load of a study; `changes` may be NULL. */
static struct scenario *load(struct study *study, const char *variant, const struct change *changes,
                             int change_count, const struct run_settings *settings, bool again,
                             struct err *err)
{
    struct study_load load = {.variant = variant,
                              .changes = changes,
                              .change_count = change_count,
                              .times = settings->times,
                              .trusted = again,
                              .silent = again};
    return study_load(study, &load, err);
}

static struct study *open_study(struct compare_parts *parts, const struct cli *cli,
                                const struct options *options, const char *word, struct err *err)
{
    struct study *study = input_open(cli, options, word, err);
    if (study != NULL)
        parts->studies[parts->study_count++] = study;
    return study;
}

static const char *title_of(struct compare_parts *parts, const struct scenario *scenario,
                            const char *more)
{
    struct text title = {0};
    text_add(&title, scenario->name);
    if (more != NULL)
        text_addf(&title, " / %s", more);
    const char *kept = arena_strdup(parts->arena, title.data);
    text_free(&title);
    return kept;
}

static bool add_variant(struct compare_parts *parts, struct study *study, const char *variant,
                        const struct run_settings *settings, bool again, struct err *err)
{
    struct compare_part *part = add_part(parts, err);
    if (part == NULL)
        return false;
    part->study = study;
    part->scenario = load(study, variant, NULL, 0, settings, again, err);
    if (part->scenario == NULL)
        return false;
    part->variant = variant == NULL ? NULL : arena_strdup(parts->arena, variant);
    part->title = title_of(parts, part->scenario, variant);
    return true;
}

static bool add_all_variants(struct compare_parts *parts, struct study *study,
                             const struct run_settings *settings, const char *word, struct err *err)
{
    struct scenario *base = load(study, NULL, NULL, 0, settings, false, err);
    if (base == NULL)
        return false;
    bool ok = base->variant_count >= 2;
    if (!ok) {
        err_set(err, "%s has %s: there is nothing to compare it with", word,
                base->variant_count == 0 ? "no variants" : "one variant");
        refuse(err, "name two files, two results folders, or a change: --with memory=1GB");
    }
    for (int i = 0; ok && i < base->variant_count; i++) {
        ok = add_variant(parts, study, base->variants[i].name, settings, true, err);
        if (!ok)
            err_context(err, "variant '%s'", base->variants[i].name);
    }
    scenario_free(base);
    return ok;
}

/* "memory=1GB,hello.timeout=5s": a parameter, or a setting of a resource. */
static bool read_changes(struct compare_parts *parts, const char *with, struct change *changes,
                         int *count, struct err *err)
{
    char *text = arena_strdup(parts->arena, with);
    *count = 0;
    for (char *next = text; next != NULL;) {
        char *item = next;
        next = strchr(item, ',');
        /* a comma within a value: what follows it names nothing */
        while (next != NULL && strcspn(next + 1, "=") > strcspn(next + 1, ","))
            next = strchr(next + 1, ',');
        if (next != NULL && strchr(next + 1, '=') == NULL)
            next = NULL;
        if (next != NULL)
            *next++ = '\0';
        char *value = strchr(item, '=');
        if (value == NULL || value == item || *count >= 16) {
            err_set(err, "--with %s: %s", with, *count >= 16 ? "too many changes" : "no change");
            return refuse(err, "write --with memory=1GB, or --with memory=1GB,hello.timeout=5s");
        }
        *value++ = '\0';
        char *dot = strrchr(item, '.');
        if (dot != NULL)
            *dot = '\0';
        changes[(*count)++] = (struct change){
            .kind = dot == NULL ? CHANGE_PARAM : CHANGE_SETTING,
            .resource = dot == NULL ? NULL : item,
            .name = dot == NULL ? item : dot + 1,
            .value = value,
        };
    }
    return true;
}

static bool add_with(struct compare_parts *parts, struct study *study, const char *variant,
                     const char *with, const struct run_settings *settings, struct err *err)
{
    struct change changes[16];
    int count;
    struct compare_part *part = add_part(parts, err);
    if (part == NULL || !read_changes(parts, with, changes, &count, err))
        return false;
    part->study = study;
    part->scenario = load(study, variant, changes, count, settings, true, err);
    if (part->scenario == NULL) {
        err_context(err, "--with %s", with);
        return false;
    }
    part->variant = variant;
    part->title = title_of(parts, part->scenario, with);
    return true;
}

/* One file: its variants, those named, or itself with changes. */
static bool load_one(struct compare_parts *parts, const struct cli *cli,
                     const struct options *options, const struct run_settings *settings,
                     struct err *err)
{
    int named = option_count(options, "variant"), with = option_count(options, "with");
    const char *variant = option_value(options, "variant");
    struct study *study = open_study(parts, cli, options, options->words[0], err);
    if (study == NULL)
        return false;
    if (with > 0) {
        if (named > 1) {
            err_set(err, "--with changes one design, and there are %d variants", named);
            return refuse(err, "name one --variant, or none");
        }
        bool ok = add_variant(parts, study, variant, settings, false, err);
        for (int i = 0; ok && i < with; i++)
            ok = add_with(parts, study, variant, option_nth(options, "with", i), settings, err);
        return ok;
    }
    if (named == 0 || (named == 1 && strcmp(variant, "all") == 0))
        return add_all_variants(parts, study, settings, options->words[0], err);
    if (named == 1) {
        /* a variant against the file as it stands */
        return add_variant(parts, study, NULL, settings, false, err) &&
               add_variant(parts, study, variant, settings, true, err);
    }
    bool ok = true;
    for (int i = 0; ok && i < named; i++)
        ok = add_variant(parts, study, option_nth(options, "variant", i), settings, i > 0, err);
    return ok;
}

static bool load_word(struct compare_parts *parts, const struct cli *cli,
                      const struct options *options, const struct run_settings *settings, int i,
                      struct err *err)
{
    const char *word = options->words[i];
    int named = option_count(options, "variant");
    if (folder_is_result(word)) {
        struct compare_part *part = add_part(parts, err);
        if (part == NULL || !folder_read(&part->folder, word, parts->arena, err))
            return false;
        part->title = word;
        return true;
    }
    struct study *study = open_study(parts, cli, options, word, err);
    const char *variant = named == 0   ? NULL
                          : named == 1 ? option_value(options, "variant")
                                       : option_nth(options, "variant", i);
    return study != NULL && add_variant(parts, study, variant, settings, false, err);
}

static bool check_words(const struct options *options, struct err *err)
{
    int words = options->word_count, named = option_count(options, "variant");
    if (words > 1 && option_is_given(options, "with")) {
        err_set(err, "--with changes one file, and there are %d", words);
        return refuse(err, "name one file, or leave --with out");
    }
    if (words > 1 && named > 1 && named != words) {
        err_set(err, "%d files and %d variants", words, named);
        return refuse(err, "name one --variant for all of them, one for each, or none");
    }
    if (words > COMPARE_PARTS_MAX) {
        err_set(err, "more than %d designs to compare", COMPARE_PARTS_MAX);
        return refuse(err, "compare fewer at once");
    }
    if (words == 1 && folder_is_result(options->words[0])) {
        err_set(err, "one results folder: there is nothing to compare it with");
        return refuse(err, "name a second folder, or a scenario file");
    }
    return true;
}

/* Two designs of one name are told apart by their files. */
static void tell_apart(struct compare_parts *parts, const struct options *options)
{
    bool same = false;
    for (int i = 0; i < parts->count; i++)
        for (int j = 0; j < i; j++)
            same = same || strcmp(parts->list[i].title, parts->list[j].title) == 0;
    for (int i = 0; same && options->word_count > 1 && i < parts->count; i++) {
        struct compare_part *part = &parts->list[i];
        struct text title = {0};
        text_add(&title, options->words[i]);
        if (part->variant != NULL)
            text_addf(&title, " / %s", part->variant);
        part->title = arena_strdup(parts->arena, title.data);
        text_free(&title);
    }
}

bool compare_parts_load(struct compare_parts *parts, const struct cli *cli,
                        const struct options *options, const struct run_settings *settings,
                        struct err *err)
{
    *parts = (struct compare_parts){.arena = arena_new()};
    if (!check_words(options, err))
        return false;
    if (options->word_count == 1)
        return load_one(parts, cli, options, settings, err);
    for (int i = 0; i < options->word_count; i++)
        if (!load_word(parts, cli, options, settings, i, err))
            return false;
    tell_apart(parts, options);
    return true;
}

void compare_parts_free(struct compare_parts *parts)
{
    for (int i = 0; i < parts->count; i++)
        scenario_free(parts->list[i].scenario);
    for (int i = 0; i < parts->study_count; i++)
        study_close(parts->studies[i]);
    if (parts->arena != NULL)
        arena_free(parts->arena);
}
