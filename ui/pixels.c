/* pixels.c - pictures in memory. */
#include "ui/pixels.h"

#include <math.h>
#include <string.h>

#include "core/arena.h"

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

struct pixel_rect pixel_rect_both(struct pixel_rect a, struct pixel_rect b)
{
    int x = most(a.x, b.x), y = most(a.y, b.y);
    return (struct pixel_rect){
        x,
        y,
        least(a.x + a.w, b.x + b.w) - x,
        least(a.y + a.h, b.y + b.h) - y,
    };
}

struct pixel_rect pixel_rect_around(struct pixel_rect a, struct pixel_rect b)
{
    if (pixel_rect_is_empty(a))
        return b;
    if (pixel_rect_is_empty(b))
        return a;
    int x = least(a.x, b.x), y = least(a.y, b.y);
    return (struct pixel_rect){
        x,
        y,
        most(a.x + a.w, b.x + b.w) - x,
        most(a.y + a.h, b.y + b.h) - y,
    };
}

struct pixel_rect pixels_touched(const struct pixels *pixels, struct rect rect)
{
    double far = 1e6; /* keeps what lies absurdly far outside within an int */
    double x0 = fmax(-far, floor(rect.x * pixels->scale));
    double y0 = fmax(-far, floor(rect.y * pixels->scale));
    double x1 = fmin(far, ceil((rect.x + rect.w) * pixels->scale));
    double y1 = fmin(far, ceil((rect.y + rect.h) * pixels->scale));
    if (!(x1 > x0 && y1 > y0))
        return (struct pixel_rect){0};
    struct pixel_rect all = {0, 0, pixels->width, pixels->height};
    return pixel_rect_both(all,
                           (struct pixel_rect){(int)x0, (int)y0, (int)(x1 - x0), (int)(y1 - y0)});
}

struct pixels pixels_new(int width, int height, double scale)
{
    ASSERT(width > 0 && height > 0 && scale > 0);
    size_t bytes = (size_t)width * (size_t)height * sizeof(uint32_t);
    uint32_t *data = mem_resize(NULL, bytes);
    memset(data, 0, bytes);
    return (struct pixels){data, width, height, width, scale};
}

void pixels_free(struct pixels *pixels)
{
    mem_free(pixels->data);
    *pixels = (struct pixels){0};
}

void pixels_copy(struct pixels *to, const struct pixels *from, struct pixel_rect part)
{
    struct pixel_rect have = {0, 0, least(to->width, from->width), least(to->height, from->height)};
    part = pixel_rect_both(part, have);
    for (int y = part.y; part.w > 0 && y < part.y + part.h; y++)
        memcpy(to->data + (ptrdiff_t)y * to->stride + part.x,
               from->data + (ptrdiff_t)y * from->stride + part.x,
               (size_t)part.w * sizeof(uint32_t));
}

uint64_t pixels_sum(const struct pixels *pixels)
{
    uint64_t sum = UINT64_C(14695981039346656037);
    for (int y = 0; y < pixels->height; y++)
        for (int x = 0; x < pixels->width; x++)
            sum = (sum ^ pixels->data[(ptrdiff_t)y * pixels->stride + x]) * UINT64_C(1099511628211);
    return sum;
}
