/* level.h - a whole number that goes up and down in time: its mean, its true maximum.
 *
 * The area under the level is kept exactly, in integers, and brought up to date only when
 * the level changes or someone asks. Two maxima run: since the measured interval began, and
 * since the last sample.
 */
#ifndef TEPID_STATS_LEVEL_H
#define TEPID_STATS_LEVEL_H

#include "core/base.h"

struct level {
    int64_t value;
    int64_t max;        /* since level_begin */
    int64_t sample_max; /* since level_sample or level_begin */
    int64_t early_max;  /* of the part of the sample before level_begin */
    sim_time as_of;
    int128 area;        /* value x ns since time 0 */
    int128 area_begin;  /* area when the measured interval began */
    int128 area_sample; /* area at the last sample */
};

static inline void level_touch(struct level *level, sim_time now)
{
    level->area += (int128)level->value * (now - level->as_of);
    level->as_of = now;
}

static inline void level_change(struct level *level, int64_t by, sim_time now)
{
    level_touch(level, now);
    level->value += by;
    if (level->value > level->sample_max)
        level->sample_max = level->value;
}

/* The measured interval begins: what came before no longer counts. */
static inline void level_begin(struct level *level, sim_time now)
{
    level_touch(level, now);
    level->area_begin = level->area;
    level->max = level->value;
    level->early_max = level->sample_max;
    level->sample_max = level->value;
}

/* Ends a sample that began at the last call `width` ns ago; gives its mean and maximum. */
static inline void level_sample(struct level *level, sim_time now, sim_time width, double *mean,
                                int64_t *max)
{
    level_touch(level, now);
    *mean = width > 0 ? (double)(level->area - level->area_sample) / (double)width : 0;
    *max = level->sample_max > level->early_max ? level->sample_max : level->early_max;
    if (level->sample_max > level->max)
        level->max = level->sample_max;
    level->area_sample = level->area;
    level->sample_max = level->value;
    level->early_max = level->value;
}

/* Mean over the measured interval, which ends now after `width` ns. */
static inline double level_mean(struct level *level, sim_time now, sim_time width)
{
    level_touch(level, now);
    return width > 0 ? (double)(level->area - level->area_begin) / (double)width : 0;
}

/* True maximum of the measured interval so far. */
static inline int64_t level_max(const struct level *level)
{
    return level->max > level->sample_max ? level->max : level->sample_max;
}

/* A level whose mean is known from elsewhere: only its maxima. */
struct peak {
    int64_t value;
    int64_t max;        /* since peak_begin, up to the last sample */
    int64_t sample_max; /* since the last sample or peak_begin */
    int64_t early_max;  /* of the part of the sample before peak_begin */
};

static inline void peak_up(struct peak *peak)
{
    if (++peak->value > peak->sample_max)
        peak->sample_max = peak->value;
}

static inline void peak_down(struct peak *peak)
{
    peak->value--;
}

static inline void peak_begin(struct peak *peak)
{
    peak->early_max = peak->sample_max;
    peak->max = peak->sample_max = peak->value;
}

/* Ends a sample; gives its maximum. */
static inline int64_t peak_sample(struct peak *peak)
{
    int64_t late = peak->sample_max, early = peak->early_max;
    peak->max = late > peak->max ? late : peak->max;
    peak->sample_max = peak->early_max = peak->value;
    return late > early ? late : early;
}

static inline int64_t peak_max(const struct peak *peak)
{
    return peak->max > peak->sample_max ? peak->max : peak->sample_max;
}

#endif
