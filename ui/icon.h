/* icon.h - the icon of the window, drawn: as assets/icon/tepid.svg has it, but needing no file.
 */
#ifndef TEPID_UI_ICON_H
#define TEPID_UI_ICON_H

#include "ui/fonts.h"
#include "ui/pixels.h"

/* Square, so many pixels a side; released with pixels_free. */
struct pixels icon_make(struct fonts *fonts, int size);

#endif
