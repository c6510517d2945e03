/* fonts_shape.c - lines of text shaped by HarfBuzz, and remembered. */
#include <string.h>

#include "core/arena.h"
#include "ui/fonts_parts.h"

#define RUNS_MAX       4096           /* lines remembered */
#define RUN_SLOTS      (2 * RUNS_MAX) /* a power of two */
#define RUN_GLYPHS_MAX (64 * RUNS_MAX)
#define RUN_TEXT_MAX   (64 * RUNS_MAX)
#define LINE_MAX_BYTES 2048 /* what is longer than any screen is cut */

enum letter { LETTER_SANS, LETTER_STRONG, LETTER_MONO };

struct run {
    uint64_t hash;
    enum letter letter;
    size_t text, glyphs; /* where they begin in the store */
    int count;
    double width;
};

struct run_store {
    struct run *runs;
    int32_t *slots; /* index + 1, 0: free */
    size_t run_count;
    char *text;
    size_t text_count, text_capacity;
    struct font_glyph *glyphs;
    size_t glyph_count, glyph_capacity;
    hb_buffer_t *buffer;
};

struct run_store *run_store_new(void)
{
    struct run_store *store = mem_resize(NULL, sizeof *store);
    *store = (struct run_store){
        .runs = mem_resize(NULL, RUNS_MAX * sizeof(struct run)),
        .slots = mem_resize(NULL, RUN_SLOTS * sizeof(int32_t)),
        .buffer = hb_buffer_create(),
    };
    memset(store->slots, 0, RUN_SLOTS * sizeof(int32_t));
    return store;
}

void run_store_free(struct run_store *store)
{
    hb_buffer_destroy(store->buffer);
    mem_free(store->runs);
    mem_free(store->slots);
    mem_free(store->text);
    mem_free(store->glyphs);
    mem_free(store);
}

static void empty(struct run_store *store)
{
    memset(store->slots, 0, RUN_SLOTS * sizeof(int32_t));
    store->run_count = store->text_count = store->glyph_count = 0;
}

static enum letter letter_of(enum type_style style)
{
    switch (style) {
    case TYPE_SMALL:
    case TYPE_BODY:
        return LETTER_SANS;
    case TYPE_MONO:
        return LETTER_MONO;
    default:
        return LETTER_STRONG;
    }
}

static int primary_face(enum letter letter)
{
    return FACE_SANS + (int)letter;
}

static bool has(const struct fonts *fonts, int face, hb_codepoint_t codepoint)
{
    hb_codepoint_t glyph;
    return hb_font_get_nominal_glyph(fonts->faces[face].hb_font, codepoint, &glyph);
}

/* Marks and joiners stay with what they change, if its face has them. */
static bool clings(hb_codepoint_t codepoint)
{
    hb_unicode_general_category_t category =
        hb_unicode_general_category(hb_unicode_funcs_get_default(), codepoint);
    return category == HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK ||
           category == HB_UNICODE_GENERAL_CATEGORY_ENCLOSING_MARK ||
           category == HB_UNICODE_GENERAL_CATEGORY_FORMAT;
}

static int face_for(struct fonts *fonts, enum letter letter, hb_codepoint_t codepoint, int before)
{
    int primary = primary_face(letter), other = FACE_OTHER_SANS + (int)letter;
    if (before >= 0 && clings(codepoint))
        return before;
    if (has(fonts, primary, codepoint))
        return primary;
    if (has(fonts, other, codepoint))
        return other;
    for (int i = FACES_NAMED; i < fonts->face_count; i++)
        if (has(fonts, i, codepoint))
            return i;
    int found = fonts_find_for(fonts, codepoint);
    return found >= 0 ? found : primary;
}

/* The character at `at`, and how many bytes it takes; a byte that is no UTF-8 counts as U+FFFD. */
static hb_codepoint_t decode(const unsigned char *at, size_t left, size_t *bytes)
{
    static const struct {
        unsigned char mask, lead;
        size_t length;
    } kinds[] = {{0x80, 0x00, 1}, {0xE0, 0xC0, 2}, {0xF0, 0xE0, 3}, {0xF8, 0xF0, 4}};
    for (size_t k = 0; k < COUNTOF(kinds); k++) {
        if ((at[0] & kinds[k].mask) != kinds[k].lead || kinds[k].length > left)
            continue;
        hb_codepoint_t value = at[0] & (unsigned char)~kinds[k].mask;
        size_t i = 1;
        for (; i < kinds[k].length && (at[i] & 0xC0) == 0x80; i++)
            value = value << 6 | (at[i] & 0x3F);
        if (i < kinds[k].length)
            break;
        *bytes = i;
        return value;
    }
    *bytes = 1;
    return 0xFFFD;
}

static void shape_part(struct fonts *fonts, enum letter letter, int face_id, const char *text,
                       size_t length, size_t from, size_t bytes, double *pen)
{
    struct run_store *store = fonts->runs;
    const struct face *face = &fonts->faces[face_id];
    /* Figures of one width; in the mono face no ligatures, since "->" in code is two characters. */
    hb_feature_t features[2] = {
        {HB_TAG('t', 'n', 'u', 'm'), 1, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
        {HB_TAG('c', 'a', 'l', 't'), letter != LETTER_MONO, HB_FEATURE_GLOBAL_START,
         HB_FEATURE_GLOBAL_END},
    };
    hb_buffer_clear_contents(store->buffer);
    hb_buffer_add_utf8(store->buffer, text, (int)length, (unsigned)from, (int)bytes);
    hb_buffer_guess_segment_properties(store->buffer);
    hb_buffer_set_language(store->buffer, hb_language_from_string("en", -1));
    hb_shape(face->hb_font, store->buffer, features, COUNTOF(features));
    unsigned count;
    const hb_glyph_info_t *info = hb_buffer_get_glyph_infos(store->buffer, &count);
    const hb_glyph_position_t *at = hb_buffer_get_glyph_positions(store->buffer, &count);
    for (unsigned i = 0; i < count; i++) {
        store->glyphs = mem_grow(store->glyphs, store->glyph_count, &store->glyph_capacity,
                                 sizeof *store->glyphs);
        store->glyphs[store->glyph_count++] = (struct font_glyph){
            .face = face_id,
            .glyph = info[i].codepoint,
            .x = *pen + at[i].x_offset / face->units,
            .y = at[i].y_offset / face->units,
        };
        *pen += at[i].x_advance / face->units;
    }
}

/* Part by part of one face each. */
static double shape(struct fonts *fonts, enum letter letter, const char *text, size_t length)
{
    double pen = 0;
    size_t from = 0, at = 0;
    int face = -1;
    while (at < length) {
        size_t bytes;
        hb_codepoint_t codepoint = decode((const unsigned char *)text + at, length - at, &bytes);
        int next = face_for(fonts, letter, codepoint, face);
        if (next != face && at > from) {
            shape_part(fonts, letter, face, text, length, from, at - from, &pen);
            from = at;
        }
        face = next;
        at += bytes;
    }
    if (at > from)
        shape_part(fonts, letter, face, text, length, from, at - from, &pen);
    return pen;
}

static uint64_t hash_of(enum letter letter, const char *text, size_t length)
{
    uint64_t hash = UINT64_C(14695981039346656037) + (uint64_t)letter;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    return hash ^ hash >> 29;
}

static const struct run *remember(struct fonts *fonts, enum letter letter, const char *text,
                                  size_t length, uint64_t hash)
{
    struct run_store *store = fonts->runs;
    if (store->run_count == RUNS_MAX || store->glyph_count > RUN_GLYPHS_MAX ||
        store->text_count > RUN_TEXT_MAX)
        empty(store);
    struct run *run = &store->runs[store->run_count];
    *run = (struct run){
        .hash = hash, .letter = letter, .text = store->text_count, .glyphs = store->glyph_count};
    for (size_t i = 0; i <= length; i++) {
        store->text =
            mem_grow(store->text, store->text_count, &store->text_capacity, sizeof *store->text);
        store->text[store->text_count++] = i < length ? text[i] : '\0';
    }
    run->width = shape(fonts, letter, text, length);
    run->count = (int)(store->glyph_count - run->glyphs);
    size_t slot = hash & (RUN_SLOTS - 1);
    while (store->slots[slot] != 0)
        slot = (slot + 1) & (RUN_SLOTS - 1);
    store->slots[slot] = (int32_t)++store->run_count;
    return run;
}

static const struct run *find(struct fonts *fonts, enum letter letter, const char *text)
{
    struct run_store *store = fonts->runs;
    size_t length = strnlen(text, LINE_MAX_BYTES);
    uint64_t hash = hash_of(letter, text, length);
    for (size_t slot = hash & (RUN_SLOTS - 1); store->slots[slot] != 0;
         slot = (slot + 1) & (RUN_SLOTS - 1)) {
        const struct run *run = &store->runs[store->slots[slot] - 1];
        const char *have = store->text + run->text;
        if (run->hash == hash && run->letter == letter && strncmp(have, text, length) == 0 &&
            have[length] == '\0')
            return run;
    }
    return remember(fonts, letter, text, length, hash);
}

struct font_line fonts_shape(struct fonts *fonts, enum type_style style, const char *text)
{
    const struct run *run = find(fonts, letter_of(style), text);
    return (struct font_line){fonts->runs->glyphs + run->glyphs, run->count, run->width};
}

double fonts_measure(struct fonts *fonts, enum type_style style, double text_scale,
                     const char *text)
{
    return find(fonts, letter_of(style), text)->width * type_size(style) * text_scale;
}
