/* watch.h - tells when a file has been saved.
 *
 * Editors save by writing a new file and renaming it over the old one, and a watch of the file itself would go on watching the
 * old one for ever. So the directories are watched, in a thread of its own with a libuv loop. What happens there is collected for
 * WATCH_SETTLE_MS, since a save is several events; then the files are looked at, and only if one of them is another than before
 * (time, size or place on the disk) it is news. A file that is missing just then is no news yet: the rest of its save is still to come.
 */
#ifndef TEPID_RUN_WATCH_H
#define TEPID_RUN_WATCH_H

#include "core/err.h"

#define WATCH_SETTLE_MS 80
#define WATCH_FILES_MAX 64 /* more are not watched: the first ones are */

struct watch;

/* `changed` is called from the watching thread. NULL with err if the system does not let us. */
struct watch *watch_new(void (*changed)(void *context), void *context, struct err *err);
void watch_free(struct watch *watch); /* accepts NULL */

/* From now on these files, from any thread; paths are copied. One that was watched before keeps what is known of it, so that
 * a save in between is not missed; another that was saved after `since_s` (wall clock, seconds of the epoch) is news at once. */
void watch_files(struct watch *watch, const char *const *paths, int count, double since_s);

#endif
