/* recorder.h - a canvas that writes down what is drawn, one call a line, for tests.
 *
 * Coordinates are rounded to 0.1 pixel, so a golden file holds what a reader would see and survives what nobody would. Groups are
 * indented. A line is the name of the call, its rectangle or point, and its colours:
 *
 *     group Latency
 *       clip 0 0 300 200
 *       fill 0 0 300 200 r6 #161b22
 *       frame 0 0 300 200 r6 #262d37 1
 *       line 10 20 290 20 #222932 1 dashed
 *       polyline #4f97d7 1.5 3: 0,10 1,12.5 gap
 *       text 10 20 right small #8b96a5 "300"
 *       unclip
 *     end
 *
 * A colour that is not opaque ends with its alpha: #56b4e933. An area lists x,top,bottom.
 */
#ifndef TEPID_CHART_RECORDER_H
#define TEPID_CHART_RECORDER_H

#include "chart/canvas.h"
#include "core/text.h"

/* Begin with recorder_init; draw on &recorder.canvas; read recorder.text. */
struct recorder {
    struct canvas canvas; /* first, as in every backend */
    struct text text;
    int depth, clips; /* of groups, and clips that are still pushed */
};

void recorder_init(struct recorder *recorder, double text_scale);
void recorder_free(struct recorder *recorder);

#endif
