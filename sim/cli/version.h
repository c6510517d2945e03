/* version.h - which tepid this is. The build gives TEPID_VERSION and TEPID_COMMIT. */
#ifndef TEPID_CLI_VERSION_H
#define TEPID_CLI_VERSION_H

#ifndef TEPID_VERSION
#define TEPID_VERSION "0.1.0"
#endif
#ifndef TEPID_COMMIT
#define TEPID_COMMIT "unknown"
#endif

#endif
