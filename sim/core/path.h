/* path.h - what stands under a path. Apart, because sys/stat.h and model/metric.h both have a struct statistic. */
#ifndef TEPID_CORE_PATH_H
#define TEPID_CORE_PATH_H

enum path_kind { PATH_NOTHING, PATH_FILE, PATH_FOLDER };

/* Anything that is no folder counts as a file; links are followed. */
enum path_kind path_kind(const char *path);

#endif
