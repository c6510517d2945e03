/* shard_view.c - what is seen of a stream's reader: counts, levels, ages; and that its records add up. See
 * shard_consumer.h. */
#include "model/shard_consumer.h"

void shard_consumer_begin(struct model *model, struct shard_consumer *consumer)
{
    sim_time now = model->sim.now;
    consumer->before = consumer->all;
    level_begin(&consumer->waiting, now);
    level_begin(&consumer->in_flight, now);
    level_begin(&consumer->busy, now);
}

void shard_consumer_view(struct model *model, struct shard_consumer *consumer,
                         struct svc_view *view)
{
    const struct shard_counts *all = &consumer->all, *before = &consumer->before;
    sim_time now = model->sim.now, span = now - model->warmup;
    view->mean[LEVEL_DEPTH] = level_mean(&consumer->waiting, now, span);
    view->max[LEVEL_DEPTH] = (double)level_max(&consumer->waiting);
    view->mean[LEVEL_IN_FLIGHT] = level_mean(&consumer->in_flight, now, span);
    view->max[LEVEL_IN_FLIGHT] = (double)level_max(&consumer->in_flight);
    view->total[TOTAL_SENT] = (double)(all->sent - before->sent);
    view->total[TOTAL_RECEIVED] = (double)(all->received - before->received);
    view->total[TOTAL_DELETED] = (double)(all->processed - before->processed);
    view->total[TOTAL_DEAD_LETTERS] = (double)(all->discarded - before->discarded);
    view->total[TOTAL_EXPIRED] = (double)(all->expired - before->expired);
    view->total[TOTAL_DUPLICATES] = (double)(all->duplicates - before->duplicates);
    view->age = &consumer->age;
}

sim_time shard_consumer_oldest_age(const struct model *model, const struct shard_consumer *consumer)
{
    sim_time oldest = model->sim.now;
    for (uint32_t i = 0; i < consumer->lane_count; i++)
        oldest = consumer->oldest[i] < oldest ? consumer->oldest[i] : oldest;
    return model->sim.now - oldest;
}

void shard_consumer_sample(struct model *model, const struct shard_consumer *consumer,
                           struct svc_sample *sample)
{
    sample->queue_depth = (double)consumer->waiting.value;
    sample->queue_age_s = (double)shard_consumer_oldest_age(model, consumer) / 1e9;
}

/* A batch in hand lies in its lane's log; what else the logs hold waits. */
static bool lanes_add_up(const struct shard_consumer *consumer)
{
    int64_t held = 0, in_hand = 0, busy = 0;
    for (uint32_t i = 0; i < consumer->lane_count; i++) {
        const struct shard_lane *lane = &consumer->lanes[i];
        held += lane->log.count;
        busy += lane->busy;
        for (int p = 0; p < lane->pieces; p++)
            in_hand += lane->piece[p];
    }
    return held == consumer->waiting.value + consumer->in_flight.value &&
           in_hand == consumer->in_flight.value && busy == consumer->busy.value;
}

/* Every record is somewhere. */
void shard_consumer_audit(const struct shard_consumer *consumer)
{
    const struct shard_counts *all = &consumer->all;
    ASSERT(all->sent == all->processed + all->discarded + all->expired + consumer->waiting.value +
                            consumer->in_flight.value);
    ASSERT(all->received >= all->duplicates);
    ASSERT_SLOW(lanes_add_up(consumer));
}

struct capacity_row shard_consumer_capacity(struct model *model, struct svc *svc,
                                            struct shard_consumer *consumer)
{
    sim_time now = model->sim.now;
    return (struct capacity_row){
        .resource = svc->name,
        .what = "batches in flight",
        .limit_name = "lanes",
        .mean = level_mean(&consumer->busy, now, now - model->warmup),
        .max = (double)level_max(&consumer->busy),
        .limit = (double)consumer->lane_count,
    };
}
