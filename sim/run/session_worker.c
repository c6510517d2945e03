/* session_worker.c - see session_worker.h. */
#include "run/session_worker.h"

#include <string.h>
#include <uv.h>

#include "run/world.h"

#define PUBLISH_NS       (INT64_C(1000000000) / 60)
#define SPARES_MAX       4                  /* chunks kept to be filled again */
#define PUBLISH_FIRST_NS (INT64_C(2000000)) /* the first frames are waited for */

/* -- the threads -------------------------------------------------------------------------------------- */

/* One order that waits; a newer one takes its place. */
struct slot {
    _Atomic(struct order *) waiting;
    _Atomic(struct order *) aside; /* only when nothing else waits */
    uv_sem_t filled;
    uv_thread_t thread;
};

struct worker {
    struct slot load, run;
    _Atomic(struct order *) trace; /* waits for the runner to have nothing else to do */
    _Atomic bool over;
    uv_mutex_t lock; /* of `running`, between the two threads */
    struct order *running;
    struct handover done, spare;
    _Atomic int spares;      /* in `spare` and `unused` */
    struct delivery *unused; /* the runner's: taken back from `spare` */
    void (*notify)(void *context);
    void *context;
};

static void slot_put(struct slot *slot, struct order *order)
{
    order_free(atomic_exchange(order->aside ? &slot->aside : &slot->waiting, order));
    uv_sem_post(&slot->filled);
}

/* Waits for the next order; NULL: all is over. */
static struct order *slot_get(struct worker *worker, struct slot *slot)
{
    struct order *order = NULL;
    while (order == NULL) {
        uv_sem_wait(&slot->filled);
        if (atomic_load(&worker->over))
            return NULL;
        order = atomic_exchange(&slot->waiting, NULL);
        if (order == NULL)
            order = atomic_exchange(&slot->aside, NULL);
        if (order == NULL && slot == &worker->run)
            order = atomic_exchange(&worker->trace, NULL);
    }
    return order;
}

static struct delivery *delivery_new(enum delivery_kind kind, uint64_t order)
{
    struct delivery *delivery = mem_resize(NULL, sizeof *delivery);
    *delivery = (struct delivery){.kind = kind, .order = order};
    return delivery;
}

static void deliver(struct worker *worker, struct delivery *delivery)
{
    handover_give(&worker->done, &delivery->handed);
    worker->notify(worker->context);
}

static void deliver_failure(struct worker *worker, const struct order *order, const struct err *err)
{
    struct delivery *failed = delivery_new(DELIVERY_FAILED, order->number);
    failed->err = *err;
    failed->given_s = order->given_s;
    if (order->study != NULL)
        (void)snprintf(failed->path, sizeof failed->path, "%s", study_path(order->study->study));
    deliver(worker, failed);
}

/* -- loading ----------------------------------------------------------------------------------------------- */

/* The runner may have begun with the new order already. Number 0 can wait. */
static void stop_running(struct worker *worker, uint64_t number)
{
    uv_mutex_lock(&worker->lock);
    struct order *running = worker->running;
    if (running != NULL && number > 0 && (running->aside || running->number < number))
        running->stop = 1;
    uv_mutex_unlock(&worker->lock);
}

static void load_orders(void *context)
{
    struct worker *worker = context;
    struct order *order;
    while ((order = slot_get(worker, &worker->load)) != NULL) {
        struct err err = {0};
        if (order_load(order, &err)) {
            uint64_t number = order->aside ? 0 : order->number;
            slot_put(&worker->run, order);
            stop_running(worker, number);
        } else {
            deliver_failure(worker, order, &err);
            order_free(order);
        }
    }
}

/* -- simulating ------------------------------------------------------------------------------------------- */

/* The run under way, as its observer sees it. */
struct showing {
    struct worker *worker;
    const struct order *order;
    const int32_t *edge_of;
    int32_t *edges; /* owned copy of it: the blueprint is handed over */
    int record_edges;
    struct delivery *filling;
    uint64_t publish_at; /* wall clock, ns */
};

static struct delivery *new_chunk(struct worker *worker, uint64_t order)
{
    if (worker->unused == NULL)
        worker->unused = (struct delivery *)handover_take(&worker->spare);
    struct delivery *chunk = worker->unused;
    if (chunk == NULL)
        return delivery_new(DELIVERY_CHUNK, order);
    worker->unused = delivery_next(chunk);
    atomic_fetch_sub(&worker->spares, 1);
    chunk->order = order;
    return chunk;
}

static void publish(struct showing *showing, uint64_t now)
{
    if (showing->filling == NULL)
        return;
    showing->filling->chunk.wall_s = (double)now / 1e9;
    deliver(showing->worker, showing->filling);
    showing->filling = NULL;
    showing->publish_at = now + PUBLISH_NS;
}

static struct change *copy_changes(struct arena *arena, const struct order *order)
{
    struct change *copies = ARENA_ARRAY(arena, struct change, order->dropped_count + 1);
    for (int i = 0; i < order->dropped_count; i++) {
        copies[i] = order->dropped[i];
        if (copies[i].resource != NULL)
            copies[i].resource = arena_strdup(arena, copies[i].resource);
        if (copies[i].name != NULL)
            copies[i].name = arena_strdup(arena, copies[i].name);
        copies[i].value = NULL;
    }
    return copies;
}

static void on_begin(void *context, struct world *world)
{
    struct showing *showing = context;
    struct blueprint *blueprint = blueprint_new(world, showing->order->load.variant);
    size_t bytes = sizeof(int32_t) * (size_t)(blueprint->model_edges + 1);
    showing->edges = mem_resize(NULL, bytes);
    memcpy(showing->edges, blueprint->edge_of, bytes);
    showing->record_edges = blueprint->info.edge_count;
    showing->publish_at = uv_hrtime() + PUBLISH_FIRST_NS;
    struct delivery *begun = delivery_new(DELIVERY_BEGUN, showing->order->number);
    begun->blueprint = blueprint;
    begun->given_s = showing->order->given_s;
    begun->dropped = copy_changes(blueprint->arena, showing->order);
    begun->dropped_count = showing->order->dropped_count;
    begun->study = shared_study_keep(showing->order->study);
    deliver(showing->worker, begun);
}

static void on_sample(void *context, const struct sample_seen *seen)
{
    struct showing *showing = context;
    if (showing->filling == NULL)
        showing->filling = new_chunk(showing->worker, showing->order->number);
    chunk_add(&showing->filling->chunk, seen, showing->edges, showing->record_edges);
    uint64_t now = uv_hrtime();
    if (now >= showing->publish_at)
        publish(showing, now);
}

static struct run_options options_of(struct order *order, const struct observer *observer)
{
    return (struct run_options){
        .jobs = (int)uv_available_parallelism(),
        .limits = {SIM_NEVER, UINT64_MAX, (int64_t)(uv_get_total_memory() / 4 * 3)},
        .stop = &order->stop,
        .observer = observer,
        .whole_only = true,
    };
}

static void land(struct worker *worker, struct order *order, struct result *result)
{
    struct delivery *landed = delivery_new(DELIVERY_LANDED, order->number);
    order->traced = shared_run_new(order->scenario, order->study);
    order->scenario = NULL;
    landed->result = result;
    landed->asked = order->asked;
    landed->run = shared_run_keep(order->traced);
    deliver(worker, landed);
}

/* `search`: what rode on the run; NULL: it is still to be made. A run that met a limit would only meet it again (not `whole`). */
static void trace(struct worker *worker, struct order *order, const struct trace_search *search,
                  bool whole)
{
    const struct scenario *scenario = order->traced->scenario;
    struct delivery *traced = delivery_new(DELIVERY_TRACED, order->number);
    traced->asked = order->asked;
    if (whole)
        traced->traces = search == NULL ? trace_find(scenario, 0, &order->ask, &order->stop)
                                        : trace_capture(search, scenario, 0, &order->stop);
    deliver(worker, traced);
}

static void simulate(struct worker *worker, struct order *order)
{
    struct showing showing = {.worker = worker, .order = order};
    struct observer observer = {on_begin, on_sample, &showing};
    struct run_options options = options_of(order, &observer);
    struct run_item item = {order->scenario, order->load.variant};
    struct result *result = NULL;
    struct err err = {0};
    order->ask = (struct trace_ask){.requests = order->traces, .from = SIM_NEVER};
    if (order->traces > 0)
        options.search = trace_search_new(order->scenario, &order->ask);
    bool ok = run_all(&item, 1, &options, &result, &err);
    if (result != NULL) {
        bool whole = result->end == RUN_COMPLETE;
        publish(&showing, uv_hrtime());
        land(worker, order, result);
        if (options.search != NULL)
            trace(worker, order, options.search, whole);
    } else if (!ok) {
        deliver_failure(worker, order, &err);
    }
    trace_search_free(options.search);
    if (showing.filling != NULL)
        delivery_free(showing.filling);
    mem_free(showing.edges);
}

static void set_running(struct worker *worker, struct order *order)
{
    uv_mutex_lock(&worker->lock);
    worker->running = order;
    if (order != NULL && worker->over)
        order->stop = 1;
    uv_mutex_unlock(&worker->lock);
}

/* What stood aside was stopped for something else: again afterwards, unless there is a newer one. Returns what is left over. */
static struct order *put_back(struct worker *worker, struct order *order)
{
    struct order *none = NULL;
    order->stop = 0;
    if (!atomic_compare_exchange_strong(&worker->run.aside, &none, order))
        return order;
    uv_sem_post(&worker->run.filled);
    return NULL;
}

static void run_orders(void *context)
{
    struct worker *worker = context;
    struct order *order;
    while ((order = slot_get(worker, &worker->run)) != NULL) {
        set_running(worker, order);
        if (order->traced != NULL)
            trace(worker, order, NULL, true);
        else
            simulate(worker, order);
        set_running(worker, NULL);
        if (order->aside && order->scenario != NULL && order->stop == 1)
            order = put_back(worker, order);
        order_free(order);
    }
}

/* -- life cycle --------------------------------------------------------------------------------------------- */

static void slot_open(struct slot *slot, void (*run)(void *context), struct worker *worker)
{
    ASSERT(uv_sem_init(&slot->filled, 0) == 0);
    ASSERT(uv_thread_create(&slot->thread, run, worker) == 0);
}

struct worker *worker_new(void (*notify)(void *context), void *context)
{
    struct worker *worker = mem_resize(NULL, sizeof *worker);
    memset(worker, 0, sizeof *worker);
    worker->notify = notify;
    worker->context = context;
    ASSERT(uv_mutex_init(&worker->lock) == 0);
    slot_open(&worker->load, load_orders, worker);
    slot_open(&worker->run, run_orders, worker);
    return worker;
}

static void slot_close(struct slot *slot)
{
    uv_sem_post(&slot->filled);
    ASSERT(uv_thread_join(&slot->thread) == 0);
    order_free(atomic_exchange(&slot->waiting, NULL));
    order_free(atomic_exchange(&slot->aside, NULL));
    uv_sem_destroy(&slot->filled);
}

static void free_all(struct handed *list)
{
    while (list != NULL) {
        struct handed *next = list->next;
        delivery_free((struct delivery *)list);
        list = next;
    }
}

void worker_free(struct worker *worker)
{
    if (worker == NULL)
        return;
    atomic_store(&worker->over, true);
    stop_running(worker, UINT64_MAX);
    order_free(atomic_exchange(&worker->trace, NULL));
    slot_close(&worker->load);
    slot_close(&worker->run);
    uv_mutex_destroy(&worker->lock);
    free_all(handover_take(&worker->done));
    free_all(handover_take(&worker->spare));
    free_all(worker->unused == NULL ? NULL : &worker->unused->handed);
    mem_free(worker);
}

void worker_order(struct worker *worker, struct order *order)
{
    slot_put(&worker->load, order);
}

void worker_order_aside(struct worker *worker, struct order *order)
{
    order->aside = true;
    slot_put(&worker->load, order);
}

void worker_drop_aside(struct worker *worker)
{
    order_free(atomic_exchange(&worker->load.aside, NULL));
    order_free(atomic_exchange(&worker->run.aside, NULL));
    uv_mutex_lock(&worker->lock);
    if (worker->running != NULL && worker->running->aside)
        worker->running->stop = 2;
    uv_mutex_unlock(&worker->lock);
}

void worker_trace(struct worker *worker, struct order *order)
{
    order_free(atomic_exchange(&worker->trace, order));
    uv_sem_post(&worker->run.filled);
}

struct delivery *worker_take(struct worker *worker)
{
    return (struct delivery *)handover_take(&worker->done);
}

void worker_return(struct worker *worker, struct delivery *delivery)
{
    if (atomic_fetch_add(&worker->spares, 1) >= SPARES_MAX) {
        atomic_fetch_sub(&worker->spares, 1);
        delivery_free(delivery);
        return;
    }
    chunk_clear(&delivery->chunk);
    handover_give(&worker->spare, &delivery->handed);
}
