/* insight_queue.c - queues and streams and those who work them off: rules Q01 to Q07 and S01 to S03.
 *
 * A queue is stable when what is served keeps up with what comes: places * batch / time of a batch >= arrivals. Whoever lacks
 * places needs ceil(arrivals * time / batch). But places only help where the consumer is not itself waiting for somebody with
 * a limit: then the wall is moved with them, or waiting only becomes refusals.
 */
#include <math.h>
#include <string.h>

#include "model/svc_external.h"
#include "model/svc_queue.h"
#include "model/svc_stream.h"
#include "run/insight_make.h"

#define LEAST_MESSAGES  200
#define LEAST_EVENTS    10
#define SPARE           1.15
#define CONCURRENCY_MAX 1000 /* of an event source mapping (AWS) */
#define RECEIVES_LEAST  5    /* AWS: maxReceiveCount of at least 5 */
#define VISIBILITY      6    /* AWS: six times the function's timeout */
#define PARALLEL_MAX    10

static const struct queue_config *queue_at(const struct facts *facts, int resource)
{
    if (!facts_is(facts, resource, &svc_queue_class))
        return NULL;
    const struct queue_config *queue = facts->scenario->resources[resource].config;
    return queue_has_consumer(queue) ? queue : NULL;
}

static double count_of(const struct facts *facts, int resource, enum metric_id metric)
{
    return facts_count(facts, facts->node_of[resource], metric);
}

/* How old the oldest message was that waited. What is never read has no age of its own, so samples are asked too. */
static double oldest(const struct facts *facts, int resource)
{
    struct facts_series waiting = FACTS_SERIES(facts, facts->node_of[resource], queue_age_s);
    double read = facts_value(facts, facts->node_of[resource], METRIC_AGE, "max");
    return fmax(read, facts_series_peak(&waiting, 0) * 1e9);
}

/* -- Q01 ------------------------------------------------------------------------------------------------ */

struct backlog {
    double arrive_per_s; /* in the busiest twelfth of the run */
    double served_per_s; /* while something waited */
    double batch_s;      /* how long a batch takes */
    double places;       /* batches at once */
    double records;      /* of a batch, on average */
};

/* Does the queue grow over the last third? A burst that is worked off by then is what queues are for. */
static bool grows(const struct facts *facts, int resource)
{
    struct facts_series depth = FACTS_SERIES(facts, facts->node_of[resource], queue_depth);
    double before = facts_series_mean(&depth, 0.62, 0.70), after = facts_series_mean(&depth, 0.92, 1);
    double rate = count_of(facts, resource, METRIC_SENT) / facts->measured_s;
    return depth.count >= 12 && after > 1.1 * before + 20 && after > 10 * rate;
}

/* False where all is well, or too little came to tell. */
static bool backlog_of(const struct facts *facts, int resource, struct backlog *backlog)
{
    const struct queue_config *queue = queue_at(facts, resource);
    if (queue == NULL || count_of(facts, resource, METRIC_SENT) < LEAST_MESSAGES)
        return false;
    int node = facts->node_of[resource], consumer = facts->node_of[queue->consumer.resource];
    const struct capacity_row *row =
        facts_capacity(facts, facts_name(facts, resource), "batches at once");
    struct facts_series arrivals = FACTS_SERIES(facts, node, arrivals);
    double per_sample = facts_series_peak(&arrivals, facts->measured_s / 12);
    double calls = facts_count(facts, consumer, METRIC_REQUESTS) -
                   facts_count(facts, consumer, METRIC_THROTTLE_COUNT);
    double received = count_of(facts, resource, METRIC_RECEIVED);
    if (row == NULL || calls <= 0 || received <= 0)
        return false;
    *backlog = (struct backlog){
        .arrive_per_s = per_sample / arrivals.width_s,
        .batch_s = facts_value(facts, consumer, METRIC_LATENCY, "mean") / 1e9,
        .places = row->max,
        .records = fmax(received / calls, 1),
    };
    backlog->served_per_s = backlog->places * backlog->records / backlog->batch_s;
    double on_average = count_of(facts, resource, METRIC_SENT) / facts->measured_s;
    bool old = oldest(facts, resource) > 0.02 * facts->measured_s * 1e9;
    return backlog->arrive_per_s > 0.9 * backlog->served_per_s &&
           (grows(facts, resource) || (on_average > backlog->served_per_s && old));
}

/* Somebody the consumer calls has a limit below what the queue would bring: more places alone would turn waiting into 429s. */
static int wall_behind(const struct facts *facts, int consumer, double calls_per_s, double *needed)
{
    double invoked = count_of(facts, consumer, METRIC_REQUESTS);
    for (const struct op *op = facts_next_op(facts, consumer, NULL); op != NULL;
         op = facts_next_op(facts, consumer, op)) {
        if (!facts_is(facts, op->target.resource, &svc_external_class))
            continue;
        const struct external_config *external =
            facts->scenario->resources[op->target.resource].config;
        const struct edge_row *edge = facts_edge(facts, consumer, op->target.resource);
        if (isnan(external->limit) || edge == NULL || invoked <= 0)
            continue;
        *needed = calls_per_s * (double)edge->calls / facts->result->reps / invoked;
        if (*needed > 0.95 * external->limit)
            return op->target.resource;
    }
    return -1;
}

static void say_wall(const struct facts *facts, struct insight_list *list, struct insight *insight,
                     int wall, double needed)
{
    const struct external_config *external = facts->scenario->resources[wall].config;
    insight_set(list, insight, facts_name(facts, wall), "limit", "%.0f/s", ceil(needed * SPARE));
    insight_advise(list, insight,
                   "the wall behind it is %s: it takes %s, and %s are needed; more workers alone turn "
                   "waiting into refusals",
                   facts_name(facts, wall), say_rate(list, external->limit), say_rate(list, needed));
}

void insight_q01(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        struct backlog backlog;
        if (!backlog_of(facts, i, &backlog))
            continue;
        const struct queue_config *queue = queue_at(facts, i);
        const char *name = facts_name(facts, i);
        double age = oldest(facts, i);
        double batches_per_s = backlog.arrive_per_s / backlog.records;
        double places = fmin(ceil(batches_per_s * backlog.batch_s * SPARE), CONCURRENCY_MAX);
        struct insight *insight = insight_add(
            list, INSIGHT_CRITICAL, name, 1,
            "%s is unstable: %s arrive%s, %s are served (%s workers x %s); the oldest message waited "
            "%s, %s wait at most",
            name, say_rate(list, count_of(facts, i, METRIC_SENT) / facts->measured_s),
            facts->steady ? ""
                          : arena_printf(list->arena, " (at most %s)",
                                         say_rate(list, backlog.arrive_per_s)),
            say_rate(list, backlog.served_per_s), say_count(list, backlog.places), say_time(list, backlog.batch_s * 1e9),
            say_time(list, age),
            say_count(list, facts_value(facts, facts->node_of[i], METRIC_DEPTH, "max")));
        double needed;
        int consumer = queue->consumer.resource;
        int wall = wall_behind(facts, consumer, batches_per_s, &needed);
        if (wall >= 0)
            say_wall(facts, list, insight, wall, needed);
        const struct function_config *fn = facts_function(facts, consumer);
        bool own = queue->max_concurrency != TIME_UNSET;
        if (own && places > (double)queue->max_concurrency)
            insight_set(list, insight, name, "max_concurrency", "%.0f", fmax(places, 2));
        if (fn != NULL && fn->reserved != TIME_UNSET && places > (double)fn->reserved)
            insight_set(list, insight, facts_name(facts, consumer), "reserved", "%.0f", places);
        insight_watch(insight, name, METRIC_AGE, "max");
        insight_watch(insight, name, METRIC_DEAD_LETTERS, "sum");
    }
}

/* -- dead letters and their causes ---------------------------------------------------------------------------- */

/* How often the consumer refused a batch, and how often a batch failed. */
static double refused_batches(const struct facts *facts, int resource)
{
    return facts_refused(facts_capacity(facts, facts_name(facts, resource), "batches at once"),
                         "the consumer");
}

static double failed_batches(const struct facts *facts, int resource)
{
    int consumer = queue_at(facts, resource)->consumer.resource;
    return count_of(facts, consumer, METRIC_ERROR_COUNT) -
           count_of(facts, consumer, METRIC_THROTTLE_COUNT);
}

void insight_q03(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct queue_config *queue = queue_at(facts, i);
        const struct function_config *fn =
            queue == NULL ? NULL : facts_function(facts, queue->consumer.resource);
        if (fn == NULL || fn->reserved == TIME_UNSET || fn->reserved < 2)
            continue;
        bool bounded =
            queue->max_concurrency != TIME_UNSET && queue->max_concurrency <= fn->reserved;
        double refused = refused_batches(facts, i), dead = count_of(facts, i, METRIC_DEAD_LETTERS);
        if (bounded || refused < LEAST_EVENTS)
            continue;
        const char *name = facts_name(facts, i), *consumer = facts_name(facts, queue->consumer.resource);
        struct insight *insight = insight_add(
            list, dead > 0 ? INSIGHT_CRITICAL : INSIGHT_WARNING, name, 0.9,
            "%s's pollers invoke %s beyond its reserved concurrency of %s: %s batches are refused, "
            "each counts as a receive, and %s good messages were dead letters without having run",
            name, consumer, say_count(list, (double)fn->reserved), say_count(list, refused),
            say_count(list, dead));
        insight_set(list, insight, name, "max_concurrency", "%.0f",
                    fmin((double)fn->reserved, CONCURRENCY_MAX));
        if (dead > 0)
            insight_watch(insight, name, METRIC_DEAD_LETTERS, "sum");
        insight_watch(insight, facts_name(facts, queue->consumer.resource), METRIC_THROTTLES, "mean");
    }
}

void insight_q02(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct queue_config *queue = queue_at(facts, i);
        double dead = queue == NULL ? 0 : count_of(facts, i, METRIC_DEAD_LETTERS);
        if (dead < 1 || insight_has(list, "Q03", facts_name(facts, i)))
            continue;
        double refused = refused_batches(facts, i), failed = failed_batches(facts, i);
        const char *name = facts_name(facts, i);
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, dead / fmax(count_of(facts, i, METRIC_SENT), 1),
            "%s of %s's %s messages became dead letters: its consumer failed %s times and was "
            "refused %s times",
            say_count(list, dead), name, say_count(list, count_of(facts, i, METRIC_SENT)),
            say_count(list, failed), say_count(list, refused));
        if (queue->receives_max < RECEIVES_LEAST) {
            insight_set(list, insight, name, "max_receive", "%d", RECEIVES_LEAST);
            insight_watch(insight, name, METRIC_DEAD_LETTERS, "sum");
        } else {
            bool round = refused + failed < 1; /* then the loop guard ended it */
            insight_advise(list, insight, "%s",
                           round ? "break the cycle: its messages come round until the loop guard "
                                   "stops them"
                           : refused > failed ? "give the consumer the concurrency the queue uses"
                                              : "look at what fails in the consumer: edges.csv");
        }
    }
}

void insight_q05(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct queue_config *queue = queue_at(facts, i);
        const char *name = facts_name(facts, i);
        if (queue == NULL || queue->receives_max >= RECEIVES_LEAST ||
            refused_batches(facts, i) < LEAST_EVENTS || insight_has(list, "Q02", name))
            continue;
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, 0.5,
            "%s gives a message up after %s receives, and its consumer refused %s batches: a refusal "
            "counts as a receive",
            name, say_count(list, (double)queue->receives_max),
            say_count(list, refused_batches(facts, i)));
        insight_set(list, insight, name, "max_receive", "%d", RECEIVES_LEAST);
        insight_precaution(insight);
    }
}

void insight_q04(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct queue_config *queue = queue_at(facts, i);
        const struct function_config *fn =
            queue == NULL ? NULL : facts_function(facts, queue->consumer.resource);
        double again = fn == NULL ? 0 : count_of(facts, i, METRIC_DUPLICATES);
        if (fn == NULL || again < LEAST_EVENTS ||
            queue->visibility >= VISIBILITY * fn->timeout + queue->window)
            continue;
        double seconds = ceil((double)(VISIBILITY * fn->timeout + queue->window) / 1e9);
        const char *name = facts_name(facts, i);
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, again / fmax(count_of(facts, i, METRIC_SENT), 1),
            "%s of %s's messages were worked on twice: a message is visible again after %s, while %s "
            "takes up to %s (timeout %s)",
            say_count(list, again), name, say_time(list, (double)queue->visibility),
            facts_name(facts, queue->consumer.resource),
            say_time(list, facts_value(facts, facts->node_of[queue->consumer.resource],
                                       METRIC_LATENCY, "max")),
            say_time(list, (double)fn->timeout));
        insight_set(list, insight, name, "visibility", "%.0fs", seconds);
        insight_watch(insight, name, METRIC_DUPLICATES, "sum");
    }
}

/* -- batches ----------------------------------------------------------------------------------------------------- */

/* Only a handler that says what it does for a record does more for ten of them than for one. */
static bool walks_records(const struct facts *facts, int resource)
{
    const struct program *program = resource_program(&facts->scenario->resources[resource]);
    for (int i = 0; program != NULL && i < program->count; i++)
        if (program->ops[i].code == OP_RECORDS)
            return true;
    return false;
}

#define BATCH_RATE 10 /* messages a second from which batches fill */

void insight_q06(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct queue_config *queue = queue_at(facts, i);
        if (queue == NULL || queue->fifo || !walks_records(facts, queue->consumer.resource))
            continue;
        double rate = count_of(facts, i, METRIC_SENT) / facts->measured_s;
        double calls = count_of(facts, queue->consumer.resource, METRIC_REQUESTS);
        double records = count_of(facts, i, METRIC_RECEIVED) / fmax(calls, 1);
        if (!(rate > BATCH_RATE) || records > 1.5 || count_of(facts, i, METRIC_SENT) < LEAST_MESSAGES)
            continue;
        const char *name = facts_name(facts, i);
        struct insight *insight = insight_add(
            list, INSIGHT_INFO, name, 0.4,
            "%s hands over %s messages at a time though %s come: every message pays for an invocation "
            "and three calls of the queue",
            name, say_number(list, records), say_rate(list, rate));
        if (queue->batch < 10)
            insight_set(list, insight, name, "batch", "10");
        double window_s = ceil(10 / rate * 10) / 10;
        if ((double)queue->window < window_s * 1e9)
            insight_set(list, insight, name, "window", "%.1fs", window_s);
        insight_watch(insight, "*", METRIC_COST_MONTH, "sum");
    }
}

void insight_q07(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct queue_config *queue = queue_at(facts, i);
        if (queue == NULL || queue->batch < 2 || queue->partial_batch ||
            !walks_records(facts, queue->consumer.resource))
            continue;
        double failed = failed_batches(facts, i), sent = count_of(facts, i, METRIC_SENT);
        double received = count_of(facts, i, METRIC_RECEIVED);
        if (failed < LEAST_EVENTS || !(received > 1.05 * sent))
            continue;
        const char *name = facts_name(facts, i);
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, received / sent - 1,
            "one bad message fails its whole batch: %s of %s's batches failed, and %s messages were "
            "received %s times",
            say_count(list, failed), name, say_count(list, sent), say_count(list, received));
        insight_set(list, insight, name, "partial_batch", "true");
        insight_watch(insight, name, METRIC_RECEIVED, "sum");
    }
}

/* -- streams -------------------------------------------------------------------------------------------------------- */

static const struct stream_config *reader_at(const struct facts *facts, int resource)
{
    if (!facts_is(facts, resource, &svc_stream_class))
        return NULL;
    const struct stream_config *stream = facts->scenario->resources[resource].config;
    return stream->reader.consumer.resource >= 0 ? stream : NULL;
}

#define AGE_WARNING  (5. * 60 * 1e9)
#define AGE_CRITICAL (2. * 3600 * 1e9) /* Datadog: iterator age above two hours */

static bool is_blocked(const struct facts *facts, int resource)
{
    const struct stream_config *stream = reader_at(facts, resource);
    int consumer = stream->reader.consumer.resource;
    double failed = count_of(facts, consumer, METRIC_ERROR_COUNT) -
                    count_of(facts, consumer, METRIC_THROTTLE_COUNT);
    return stream->reader.retries == TIME_UNSET && failed > LEAST_EVENTS;
}

void insight_s02(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct stream_config *stream = reader_at(facts, i);
        if (stream == NULL || !is_blocked(facts, i))
            continue;
        double age = oldest(facts, i);
        int consumer = stream->reader.consumer.resource;
        double failed = count_of(facts, consumer, METRIC_ERROR_COUNT) -
                        count_of(facts, consumer, METRIC_THROTTLE_COUNT);
        if (!(age > 30e9))
            continue;
        const char *name = facts_name(facts, i);
        struct insight *insight = insight_add(
            list, age > AGE_CRITICAL ? INSIGHT_CRITICAL : INSIGHT_WARNING, name, 0.9,
            "a shard of %s is blocked: %s failed %s times, a batch is tried again until it expires, "
            "and what stands behind it is up to %s old",
            name, facts_name(facts, consumer), say_count(list, failed), say_time(list, age));
        insight_set(list, insight, name, "retries", "3");
        if (stream->reader.batch > 1 && !stream->reader.bisect)
            insight_set(list, insight, name, "bisect", "true");
        insight_watch(insight, name, METRIC_DEPTH, "max");
    }
}

void insight_s01(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct stream_config *stream = reader_at(facts, i);
        const char *name = facts_name(facts, i);
        if (stream == NULL || insight_has(list, "S02", name) ||
            count_of(facts, i, METRIC_SENT) < LEAST_MESSAGES)
            continue;
        struct facts_series depth = FACTS_SERIES(facts, facts->node_of[i], queue_depth);
        double before = facts_series_mean(&depth, 0.62, 0.70);
        double after = facts_series_mean(&depth, 0.92, 1);
        double age = oldest(facts, i), rate = count_of(facts, i, METRIC_SENT) / facts->measured_s;
        bool growing = depth.count >= 12 && after > 1.1 * before + 20 && after > 10 * rate;
        if (!(age > AGE_WARNING) && !growing)
            continue;
        int64_t lanes = stream->shards * stream->reader.parallel;
        struct insight *insight = insight_add(
            list, age > AGE_CRITICAL ? INSIGHT_CRITICAL : INSIGHT_WARNING, name, 0.7,
            "%s is read too slowly: records are up to %s old, %s wait at the end; at most %s x %s "
            "records are in work at once, a batch takes %s",
            name, say_time(list, age), say_count(list, after), say_count(list, (double)lanes),
            say_count(list, (double)stream->reader.batch),
            say_time(list, facts_value(facts, facts->node_of[stream->reader.consumer.resource],
                                       METRIC_LATENCY, "mean")));
        if (stream->reader.parallel < PARALLEL_MAX)
            insight_set(list, insight, name, "parallel", "%.0f",
                        fmin(4 * (double)stream->reader.parallel, PARALLEL_MAX));
        else
            insight_set(list, insight, name, "shards", "%lld", 2 * (long long)stream->shards);
        insight_watch(insight, name, METRIC_AGE, "max");
    }
}

void insight_s03(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct stream_config *stream = reader_at(facts, i);
        double lost = count_of(facts, i, METRIC_EXPIRED);
        if (lost < 1)
            continue;
        const char *name = facts_name(facts, i);
        struct insight *insight =
            insight_add(list, INSIGHT_CRITICAL, name, lost / fmax(count_of(facts, i, METRIC_SENT), 1),
                        "%s of %s's %s messages are lost: given up, or older than they may become",
                        say_count(list, lost), name, say_count(list, count_of(facts, i, METRIC_SENT)));
        insight_advise(list, insight,
                       stream != NULL ? "name an on_failure destination, and read faster (S01)"
                                      : "name a dlq, and work them off faster (Q01)");
    }
}
