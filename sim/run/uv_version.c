/* uv_version.c - see the header. */
#include "run/uv_version.h"

#include <uv.h>

const char *run_uv_version(void)
{
    return uv_version_string();
}
