/* cluster.h - the processes that mpirun started, and messages between them; the only door to MPI.
 *
 * Messages are bytes with a kind, sent whole and taken whole; who wants one asks now and then (cluster_poll). All calls belong to the
 * thread that joined. Built without MPI there is one process, and joining fails where mpirun clearly started more, since each would do the
 * whole work.
 */
#ifndef TEPID_RUN_CLUSTER_H
#define TEPID_RUN_CLUSTER_H

#include "core/base.h"
#include "core/err.h"

struct cluster;

/* NULL with err: started by mpirun, but built without MPI. */
struct cluster *cluster_join(struct err *err);
/* Waits for the others, unless one of them is lost: then the rest of the job is ended with `code` and this does not return. */
void cluster_leave(struct cluster *cluster, int code); /* accepts NULL */

/* "MPI 3.1", or NULL: built without. */
const char *cluster_library(void);

int cluster_rank(const struct cluster *cluster); /* 0 .. size - 1; 0 for NULL */
int cluster_size(const struct cluster *cluster); /* 1 for NULL */
const char *cluster_host(const struct cluster *cluster);

/* A rank will not answer any more: cluster_leave does not wait for it. */
void cluster_lose(struct cluster *cluster, int rank);

/* False if it could not be sent. */
bool cluster_send(struct cluster *cluster, int to, int kind, const void *data, size_t bytes);

struct cluster_message {
    int from, kind;
    const char *data; /* until the next poll */
    size_t bytes;
};
/* Takes the next message that has come; false if none has. */
bool cluster_poll(struct cluster *cluster, struct cluster_message *message);

#endif
