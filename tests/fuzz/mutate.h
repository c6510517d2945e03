/* mutate.h - good files made bad, the same way for the same seed.
 *
 * A case starts from a file of the corpus and mostly suffers one change, sometimes up to four: a byte flipped, a stretch deleted,
 * doubled or taken from another file, a number replaced by an awkward one, two words exchanged. Small changes
 * keep most of the file sensible, so that what is behind the first check is reached as well.
 */
#ifndef TEPID_TESTS_FUZZ_MUTATE_H
#define TEPID_TESTS_FUZZ_MUTATE_H

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/text.h"

#define CORPUS_MAX       512
#define CORPUS_BYTES_MAX ((size_t)1 << 20)

struct corpus {
    struct arena *arena;
    struct text files[CORPUS_MAX];
    const char *names[CORPUS_MAX]; /* paths */
    size_t count;
};

struct fuzz_rng {
    uint64_t state;
};

static inline size_t fuzz_below(struct fuzz_rng *rng, size_t bound)
{
    rng->state = rng->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return bound == 0 ? 0 : (size_t)((rng->state >> 33) % bound);
}

static inline bool corpus_add(struct corpus *corpus, const char *path)
{
    struct err err = {0};
    struct text *file = &corpus->files[corpus->count];
    if (corpus->count == CORPUS_MAX || !text_read_file(file, path, CORPUS_BYTES_MAX, &err))
        return false;
    corpus->names[corpus->count++] = arena_strdup(corpus->arena, path);
    return true;
}

static inline int corpus_by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every file of the folder that ends in `end`, by name: a seed then means the same on every machine. */
static inline void corpus_add_folder(struct corpus *corpus, const char *folder, const char *end)
{
    const char *paths[CORPUS_MAX];
    size_t count = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (count < CORPUS_MAX && length > strlen(end) &&
            strcmp(entry->d_name + length - strlen(end), end) == 0)
            paths[count++] = arena_printf(corpus->arena, "%s/%s", folder, entry->d_name);
    }
    if (dir != NULL)
        (void)closedir(dir); /* only read from */
    qsort(paths, count, sizeof *paths, corpus_by_name);
    for (size_t i = 0; i < count; i++)
        if (!corpus_add(corpus, paths[i]))
            fprintf(stderr, "left out: %s\n", paths[i]);
}

static inline void corpus_free(struct corpus *corpus)
{
    for (size_t i = 0; i < corpus->count; i++)
        text_free(&corpus->files[i]);
    arena_free(corpus->arena);
}

/* Puts `bytes` in the place of text[from, to). */
static inline void text_replace(struct text *text, size_t from, size_t to, const char *bytes,
                                size_t count)
{
    struct text out = {0};
    text_add_bytes(&out, text->data, from);
    text_add_bytes(&out, bytes, count);
    text_add_bytes(&out, text->data + to, text->length - to);
    text_free(text);
    *text = out;
}

static inline bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The word at or after `at`: [*from, *to), empty at the end. `digits`: a number. */
static inline void find_word(const struct text *text, size_t at, bool digits, size_t *from,
                             size_t *to)
{
    const char *data = text->data;
    while (at < text->length && !(digits ? data[at] >= '0' && data[at] <= '9' : is_word(data[at])))
        at++;
    *from = *to = at;
    while (
        *to < text->length &&
        (digits ? (data[*to] >= '0' && data[*to] <= '9') || data[*to] == '.' : is_word(data[*to])))
        (*to)++;
}

static inline void mutate_number(struct text *text, struct fuzz_rng *rng)
{
    static const char *const awkward[] = {
        "0",     "1",     "-1",     "2",         "0.5",        "1e9",  "1e-9",
        "1e18",  "1e308", "1e999",  "999999999", "nan",        "-0.0", "36500",
        "0x10",  "4096",  "1e12",   "",          "1000000000", "00",   "1.",
        "65536", "2e9",   "0.0001", "100",       "inf",        "3",    "9223372036854775807",
    };
    size_t from, to;
    const char *number = awkward[fuzz_below(rng, COUNTOF(awkward))];
    find_word(text, fuzz_below(rng, text->length), true, &from, &to);
    text_replace(text, from, to, number, strlen(number));
}

static inline void mutate_words(struct text *text, const struct text *other, struct fuzz_rng *rng)
{
    size_t from, to, other_from, other_to;
    find_word(text, fuzz_below(rng, text->length), false, &from, &to);
    find_word(other, fuzz_below(rng, other->length), false, &other_from, &other_to);
    text_replace(text, from, to, other->data + other_from, other_to - other_from);
}

static inline void mutate_stretch(struct text *text, const struct text *other, size_t how,
                                  struct fuzz_rng *rng)
{
    size_t longest = fuzz_below(rng, 8) == 0 ? 400 : 24;
    size_t from = fuzz_below(rng, text->length), to = from + fuzz_below(rng, longest);
    size_t start = fuzz_below(rng, other->length), end = start + fuzz_below(rng, longest);
    to = to > text->length ? text->length : to;
    end = end > other->length ? other->length : end;
    char copy[400];
    memcpy(copy, text->data + from, to - from);
    if (how == 0)
        text_replace(text, from, to, "", 0);
    else if (how == 1)
        text_replace(text, to, to, copy, to - from);
    else
        text_replace(text, from, to, other->data + start, end - start);
}

static inline void mutate_bytes(struct text *text, struct fuzz_rng *rng)
{
    for (size_t n = 1 + fuzz_below(rng, 3); n > 0 && text->length > 0; n--)
        text->data[fuzz_below(rng, text->length)] ^= (char)(1 << fuzz_below(rng, 8));
}

/* `text` becomes a changed copy of file `which`. */
static inline void mutate(struct text *text, const struct corpus *corpus, size_t which,
                          struct fuzz_rng *rng)
{
    text->length = 0;
    text_add_bytes(text, corpus->files[which].data, corpus->files[which].length);
    size_t changes = fuzz_below(rng, 3) == 0 ? 1 + fuzz_below(rng, 4) : 1;
    for (; changes > 0; changes--) {
        const struct text *other = &corpus->files[fuzz_below(rng, corpus->count)];
        size_t how = fuzz_below(rng, 12);
        if (text->length == 0 || other->length == 0)
            continue;
        if (how == 0)
            mutate_bytes(text, rng);
        else if (how <= 3)
            mutate_stretch(text, other, how - 1, rng);
        else if (how <= 6)
            mutate_words(text, other, rng);
        else
            mutate_number(text, rng);
    }
}

#endif
