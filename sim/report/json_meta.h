/* json_meta.h - meta.json read back (the door of the JSON library, like json.h). */
#ifndef TEPID_REPORT_JSON_META_H
#define TEPID_REPORT_JSON_META_H

#include "report/folder_in.h"

/* `name` is what messages call the text: "out/x/meta.json". False with err when it is no JSON, no object, or lacks what every
 * meta.json has (version, scenario, digest, seed). */
bool json_read_meta(const char *text, const char *name, struct folder_meta *meta,
                    struct arena *arena, struct err *err);

#endif
