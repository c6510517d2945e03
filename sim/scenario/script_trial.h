/* script_trial.h - trying a load in a child process first.
 *
 * Lua's own C functions can run for years without reaching a hook: a pattern that backtracks,
 * table.move over a lying length. Loading is deterministic, so a load that ends in a child
 * process will end here, too. The child has the limits of the load and is killed when its time
 * is over. It hands back only how the load ended; a good file is then loaded for real.
 */
#ifndef TEPID_SCENARIO_SCRIPT_TRIAL_H
#define TEPID_SCENARIO_SCRIPT_TRIAL_H

#include "core/err.h"
#include "scenario/script.h"

/* What the child found. TRIAL_LIMIT: a limit of the load was reached, err says which; loading again
 * would only take as long again. */
enum trial { TRIAL_OK, TRIAL_FAILED, TRIAL_LIMIT };

/* attempt(data, err) runs in the child and says how it ended. In the parent, false with err
 * filled when the child reached a limit or did not survive; true when the load may be done here. */
bool script_trial(const struct load_limits *limits,
                  enum trial (*attempt)(void *data, struct err *err), void *data, struct err *err);

#endif
