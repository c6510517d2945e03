/* service_run.c - a service's requests; see service_run.h. */
#include "model/service_run.h"

#include "model/span_log.h"

static sim_time deadline_of(const struct svc *svc, sim_time now)
{
    const struct service_config *config = svc->config;
    return config->timeout == TIME_UNSET ? SIM_NEVER : now + config->timeout;
}

/* Compared as fractions, busy / places > busiest / busiest_of, so that nothing is divided per request. */
void service_note_busy(struct svc *svc)
{
    struct service *service = svc->state;
    int64_t busy = svc->concurrency.value, places = service->places.value;
    if (places == 0 || busy * service->busiest_of <= service->busiest * places)
        return;
    service->busiest = busy;
    service->busiest_of = places;
}

/* -- a request begins ------------------------------------------------------------------------- */

/* On the task with least to do. */
static void begin(struct model *model, struct svc *svc, struct call *call)
{
    struct service *service = svc->state;
    sim_time now = model->sim.now;
    uint32_t slot = service->by_load[service->lowest].head;
    task_at(model, slot)->in_work++;
    service_task_moved(model, svc, slot);
    service->requests_begun++;
    call->instance = slot;
    call->init_ns = now - call->arrived;
    if (call->init_ns > 0)
        call->flags |= CALL_QUEUED;
    call_begin(model, svc, call);
    if (UNLIKELY(model->spans != NULL)) {
        uint64_t generation = task_at(model, slot)->head.generation;
        span_log_instance(model, call, (generation & INT32_MAX) << 32 | slot);
    }
    service_note_busy(svc);
    handler_start(model, svc, &service->handler, call_slot(model, call), now, 0,
                  deadline_of(svc, now));
}

static void wait(struct model *model, struct service *service, struct call *call)
{
    uint32_t slot = call_slot(model, call);
    call->instance = POOL_NONE;
    if (service->waiting_tail == POOL_NONE)
        service->waiting_head = slot;
    else
        call_at(model, service->waiting_tail)->instance = slot;
    service->waiting_tail = slot;
    level_change(&service->waiting, 1, model->sim.now);
}

sim_time service_submit(struct model *model, struct svc *svc, struct call *call)
{
    const struct service_config *config = svc->config;
    struct service *service = svc->state;
    if (LIKELY(service_has_free_worker(service))) {
        begin(model, svc, call);
    } else if (service->waiting.value < config->queue) {
        wait(model, service, call);
    } else {
        service->refused += call_measured(call);
        call_refuse(model, call, 503);
        return DUE_ANSWERED;
    }
    return DUE_UNKNOWN;
}

void service_serve_waiting(struct model *model, struct svc *svc)
{
    struct service *service = svc->state;
    while (service->waiting_head != POOL_NONE && service_has_free_worker(service)) {
        struct call *call = call_at(model, service->waiting_head);
        service->waiting_head = call->instance;
        if (service->waiting_head == POOL_NONE)
            service->waiting_tail = POOL_NONE;
        level_change(&service->waiting, -1, model->sim.now);
        begin(model, svc, call);
    }
}

/* -- a request ends --------------------------------------------------------------------------- */

/* Whoever waits is served before the answer goes out: what the answer causes must not overtake it. */
void service_on_handler_done(struct model *model, struct svc *svc, uint32_t slot,
                             struct handler_end end)
{
    struct service *service = svc->state;
    struct call *call = call_at(model, slot);
    uint32_t task = call->instance;
    int64_t own[STAGE_COUNT], path[STAGE_COUNT];
    for (int i = 0; i < STAGE_COUNT; i++) {
        own[i] = end.own[i];
        path[i] = end.path[i];
    }
    own[STAGE_QUEUE] += call->init_ns;
    path[STAGE_QUEUE] += call->init_ns;
    call_end(model, svc, call);
    service->requests_ended++;
    task_at(model, task)->in_work--;
    if (UNLIKELY(end.crash && end.outcome != OUTCOME_TIMEOUT))
        service_replace(model, svc, task);
    service_task_moved(model, svc, task);
    service_serve_waiting(model, svc);
    call_answer_staged(model, call, end.outcome, end.status, own, path);
}

/* -- the processor ---------------------------------------------------------------------------- */

/* An event that is pending for an earlier instant finds nothing done and arms the next: so work that comes and slows
 * the others down needs no event of its own. */
void service_arm(struct model *model, uint32_t slot)
{
    struct task *task = task_at(model, slot);
    sim_time due = sharing_due(&task->cpu);
    if (due >= task->armed)
        return;
    task->armed = due;
    task->arming++;
    sim_at(&model->sim, due, SIM_COMPLETION, SVC_EVENT(svc_service_class, SERVICE_EVENT_CPU), slot,
           task->arming);
}

void service_on_cpu_work(struct model *model, struct svc *svc, uint32_t call, uint32_t strand,
                         uint32_t generation, int64_t work)
{
    struct service *service = svc->state;
    uint32_t slot = call_at(model, call)->instance;
    struct task *task = task_at(model, slot);
    int64_t before = sharing_in_use(&task->cpu);
    sharing_add(&task->cpu, (uint64_t)generation << 32 | strand, work, model->sim.now);
    level_change(&service->cpu_used, sharing_in_use(&task->cpu) - before, model->sim.now);
    service_arm(model, slot);
}

static bool take_done(struct model *model, uint32_t slot, uint64_t *strand)
{
    struct task *task = task_at(model, slot);
    struct service *service = model->svcs[task->svc].state;
    int64_t before = sharing_in_use(&task->cpu);
    if (!sharing_take(&task->cpu, model->sim.now, strand))
        return false;
    level_change(&service->cpu_used, sharing_in_use(&task->cpu) - before, model->sim.now);
    return true;
}

static bool is_alive(const struct model *model, uint32_t slot, uint32_t life)
{
    const struct service_shared *shared = model_shared(model, svc_service_class);
    return pool_is_live(&shared->tasks, slot) && task_at(model, slot)->head.generation == life;
}

/* A strand that goes on may bring new work, or be the last of a draining task, which then is no more. */
void service_on_cpu(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct task *task = task_at(model, slot);
    uint64_t strand;
    if (!is_alive(model, slot, task->head.generation) ||
        (task->arming & SIM_GENERATION_MASK) != generation)
        return;
    uint32_t life = task->head.generation;
    task->armed = sim->now; /* nothing is armed meanwhile: the loop sees what is done now */
    while (is_alive(model, slot, life) && take_done(model, slot, &strand))
        handler_on_cpu_done(model, (uint32_t)strand, (uint32_t)(strand >> 32));
    if (!is_alive(model, slot, life))
        return;
    task_at(model, slot)->armed = SIM_NEVER;
    service_arm(model, slot);
}

uint16_t *service_retry_quota(struct model *model, struct svc *svc, const struct call *call)
{
    (void)svc;
    return &task_at(model, call->instance)->quota_used;
}
