/* async.c - see async.h. */
#include "model/async.h"

void async_attach(struct model *model, struct svc *svc)
{
    (void)model;
    (void)svc;
}

bool async_accept(struct model *model, struct svc *svc, const struct message *message)
{
    (void)model;
    (void)svc;
    (void)message;
    return false;
}

void async_on_reply(struct model *model, struct svc *svc, const struct reply *reply)
{
    (void)model;
    (void)svc;
    (void)reply;
}

void async_on_due(struct sim *sim, uint32_t slot, uint32_t generation)
{
    (void)sim;
    (void)slot;
    (void)generation;
}

size_t async_record_bytes(void)
{
    return 64;
}
