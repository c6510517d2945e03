/* sweep_help.c - a rank above 0: it computes what rank 0 asks for; see sweep_ranks.h. */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "run/sweep_mail.h"
#include "run/sweep_ranks.h"

#define TELL_EVERY_S 0.5

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
    sweep_mail_pack_finding(&one, order->point, finding);
    text_add_bytes(&helper->outbox, (const char *)&one.length, sizeof one.length);
    text_add_bytes(&helper->outbox, one.data, one.length);
    text_free(&one);
    forget_order(&helper->begun, order->point);
    sweep_finding_free(finding);
}

static void take_order(struct helper *helper, const struct cluster_message *message)
{
    struct inbox_order *order = mem_resize(NULL, sizeof *order);
    order->after = NULL;
    sweep_mail_unpack_order(message, &order->order, order->values, &order->text);
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
        (void)cluster_send(helper->cluster, 0, MAIL_FINDING, out.data + at, length);
        at += length;
    }
    text_free(&out);
}

static void help_once(struct helper *helper, double *told)
{
    struct cluster_message message;
    while (cluster_poll(helper->cluster, &message)) {
        sweep_crew_lock(helper->crew);
        if (message.kind == MAIL_ORDER)
            take_order(helper, &message);
        helper->stopped |= message.kind == MAIL_STOP;
        sweep_crew_unlock(helper->crew);
        if (message.kind == MAIL_STOP) /* what is under way is of no use any more */
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
        (void)cluster_send(helper->cluster, 0, MAIL_HUNGRY, NULL, 0);
    if (sweep_mail_clock_s() - *told < TELL_EVERY_S)
        return;
    struct mail_at at = {sweep_crew_requests(helper->crew), sweep_crew_under_way(helper->crew)};
    (void)cluster_send(helper->cluster, 0, MAIL_AT, &at, sizeof at);
    *told = sweep_mail_clock_s();
}

bool sweep_help(const struct sweep_plan *own_plan, uint64_t digest, struct err *err)
{
    struct helper helper = {.cluster = own_plan->options->cluster};
    struct sweep_plan plan = *own_plan;
    struct sweep_crew_thread thread;
    struct mail_hello hello = {.digest = digest};
    (void)snprintf(hello.host, sizeof hello.host, "%s", cluster_host(helper.cluster));
    double told = sweep_mail_clock_s();
    plan.source = (struct sweep_source){&helper, next_order, order_finished, NULL};
    helper.crew = sweep_crew_new(&plan);
    (void)cluster_send(helper.cluster, 0, MAIL_HELLO, &hello, sizeof hello);
    bool ok = sweep_crew_thread_start(&thread, helper.crew, err);
    while (ok && !thread.over) {
        help_once(&helper, &told);
        sweep_mail_pause();
    }
    if (ok)
        uv_thread_join(&thread.id);
    send_findings(&helper);
    enum run_end end = sweep_crew_end(helper.crew);
    if (ok && !thread.ok) {
        *err = thread.err;
        (void)cluster_send(helper.cluster, 0, MAIL_FAILED, err, sizeof *err);
    } else if (ok && end != RUN_COMPLETE) {
        (void)cluster_send(helper.cluster, 0, MAIL_ENDED, &end, sizeof end);
    }
    struct cluster_message message;
    while (ok && !helper.stopped) { /* rank 0 decides when it is over */
        while (cluster_poll(helper.cluster, &message))
            helper.stopped |= message.kind == MAIL_STOP;
        sweep_mail_pause();
    }
    while (helper.orders != NULL)
        forget_order(&helper.orders, helper.orders->order.point);
    while (helper.begun != NULL)
        forget_order(&helper.begun, helper.begun->order.point);
    text_free(&helper.outbox);
    sweep_crew_free(helper.crew);
    return ok && thread.ok;
}
