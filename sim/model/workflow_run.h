/* workflow_run.h - what a workflow does in a run (MODEL.md 3, "SFN").
 *
 * An execution is one call of the workflow, walked by the interpreter of handlers (handler.h). Who waits for its end is
 * answered then; who only starts it is acknowledged first, and the call goes on for nobody (call_acknowledge). So `requests` counts each
 * execution once, latency and errors are the execution's, whoever began it; what a starter waits is on its edge.
 *
 * Limits: starts are throttled by a bucket (429, or back to the sender of a message). State transitions of standard workflows
 * take from another bucket, but are never refused: whoever finds it empty waits in line for the next token. Both buckets are the
 * account's, shared by all workflows of the kind, unless a workflow has a quota of its own.
 *
 * Times: `delivery` passes between a start and the first state's work (the measured figures reach to the handler, so entering
 * the first state is in them); every later state costs `overhead`. Both are STAGE_OVERHEAD; waiting for a transition is
 * STAGE_QUEUE. A state that fails without retries left and without catch fails the execution. The branches of a parallel or map
 * that are still running when another one fails are stopped; calls they made run on.
 *
 * Billed are (standard) the states entered, every try of a task anew, or (express) the execution and its GB-seconds from the first state
 * to the end, in whole 100 ms and 64 MB.
 */
#ifndef TEPID_MODEL_WORKFLOW_RUN_H
#define TEPID_MODEL_WORKFLOW_RUN_H

#include "model/handler.h"
#include "model/svc_workflow.h"

/* A bucket one waits at: first come, first served. `granted` is when the token last taken came: nobody after it may have one
 * sooner. */
struct token_line {
    struct token_bucket bucket;
    sim_time granted;
};

void token_line_init(struct token_line *line, struct token_limit limit);
/* Takes the next token; returns how long after `now` it comes. */
sim_time token_line_take(struct token_line *line, sim_time now);

/* The account's quotas, shared by all workflows of a run. */
struct workflow_quotas {
    bool ready;
    struct token_bucket starts[2]; /* by kind */
    struct token_line transitions;
};

struct workflow {
    struct handler handler;
    struct token_bucket *starts;    /* own_starts, or the account's */
    struct token_line *transitions; /* NULL: express */
    struct token_bucket own_starts;
    struct token_line own_transitions;
    uint64_t salt_delivery, salt_acknowledge;
    int64_t chunk_ms; /* express: duration is billed in these */
    uint64_t begun, ended;
    uint64_t refused, queued; /* of the measured interval: starts, transitions that had to wait */
    int64_t transitions_sampled;
    sim_time sampled_at;
    double transitions_max; /* per second, over samples of the measured interval */
};

void workflow_start(struct model *model, struct svc *svc);
void workflow_apply(struct model *model, struct svc *svc);
sim_time workflow_submit(struct model *model, struct svc *svc, struct call *call);
bool workflow_accept(struct model *model, struct svc *svc, const struct message *message);

/* The event that acknowledges a start. */
void workflow_on_acknowledge(struct sim *sim, uint32_t slot, uint32_t generation);

bool workflow_has_line(const struct model *model, const struct svc *svc, int meter);
uint64_t workflow_metrics(const struct svc *svc);
void workflow_begin(struct model *model, struct svc *svc);
void workflow_view(struct model *model, struct svc *svc, struct svc_view *view);
void workflow_sample(struct model *model, struct svc *svc, struct svc_sample *sample);
int workflow_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                      double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES]);
void workflow_audit(struct model *model, struct svc *svc);

#endif
