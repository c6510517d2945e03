/* view_options.h - the options of the window, for tepid-ui, which reads them, and tepid view, which hands them on.
 */
#ifndef TEPID_CLI_VIEW_OPTIONS_H
#define TEPID_CLI_VIEW_OPTIONS_H

#include "cli/options.h"

extern const struct option_spec view_options[]; /* ends with name == NULL */

#endif
