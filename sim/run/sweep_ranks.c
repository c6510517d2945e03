/* sweep_ranks.c - see the header. */
#include "run/sweep_ranks.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <uv.h>

#include "core/text.h"

#define PAUSE_NS     2000000 /* between two looks for messages: a look takes time from the simulation */
#define TELL_EVERY_S 0.5
#define REPORT_S     0.1

enum ranks_message {
    MESSAGE_HELLO = 1, /* to rank 0: the digest of what it read */
    MESSAGE_HUNGRY,    /* a thread has nothing to do */
    MESSAGE_AT,        /* struct at */
    MESSAGE_FINDING,   /* struct packed and what belongs to it */
    MESSAGE_FAILED,    /* struct err */
    MESSAGE_ENDED,     /* enum run_end: a limit was reached */
    MESSAGE_ORDER,     /* from rank 0: struct order_head and the values */
    MESSAGE_STOP,      /* there is nothing more */
};

struct at {
    uint64_t requests;
    double under_way;
};

struct hello {
    uint64_t digest;
    char host[80];
};

struct order_head {
    int point, values;
};

/* A finding without what its pointers point to: that follows in the order of the lengths. */
struct packed {
    int point;
    struct sweep_finding finding;
    size_t missed, note; /* bytes with the final NUL; 0: none */
};

static double clock_s(void)
{
    return (double)uv_hrtime() / 1e9;
}

static void pause_a_little(void)
{
    struct timespec little = {0, PAUSE_NS};
    (void)nanosleep(&little, NULL); /* shorter will do */
}

/* -- the crew in a thread of its own: MPI belongs to the first one ---------------------------------------- */

struct crew_thread {
    struct sweep_crew *crew;
    uv_thread_t id;
    _Atomic bool over;
    bool ok;
    struct err err;
};

static void run_crew(void *context)
{
    struct crew_thread *thread = context;
    thread->ok = sweep_crew_run(thread->crew, NULL, NULL, &thread->err);
    thread->over = true;
}

static bool start_crew(struct crew_thread *thread, struct sweep_crew *crew, struct err *err)
{
    *thread = (struct crew_thread){.crew = crew};
    return uv_thread_create(&thread->id, run_crew, thread) == 0 ||
           err_file(err, "cannot start a thread");
}

/* -- packing ------------------------------------------------------------------------------------------------ */

static void pack_finding(struct text *out, int point, const struct sweep_finding *finding)
{
    struct packed head;
    memset(&head, 0, sizeof head);
    head.point = point;
    head.finding = *finding;
    head.missed = finding->missed == NULL ? 0 : strlen(finding->missed) + 1;
    head.note = finding->note == NULL ? 0 : strlen(finding->note) + 1;
    text_add_bytes(out, (const char *)&head, sizeof head);
    text_add_bytes(out, (const char *)finding->rows, sizeof *finding->rows * (size_t)finding->reps);
    text_add_bytes(out, finding->missed, head.missed);
    text_add_bytes(out, finding->note, head.note);
}

static void *take(const char **at, size_t bytes)
{
    if (bytes == 0)
        return NULL;
    void *block = mem_resize(NULL, bytes);
    memcpy(block, *at, bytes);
    *at += bytes;
    return block;
}

static int unpack_finding(const struct cluster_message *message, struct sweep_finding *finding)
{
    struct packed head;
    const char *at = message->data + sizeof head;
    memcpy(&head, message->data, sizeof head);
    *finding = head.finding;
    finding->rows = take(&at, sizeof *finding->rows * (size_t)finding->reps);
    finding->missed = take(&at, head.missed);
    finding->note = take(&at, head.note);
    return head.point;
}

static void pack_order(struct text *out, const struct sweep_order *order, int params)
{
    struct order_head head = {order->point, params};
    text_add_bytes(out, (const char *)&head, sizeof head);
    for (int p = 0; p < params; p++)
        text_add_bytes(out, order->values[p], strlen(order->values[p]) + 1);
}

/* -- the ranks above 0 --------------------------------------------------------------------------------------- */

struct inbox_order {
    struct sweep_order order;
    char *text; /* the values */
    const char *values[SWEEP_PARAMS_MAX];
    struct inbox_order *after;
};

struct helper {
    struct cluster *cluster;
    struct sweep_crew *crew;
    struct inbox_order *orders; /* not begun */
    struct inbox_order *begun;
    bool wants, asked, stopped;
    struct text outbox; /* a finding a message, each led by its length */
};

static enum sweep_next next_order(void *context, struct sweep_order *order)
{
    struct helper *helper = context;
    struct inbox_order *first = helper->orders;
    if (helper->stopped)
        return SWEEP_OVER;
    if (first == NULL) {
        helper->wants = true;
        return SWEEP_WAIT;
    }
    helper->orders = first->after;
    first->after = helper->begun;
    helper->begun = first;
    *order = first->order;
    return SWEEP_ORDER;
}

static void forget_order(struct inbox_order **list, int point)
{
    for (; *list != NULL; list = &(*list)->after)
        if ((*list)->order.point == point) {
            struct inbox_order *gone = *list;
            *list = gone->after;
            mem_free(gone->text);
            mem_free(gone);
            return;
        }
}

static void order_finished(void *context, const struct sweep_order *order,
                           struct sweep_finding *finding)
{
    struct helper *helper = context;
    struct text one = {0};
    pack_finding(&one, order->point, finding);
    text_add_bytes(&helper->outbox, (const char *)&one.length, sizeof one.length);
    text_add_bytes(&helper->outbox, one.data, one.length);
    text_free(&one);
    forget_order(&helper->begun, order->point);
    sweep_finding_free(finding);
}

static void take_order(struct helper *helper, const struct cluster_message *message)
{
    struct order_head head;
    memcpy(&head, message->data, sizeof head);
    struct inbox_order *order = mem_resize(NULL, sizeof *order);
    *order = (struct inbox_order){.order = {.point = head.point}};
    const char *at = message->data + sizeof head;
    order->text = take(&at, message->bytes - sizeof head);
    at = order->text;
    for (int p = 0; p < head.values; p++, at += strlen(at) + 1)
        order->values[p] = at;
    order->order.values = order->values;
    struct inbox_order **last = &helper->orders;
    while (*last != NULL)
        last = &(*last)->after;
    *last = order;
    helper->asked = false;
}

static void send_findings(struct helper *helper)
{
    struct text out = {0};
    sweep_crew_lock(helper->crew);
    out = helper->outbox;
    helper->outbox = (struct text){0};
    sweep_crew_unlock(helper->crew);
    for (size_t at = 0; at < out.length;) {
        size_t length;
        memcpy(&length, out.data + at, sizeof length);
        at += sizeof length;
        (void)cluster_send(helper->cluster, 0, MESSAGE_FINDING, out.data + at, length);
        at += length;
    }
    text_free(&out);
}

static void help_once(struct helper *helper, double *told)
{
    struct cluster_message message;
    while (cluster_poll(helper->cluster, &message)) {
        sweep_crew_lock(helper->crew);
        if (message.kind == MESSAGE_ORDER)
            take_order(helper, &message);
        helper->stopped |= message.kind == MESSAGE_STOP;
        sweep_crew_unlock(helper->crew);
        if (message.kind == MESSAGE_STOP) /* what is under way is of no use any more */
            sweep_crew_halt(helper->crew, RUN_COMPLETE);
        sweep_crew_wake(helper->crew);
    }
    send_findings(helper);
    sweep_crew_lock(helper->crew);
    bool ask = helper->wants && !helper->asked && helper->orders == NULL;
    helper->wants = false;
    helper->asked |= ask;
    sweep_crew_unlock(helper->crew);
    if (ask)
        (void)cluster_send(helper->cluster, 0, MESSAGE_HUNGRY, NULL, 0);
    if (clock_s() - *told < TELL_EVERY_S)
        return;
    struct at at = {sweep_crew_requests(helper->crew), sweep_crew_under_way(helper->crew)};
    (void)cluster_send(helper->cluster, 0, MESSAGE_AT, &at, sizeof at);
    *told = clock_s();
}

static bool help(const struct sweep_plan *own_plan, uint64_t digest, struct err *err)
{
    struct helper helper = {.cluster = own_plan->options->cluster};
    struct sweep_plan plan = *own_plan;
    struct crew_thread thread;
    struct hello hello = {.digest = digest};
    (void)snprintf(hello.host, sizeof hello.host, "%s", cluster_host(helper.cluster));
    double told = clock_s();
    plan.source = (struct sweep_source){&helper, next_order, order_finished, NULL};
    helper.crew = sweep_crew_new(&plan);
    (void)cluster_send(helper.cluster, 0, MESSAGE_HELLO, &hello, sizeof hello);
    bool ok = start_crew(&thread, helper.crew, err);
    while (ok && !thread.over) {
        help_once(&helper, &told);
        pause_a_little();
    }
    if (ok)
        uv_thread_join(&thread.id);
    send_findings(&helper);
    enum run_end end = sweep_crew_end(helper.crew);
    if (ok && !thread.ok) {
        *err = thread.err;
        (void)cluster_send(helper.cluster, 0, MESSAGE_FAILED, err, sizeof *err);
    } else if (ok && end != RUN_COMPLETE) {
        (void)cluster_send(helper.cluster, 0, MESSAGE_ENDED, &end, sizeof end);
    }
    struct cluster_message message;
    while (ok && !helper.stopped) { /* rank 0 decides when it is over */
        while (cluster_poll(helper.cluster, &message))
            helper.stopped |= message.kind == MESSAGE_STOP;
        pause_a_little();
    }
    while (helper.orders != NULL)
        forget_order(&helper.orders, helper.orders->order.point);
    while (helper.begun != NULL)
        forget_order(&helper.begun, helper.begun->order.point);
    text_free(&helper.outbox);
    sweep_crew_free(helper.crew);
    return ok && thread.ok;
}

/* -- rank 0 ------------------------------------------------------------------------------------------------------ */

struct rank {
    char host[80];
    bool here, hungry, lost;
    double heard_s;
    struct at at;
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
            pack_order(&text, &order, ranks->params);
            *holder_of(ranks, order.point) = r;
        }
        sweep_crew_unlock(ranks->crew);
        if (!given)
            return;
        ranks->ranks[r].hungry = false;
        (void)cluster_send(ranks->cluster, r, MESSAGE_ORDER, text.data, text.length);
        text_free(&text);
    }
}

static void take_finding(struct sweep_ranks *ranks, const struct cluster_message *message)
{
    const struct sweep_source *source = &ranks->plan->source;
    struct sweep_finding finding;
    int point = unpack_finding(message, &finding);
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
    struct hello hello;
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
        rank->heard_s = clock_s();
        struct err err;
        enum run_end end;
        switch (message.kind) {
        case MESSAGE_HELLO:
            say_hello(ranks, &message);
            break;
        case MESSAGE_HUNGRY:
            rank->hungry = true;
            break;
        case MESSAGE_AT:
            memcpy(&rank->at, message.data, sizeof rank->at);
            break;
        case MESSAGE_FINDING:
            take_finding(ranks, &message);
            break;
        case MESSAGE_FAILED:
            memcpy(&err, message.data, sizeof err);
            err_context(&err, "rank %d on %s", message.from, rank->here ? rank->host : "?");
            sweep_crew_fail(ranks->crew, &err);
            break;
        case MESSAGE_ENDED:
            memcpy(&end, message.data, sizeof end);
            sweep_crew_halt(ranks->crew, end);
            break;
        default:
            break;
        }
    }
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
            "warning: rank %d of %d (%s) has not been heard of for %d s and is given up; what it "
            "had begun, %d point%s, others do again\n",
            r, ranks->count, ranks->ranks[r].here ? ranks->ranks[r].host : "it never said hello",
            ranks->ranks[r].here ? RANK_SILENCE_S : RANK_START_S, points, points == 1 ? "" : "s");
}

static void look_after(struct sweep_ranks *ranks)
{
    for (int r = 1; r < ranks->count; r++)
        if (!ranks->ranks[r].lost && clock_s() - ranks->ranks[r].heard_s >
                                         (ranks->ranks[r].here ? RANK_SILENCE_S : RANK_START_S))
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
    struct crew_thread thread;
    double start = clock_s(), reported = start;
    for (int r = 0; r < ranks->count; r++)
        ranks->ranks[r].heard_s = start;
    bool ok = start_crew(&thread, ranks->crew, err);
    while (ok && !thread.over) {
        hear(ranks);
        feed(ranks);
        look_after(ranks);
        if (clock_s() - reported > REPORT_S) {
            report(context, ranks, ranks->crew, clock_s() - start);
            reported = clock_s();
        }
        pause_a_little();
    }
    if (ok)
        uv_thread_join(&thread.id);
    for (int r = 1; r < ranks->count; r++)
        if (!ranks->ranks[r].lost)
            (void)cluster_send(ranks->cluster, r, MESSAGE_STOP, NULL, 0);
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
        return help(plan, digest, err);
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
        (void)cluster_send(cluster, 0, MESSAGE_FAILED, err, sizeof *err);
        return;
    }
    for (int r = 1; r < cluster_size(cluster); r++)
        (void)cluster_send(cluster, r, MESSAGE_STOP, NULL, 0);
}
