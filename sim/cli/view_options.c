/* view_options.c - see the header. */
#include "cli/view_options.h"

const struct option_spec view_options[] = {
    {"param", 'p', "name=value", "sets a parameter of the scenario; may be repeated"},
    {"set", 0, "resource.setting=value", "sets a setting; may be repeated"},
    {"variant", 0, "NAME", "a variant of the file"},
    {"seed", 0, "N", "another seed than the file's"},
    {"duration", 0, "D", "another length of the run"},
    {"warmup", 0, "D", "another warm-up"},
    {"prices", 0, "FILE", "another price list"},
    {"load-limit", 0, "5s,256MB", "limits of the load: time, memory or both"},
    {"size", 0, "1440x900", "size of the window"},
    {"scale", 0, "1", "device pixels to a pixel, 0.5 to 4"},
    {"theme", 0, "dark|light", "colours"},
    {"text", 0, "100", "size of the text in per cent, 80 to 200"},
    {"page", 0, "NAME", "page to begin with: map, traces, compare ..."},
    {"reduced-motion", 0, NULL, "nothing moves but what says something"},
    {"headless", 0, NULL, "without a display"},
    {"screenshot", 0, "PNG", "with --headless: saves what the window shows, and ends"},
    {"at", 0, "TIME", "the clock stands there"},
    {"tick", 0, "N", "draws N frames, a 60th of a second each, before the screenshot"},
    {"script", 0, "FILE", "with --headless: moves, clicks, types and checks as the file says"},
    {"bench", 0, "N", "measures N frames of each kind"},
    {NULL, 0, NULL, NULL},
};
