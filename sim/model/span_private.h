/* span_private.h - what span_log.c and span_message.c share. */
#ifndef TEPID_MODEL_SPAN_PRIVATE_H
#define TEPID_MODEL_SPAN_PRIVATE_H

#include "model/key_map.h"
#include "model/span_log.h"

/* On whose behalf the next call is made. */
struct span_by {
    uint32_t call; /* slot, or POOL_NONE: not for a call */
    int32_t line;
    uint64_t root, message;
    const char *op;
};

/* A message of a watched request. */
struct span_message {
    uint32_t request;
    uint32_t parent; /* span that sent it */
    uint32_t span;   /* its own, once it was received; else SPAN_NONE */
    uint32_t svc;    /* where it waits; UINT32_MAX: on its way */
    sim_time sent;
    bool gone; /* received, or sent on as another one */
};

struct span_private {
    struct key_map by_root, by_message;
    struct span_by by;
    uint32_t *heads; /* by call slot: its first span */
    size_t head_count;
    uint32_t *active; /* planned work that may be cut */
    size_t active_count, active_capacity;
    struct span_message *messages;
    size_t message_count, message_capacity;
};

uint32_t span_of_root(const struct span_log *log, uint64_t root_key); /* request, or SPAN_NONE */
struct span span_blank(uint32_t request, uint32_t parent, uint32_t svc, const char *op,
                       sim_time start);
uint32_t span_add(struct span_log *log, const struct span *span);
uint32_t *span_head(struct model *model, uint32_t slot);
uint32_t span_of_call(struct model *model, uint32_t slot, uint32_t request);
void span_open(struct model *model, const struct call *call, uint32_t request, uint32_t parent,
               const char *op, int32_t line, bool async);

/* span_message.c: a call for a batch of messages, and for one. */
void span_open_batch(struct model *model, const struct svc *owner, const struct caller *caller,
                     const struct call *call);
void span_open_message(struct model *model, uint64_t key, uint32_t request, const struct call *call,
                       const char *op);

#endif
