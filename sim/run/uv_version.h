/* uv_version.h - which libuv carries progress and watching. */
#ifndef TEPID_RUN_UV_VERSION_H
#define TEPID_RUN_UV_VERSION_H

/* "1.44.2" */
const char *run_uv_version(void);

#endif
