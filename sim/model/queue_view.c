/* queue_view.c - what is seen of a queue, and the laws it obeys; see queue_run.h. */
#include <math.h>

#include "model/queue_run.h"

uint64_t queue_metrics(const struct svc *svc)
{
    (void)svc;
    return METRICS_CALLS | METRICS_COST | METRICS_QUEUE;
}

bool queue_has_line(const struct model *model, const struct svc *svc, int meter)
{
    const struct queue_config *config = svc->config;
    (void)model;
    switch (meter) {
    case QUEUE_EMPTY_RECEIVES:
        return queue_has_consumer(config);
    case QUEUE_POLLERS:
        return config->provisioned;
    default:
        return true;
    }
}

void queue_begin(struct model *model, struct svc *svc)
{
    struct queue *queue = svc->state;
    sim_time now = model->sim.now;
    level_begin(&queue->depth, now);
    level_begin(&queue->in_flight, now);
    level_begin(&queue->busy, now);
    for (int i = 0; i < QUEUE_TOTALS; i++)
        queue->totals_before[i] = queue->totals[i];
}

static double measured(const struct queue *queue, enum queue_total total)
{
    return (double)(queue->totals[total] - queue->totals_before[total]);
}

void queue_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    struct queue *queue = svc->state;
    sim_time now = model->sim.now, span = now - model->warmup;
    view->mean[LEVEL_DEPTH] = level_mean(&queue->depth, now, span);
    view->max[LEVEL_DEPTH] = (double)level_max(&queue->depth);
    view->mean[LEVEL_IN_FLIGHT] = level_mean(&queue->in_flight, now, span);
    view->max[LEVEL_IN_FLIGHT] = (double)level_max(&queue->in_flight);
    view->total[TOTAL_SENT] = measured(queue, QUEUE_SENT);
    view->total[TOTAL_DELETED] = measured(queue, QUEUE_DELETED);
    view->total[TOTAL_RECEIVED] = measured(queue, QUEUE_RECEIVED);
    view->total[TOTAL_DEAD_LETTERS] = measured(queue, QUEUE_DEAD);
    view->total[TOTAL_DUPLICATES] = measured(queue, QUEUE_DUPLICATES);
    view->total[TOTAL_EXPIRED] = measured(queue, QUEUE_EXPIRED);
    view->age = &queue->age;
}

/* When the oldest waiting message was sent, of those that stand first where they wait; SIM_NEVER: none. Those on their way were
 * sent a moment ago. */
static sim_time oldest_sent(const struct svc *svc)
{
    const struct queue_config *config = svc->config;
    const struct queue *queue = svc->state;
    sim_time oldest = SIM_NEVER;
    if (config->fifo && queue->groups.oldest != POOL_NONE)
        return grouped_at(&queue->groups, queue->groups.oldest)->message.sent;
    if (!line_is_empty(&queue->line))
        oldest = line_head(&queue->line)->sent;
    if (!line_is_empty(&queue->again) && line_head(&queue->again)->sent < oldest)
        oldest = line_head(&queue->again)->sent;
    return oldest;
}

void queue_sample(struct model *model, struct svc *svc, struct svc_sample *sample)
{
    struct queue *queue = svc->state;
    sim_time oldest = oldest_sent(svc);
    sample->queue_depth = (double)queue->depth.value;
    sample->queue_age_s = oldest == SIM_NEVER ? 0 : (double)(model->sim.now - oldest) / 1e9;
}

int queue_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                   double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    sim_time now = model->sim.now, span = now - model->warmup;
    (void)rate_mean;
    (void)rate_max;
    if (!queue_has_consumer(config))
        return 0;
    bool own = config->max_concurrency != TIME_UNSET && config->max_concurrency < config->most;
    rows[0] = (struct capacity_row){
        .resource = svc->name,
        .what = "batches at once",
        .limit_name = own ? "max_concurrency" : "pollers",
        .mean = level_mean(&queue->busy, now, span),
        .max = (double)level_max(&queue->busy),
        .limit = (double)(own ? config->max_concurrency : config->most),
        .refused_by = {"the consumer"},
        .refused = {(double)queue->throttled},
    };
    rows[1] = (struct capacity_row){
        .resource = svc->name,
        .what = "in flight",
        .limit_name = "queue",
        .mean = view->mean[LEVEL_IN_FLIGHT],
        .max = view->max[LEVEL_IN_FLIGHT],
        .limit = (double)config->in_flight_max,
    };
    return 2;
}

/* Messages in the store itself. A message deleted where it stood is still in its line: those are counted by walking, in builds
 * with slow checks only. */
static int64_t stored(const struct queue *queue)
{
    int64_t count =
        (int64_t)(queue->line.tail - queue->line.head) + queue->arriving + queue->groups.waiting;
    for (uint64_t i = queue->again.head; i != queue->again.tail; i++)
        count += !line_at(&queue->again, i)->gone;
    return count;
}

/* MODEL.md A4: no message is lost or made. */
void queue_audit(struct model *model, struct svc *svc)
{
    const struct queue *queue = svc->state;
    const int64_t *totals = queue->totals;
    (void)model;
    ASSERT(totals[QUEUE_SENT] == totals[QUEUE_DELETED] + totals[QUEUE_DEAD] +
                                     totals[QUEUE_EXPIRED] + queue->depth.value +
                                     queue->in_flight.value);
    ASSERT(queue->depth.value >= 0 && queue->in_flight.value >= 0 && queue->busy.value >= 0);
    ASSERT_SLOW(stored(queue) == queue->depth.value);
    (void)stored;
}
