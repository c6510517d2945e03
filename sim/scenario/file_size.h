/* file_size.h - how large a file is before anything of it is read.
 *
 * Apart from its neighbours because <sys/stat.h> and model/metric.h both have a `struct stat`.
 */
#ifndef TEPID_SCENARIO_FILE_SIZE_H
#define TEPID_SCENARIO_FILE_SIZE_H

#include "core/base.h"

/* Bytes of a regular file; -1 for anything else. */
int64_t file_size(const char *path);

#endif
