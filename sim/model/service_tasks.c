/* service_tasks.c - the life of a service's tasks: they start, serve, drain and end; see service_run.h. */
#include "model/service_run.h"

static struct pool *tasks_of(struct model *model)
{
    return &((struct service_shared *)model_shared(model, svc_service_class))->tasks;
}

/* -- lists ------------------------------------------------------------------------------------ */

static void append(struct model *model, struct task_list *list, uint32_t slot)
{
    struct task *task = task_at(model, slot);
    task->next = POOL_NONE;
    task->prev = list->tail;
    if (list->tail == POOL_NONE)
        list->head = slot;
    else
        task_at(model, list->tail)->next = slot;
    list->tail = slot;
}

static void unlink_from(struct model *model, struct task_list *list, uint32_t slot)
{
    const struct task *task = task_at(model, slot);
    if (task->prev == POOL_NONE)
        list->head = task->next;
    else
        task_at(model, task->prev)->next = task->next;
    if (task->next == POOL_NONE)
        list->tail = task->prev;
    else
        task_at(model, task->next)->prev = task->prev;
}

static void join_load(struct model *model, struct service *service, uint32_t slot)
{
    struct task *task = task_at(model, slot);
    task->load = task->in_work < service->workers ? task->in_work : service->workers;
    append(model, &service->by_load[task->load], slot);
    if (task->load < service->lowest)
        service->lowest = task->load;
}

/* A walk over the lists, but only when a task is given up. */
static void leave_load(struct model *model, struct service *service, uint32_t slot)
{
    unlink_from(model, &service->by_load[task_at(model, slot)->load], slot);
    while (service->lowest <= service->workers &&
           service->by_load[service->lowest].head == POOL_NONE)
        service->lowest++;
}

/* By one list up or down: if it was alone in the lowest one, the lowest is now where it went. */
static void move_load(struct model *model, struct service *service, uint32_t slot)
{
    struct task *task = task_at(model, slot);
    int32_t from = task->load;
    int32_t to = task->in_work < service->workers ? task->in_work : service->workers;
    if (from == to)
        return;
    unlink_from(model, &service->by_load[from], slot);
    append(model, &service->by_load[to], slot);
    task->load = to;
    if (to < service->lowest ||
        (from == service->lowest && service->by_load[from].head == POOL_NONE))
        service->lowest = to;
}

/* -- the end of a task ------------------------------------------------------------------------ */

/* Whole seconds, at least a minute; what the clock has metered so far is short of that by `rest`. */
static void bill_end(struct model *model, struct svc *svc, const struct task *task)
{
    const struct service_config *config = svc->config;
    sim_time now = model->sim.now;
    int64_t billed_s = (now - task->born + SIM_SECOND - 1) / SIM_SECOND;
    if (!task->standing && billed_s < config->billed_min_s)
        billed_s = config->billed_min_s;
    int64_t rest_ms = billed_s * 1000 - (now / SIM_MS - task->born / SIM_MS);
    svc_meter(svc, SERVICE_VCPU, config->cpu_thousandths * rest_ms, model->measuring);
    svc_meter(svc, SERVICE_MEMORY, config->half_gb * rest_ms, model->measuring);
}

static void end_task(struct model *model, struct svc *svc, uint32_t slot)
{
    struct service *service = svc->state;
    struct task *task = task_at(model, slot);
    sim_time now = model->sim.now;
    svc_settle(model, svc);
    bill_end(model, svc, task);
    level_change(&service->alive, -1, now);
    if (task->state == TASK_DRAINING) {
        service->draining_count--;
        level_change(&service->places, -service->workers, now);
        level_change(&service->cpu_size, -task->cpu.full, now);
        level_change(&service->cpu_used, -sharing_in_use(&task->cpu), now);
        service_note_busy(svc);
    } else {
        service->starting_count--;
    }
    service->tasks_ended++;
    sharing_free(&task->cpu);
    pool_give(tasks_of(model), slot);
}

/* It takes no new requests; whoever drains it sees to its end (service_task_moved). */
static void drain(struct model *model, struct service *service, uint32_t slot)
{
    leave_load(model, service, slot);
    task_at(model, slot)->state = TASK_DRAINING;
    service->serving_count--;
    service->draining_count++;
}

void service_task_moved(struct model *model, struct svc *svc, uint32_t slot)
{
    const struct task *task = task_at(model, slot);
    if (task->state == TASK_SERVING)
        move_load(model, svc->state, slot);
    else if (task->in_work == 0)
        end_task(model, svc, slot);
}

/* -- the start of a task ---------------------------------------------------------------------- */

static uint32_t new_task(struct model *model, struct svc *svc)
{
    const struct service_config *config = svc->config;
    struct service *service = svc->state;
    struct pool *tasks = tasks_of(model);
    uint32_t used = tasks->used;
    uint32_t slot = pool_take(tasks);
    struct task *task = task_at(model, slot);
    struct pool_head head = task->head;
    uint32_t arming =
        slot == used ? 0 : task->arming + 1; /* what was armed in a former life is stale */
    *task = (struct task){.head = head,
                          .svc = svc->index,
                          .load = -1,
                          .state = TASK_STARTING,
                          .born = model->sim.now,
                          .armed = SIM_NEVER,
                          .arming = arming};
    sharing_set(&task->cpu, config->cpu_thousandths, model->sim.now);
    svc_settle(model, svc);
    level_change(&service->alive, 1, model->sim.now);
    service->starting_count++;
    service->tasks_started++;
    append(model, &service->starting, slot);
    return slot;
}

static void serve(struct model *model, struct svc *svc, uint32_t slot)
{
    struct service *service = svc->state;
    struct task *task = task_at(model, slot);
    unlink_from(model, &service->starting, slot);
    task->state = TASK_SERVING;
    service->starting_count--;
    service->serving_count++;
    level_change(&service->places, service->workers, model->sim.now);
    level_change(&service->cpu_size, task->cpu.full, model->sim.now);
    join_load(model, service, slot);
}

static void start_task(struct model *model, struct svc *svc)
{
    const struct service_config *config = svc->config;
    const struct service *service = svc->state;
    uint64_t key = stream_at(service->stream, service->tasks_started);
    uint32_t slot = new_task(model, svc);
    sim_time ready = model->sim.now + dist_draw(config->start, draw_of(key, 0)) + config->health;
    sim_at(&model->sim, ready, SIM_COMPLETION, SVC_EVENT(svc_service_class, SERVICE_EVENT_READY),
           slot, task_at(model, slot)->head.generation);
}

void service_on_ready(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    const struct task *task = task_at(model, slot);
    if (!pool_is_live(tasks_of(model), slot) ||
        (task->head.generation & SIM_GENERATION_MASK) != generation)
        return; /* given up before it was ready */
    struct svc *svc = &model->svcs[task->svc];
    serve(model, svc, slot);
    service_serve_waiting(model, svc);
}

/* -- how many --------------------------------------------------------------------------------- */

/* One that has not begun to serve costs nobody anything; else the one with least to do. */
static void give_up_one(struct model *model, struct svc *svc)
{
    struct service *service = svc->state;
    if (service->starting_count > 0) {
        uint32_t slot = service->starting.tail;
        unlink_from(model, &service->starting, slot);
        end_task(model, svc, slot);
        return;
    }
    uint32_t slot = service->by_load[service->lowest].head;
    drain(model, service, slot);
    service_task_moved(model, svc, slot);
}

void service_want(struct model *model, struct svc *svc, int64_t tasks)
{
    struct service *service = svc->state;
    service->wanted = tasks;
    while (service->starting_count + service->serving_count < tasks)
        start_task(model, svc);
    while (service->starting_count + service->serving_count > tasks)
        give_up_one(model, svc);
}

void service_replace(struct model *model, struct svc *svc, uint32_t slot)
{
    struct service *service = svc->state;
    if (task_at(model, slot)->state != TASK_SERVING)
        return; /* it goes anyway */
    drain(model, service, slot);
    service_want(model, svc, service->wanted);
}

void service_recycle(struct model *model, struct svc *svc)
{
    struct service *service = svc->state;
    while (service->serving_count > 0) {
        uint32_t slot = service->by_load[service->lowest].head;
        drain(model, service, slot);
        service_task_moved(model, svc, slot);
    }
    service_want(model, svc, service->wanted);
}

/* -- settings in force ------------------------------------------------------------------------ */

/* Lists for this number of workers, empty. */
static void make_lists(struct model *model, struct service *service, int32_t workers)
{
    if (workers + 1 > service->lists_allocated) {
        service->lists_allocated = workers + 1;
        service->by_load = ARENA_ARRAY(model->arena, struct task_list, workers + 1);
    }
    for (int32_t i = 0; i <= workers; i++)
        service->by_load[i] = (struct task_list){POOL_NONE, POOL_NONE};
    service->workers = workers;
    service->lowest = workers + 1;
}

/* Every task, but only when a fault changes its size or its workers. */
static void resize_tasks(struct model *model, struct svc *svc)
{
    const struct service_config *config = svc->config;
    struct service *service = svc->state;
    struct pool *tasks = tasks_of(model);
    sim_time now = model->sim.now;
    int64_t running = service->serving_count + service->draining_count;
    int64_t more = config->workers - service->workers;
    level_change(&service->places, more * running, now);
    make_lists(model, service, (int32_t)config->workers);
    for (uint32_t slot = 0; slot < tasks->used; slot++) {
        struct task *task = task_at(model, slot);
        if (!pool_is_live(tasks, slot) || task->svc != svc->index)
            continue;
        int64_t used = sharing_in_use(&task->cpu), size = task->cpu.full;
        sharing_set(&task->cpu, config->cpu_thousandths, now);
        if (task->state != TASK_STARTING)
            level_change(&service->cpu_size, config->cpu_thousandths - size, now);
        level_change(&service->cpu_used, sharing_in_use(&task->cpu) - used, now);
        if (task->state == TASK_SERVING)
            join_load(model, service, slot);
        service_arm(model, slot);
    }
}

/* `tasks` set by a fault holds until autoscaling decides otherwise; the end of the fault then leaves the number to it. */
void service_apply(struct model *model, struct svc *svc)
{
    const struct service_config *config = svc->config;
    struct service *service = svc->state;
    bool ends = svc->config == service->config_at_start;
    bool changed = config->tasks != service->tasks_set;
    service->handler.memory_bytes = config->memory;
    service->tasks_set = config->tasks;
    resize_tasks(model, svc);
    if (changed && !(ends && autoscale_given(&config->autoscale)))
        service_want(model, svc, config->tasks);
    service_note_busy(svc);
    service_serve_waiting(model, svc);
}

/* -- the run ------------------------------------------------------------------------------------ */

void service_open(void *shared)
{
    pool_init(&((struct service_shared *)shared)->tasks, sizeof(struct task));
}

void service_close(void *shared)
{
    struct pool *tasks = &((struct service_shared *)shared)->tasks;
    for (uint32_t slot = 0; slot < tasks->used; slot++)
        if (pool_is_live(tasks, slot))
            sharing_free(&((struct task *)pool_at(tasks, slot))->cpu);
    pool_free(tasks);
}

/* A service without a handler answers at once. */
static const struct op end_op = {.code = OP_END};
static const struct program no_program = {.ops = &end_op, .count = 1, .leaf = true};

void service_start(struct model *model, struct svc *svc)
{
    const struct service_config *config = svc->config;
    struct service *service = svc->state;
    handler_bind(model, svc, &service->handler,
                 config->handler != NULL ? config->handler : &no_program);
    service->handler.memory_bytes = config->memory;
    service->handler.done = service_on_handler_done;
    service->handler.cpu = service_on_cpu_work;
    service->waiting_head = service->waiting_tail = POOL_NONE;
    service->starting = (struct task_list){POOL_NONE, POOL_NONE};
    service->busiest_of = 1;
    service->stream = stream_named(model->seed, model->rep, svc->name, "tasks");
    service->config_at_start = config;
    service->wanted = service->tasks_set = config->tasks;
    make_lists(model, service, (int32_t)config->workers);
    for (int64_t i = 0; i < config->tasks; i++) {
        uint32_t slot = new_task(model, svc);
        task_at(model, slot)->standing = true;
        serve(model, svc, slot);
    }
    if (autoscale_given(&config->autoscale))
        service_start_scaling(model, svc);
}

void service_begin(struct model *model, struct svc *svc)
{
    struct service *service = svc->state;
    sim_time now = model->sim.now;
    level_begin(&service->waiting, now);
    level_begin(&service->alive, now);
    level_begin(&service->places, now);
    level_begin(&service->cpu_used, now);
    level_begin(&service->cpu_size, now);
    service->busiest = 0;
    service->busiest_of = 1;
    service_note_busy(svc);
}

void service_settle(struct model *model, struct svc *svc, sim_time from, sim_time to)
{
    const struct service_config *config = svc->config;
    const struct service *service = svc->state;
    int64_t task_ms = service->alive.value * (to / SIM_MS - from / SIM_MS);
    svc_meter(svc, SERVICE_VCPU, config->cpu_thousandths * task_ms, model->measuring);
    svc_meter(svc, SERVICE_MEMORY, config->half_gb * task_ms, model->measuring);
}
