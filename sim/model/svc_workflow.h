/* svc_workflow.h - the settings of `workflow` (alias `step_functions`): a state machine; behaviour in workflow_run.h.
 *
 * Its states are a program (program.h): each state begins with an OP_STATE that names its kind, and a task's state lies inside
 * the TRY of its retries, so that every try enters the state again, as it does where retries are billed as transitions.
 */
#ifndef TEPID_MODEL_SVC_WORKFLOW_H
#define TEPID_MODEL_SVC_WORKFLOW_H

#include "model/program.h"
#include "model/svc.h"

enum { WORKFLOW_STANDARD, WORKFLOW_EXPRESS };

/* What OP_STATE.a says, in the order of workflow_state_names. */
enum state_kind {
    STATE_TASK,
    STATE_WAIT,
    STATE_CHOICE,
    STATE_PARALLEL,
    STATE_MAP,
    STATE_FAIL,
    STATE_KINDS
};
extern const char *const workflow_state_names[]; /* "task" ..., NULL-terminated */

struct workflow_config {
    int kind;
    const struct program *states;
    int64_t memory;  /* bytes; what an express execution is billed for */
    int64_t timeout; /* ns; TIME_UNSET: the longest its kind may take */
    const struct dist
        *delivery; /* ns from a start to the first state; NULL: two laws of the catalog */
    const struct dist *overhead; /* ns to enter every state after the first; filled in by check() */
    const struct dist
        *acknowledge; /* ns until a start that nobody waits for is answered; filled in by check() */
    double start_rate;      /* a bucket of its own in place of the account's; NAN: the account's */
    int64_t start_burst;    /* TIME_UNSET: one second of start_rate */
    double transition_rate; /* the same for state transitions */
    int64_t transition_burst;

    /* Derived by check(). */
    sim_time longest; /* timeout, given or not */
    const struct dist *deliver_started,
        *deliver_called; /* `delivery` of a start that nobody waits for, and of one that is waited for */
    int64_t billed_mb; /* memory in whole chunks */
};

/* Rows of the class's meter table. */
enum workflow_meter {
    WORKFLOW_TRANSITIONS, /* standard */
    WORKFLOW_REQUESTS,    /* express */
    WORKFLOW_DURATION,    /* express: MB ms */
};

/* False where the caller of `use` has its answer as soon as the execution has started: StartExecution. Express executions are
 * waited for unless they are started by r:start (StartSyncExecution); of standard ones only another workflow's task waits for
 * the end, as its .sync integration does. */
bool workflow_is_waited_for(const struct workflow_config *config, enum use use);

extern const struct svc_class svc_workflow_class;

#endif
