/* fonts_parts.h - what the files of fonts share: faces, and the two stores. Nobody else includes this. */
#ifndef TEPID_UI_FONTS_PARTS_H
#define TEPID_UI_FONTS_PARTS_H

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H
#include <hb.h>

#include "ui/fonts.h"

enum face_id {
    FACE_SANS,
    FACE_STRONG,
    FACE_MONO,
    FACE_OTHER_SANS, /* where those lack a character */
    FACE_OTHER_STRONG,
    FACE_OTHER_MONO,
    FACES_NAMED
};

struct face {
    char *file, *family;
    int index; /* in the file, as FreeType counts */
    hb_blob_t *blob;
    hb_face_t *hb_face;
    hb_font_t *hb_font;
    double units; /* to an em */
    FT_Face ft;   /* NULL until something is rendered */
    long ft_size; /* 26.6, as set */
};

struct run_store;   /* fonts_shape.c */
struct image_store; /* fonts_render.c */

struct fonts {
    struct face faces[FONT_FACES_MAX];
    int face_count;
    FT_Library ft;
    void *config; /* FcConfig: which fonts there are */
    struct run_store *runs;
    struct image_store *images;
};

/* The face for a character that none of the first faces has: finds one more, or returns -1. */
int fonts_find_for(struct fonts *fonts, uint32_t codepoint);

struct run_store *run_store_new(void);
void run_store_free(struct run_store *store);
struct image_store *image_store_new(void);
void image_store_free(struct image_store *store);

#endif
