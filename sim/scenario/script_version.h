/* script_version.h - which Lua reads the scenarios; apart from script.h so that asking costs no load. */
#ifndef TEPID_SCENARIO_SCRIPT_VERSION_H
#define TEPID_SCENARIO_SCRIPT_VERSION_H

/* "5.4.4" */
const char *script_lua_version(void);

#endif
