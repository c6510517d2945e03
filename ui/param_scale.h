/* param_scale.h - a parameter as a slider: which values it reaches, and how they are written.
 *
 * A parameter is a value as the user writes it ("512MB", "50/s", 40, "0.5%"); what it means is told by its unit. Its range is the one
 * the scenario gives, else a decade to either side of what the file says; the scale is logarithmic where the range covers more than a factor
 * of 20. A place on the slider becomes a value of three digits in the unit a reader would take, in the file's own "per", so that what a slider says
 * can be typed after -p. What has no number (true, "none", one_of) is a list of choices and has no scale.
 */
#ifndef TEPID_UI_PARAM_SCALE_H
#define TEPID_UI_PARAM_SCALE_H

#include "run/record.h"

enum param_unit { UNIT_PLAIN, UNIT_WHOLE, UNIT_TIME, UNIT_SIZE, UNIT_RATE, UNIT_SHARE, UNIT_MONEY };

#define PARAM_TEXT_MAX 48

struct param_scale {
    enum param_unit unit;
    double low, high; /* in base units: ns, bytes, per second, share, dollars */
    bool log;
    char tail[16];    /* of rates and money: "/s", "/day", "/month" */
    double tail_size; /* base units of one of them: 1/86400 for "/day" */
};

/* False: no number; its choices are one_of or those of param_choice. */
bool param_scale_make(struct param_scale *scale, const struct record_param *param);

/* The number in a value of this parameter; NAN: none. */
double param_scale_number(const struct param_scale *scale, const char *value);
double param_scale_share(const struct param_scale *scale, double number); /* clamped to 0 .. 1 */
/* The value at a place, rounded as it would be written. */
void param_scale_write(const struct param_scale *scale, double share, char text[PARAM_TEXT_MAX]);
/* The nearest place in the direction of `share` whose value is written differently than at `from`: what an arrow key does. */
double param_scale_nudge(const struct param_scale *scale, double from, double share);
/* What was typed, with the unit it left out: "700" becomes "700MB". */
void param_scale_typed(const struct param_scale *scale, const char *text,
                       char value[PARAM_TEXT_MAX]);

/* Choices of a parameter without a scale, ending with NULL: one_of, or false and true; `held` holds them. Returns their count; 0: it has
 * neither, and its value is typed. */
#define PARAM_CHOICES 32
int param_choices_of(const struct record_param *param, const char *held[PARAM_CHOICES + 1]);

#endif
