/* shard_consumer.c - see shard_consumer.h. */
#include "model/shard_consumer.h"

#include "model/loop.h"
#include "model/span_log.h"

#define BACKOFF_MAX (60 * SIM_SECOND)

static bool is_read(const struct shard_consumer *consumer)
{
    return consumer->config->consumer.resource >= 0;
}

static struct shard_reading *shard_of(const struct shard_consumer *consumer, uint32_t lane)
{
    return &consumer->shards[lane / (uint32_t)consumer->config->parallel];
}

static const struct shard_record *record_at(const struct shard_consumer *consumer,
                                            struct shard_lane *lane, int64_t index)
{
    return shard_log_at(&consumer->chunks, &lane->log, index);
}

/* -- reading ---------------------------------------------------------------------------------------- */

/* When a record can be handed over, if nothing that came before it is later. Draws belong to the poll (or the
 * pushed record), so all that one poll brings comes at once, and nothing needs to be scheduled for polls. */
static sim_time readable_at(const struct shard_consumer *consumer, struct shard_reading *shard,
                            const struct shard_record *record)
{
    const struct shard_consumer_setup *setup = &consumer->setup;
    sim_time interval = setup->poll_interval;
    if (interval == 0)
        return record->arrived +
               dist_draw(setup->delivery, draw_of(record->key, consumer->salt_delivery));
    if (record->arrived <= shard->poll && record->arrived > shard->poll - interval)
        return shard->brought;
    sim_time late = record->arrived - shard->phase;
    sim_time k = late <= 0 ? 0 : (late + interval - 1) / interval;
    uint64_t key = stream_at(shard->key, (uint64_t)k + 1);
    shard->poll = shard->phase + k * interval;
    shard->brought =
        shard->poll + dist_draw(setup->delivery, draw_of(key, consumer->salt_delivery));
    return shard->brought;
}

static void arm(struct model *model, const struct shard_consumer *consumer, uint32_t index,
                sim_time when)
{
    struct shard_lane *lane = &consumer->lanes[index];
    when = when < model->sim.now ? model->sim.now : when;
    if (lane->due == when)
        return;
    lane->due = when;
    if (when < model->sim.horizon)
        sim_at(&model->sim, when, SIM_ARRIVAL, consumer->setup.event, index, consumer->svc);
}

/* Records leave the front of the log; those of a lane without a batch had waited. */
static void drop(struct model *model, struct shard_consumer *consumer, uint32_t index,
                 int64_t count, struct level *from)
{
    struct shard_lane *lane = &consumer->lanes[index];
    shard_log_drop(&consumer->chunks, &lane->log, count);
    level_change(from, -count, model->sim.now);
    consumer->oldest[index] =
        lane->log.count == 0 ? SIM_NEVER : record_at(consumer, lane, 0)->arrived;
}

/* -- giving up --------------------------------------------------------------------------------------- */

/* One message for all of them, in the name of the first. */
static void tell_destination(struct model *model, struct shard_consumer *consumer,
                             struct shard_lane *lane)
{
    if (consumer->failure.resource < 0)
        return;
    const struct shard_record *first = record_at(consumer, lane, 0);
    struct message message = {
        .key = rng_mix(first->key + consumer->salt_failure),
        .root_key = first->root_key,
        .root_start = first->root_start,
        .source = shard_record_source(first),
        .edge = consumer->failure_edge,
        .bytes = (int32_t)consumer->failure_bytes,
        .hops = shard_record_hops(first),
        .measured = model->measuring,
    };
    if (UNLIKELY(model->spans != NULL))
        span_log_sent_on(model, first->key, first->root_key, message.key, NULL);
    (void)message_offer(model, consumer->failure, &message); /* refused: AWS drops it as well */
}

/* How many of the first `count` records are too old. */
static int64_t count_old(const struct model *model, const struct shard_consumer *consumer,
                         uint32_t index, int64_t count)
{
    struct shard_lane *lane = &consumer->lanes[index];
    sim_time since = model->sim.now - consumer->age_limit;
    if (LIKELY(consumer->oldest[index] > since))
        return 0;
    int64_t old = 1;
    while (old < count && record_at(consumer, lane, old)->arrived <= since)
        old++;
    return old < count ? old : count;
}

/* Gives up what has become too old among the first `count`; returns how many that were. What outlives the
 * retention vanishes; of what outlives max_age the destination is told. */
static int64_t expire(struct model *model, struct shard_consumer *consumer, uint32_t index,
                      int64_t count, struct level *from)
{
    int64_t old = count == 0 ? 0 : count_old(model, consumer, index, count);
    if (old == 0)
        return 0;
    if (consumer->age_limit < consumer->setup.retention)
        tell_destination(model, consumer, &consumer->lanes[index]);
    consumer->all.expired += old;
    drop(model, consumer, index, old, from);
    return old;
}

/* -- pieces of a batch ----------------------------------------------------------------------------------- */

static uint16_t *piece_of(struct shard_lane *lane)
{
    ASSERT(lane->pieces > 0);
    return &lane->piece[lane->pieces - 1];
}

/* The piece in hand is done with, or has become another one: nothing was tried with it yet. */
static void start_piece(struct shard_lane *lane)
{
    lane->attempts = lane->failures = 0;
    lane->retry_at = 0;
}

static void end_piece(struct shard_lane *lane)
{
    lane->pieces--;
    start_piece(lane);
}

static void discard_piece(struct model *model, struct shard_consumer *consumer, uint32_t index)
{
    struct shard_lane *lane = &consumer->lanes[index];
    int64_t count = *piece_of(lane);
    tell_destination(model, consumer, lane);
    consumer->all.discarded += count;
    drop(model, consumer, index, count, &consumer->in_flight);
    end_piece(lane);
}

/* Cuts the piece in hand after its first `front` records, which come first. */
static void cut_piece(struct shard_lane *lane, int64_t front)
{
    uint16_t *piece = piece_of(lane);
    ASSERT(0 < front && front < *piece && lane->pieces < SHARD_PIECES);
    *piece = (uint16_t)(*piece - front);
    lane->piece[lane->pieces++] = (uint16_t)front;
}

/* Backs off: d, 2 d, 4 d ... up to a minute. */
static void wait_for_retry(struct model *model, const struct shard_consumer *consumer,
                           struct shard_lane *lane)
{
    sim_time base = consumer->config->backoff;
    sim_time most = base > BACKOFF_MAX ? base : BACKOFF_MAX, wait = base;
    for (int32_t i = 0; i < lane->failures && wait < most; i++)
        wait *= 2;
    lane->failures++;
    lane->retry_at = model->sim.now + (wait < most ? wait : most);
}

static void use_up_retry(struct model *model, struct shard_consumer *consumer, uint32_t index)
{
    struct shard_lane *lane = &consumer->lanes[index];
    int64_t retries = consumer->config->retries;
    if (retries != TIME_UNSET && lane->attempts >= retries)
        discard_piece(model, consumer, index);
    else
        lane->attempts++;
}

/* The call failed, wholly, or from record `lane->lowest_failed` on. */
static void fail_piece(struct model *model, struct shard_consumer *consumer, uint32_t index,
                       bool partly)
{
    const struct shard_consumer_config *config = consumer->config;
    struct shard_lane *lane = &consumer->lanes[index];
    int64_t done = partly ? lane->lowest_failed : 0;
    if (done > 0) {
        consumer->all.processed += done;
        drop(model, consumer, index, done, &consumer->in_flight);
        *piece_of(lane) = (uint16_t)(*piece_of(lane) - done);
    }
    int64_t count = *piece_of(lane);
    wait_for_retry(model, consumer, lane);
    if (config->bisect && done > 0)
        lane->attempts = lane->failures = 0; /* cut where the handler said; retry_at stays */
    else if (config->bisect && count > 1) {
        cut_piece(lane, (count + 1) / 2);
        lane->attempts = lane->failures = 0;
    } else {
        use_up_retry(model, consumer, index);
    }
}

/* -- calls -------------------------------------------------------------------------------------------------- */

/* The recursion guard: what has been round too often is given up, the rest of the batch goes on without it. */
static bool may_enter(struct model *model, struct shard_consumer *consumer, uint32_t index,
                      uint8_t *hops)
{
    struct shard_lane *lane = &consumer->lanes[index];
    const struct svc *target = &model->svcs[consumer->config->consumer.resource];
    int64_t count = *piece_of(lane), fine = 0;
    *hops = lane->hops;
    if (LIKELY(loop_may_enter(model, target, hops)))
        return true;
    *hops = 0;
    for (; fine < count; fine++) {
        uint8_t after = shard_record_hops(record_at(consumer, lane, fine));
        if (!loop_may_enter(model, target, &after))
            break;
        *hops = after > *hops ? after : *hops;
    }
    bool first_is_fine = fine > 0;
    if (fine < count && count > 1)
        cut_piece(lane, first_is_fine ? fine : 1);
    if (!first_is_fine)
        discard_piece(model, consumer, index);
    return first_is_fine;
}

/* Draws of another try differ, or whatever failed by chance would fail for ever. */
static uint64_t key_of_try(uint64_t key, uint32_t calls)
{
    return calls == 0 ? key : rng_mix(key + calls * RNG_STEP);
}

static void count_receive(struct shard_consumer *consumer, const struct shard_lane *lane,
                          int64_t count)
{
    consumer->all.received += count;
    if (lane->handed)
        consumer->all.duplicates += count;
}

/* Hands the piece in hand to the consumer. */
static void invoke(struct model *model, struct shard_consumer *consumer, uint32_t index,
                   uint8_t hops)
{
    struct shard_lane *lane = &consumer->lanes[index];
    const struct shard_record *first = record_at(consumer, lane, 0);
    struct caller caller = {
        .svc = consumer->svc,
        .owner = index,
        .generation = ++lane->generation,
        .edge = consumer->edge,
        .key = rng_mix(key_of_try(first->key, lane->calls) + consumer->salt_call),
        .root_key = first->root_key,
        .root_start = first->root_start,
        .source = shard_record_source(first),
        .hops = hops,
    };
    count_receive(consumer, lane, *piece_of(lane));
    lane->lowest_failed = -1;
    lane->busy = lane->submitting = true;
    level_change(&consumer->busy, 1, model->sim.now);
    (void)call_submit(model, &caller, consumer->config->consumer);
    lane->submitting = false;
}

/* -- lanes ------------------------------------------------------------------------------------------------------ */

/* Looks how many of the records at the front have been read by now, as far as one batch goes. Every record is
 * looked at once. True if a batch is full. */
static bool gather(const struct model *model, const struct shard_consumer *consumer, uint32_t index)
{
    struct shard_lane *lane = &consumer->lanes[index];
    struct shard_reading *shard = shard_of(consumer, index);
    int64_t batch = consumer->config->batch;
    while (lane->ready < batch && lane->ready < lane->log.count) {
        const struct shard_record *record = record_at(consumer, lane, lane->ready);
        if (readable_at(consumer, shard, record) > model->sim.now)
            return false;
        int64_t bytes = lane->ready_bytes + shard_record_bytes(record);
        if (lane->ready > 0 && bytes > consumer->payload_bytes)
            return true;
        if (lane->ready++ == 0)
            lane->window_until = model->sim.now + consumer->config->window;
        lane->ready_bytes = bytes;
    }
    return lane->ready >= batch;
}

/* The records that are ready become the batch. */
static void open_batch(struct model *model, struct shard_consumer *consumer,
                       struct shard_lane *lane)
{
    sim_time now = model->sim.now;
    int64_t count = lane->ready;
    consumer->read_bytes += lane->ready_bytes;
    lane->hops = 0;
    for (int64_t i = 0; i < count; i++) {
        const struct shard_record *record = record_at(consumer, lane, i);
        uint8_t hops = shard_record_hops(record);
        lane->hops = hops > lane->hops ? hops : lane->hops;
        if (shard_record_measured(record))
            hist_add(&consumer->age, now - record->arrived);
    }
    level_change(&consumer->waiting, -count, now);
    level_change(&consumer->in_flight, count, now);
    lane->piece[0] = (uint16_t)count;
    lane->pieces = 1;
    lane->ready = lane->ready_bytes = 0;
    lane->calls = 0;
    lane->handed = false;
    start_piece(lane);
}

/* A lane without a batch: opens one, or waits for what it lacks. */
static bool next_batch(struct model *model, struct shard_consumer *consumer, uint32_t index)
{
    struct shard_lane *lane = &consumer->lanes[index];
    sim_time now = model->sim.now;
    if (expire(model, consumer, index, lane->log.count, &consumer->waiting) > 0)
        lane->ready = lane->ready_bytes = 0;
    if (lane->log.count == 0)
        return false;
    if (!is_read(consumer)) {
        arm(model, consumer, index, consumer->oldest[index] + consumer->age_limit);
        return false;
    }
    struct shard_reading *shard = shard_of(consumer, index);
    bool full = gather(model, consumer, index);
    if (lane->ready == 0 || (!full && now < lane->window_until)) {
        sim_time when = lane->ready > 0 ? lane->window_until : SIM_NEVER;
        if (lane->ready < lane->log.count) {
            sim_time more = readable_at(consumer, shard, record_at(consumer, lane, lane->ready));
            when = more < when ? more : when;
        }
        arm(model, consumer, index, when);
        return false;
    }
    if (consumer->setup.read_bytes_per_s > 0 && lane->ready_bytes > 0 &&
        !token_bucket_take(&shard->read, lane->ready_bytes, now)) {
        arm(model, consumer, index, now + token_bucket_wait(&shard->read, lane->ready_bytes, now));
        return false;
    }
    open_batch(model, consumer, lane);
    return true;
}

/* A lane that is not busy: works on the pieces of its batch, then on the next one, as far as it can get now. */
static void go_on(struct model *model, struct shard_consumer *consumer, uint32_t index)
{
    struct shard_lane *lane = &consumer->lanes[index];
    uint8_t hops;
    while (lane->pieces > 0 || next_batch(model, consumer, index)) {
        int64_t old = expire(model, consumer, index, *piece_of(lane), &consumer->in_flight);
        *piece_of(lane) = (uint16_t)(*piece_of(lane) - old);
        if (*piece_of(lane) == 0) {
            end_piece(lane);
            continue;
        }
        if (model->sim.now < lane->retry_at) {
            sim_time end = consumer->oldest[index] + consumer->age_limit;
            arm(model, consumer, index, end < lane->retry_at ? end : lane->retry_at);
            return;
        }
        if (may_enter(model, consumer, index, &hops)) {
            invoke(model, consumer, index, hops);
            return;
        }
    }
}

void shard_consumer_on_due(struct model *model, struct shard_consumer *consumer, uint32_t index)
{
    struct shard_lane *lane = &consumer->lanes[index];
    if (lane->due != model->sim.now)
        return; /* it was put off, or brought forward */
    lane->due = SIM_NEVER;
    if (!lane->busy)
        go_on(model, consumer, index);
}

static uint32_t lane_for(const struct shard_consumer *consumer, uint32_t shard,
                         const struct message *message)
{
    uint64_t parallel = (uint64_t)consumer->config->parallel;
    uint64_t hash =
        rng_mix((message->group != 0 ? message->group : message->key) + consumer->salt_lane);
    return shard * (uint32_t)parallel + (uint32_t)(hash % parallel);
}

void shard_consumer_push(struct model *model, struct shard_consumer *consumer, uint32_t shard,
                         const struct message *message)
{
    uint32_t index = lane_for(consumer, shard, message);
    ASSERT(index < consumer->lane_count);
    struct shard_lane *lane = &consumer->lanes[index];
    sim_time now = model->sim.now;
    shard_log_push(&consumer->chunks, &lane->log, message, now);
    consumer->all.sent++;
    level_change(&consumer->waiting, 1, now);
    if (lane->log.count == 1)
        consumer->oldest[index] = now;
    /* A lane that waits for an earlier record, or has a batch, comes by anyway. */
    if (lane->busy || lane->pieces > 0 || lane->ready != lane->log.count - 1)
        return;
    sim_time when = now + consumer->age_limit;
    if (is_read(consumer))
        when = readable_at(consumer, shard_of(consumer, index),
                           record_at(consumer, lane, lane->log.count - 1));
    if (when < lane->due)
        arm(model, consumer, index, when);
}

void shard_consumer_on_reply(struct model *model, struct shard_consumer *consumer,
                             const struct reply *reply)
{
    struct shard_lane *lane = &consumer->lanes[reply->owner];
    int64_t count = *piece_of(lane);
    ASSERT(lane->busy && lane->generation == reply->generation);
    lane->busy = false;
    level_change(&consumer->busy, -1, model->sim.now);
    if (reply->outcome == OUTCOME_THROTTLE) {
        count_receive(consumer, lane, -count); /* it never got there */
        wait_for_retry(model, consumer, lane);
    } else {
        bool partly = reply->outcome == OUTCOME_OK && lane->lowest_failed >= 0;
        lane->handed = true;
        lane->calls++;
        if (reply->outcome == OUTCOME_OK && !partly) {
            consumer->all.processed += count;
            drop(model, consumer, reply->owner, count, &consumer->in_flight);
            end_piece(lane);
        } else {
            fail_piece(model, consumer, reply->owner, partly);
        }
    }
    if (lane->submitting) /* answered at once: not from inside the call */
        arm(model, consumer, reply->owner, model->sim.now);
    else
        go_on(model, consumer, reply->owner);
}

/* -- what the handler sees -------------------- */

int32_t shard_consumer_record_count(const struct shard_consumer *consumer, uint32_t owner)
{
    return *piece_of(&consumer->lanes[owner]);
}

struct record shard_consumer_record(const struct shard_consumer *consumer, uint32_t owner,
                                    int32_t index)
{
    struct shard_lane *lane = &consumer->lanes[owner];
    const struct shard_record *record = record_at(consumer, lane, index);
    return (struct record){
        .key = key_of_try(record->key, lane->calls),
        .root_key = record->root_key,
        .root_start = record->root_start,
        .source = shard_record_source(record),
        .hops = shard_record_hops(record),
    };
}

bool shard_consumer_record_failed(struct shard_consumer *consumer, uint32_t owner, int32_t index)
{
    struct shard_lane *lane = &consumer->lanes[owner];
    if (!consumer->config->partial_batch)
        return false;
    if (lane->lowest_failed < 0 || index < lane->lowest_failed)
        lane->lowest_failed = index;
    return true;
}
