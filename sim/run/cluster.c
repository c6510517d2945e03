/* cluster.c - see the header. */
#include "run/cluster.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"

struct cluster {
    int rank, size;
    bool lost; /* someone is */
    char host[80];
    char *inbox;
    size_t capacity;
};

int cluster_rank(const struct cluster *cluster)
{
    return cluster == NULL ? 0 : cluster->rank;
}

int cluster_size(const struct cluster *cluster)
{
    return cluster == NULL ? 1 : cluster->size;
}

const char *cluster_host(const struct cluster *cluster)
{
    return cluster->host;
}

static struct cluster *make(int rank, int size)
{
    struct cluster *cluster = mem_resize(NULL, sizeof *cluster);
    *cluster = (struct cluster){.rank = rank, .size = size};
    if (gethostname(cluster->host, sizeof cluster->host - 1) != 0)
        strcpy(cluster->host, "?");
    return cluster;
}

static void release(struct cluster *cluster)
{
    mem_free(cluster->inbox);
    mem_free(cluster);
}

#ifdef TEPID_MPI

#include <mpi.h>

#define TEXT(number)   #number
#define DIGITS(number) TEXT(number)

const char *cluster_library(void)
{
    return "MPI " DIGITS(MPI_VERSION) "." DIGITS(MPI_SUBVERSION);
}

struct cluster *cluster_join(struct err *err)
{
    int given, rank, size;
    (void)err;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &given) != MPI_SUCCESS)
        abort();
    /* A send to a process that is gone is to fail, not to end this one. */
    (void)MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    (void)MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    (void)MPI_Comm_size(MPI_COMM_WORLD, &size);
    return make(rank, size);
}

void cluster_leave(struct cluster *cluster, int code)
{
    if (cluster == NULL)
        return;
    bool lost = cluster->lost;
    release(cluster);
    if (lost) /* MPI_Finalize would wait for the lost one */
        (void)MPI_Abort(MPI_COMM_WORLD, code);
    (void)MPI_Finalize(); /* nothing to be done about it at the very end */
}

void cluster_lose(struct cluster *cluster, int rank)
{
    (void)rank;
    cluster->lost = true;
}

bool cluster_send(struct cluster *cluster, int to, int kind, const void *data, size_t bytes)
{
    (void)cluster;
    return bytes <= INT32_MAX &&
           MPI_Send(data, (int)bytes, MPI_BYTE, to, kind, MPI_COMM_WORLD) == MPI_SUCCESS;
}

bool cluster_poll(struct cluster *cluster, struct cluster_message *message)
{
    int there = 0, bytes = 0;
    MPI_Status status;
    if (MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status) != MPI_SUCCESS ||
        !there || MPI_Get_count(&status, MPI_BYTE, &bytes) != MPI_SUCCESS)
        return false;
    if ((size_t)bytes + 1 > cluster->capacity) {
        cluster->capacity = (size_t)bytes + 1;
        cluster->inbox = mem_resize(cluster->inbox, cluster->capacity);
    }
    if (MPI_Recv(cluster->inbox, bytes, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, MPI_COMM_WORLD,
                 &status) != MPI_SUCCESS)
        return false;
    cluster->inbox[bytes] = '\0';
    *message =
        (struct cluster_message){status.MPI_SOURCE, status.MPI_TAG, cluster->inbox, (size_t)bytes};
    return true;
}

#else

const char *cluster_library(void)
{
    return NULL;
}

/* What Open MPI, MPICH and Slurm's launcher tell the processes they start. */
static bool has_company(void)
{
    static const char *const sizes[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};
    for (size_t i = 0; i < COUNTOF(sizes); i++) {
        const char *size = getenv(sizes[i]);
        if (size != NULL && atoi(size) > 1)
            return true;
    }
    return false;
}

struct cluster *cluster_join(struct err *err)
{
    if (!has_company())
        return make(0, 1);
    err_set(err, "started by mpirun, but this tepid is built without MPI");
    err_help(err, "build it with make MPI=1, or start it alone; --jobs N uses N cores");
    return NULL;
}

void cluster_leave(struct cluster *cluster, int code)
{
    (void)code;
    if (cluster != NULL)
        release(cluster);
}

void cluster_lose(struct cluster *cluster, int rank)
{
    (void)rank;
    cluster->lost = true;
}

bool cluster_send(struct cluster *cluster, int to, int kind, const void *data, size_t bytes)
{
    (void)cluster;
    (void)to;
    (void)kind;
    (void)data;
    (void)bytes;
    return false; /* there is nobody */
}

bool cluster_poll(struct cluster *cluster, struct cluster_message *message)
{
    (void)cluster;
    (void)message;
    return false;
}

#endif
