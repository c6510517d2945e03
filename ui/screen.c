/* screen.c - see the header. */
#include "ui/screen.h"

static void plain_part(struct screen *screen, enum screen_slot slot, struct rect where)
{
    (void)screen;
    (void)slot;
    (void)where;
}

static struct canvas *plain_still(struct screen *screen, enum screen_slot slot, uint64_t key)
{
    (void)slot;
    (void)key;
    return screen->canvas;
}

static void plain_still_end(struct screen *screen, enum screen_slot slot)
{
    (void)screen;
    (void)slot;
}

void screen_plain(struct screen *screen, struct canvas *canvas)
{
    *screen = (struct screen){canvas, plain_part, plain_still, plain_still_end};
}
