/* screen.c - see the header. */
#include "ui/screen.h"

static struct canvas *plain_still(struct screen *screen, int slot, struct rect where, uint64_t key)
{
    (void)slot;
    (void)where;
    (void)key;
    return screen->canvas;
}

static void plain_still_end(struct screen *screen, int slot)
{
    (void)screen;
    (void)slot;
}

void screen_plain(struct screen *screen, struct canvas *canvas)
{
    *screen = (struct screen){canvas, plain_still, plain_still_end};
}
