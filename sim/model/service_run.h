/* service_run.h - what a service of containers does in a run (MODEL.md 5).
 *
 * A service has tasks; a task has workers, each of which works on one request, and vCPUs, which its requests share
 * (sharing.h). A request goes to a task with a free worker and the fewest requests in work, of several the one
 * that has waited longest for its turn; else it waits in one queue, first come, first served; when the queue is full it
 * is answered 503. Waiting for a worker is STAGE_QUEUE, waiting for a share of the processor STAGE_RUN.
 *
 * The tasks of the file stand ready at time 0. A new one starts (`start`, `health`) before it takes requests. One that
 * is given up takes no new ones and ends when its last is answered. With `autoscale`, the number wanted follows the cpu
 * utilisation of all tasks that run, one point a minute (target_tracking.h, service_scaling.c). A crash of a request
 * (r:fail "crash", or memory beyond the task's) and a fault's `recycle` replace tasks: the old one finishes what it
 * has. A timeout ends the request alone; what it still had on the processor runs on.
 *
 * Who has least to do is known without looking at all tasks: tasks stand in lists by their number of requests, and the
 * lowest list with a task in it is remembered. A request moves its task by one list, so that is all that can change.
 *
 * Billed per task from the start of its start to its end, in whole seconds, at least a minute; tasks of time 0 ran
 * before and have no least.
 *
 * Invariants: waiting > 0 only if no serving task has a free worker; tasks started = ended + starting + serving +
 * draining; requests begun = ended + in work.
 *
 * Left out: the rate at which the provider starts tasks, load balancers' deregistration delay beyond the requests in work.
 */
#ifndef TEPID_MODEL_SERVICE_RUN_H
#define TEPID_MODEL_SERVICE_RUN_H

#include "model/handler.h"
#include "model/sharing.h"
#include "model/svc_service.h"

enum service_event {
    SERVICE_EVENT_READY, /* a new task takes requests; slot: task */
    SERVICE_EVENT_CPU,   /* a job may be done; slot: task, generation: its arming */
    SERVICE_EVENT_POINT, /* a minute of utilisation is over; slot: service */
};

enum task_state { TASK_STARTING, TASK_SERVING, TASK_DRAINING };

struct task {
    struct pool_head head;
    uint32_t svc;
    uint32_t next, prev; /* in the list of its load, or of those that start */
    int32_t load;        /* which list: min(in_work, workers); starting: -1 */
    int32_t in_work;
    enum task_state state;
    bool standing; /* since before time 0 */
    sim_time born; /* billed since */
    uint16_t quota_used; /* tokens of its SDK's retry quota (retry.h) */
    struct sharing cpu;
    sim_time armed;  /* an event for its processor is pending at this instant, SIM_NEVER: none */
    uint32_t arming; /* counts these events: older ones are stale */
};

/* What all services of a run share: their tasks, so that an event can name one. */
struct service_shared {
    struct pool tasks;
};

struct task_list {
    uint32_t head, tail;
};

struct service {
    struct handler handler;
    struct task_list *by_load; /* 0 .. workers; the last holds those without a free worker */
    int32_t workers;           /* as in force: by_load has workers + 1 lists */
    int32_t lists_allocated;
    int32_t lowest; /* the first list with a task in it; workers + 1: none */
    struct task_list starting;
    uint32_t waiting_head, waiting_tail; /* calls, by call.instance */
    int64_t wanted;                      /* tasks */
    int64_t starting_count, serving_count, draining_count;
    uint64_t tasks_started, tasks_ended;
    uint64_t requests_begun, requests_ended;
    struct level waiting;        /* calls */
    struct level alive;          /* tasks */
    struct level places;         /* workers of tasks that run, draining ones too */
    struct level cpu_used;       /* thousandths of a vCPU */
    struct level cpu_size;       /* ... of tasks that run */
    int64_t busiest, busiest_of; /* highest share of workers busy so far: a fraction */
    uint64_t refused;            /* of the measured interval */
    uint64_t stream;             /* of the tasks' starts */
    const void *config_at_start;
    int64_t tasks_set; /* of the settings in force */
    struct tracking tracking;
    sim_time point_width;
    int128 used_at_point, size_at_point; /* areas at the last point */
};

static inline struct task *task_at(const struct model *model, uint32_t slot)
{
    const struct service_shared *shared = model_shared(model, svc_service_class);
    return pool_at(&shared->tasks, slot);
}

static inline bool service_has_free_worker(const struct service *service)
{
    return service->lowest < service->workers;
}

/* service_run.c: requests. */
sim_time service_submit(struct model *model, struct svc *svc, struct call *call);
void service_on_cpu(struct sim *sim, uint32_t slot, uint32_t generation);
/* Requests that wait go to workers that are free. */
void service_serve_waiting(struct model *model, struct svc *svc);
/* The share of busy workers has changed. */
void service_note_busy(struct svc *svc);
/* Keeps the event for a task's processor up to date. */
void service_arm(struct model *model, uint32_t slot);
void service_on_handler_done(struct model *model, struct svc *svc, uint32_t slot,
                             struct handler_end end);
void service_on_cpu_work(struct model *model, struct svc *svc, uint32_t call, uint32_t strand,
                         uint32_t generation, int64_t work);

/* service_tasks.c: their life. */
void service_open(void *shared);
void service_close(void *shared);
void service_start(struct model *model, struct svc *svc);
void service_apply(struct model *model, struct svc *svc);
void service_recycle(struct model *model, struct svc *svc);
void service_begin(struct model *model, struct svc *svc);
void service_settle(struct model *model, struct svc *svc, sim_time from, sim_time to);
void service_on_ready(struct sim *sim, uint32_t slot, uint32_t generation);
/* Starts or gives up as many tasks as it takes to have this number. */
void service_want(struct model *model, struct svc *svc, int64_t tasks);
/* After task.in_work has changed: the task moves to the list of its load, or ends if it was its last. */
void service_task_moved(struct model *model, struct svc *svc, uint32_t slot);
/* A task lost its state: it takes no new work and another starts. service_task_moved must follow. */
void service_replace(struct model *model, struct svc *svc, uint32_t slot);

/* service_scaling.c */
void service_start_scaling(struct model *model, struct svc *svc);
void service_on_point(struct sim *sim, uint32_t slot, uint32_t generation);

/* service_view.c: what is seen of it. */
uint64_t service_metrics(const struct svc *svc);
void service_view(struct model *model, struct svc *svc, struct svc_view *view);
void service_sample(struct model *model, struct svc *svc, struct svc_sample *sample);
int service_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                     double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES]);
void service_audit(struct model *model, struct svc *svc);

/* A task is one client of the SDK. */
uint16_t *service_retry_quota(struct model *model, struct svc *svc, const struct call *call);

#endif
