/* options.c - see the header. */
#include "cli/options.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"

#define NAMES_MAX 64 /* options of one command */

static const struct option_spec help_spec = {"help", 'h', NULL, "this text"};

static const struct option_spec *find_name(const struct option_spec *specs, const char *name,
                                           size_t length)
{
    if (length == strlen("help") && memcmp(name, "help", length) == 0)
        return &help_spec;
    for (; specs->name != NULL; specs++)
        if (strlen(specs->name) == length && memcmp(specs->name, name, length) == 0)
            return specs;
    return NULL;
}

static const struct option_spec *find_letter(const struct option_spec *specs, char letter)
{
    if (letter == help_spec.letter)
        return &help_spec;
    for (; specs->name != NULL; specs++)
        if (specs->letter == letter && letter != '\0')
            return specs;
    return NULL;
}

static bool refuse_unknown(const struct option_spec *specs, const char *word, size_t length,
                           struct err *err)
{
    char name[64];
    const char *names[NAMES_MAX + 1] = {0};
    err_set(err, "unknown option %.*s", (int)(length < 200 ? length : 200), word);
    err_place(err, "command line", 0);

    size_t dashes = strspn(word, "-");
    size_t count = length - dashes < sizeof name - 1 ? length - dashes : sizeof name - 1;
    memcpy(name, word + dashes, count);
    name[count] = '\0';
    for (size_t i = 0; specs[i].name != NULL && i < NAMES_MAX; i++)
        names[i] = specs[i].name;
    const char *nearest = text_nearest(name, names);
    if (nearest != NULL)
        return err_help(err, "did you mean --%s?", nearest);
    return err_help(err, "--help lists the options");
}

static void add_given(struct options *options, const struct option_spec *spec, const char *value)
{
    options->given[options->given_count++] = (struct option_given){spec, value};
    options->help |= spec == &help_spec;
}

/* The value in the next word; what looks like another option is more likely a forgotten value. */
static bool take_next(struct options *options, const struct option_spec *spec, const char *shown,
                      const char *next, struct err *err)
{
    if (next == NULL || strncmp(next, "--", 2) == 0) {
        err_set(err, "%s needs a value", shown);
        err_place(err, "command line", 0);
        return err_help(err, "write %s %s", shown, spec->value);
    }
    add_given(options, spec, next);
    return true;
}

/* One word that starts with "--"; *used is set when the next word was its value. */
static bool parse_long(struct options *options, const struct option_spec *specs, const char *word,
                       const char *next, bool *used, struct err *err)
{
    const char *equals = strchr(word, '=');
    size_t length = equals == NULL ? strlen(word) : (size_t)(equals - word);
    const struct option_spec *spec = find_name(specs, word + 2, length - 2);
    if (spec == NULL)
        return refuse_unknown(specs, word, length, err);
    if (spec->value == NULL && equals != NULL) {
        err_set(err, "--%s takes no value", spec->name);
        return err_place(err, "command line", 0);
    }
    if (spec->value == NULL || equals != NULL) {
        add_given(options, spec, equals == NULL ? NULL : equals + 1);
        return true;
    }
    *used = true;
    char shown[80];
    (void)snprintf(shown, sizeof shown, "--%s", spec->name);
    return take_next(options, spec, shown, next, err);
}

static bool parse_short(struct options *options, const struct option_spec *specs, const char *word,
                        const char *next, bool *used, struct err *err)
{
    const struct option_spec *spec = find_letter(specs, word[1]);
    if (spec == NULL || (spec->value == NULL && word[2] != '\0'))
        return refuse_unknown(specs, word, strlen(word), err);
    if (spec->value == NULL || word[2] != '\0') {
        add_given(options, spec, spec->value == NULL ? NULL : word + 2);
        return true;
    }
    *used = true;
    return take_next(options, spec, (char[]){'-', spec->letter, '\0'}, next, err);
}

bool options_parse(struct options *options, const struct option_spec *specs, int argc,
                   char *const *argv, struct arena *arena, struct err *err)
{
    *options = (struct options){
        .given = ARENA_ARRAY(arena, struct option_given, argc + 1),
        .words = ARENA_ARRAY(arena, const char *, argc + 1),
    };
    bool only_words = false;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i], *next = i + 1 < argc ? argv[i + 1] : NULL;
        bool used = false, ok = true;
        if (only_words || word[0] != '-' || word[1] == '\0')
            options->words[options->word_count++] = word;
        else if (strcmp(word, "--") == 0)
            only_words = true;
        else if (word[1] == '-')
            ok = parse_long(options, specs, word, next, &used, err);
        else
            ok = parse_short(options, specs, word, next, &used, err);
        if (!ok)
            return false;
        i += used;
    }
    return true;
}

const char *option_nth(const struct options *options, const char *name, int n)
{
    for (int i = 0; i < options->given_count; i++)
        if (strcmp(options->given[i].spec->name, name) == 0 && n-- == 0)
            return options->given[i].value;
    return NULL;
}

int option_count(const struct options *options, const char *name)
{
    int count = 0;
    for (int i = 0; i < options->given_count; i++)
        count += strcmp(options->given[i].spec->name, name) == 0;
    return count;
}

bool option_is_given(const struct options *options, const char *name)
{
    return option_count(options, name) > 0;
}

const char *option_value(const struct options *options, const char *name)
{
    return option_nth(options, name, option_count(options, name) - 1);
}

static void print_one(const struct option_spec *spec, FILE *out)
{
    char left[80];
    int length = spec->letter != '\0' ? snprintf(left, sizeof left, "-%c, ", spec->letter)
                                      : snprintf(left, sizeof left, "    ");
    (void)snprintf(left + length, sizeof left - (size_t)length, "--%s%s%s", spec->name,
                   spec->value != NULL ? " " : "", spec->value != NULL ? spec->value : "");
    if (strlen(left) > 28)
        fprintf(out, "  %s\n  %-28s  %s\n", left, "", spec->doc);
    else
        fprintf(out, "  %-28s  %s\n", left, spec->doc);
}

void options_print(const struct option_spec *specs, FILE *out)
{
    fputs("Options:\n", out);
    for (; specs->name != NULL; specs++)
        print_one(specs, out);
    print_one(&help_spec, out);
}

bool option_read_whole(const char *what, const char *text, uint64_t max, uint64_t *value,
                       struct err *err)
{
    uint64_t sum = 0;
    bool ok = text[0] != '\0';
    for (const char *at = text; *at != '\0' && ok; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        ok = *at >= '0' && *at <= '9' && sum <= (max - digit) / 10 && digit <= max;
        sum = sum * 10 + digit;
    }
    if (!ok) {
        err_set(err, "%s %s: not a whole number up to %" PRIu64, what, text, max);
        err_place(err, "command line", 0);
        return err_help(err, "write %s 10", what);
    }
    *value = sum;
    return true;
}
