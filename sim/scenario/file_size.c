/* file_size.c - see the header. */
#include "scenario/file_size.h"

#include <sys/stat.h>

int64_t file_size(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return -1;
    return (int64_t)info.st_size;
}
