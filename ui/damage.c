/* damage.c - tiles, and rectangles made of them. */
#include "ui/damage.h"

#include <string.h>

#include "core/arena.h"

void damage_reset(struct damage *damage, int width, int height)
{
    int columns = (width + DAMAGE_TILE_W - 1) / DAMAGE_TILE_W;
    int rows = (height + DAMAGE_TILE_H - 1) / DAMAGE_TILE_H;
    if (columns != damage->columns || rows != damage->rows)
        damage->tiles = mem_resize(damage->tiles, (size_t)columns * (size_t)rows);
    *damage = (struct damage){width, height, columns, rows, damage->tiles};
    if (columns > 0 && rows > 0)
        memset(damage->tiles, 0, (size_t)columns * (size_t)rows);
}

void damage_free(struct damage *damage)
{
    mem_free(damage->tiles);
    *damage = (struct damage){0};
}

void damage_mark(struct damage *damage, struct pixel_rect part)
{
    part = pixel_rect_both(part, (struct pixel_rect){0, 0, damage->width, damage->height});
    if (pixel_rect_is_empty(part))
        return;
    int from = part.x / DAMAGE_TILE_W, to = (part.x + part.w - 1) / DAMAGE_TILE_W;
    int last = (part.y + part.h - 1) / DAMAGE_TILE_H;
    for (int row = part.y / DAMAGE_TILE_H; row <= last; row++)
        memset(damage->tiles + (ptrdiff_t)row * damage->columns + from, 1, (size_t)(to - from + 1));
}

void damage_add(struct damage *damage, const struct damage *other)
{
    ASSERT(damage->columns == other->columns && damage->rows == other->rows);
    size_t count = (size_t)damage->columns * (size_t)damage->rows;
    for (size_t i = 0; i < count; i++)
        damage->tiles[i] |= other->tiles[i];
}

static struct pixel_rect run_part(const struct damage *damage, int row, int from, int to)
{
    struct pixel_rect part = {from * DAMAGE_TILE_W, row * DAMAGE_TILE_H,
                              (to - from) * DAMAGE_TILE_W, DAMAGE_TILE_H};
    return pixel_rect_both(part, (struct pixel_rect){0, 0, damage->width, damage->height});
}

/* Extends a rectangle that ends where this run begins and is as wide. */
static bool join(struct pixel_rect *parts, int count, struct pixel_rect run)
{
    for (int i = count - 1; i >= 0; i--)
        if (parts[i].x == run.x && parts[i].w == run.w && parts[i].y + parts[i].h == run.y) {
            parts[i].h += run.h;
            return true;
        }
    return false;
}

int damage_parts(const struct damage *damage, struct pixel_rect parts[DAMAGE_PARTS_MAX])
{
    struct pixel_rect around = {0};
    int count = 0;
    bool too_many = false;
    for (int row = 0; row < damage->rows; row++) {
        const uint8_t *tiles = damage->tiles + (ptrdiff_t)row * damage->columns;
        for (int at = 0; at < damage->columns;) {
            int from = at;
            while (at < damage->columns && tiles[at])
                at++;
            if (at == from) {
                at++;
                continue;
            }
            struct pixel_rect run = run_part(damage, row, from, at);
            around = pixel_rect_around(around, run);
            if (too_many || join(parts, count, run))
                continue;
            too_many = count == DAMAGE_PARTS_MAX;
            if (!too_many)
                parts[count++] = run;
        }
    }
    if (!too_many)
        return count;
    parts[0] = around;
    return 1;
}
