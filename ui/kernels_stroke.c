/* kernels_stroke.c - lines: the coverage of each segment by its distance from pixels' centres, the largest of all counts. */
#include <math.h>
#include <string.h>

#include "core/arena.h"
#include "ui/raster_kernels.h"

void kernel_mask_free(struct kernel_mask *mask)
{
    mem_free(mask->coverage);
    mem_free(mask->from);
    mem_free(mask->to);
    mem_free(mask->sums);
    *mask = (struct kernel_mask){0};
}

void kernel_stroke_begin(struct kernel_mask *mask, const struct kernel_target *target)
{
    mask->clip = target->clip;
    size_t need = (size_t)target->clip.w * (size_t)target->clip.h;
    if (need > mask->capacity) {
        mask->coverage = mem_resize(mask->coverage, need);
        memset(mask->coverage, 0, need);
        mask->capacity = need;
    }
    if ((size_t)target->clip.h > mask->rows_capacity) {
        mask->rows_capacity = (size_t)target->clip.h;
        mask->from = mem_resize(mask->from, mask->rows_capacity * sizeof(int));
        mask->to = mem_resize(mask->to, mask->rows_capacity * sizeof(int));
    }
    for (int y = 0; y < target->clip.h; y++) {
        mask->from[y] = target->clip.w;
        mask->to[y] = 0;
    }
}

/* A segment as its rows see it. Relative to its first point, so that floats are fine enough. */
struct segment {
    float dx, dy, per_length2; /* 0: a dot */
    float reach, most;         /* coverage = reach - distance, at most `most` */
};

static void cover_row(const struct segment *segment, uint8_t *coverage, int count, float px,
                      float py)
{
    const struct segment s = *segment; /* bytes may alias anything, but not this */
    float along_y = py * s.dy;
    for (int i = 0; i < count; i++) {
        float x = px + (float)i;
        float t = (x * s.dx + along_y) * s.per_length2;
        t = t < 0 ? 0 : t;
        t = t > 1 ? 1 : t;
        float ex = x - t * s.dx, ey = py - t * s.dy;
        float c = s.reach - sqrtf(ex * ex + ey * ey);
        c = c < 0 ? 0 : c;
        c = c > s.most ? s.most : c;
        int covered = (int)(c * 255.0F + 0.5F);
        int before = coverage[i];
        coverage[i] = (uint8_t)(covered > before ? covered : before);
    }
}

void kernel_stroke_segment(struct kernel_mask *mask, struct point from, struct point to,
                           double width)
{
    const struct pixel_rect *clip = &mask->clip;
    double dx = to.x - from.x, dy = to.y - from.y, length2 = dx * dx + dy * dy;
    double reach = width / 2 + 0.5;
    double low_x = (dx < 0 ? to.x : from.x) - reach, high_x = (dx < 0 ? from.x : to.x) + reach;
    double low_y = (dy < 0 ? to.y : from.y) - reach, high_y = (dy < 0 ? from.y : to.y) + reach;
    low_x = low_x > clip->x ? low_x : clip->x;
    low_y = low_y > clip->y ? low_y : clip->y;
    high_x = high_x < clip->x + clip->w ? high_x : clip->x + clip->w;
    high_y = high_y < clip->y + clip->h ? high_y : clip->y + clip->h;
    if (!(low_x < high_x && low_y < high_y))
        return;
    struct segment s = {
        .dx = (float)dx,
        .dy = (float)dy,
        .per_length2 = length2 > 1e-9 ? (float)(1 / length2) : 0,
        .reach = (float)reach,
        .most = width < 1 ? (float)width : 1,
    };
    /* Rows cross the band around the line between these two slanted edges. */
    bool slanted = dy * dy > length2 * 1e-6 && length2 > 1e-9;
    double slope = slanted ? dx / dy : 0, half = slanted ? reach * sqrt(length2) / fabs(dy) : 0;
    for (int y = (int)low_y; y < high_y; y++) {
        double py = y + 0.5 - from.y, xa = low_x, xb = high_x;
        if (slanted) {
            double middle = from.x + py * slope;
            xa = middle - half > xa ? middle - half : xa;
            xb = middle + half < xb ? middle + half : xb;
        }
        if (!(xa < xb))
            continue;
        int x0 = (int)xa, x1 = (int)ceil(xb), row = y - clip->y;
        x1 = x1 < clip->x + clip->w ? x1 : clip->x + clip->w;
        cover_row(&s, mask->coverage + (ptrdiff_t)row * clip->w + (x0 - clip->x), x1 - x0,
                  (float)(x0 + 0.5 - from.x), (float)py);
        mask->from[row] = x0 - clip->x < mask->from[row] ? x0 - clip->x : mask->from[row];
        mask->to[row] = x1 - clip->x > mask->to[row] ? x1 - clip->x : mask->to[row];
    }
}

void kernel_stroke_paint(struct kernel_mask *mask, const struct kernel_target *target,
                         struct colour colour)
{
    uint32_t solid = kernel_solid(colour);
    for (int y = 0; y < mask->clip.h; y++) {
        int from = mask->from[y], to = mask->to[y];
        if (from >= to)
            continue;
        uint8_t *coverage = mask->coverage + (ptrdiff_t)y * mask->clip.w;
        uint32_t *row =
            target->data + (ptrdiff_t)(y + mask->clip.y) * target->stride + mask->clip.x;
        for (int x = from; x < to; x++) {
            uint32_t c = coverage[x];
            if (c == 0)
                continue;
            uint32_t a = c * colour.a + 128;
            row[x] = kernel_mix(row[x], solid, (a + (a >> 8)) >> 8);
        }
        memset(coverage + from, 0, (size_t)(to - from));
    }
}
