/* session_order.c - orders: what they share with others, and how they are loaded; see session_worker.h. */
#include <string.h>

#include "run/session_worker.h"

/* -- shared things ------------------------------------------------------------------------------------ */

struct shared_study *shared_study_new(struct study *study)
{
    struct shared_study *shared = mem_resize(NULL, sizeof *shared);
    *shared = (struct shared_study){.study = study};
    atomic_store(&shared->users, 1);
    return shared;
}

struct shared_study *shared_study_keep(struct shared_study *shared)
{
    if (shared != NULL)
        atomic_fetch_add(&shared->users, 1);
    return shared;
}

void shared_study_release(void *held)
{
    struct shared_study *shared = held;
    if (shared == NULL || atomic_fetch_sub(&shared->users, 1) > 1)
        return;
    study_close(shared->study);
    mem_free(shared);
}

struct shared_run *shared_run_new(struct scenario *scenario, struct shared_study *study)
{
    struct shared_run *shared = mem_resize(NULL, sizeof *shared);
    *shared = (struct shared_run){.scenario = scenario, .study = shared_study_keep(study)};
    atomic_store(&shared->users, 1);
    return shared;
}

struct shared_run *shared_run_keep(struct shared_run *shared)
{
    atomic_fetch_add(&shared->users, 1);
    return shared;
}

void shared_run_release(void *held)
{
    struct shared_run *shared = held;
    if (shared == NULL || atomic_fetch_sub(&shared->users, 1) > 1)
        return;
    scenario_free(shared->scenario);
    shared_study_release(shared->study);
    mem_free(shared);
}

struct order *order_new(uint64_t number)
{
    struct order *order = mem_resize(NULL, sizeof *order);
    memset(order, 0, sizeof *order);
    order->number = number;
    order->arena = arena_new();
    return order;
}

void order_free(struct order *order)
{
    if (order == NULL)
        return;
    scenario_free(order->scenario);
    shared_run_release(order->traced);
    shared_study_release(order->study);
    arena_free(order->arena);
    mem_free(order);
}

void delivery_free(struct delivery *delivery)
{
    blueprint_free(delivery->blueprint);
    chunk_free(&delivery->chunk);
    result_free(delivery->result);
    shared_run_release(delivery->run);
    trace_set_free(delivery->traces);
    shared_study_release(delivery->study);
    mem_free(delivery);
}

struct delivery *delivery_next(const struct delivery *delivery)
{
    return (struct delivery *)delivery->handed.next;
}

/* -- loading ----------------------------------------------------------------------------------------- */

static bool open_study(struct order *order, struct err *err)
{
    if (order->study != NULL)
        return true;
    struct study *study = study_open(&order->setup, err);
    if (study == NULL)
        return false;
    order->study = shared_study_new(study);
    return true;
}

static struct scenario *load_as_is(struct order *order, struct err *err)
{
    order->load.trusted = order->load.silent = order->study->trusted;
    struct scenario *scenario = study_load(order->study->study, &order->load, err);
    order->study->trusted |= scenario != NULL;
    return scenario;
}

/* The file may have been saved without a parameter that was moved before. What it does not take any more is dropped, the
 * rest stays; if it does not load by itself either, that is what is said. */
static struct scenario *load_without(struct order *order, struct err *err)
{
    int count = order->load.change_count;
    struct change *changes = ARENA_ARRAY(order->arena, struct change, count);
    memcpy(changes, order->load.changes, sizeof *changes * (size_t)count);
    struct change *kept = ARENA_ARRAY(order->arena, struct change, count);
    order->dropped = ARENA_ARRAY(order->arena, struct change, count);
    order->load.changes = kept;
    order->load.change_count = 0;
    struct scenario *scenario = load_as_is(order, err);
    for (int i = 0; i < count && scenario != NULL; i++) {
        struct err ignored = {0};
        kept[order->load.change_count++] = changes[i];
        struct scenario *more = load_as_is(order, &ignored);
        if (more == NULL) {
            order->load.change_count--;
            order->dropped[order->dropped_count++] = changes[i];
            continue;
        }
        scenario_free(scenario);
        scenario = more;
    }
    return scenario;
}

bool order_load(struct order *order, struct err *err)
{
    bool fresh = order->study == NULL;
    if (!open_study(order, err))
        return false;
    order->scenario = load_as_is(order, err);
    if (order->scenario != NULL || !fresh || order->load.change_count == 0)
        return order->scenario != NULL;
    struct err bare = {0};
    order->scenario = load_without(order, &bare);
    if (order->scenario == NULL)
        *err = bare;
    return order->scenario != NULL;
}
