/* fonts.c - the font files: found through fontconfig, opened once for HarfBuzz and once for FreeType. */
#include <stdio.h>
#include <string.h>

#include <fontconfig/fontconfig.h>
#include <hb-ot.h>

#include "core/arena.h"
#include "ui/fonts_parts.h"

static const struct {
    const char *family;
    int weight, spacing;
} wanted[FACES_NAMED] = {
    [FACE_SANS] = {"Inter", FC_WEIGHT_REGULAR, FC_PROPORTIONAL},
    [FACE_STRONG] = {"Inter", FC_WEIGHT_DEMIBOLD, FC_PROPORTIONAL},
    [FACE_MONO] = {"JetBrains Mono", FC_WEIGHT_REGULAR, FC_MONO},
    [FACE_OTHER_SANS] = {"DejaVu Sans", FC_WEIGHT_REGULAR, FC_PROPORTIONAL},
    [FACE_OTHER_STRONG] = {"DejaVu Sans", FC_WEIGHT_BOLD, FC_PROPORTIONAL},
    [FACE_OTHER_MONO] = {"DejaVu Sans Mono", FC_WEIGHT_REGULAR, FC_MONO},
};

static char *copy_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(mem_resize(NULL, bytes), text, bytes);
}

static void close_face(struct face *face)
{
    hb_font_destroy(face->hb_font);
    hb_face_destroy(face->hb_face);
    hb_blob_destroy(face->blob);
    if (face->ft != NULL)
        (void)FT_Done_Face(face->ft);
    mem_free(face->file);
    mem_free(face->family);
}

/* What fontconfig found becomes a face; false if it cannot be read. */
static bool open_face(struct face *face, FcPattern *found)
{
    FcChar8 *file = NULL, *name = NULL;
    int index = 0;
    if (FcPatternGetString(found, FC_FILE, 0, &file) != FcResultMatch)
        return false;
    (void)FcPatternGetInteger(found, FC_INDEX, 0, &index);
    (void)FcPatternGetString(found, FC_FAMILY, 0, &name);
    hb_blob_t *blob = hb_blob_create_from_file((const char *)file);
    hb_face_t *hb_face = hb_face_create(blob, (unsigned)index & 0xFFFF);
    if (hb_blob_get_length(blob) == 0 || hb_face_get_glyph_count(hb_face) == 0) {
        hb_face_destroy(hb_face);
        hb_blob_destroy(blob);
        return false;
    }
    unsigned units = hb_face_get_upem(hb_face);
    *face = (struct face){
        .file = copy_text((const char *)file),
        .family = copy_text(name != NULL ? (const char *)name : "?"),
        .index = index,
        .blob = blob,
        .hb_face = hb_face,
        .hb_font = hb_font_create(hb_face),
        .units = units,
    };
    if (index >> 16 != 0) /* a named instance of a variable font */
        hb_font_set_var_named_instance(face->hb_font, (unsigned)(index >> 16) - 1);
    return true;
}

/* `characters` NULL: by its name alone. */
static FcPattern *match(const struct fonts *fonts, const char *family, int weight, int spacing,
                        FcCharSet *characters)
{
    FcConfig *config = fonts->config;
    FcPattern *pattern = FcPatternCreate();
    if (family != NULL)
        (void)FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)family);
    (void)FcPatternAddInteger(pattern, FC_WEIGHT, weight);
    (void)FcPatternAddInteger(pattern, FC_SLANT, FC_SLANT_ROMAN);
    (void)FcPatternAddInteger(pattern, FC_SPACING, spacing);
    (void)FcPatternAddBool(pattern, FC_OUTLINE, FcTrue);
    if (characters != NULL)
        (void)FcPatternAddCharSet(pattern, FC_CHARSET, characters);
    (void)FcConfigSubstitute(config, pattern, FcMatchPattern);
    FcDefaultSubstitute(pattern);
    FcResult result;
    FcPattern *found = FcFontMatch(config, pattern, &result);
    FcPatternDestroy(pattern);
    return found;
}

int fonts_find_for(struct fonts *fonts, uint32_t codepoint)
{
    if (fonts->face_count == FONT_FACES_MAX)
        return -1;
    FcCharSet *characters = FcCharSetCreate();
    (void)FcCharSetAddChar(characters, codepoint);
    FcPattern *found = match(fonts, NULL, FC_WEIGHT_REGULAR, FC_PROPORTIONAL, characters);
    FcCharSetDestroy(characters);
    struct face *face = &fonts->faces[fonts->face_count];
    bool opened = found != NULL && open_face(face, found);
    if (found != NULL)
        FcPatternDestroy(found);
    if (!opened)
        return -1;
    hb_codepoint_t glyph;
    if (!hb_font_get_nominal_glyph(face->hb_font, codepoint, &glyph)) {
        close_face(face); /* the nearest that fontconfig has does not have it either */
        *face = (struct face){0};
        return -1;
    }
    return fonts->face_count++;
}

struct fonts *fonts_new(struct err *err)
{
    struct fonts *fonts = mem_resize(NULL, sizeof *fonts);
    memset(fonts, 0, sizeof *fonts);
    fonts->config =
        FcInitLoadConfigAndFonts(); /* not the global one, which nobody can free safely */
    bool ok = FT_Init_FreeType(&fonts->ft) == 0 && fonts->config != NULL;
    for (int i = 0; i < FACES_NAMED && ok; i++) {
        FcPattern *found =
            match(fonts, wanted[i].family, wanted[i].weight, wanted[i].spacing, NULL);
        ok = found != NULL && open_face(&fonts->faces[i], found);
        fonts->face_count += ok;
        if (found != NULL)
            FcPatternDestroy(found);
    }
    fonts->runs = run_store_new();
    fonts->images = image_store_new();
    if (ok)
        return fonts;
    fonts_free(fonts);
    err_file(err, "no font can be found");
    err_help(err, "install the packages fonts-inter, fonts-jetbrains-mono and fonts-dejavu-core");
    return NULL;
}

void fonts_free(struct fonts *fonts)
{
    if (fonts == NULL)
        return;
    run_store_free(fonts->runs);
    image_store_free(fonts->images);
    for (int i = 0; i < fonts->face_count; i++)
        close_face(&fonts->faces[i]);
    if (fonts->ft != NULL)
        (void)FT_Done_FreeType(fonts->ft);
    if (fonts->config != NULL)
        FcConfigDestroy(fonts->config);
    mem_free(fonts);
}

const char *fonts_file(const struct fonts *fonts, int face, int *index)
{
    ASSERT(face >= 0 && face < fonts->face_count);
    *index = fonts->faces[face].index;
    return fonts->faces[face].file;
}

static uint64_t fnv(uint64_t sum, const void *data, size_t bytes)
{
    const uint8_t *at = data;
    for (size_t i = 0; i < bytes; i++)
        sum = (sum ^ at[i]) * UINT64_C(1099511628211);
    return sum;
}

static void versions(const struct fonts *fonts, char buf[64])
{
    int major, minor, patch;
    FT_Library_Version(fonts->ft, &major, &minor, &patch);
    (void)snprintf(buf, 64, "FreeType %d.%d.%d, HarfBuzz %s", major, minor, patch,
                   hb_version_string());
}

uint64_t fonts_digest(const struct fonts *fonts)
{
    char words[64];
    versions(fonts, words);
    uint64_t sum = fnv(UINT64_C(14695981039346656037), words, strlen(words));
    for (int i = 0; i < FACES_NAMED; i++) {
        unsigned length;
        const char *data = hb_blob_get_data(fonts->faces[i].blob, &length);
        sum = fnv(sum, data, length);
    }
    return sum;
}

char *fonts_describe(const struct fonts *fonts, char *buf, size_t size)
{
    char words[64];
    versions(fonts, words);
    (void)snprintf(buf, size, "%s, %s, %s; %s", fonts->faces[FACE_SANS].family,
                   fonts->faces[FACE_MONO].family, fonts->faces[FACE_OTHER_SANS].family, words);
    return buf;
}
