/* fonts_render.c - glyphs rendered by FreeType, and remembered. */
#include <math.h>
#include <string.h>

#include "core/arena.h"
#include "ui/fonts_parts.h"

#define IMAGES_MAX  8192
#define IMAGE_SLOTS (2 * IMAGES_MAX)
#define IMAGE_BYTES ((size_t)4 << 20)

struct image {
    uint64_t key;
    size_t coverage; /* where it begins in the store */
    int16_t width, height, left, top;
};

struct image_store {
    struct image *images;
    int32_t *slots; /* index + 1, 0: free */
    size_t image_count;
    uint8_t *bytes;
    size_t byte_count, byte_capacity;
};

struct image_store *image_store_new(void)
{
    struct image_store *store = mem_resize(NULL, sizeof *store);
    *store = (struct image_store){
        .images = mem_resize(NULL, IMAGES_MAX * sizeof(struct image)),
        .slots = mem_resize(NULL, IMAGE_SLOTS * sizeof(int32_t)),
    };
    memset(store->slots, 0, IMAGE_SLOTS * sizeof(int32_t));
    return store;
}

void image_store_free(struct image_store *store)
{
    mem_free(store->images);
    mem_free(store->slots);
    mem_free(store->bytes);
    mem_free(store);
}

static uint8_t *room(struct image_store *store, size_t bytes)
{
    if (store->byte_count + bytes > store->byte_capacity) {
        store->byte_capacity = 2 * store->byte_capacity + bytes + 65536;
        store->bytes = mem_resize(store->bytes, store->byte_capacity);
    }
    uint8_t *at = store->bytes + store->byte_count;
    store->byte_count += bytes;
    return at;
}

/* A bitmap of FreeType, row by row. */
static void take_bitmap(struct image_store *store, struct image *image, FT_GlyphSlot slot)
{
    const FT_Bitmap *bitmap = &slot->bitmap;
    if (bitmap->pixel_mode != FT_PIXEL_MODE_GRAY || bitmap->rows == 0 || bitmap->width == 0)
        return;
    image->width = (int16_t)bitmap->width;
    image->height = (int16_t)bitmap->rows;
    image->left = (int16_t)slot->bitmap_left;
    image->top = (int16_t)slot->bitmap_top;
    uint8_t *to = room(store, (size_t)bitmap->width * bitmap->rows);
    for (unsigned row = 0; row < bitmap->rows; row++)
        memcpy(to + (size_t)row * bitmap->width, bitmap->buffer + (ptrdiff_t)row * bitmap->pitch,
               bitmap->width);
}

static bool set_size(struct fonts *fonts, struct face *face, long size)
{
    if (face->ft == NULL &&
        FT_New_Face(fonts->ft, face->file, (FT_Long)face->index, &face->ft) != 0) {
        face->ft = NULL; /* HarfBuzz can read it, FreeType cannot */
        return false;
    }
    if (face->ft_size != size && FT_Set_Char_Size(face->ft, 0, size, 72, 72) != 0)
        return false; /* a font of bitmaps: nothing is drawn */
    face->ft_size = size;
    return true;
}

static void render(struct fonts *fonts, struct image *image, int face_id, uint32_t glyph, long size,
                   int step)
{
    struct face *face = &fonts->faces[face_id];
    image->coverage = fonts->images->byte_count;
    if (!set_size(fonts, face, size) ||
        FT_Load_Glyph(face->ft, glyph, FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP) != 0)
        return;
    FT_GlyphSlot slot = face->ft->glyph;
    if (slot->format != FT_GLYPH_FORMAT_OUTLINE)
        return;
    FT_Outline_Translate(&slot->outline, step * (64 / FONT_STEPS), 0);
    if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) == 0)
        take_bitmap(fonts->images, image, slot);
}

static struct font_image seen(const struct image_store *store, const struct image *image)
{
    return (struct font_image){store->bytes + image->coverage, image->width, image->height,
                               image->left, image->top};
}

struct font_image fonts_render(struct fonts *fonts, const struct font_glyph *glyph, double size,
                               int step)
{
    struct image_store *store = fonts->images;
    long size_26_6 = lround(fmin(size, 512) * 64);
    uint64_t key = (uint64_t)glyph->glyph << 32 | (uint64_t)size_26_6 << 8 |
                   (uint64_t)glyph->face << 2 | (uint64_t)step;
    uint64_t hash = key * UINT64_C(0x9E3779B97F4A7C15);
    size_t slot = hash >> 40 & (IMAGE_SLOTS - 1);
    for (; store->slots[slot] != 0; slot = (slot + 1) & (IMAGE_SLOTS - 1)) {
        const struct image *image = &store->images[store->slots[slot] - 1];
        if (image->key == key)
            return seen(store, image);
    }
    if (store->image_count == IMAGES_MAX || store->byte_count > IMAGE_BYTES) {
        memset(store->slots, 0, IMAGE_SLOTS * sizeof(int32_t));
        store->image_count = store->byte_count = 0;
        slot = hash >> 40 & (IMAGE_SLOTS - 1);
    }
    struct image *image = &store->images[store->image_count];
    *image = (struct image){.key = key};
    render(fonts, image, glyph->face, glyph->glyph, size_26_6, step);
    store->slots[slot] = (int32_t)++store->image_count;
    return seen(store, image);
}
