/* span_log.h - writes down what a few chosen requests do: the second pass of tracing.
 *
 * The model tells it of every call, message and bit of work; it keeps those of the requests it was given, which it knows by the
 * root key that calls and messages carry. It changes nothing and draws nothing, so a run with it is the same run.
 *
 * A span hangs below the one that caused it: a call below the invocation whose handler made it, work (cpu, wait, back-off) below the
 * invocation that did it, a message below the call that sent it, an invocation for a message below that message. A batch
 * has a span in each of the requests its records belong to.
 *
 * Nothing here is on the path of a run without traces: whoever calls these functions looks at model->spans first.
 */
#ifndef TEPID_MODEL_SPAN_LOG_H
#define TEPID_MODEL_SPAN_LOG_H

#include "model/call.h"
#include "model/message.h"

#define SPAN_NONE UINT32_MAX

struct span {
    uint32_t request, parent; /* parent: index of a span, or SPAN_NONE */
    uint32_t svc;
    const char *op;
    sim_time start, end; /* end SIM_NEVER: not yet */
    sim_time wait;       /* before its work began */
    uint64_t instance;   /* names its execution environment within the service; UINT64_MAX: none */
    uint32_t next;       /* of the same call, in another request */
    uint32_t strand;     /* work planned ahead: whose; else POOL_NONE */
    int32_t line;
    uint8_t outcome;
    bool cold, async;
    bool work;  /* not a call: what an invocation or a client does itself */
    bool fault; /* failed because a fault said so */
};

/* A request to watch. */
struct span_request {
    uint64_t key;
    uint32_t source;
    uint32_t root;   /* its first span, SPAN_NONE until it begins */
    uint64_t number; /* within its source */
    uint32_t count, dropped;
    bool ended;
};

struct span_log {
    struct span *spans;
    size_t count, capacity;
    struct span_request *requests;
    uint32_t request_count;
    uint32_t most; /* spans of one request */
    uint32_t requests_ended;
    uint64_t open;    /* calls under way */
    uint64_t waiting; /* messages not received yet */
    struct span_private *private;
};

/* Watches requests of these keys and sources; at most `most` spans of each. Spans stand in the order they were opened, so parents stand
 * before their children. */
struct span_log *span_log_new(const struct span_request *requests, uint32_t count, uint32_t most);
void span_log_free(struct span_log *log); /* accepts NULL */

/* All that was watched is over. */
bool span_log_is_done(const struct span_log *log);
/* Messages that still wait at the end of the run become spans. */
void span_log_finish(struct model *model);

/* A journey begins and ends. */
COLD void span_log_begin(struct model *model, const struct svc *source, uint64_t key, uint64_t number);
COLD void span_log_end(struct model *model, uint64_t key, enum outcome outcome);
/* What a client does between tries: "backoff", "timeout". */
COLD void span_log_client(struct model *model, uint64_t key, const char *op, sim_time end,
                     enum outcome outcome);

/* The next call is made by a handler or gateway, for call `slot` (and its record with this root; 0: for all of it). `op` NULL: what
 * its arguments say. */
COLD void span_log_by(struct model *model, uint32_t slot, uint64_t root, const char *op, int32_t line);
/* The next call is made for the message of this key. */
COLD void span_log_by_message(struct model *model, uint64_t key);

/* In call.c: every call. */
COLD void span_log_open(struct model *model, const struct caller *caller, const struct call *call);
COLD void span_log_close(struct model *model, const struct call *call, enum outcome outcome);
COLD void span_log_acknowledge(struct model *model, const struct call *call);
/* A fault makes it fail. */
COLD void span_log_fault(struct model *model, const struct call *call);
/* It has its execution environment. */
COLD void span_log_instance(struct model *model, const struct call *call, uint64_t instance);

/* Work of a call's handler: from `start` to `end`, unless it is cut. `root` as above; strand POOL_NONE: it cannot be cut. An end of SIM_NEVER is set by
 * the cut. Work that fails takes no time: "fail", "timeout". */
struct span_work {
    uint32_t call;
    uint64_t root;
    uint32_t strand;
    const char *op;
    int32_t line;
    sim_time start, end;
    enum outcome outcome;
};
COLD void span_log_work(struct model *model, const struct span_work *work);
/* What the strand had planned beyond now does not happen. */
COLD void span_log_cut(struct model *model, uint32_t strand);

/* A message sets out: sent by a call, or made from another message. `to` is the service it waits at from now on, or NULL: it is still on its way. */
COLD void span_log_sent(struct model *model, const struct call *call, uint64_t root_key, uint64_t key,
                   const struct svc *to);
COLD void span_log_sent_on(struct model *model, uint64_t from, uint64_t root_key, uint64_t key,
                      const struct svc *to);
/* It was taken in. */
COLD void span_log_arrived(struct model *model, uint64_t key, const struct svc *at);

#endif
