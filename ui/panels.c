/* panels.c - the list of panels, and what their pictures depend on. */
#include "ui/panel_frame.h"

#include <string.h>

const struct panel panels[] = {
    {NULL, NULL, NULL, NULL, NULL},
};

/* -- what the still pass depends on ------------------------------------------------------------------ */

static uint64_t mix(uint64_t key, uint64_t value)
{
    key = (key ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return key ^ key >> 29;
}

static uint64_t mix_number(uint64_t key, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return mix(key, bits);
}

static uint64_t mix_record(uint64_t key, const struct record *record)
{
    key = mix(key, (uintptr_t)record);
    return record != NULL ? mix(key, record_version(record)) : key;
}

uint64_t view_still_key(const struct view *view, struct rect where)
{
    uint64_t key = mix(0, (uintptr_t)view->theme);
    key = mix_record(mix_record(mix_record(key, view->run), view->ghost), view->baseline);
    const double numbers[] = {
        where.x,           where.y,        where.w, where.h, view->canvas->text_scale,
        view->time.from_s, view->time.to_s};
    for (size_t i = 0; i < COUNTOF(numbers); i++)
        key = mix_number(key, numbers[i]);
    return mix(key, (uint64_t)view->log_scale << 4 | (uint64_t)view->show_p50 << 3 |
                        (uint64_t)view->show_p95 << 2 | (uint64_t)view->show_p99 << 1 |
                        (uint64_t)view->table);
}
