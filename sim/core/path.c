/* path.c - see the header. */
#include "core/path.h"

#include <sys/stat.h>

enum path_kind path_kind(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return PATH_NOTHING;
    return S_ISDIR(info.st_mode) ? PATH_FOLDER : PATH_FILE;
}
