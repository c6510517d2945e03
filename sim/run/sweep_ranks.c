/* sweep_ranks.c - rank 0 of a sweep; see the header. */
#include "run/sweep_ranks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "run/sweep_mail.h"

#define REPORT_S 0.1

struct rank {
    char host[80];
    bool here, hungry, lost;
    double heard_s;
    struct mail_at at;
};

struct sweep_ranks {
    const struct sweep_plan *plan;
    struct cluster *cluster;
    struct sweep_crew *crew;
    uint64_t digest;
    struct rank *ranks; /* [0] is this one */
    int count;
    int *holder; /* rank of each point given out; 0: none of them */
    size_t holders;
    int params;
};

static int *holder_of(struct sweep_ranks *ranks, int point)
{
    if ((size_t)point >= ranks->holders) {
        size_t count = (size_t)point + 1024;
        ranks->holder = mem_resize(ranks->holder, sizeof *ranks->holder * count);
        for (size_t i = ranks->holders; i < count; i++)
            ranks->holder[i] = 0;
        ranks->holders = count;
    }
    return &ranks->holder[point];
}

/* Gives hungry ranks what there is. */
static void feed(struct sweep_ranks *ranks)
{
    const struct sweep_source *source = &ranks->plan->source;
    for (int r = 1; r < ranks->count; r++) {
        struct sweep_order order;
        if (!ranks->ranks[r].hungry || ranks->ranks[r].lost)
            continue;
        sweep_crew_lock(ranks->crew);
        bool given = source->next(source->context, &order) == SWEEP_ORDER;
        struct text text = {0};
        if (given) {
            sweep_mail_pack_order(&text, &order, ranks->params);
            *holder_of(ranks, order.point) = r;
        }
        sweep_crew_unlock(ranks->crew);
        if (!given)
            return;
        ranks->ranks[r].hungry = false;
        (void)cluster_send(ranks->cluster, r, MAIL_ORDER, text.data, text.length);
        text_free(&text);
    }
}

static void take_finding(struct sweep_ranks *ranks, const struct cluster_message *message)
{
    const struct sweep_source *source = &ranks->plan->source;
    struct sweep_finding finding;
    int point = sweep_mail_unpack_finding(message, &finding);
    sweep_crew_lock(ranks->crew);
    int *holder = holder_of(ranks, point);
    if (*holder == message->from) {
        struct sweep_order order = {.point = point};
        *holder = 0;
        source->finished(source->context, &order, &finding);
    } else { /* it was given up, and another has it */
        sweep_finding_free(&finding);
    }
    sweep_crew_wake(ranks->crew);
    sweep_crew_unlock(ranks->crew);
}

static void say_hello(struct sweep_ranks *ranks, const struct cluster_message *message)
{
    struct mail_hello hello;
    memcpy(&hello, message->data, sizeof hello);
    struct rank *rank = &ranks->ranks[message->from];
    memcpy(rank->host, hello.host, sizeof rank->host);
    rank->here = true;
    if (hello.digest == ranks->digest)
        return;
    struct err err = {0};
    err_set(&err, "rank %d on %s read another scenario, or other settings", message->from,
            rank->host);
    err_help(&err, "every machine has to see the same files");
    sweep_crew_fail(ranks->crew, &err);
}

static void hear(struct sweep_ranks *ranks)
{
    struct cluster_message message;
    while (cluster_poll(ranks->cluster, &message)) {
        struct rank *rank = &ranks->ranks[message.from];
        rank->heard_s = sweep_mail_clock_s();
        struct err err;
        enum run_end end;
        switch (message.kind) {
        case MAIL_HELLO:
            say_hello(ranks, &message);
            break;
        case MAIL_HUNGRY:
            rank->hungry = true;
            break;
        case MAIL_AT:
            memcpy(&rank->at, message.data, sizeof rank->at);
            break;
        case MAIL_FINDING:
            take_finding(ranks, &message);
            break;
        case MAIL_FAILED:
            memcpy(&err, message.data, sizeof err);
            err_context(&err, "rank %d on %s", message.from, rank->here ? rank->host : "?");
            sweep_crew_fail(ranks->crew, &err);
            break;
        case MAIL_ENDED:
            memcpy(&end, message.data, sizeof end);
            sweep_crew_halt(ranks->crew, end);
            break;
        default:
            break;
        }
    }
}

/* Starting and loading may take long. */
static double patience_s(const struct sweep_ranks *ranks, int r)
{
    double silence_s = (double)ranks->plan->options->rank_silence / 1e9;
    return ranks->ranks[r].here ? silence_s : fmax(silence_s, RANK_START_S);
}

/* Gives the points of a rank that is gone to others. */
static void lose(struct sweep_ranks *ranks, int r)
{
    const struct sweep_source *source = &ranks->plan->source;
    int points = 0;
    ranks->ranks[r].lost = true;
    ranks->ranks[r].at.under_way = 0;
    cluster_lose(ranks->cluster, r);
    sweep_crew_lock(ranks->crew);
    for (size_t i = 0; i < ranks->holders; i++)
        if (ranks->holder[i] == r) {
            ranks->holder[i] = 0;
            source->give_back(source->context, (int)i);
            points++;
        }
    sweep_crew_wake(ranks->crew);
    sweep_crew_unlock(ranks->crew);
    fprintf(stderr,
            "warning: rank %d of %d (%s) has not been heard of for %.0f s and is given up; what it "
            "had begun, %d point%s, others do again\n",
            r, ranks->count, ranks->ranks[r].here ? ranks->ranks[r].host : "it never said hello",
            patience_s(ranks, r), points, points == 1 ? "" : "s");
}

static void look_after(struct sweep_ranks *ranks)
{
    for (int r = 1; r < ranks->count; r++)
        if (!ranks->ranks[r].lost &&
            sweep_mail_clock_s() - ranks->ranks[r].heard_s > patience_s(ranks, r))
            lose(ranks, r);
}

void sweep_ranks_add(const struct sweep_ranks *ranks, struct sweep_progress *progress,
                     double *under_way)
{
    if (ranks == NULL)
        return;
    progress->ranks = ranks->count;
    for (int r = 1; r < ranks->count; r++) {
        progress->silent += ranks->ranks[r].lost;
        progress->requests += ranks->ranks[r].at.requests;
        *under_way += ranks->ranks[r].at.under_way;
    }
}

static bool lead(struct sweep_ranks *ranks,
                 void (*report)(void *context, const struct sweep_ranks *ranks,
                                struct sweep_crew *crew, double wall_s),
                 void *context, struct err *err)
{
    struct sweep_crew_thread thread;
    double start = sweep_mail_clock_s(), reported = start;
    for (int r = 0; r < ranks->count; r++)
        ranks->ranks[r].heard_s = start;
    bool ok = sweep_crew_thread_start(&thread, ranks->crew, err);
    while (ok && !thread.over) {
        hear(ranks);
        feed(ranks);
        look_after(ranks);
        if (sweep_mail_clock_s() - reported > REPORT_S) {
            report(context, ranks, ranks->crew, sweep_mail_clock_s() - start);
            reported = sweep_mail_clock_s();
        }
        sweep_mail_pause();
    }
    if (ok)
        uv_thread_join(&thread.id);
    for (int r = 1; r < ranks->count; r++)
        if (!ranks->ranks[r].lost)
            (void)cluster_send(ranks->cluster, r, MAIL_STOP, NULL, 0);
    if (ok && !thread.ok)
        *err = thread.err;
    return ok && thread.ok;
}

/* -- one process ----------------------------------------------------------------------------------------------------- */

struct alone {
    void (*report)(void *context, const struct sweep_ranks *ranks, struct sweep_crew *crew,
                   double wall_s);
    void *context;
    struct sweep_crew *crew;
};

static void report_alone(void *context, double wall_s)
{
    struct alone *alone = context;
    alone->report(alone->context, NULL, alone->crew, wall_s);
}

bool sweep_ranks_run(const struct sweep_plan *plan, uint64_t digest,
                     void (*report)(void *context, const struct sweep_ranks *ranks,
                                    struct sweep_crew *crew, double wall_s),
                     void *context, enum run_end *end, struct err *err)
{
    struct cluster *cluster = plan->options->cluster;
    *end = RUN_COMPLETE;
    if (cluster_rank(cluster) > 0)
        return sweep_help(plan, digest, err);
    struct sweep_crew *crew = sweep_crew_new(plan);
    bool ok;
    if (cluster_size(cluster) == 1) {
        struct alone alone = {report, context, crew};
        ok = sweep_crew_run(crew, report_alone, &alone, err);
    } else {
        struct sweep_ranks ranks = {.plan = plan,
                                    .cluster = cluster,
                                    .crew = crew,
                                    .digest = digest,
                                    .count = cluster_size(cluster),
                                    .params = plan->grid->param_count};
        ranks.ranks = mem_resize(NULL, sizeof *ranks.ranks * (size_t)ranks.count);
        memset(ranks.ranks, 0, sizeof *ranks.ranks * (size_t)ranks.count);
        ok = lead(&ranks, report, context, err);
        mem_free(ranks.ranks);
        mem_free(ranks.holder);
    }
    *end = sweep_crew_end(crew);
    sweep_crew_free(crew);
    return ok;
}

/* -- where it ended before it began --------------------------------------------------------------------------- */

void sweep_dismiss(struct cluster *cluster, const struct err *err)
{
    if (cluster_size(cluster) == 1)
        return;
    if (cluster_rank(cluster) > 0) {
        (void)cluster_send(cluster, 0, MAIL_FAILED, err, sizeof *err);
        return;
    }
    for (int r = 1; r < cluster_size(cluster); r++)
        (void)cluster_send(cluster, r, MAIL_STOP, NULL, 0);
}
