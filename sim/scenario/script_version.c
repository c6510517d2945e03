/* script_version.c - see the header. */
#include "scenario/script_version.h"

#include <lua.h>

const char *script_lua_version(void)
{
    return LUA_VERSION_MAJOR "." LUA_VERSION_MINOR "." LUA_VERSION_RELEASE;
}
