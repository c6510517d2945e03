/* svc.h - what every simulated service is: one constant class, one configured instance in a run.
 *
 * A service takes charge of a call when it is submitted and answers it exactly once; what needs no answer comes as a
 * message (message.h). Services meet only through call_submit, call_answer and message_offer. A new service is
 * one file with one svc_class and one line in svc_list.def: nobody else knows it by name.
 *
 * All functions of a class but config_bytes, params and start may be NULL.
 */
#ifndef TEPID_MODEL_SVC_H
#define TEPID_MODEL_SVC_H

#include "core/err.h"
#include "core/param.h"
#include "cost/catalog.h"
#include "model/account.h"
#include "model/metric.h"

struct model;
struct svc;
struct call;
struct reply;
struct message;
struct record;
struct route_list;
struct sim;

/* Whom a call goes to. */
struct target {
    int32_t resource; /* index into the scenario's resources; -1 unset */
    int32_t route;    /* index of a gateway's route, or -1 */
};

struct target_refs {
    const struct target *targets;
    int32_t count;
};

/* What a resource may be used as: the operations of handlers, and the places other resources name it. */
enum use {
    USE_CALL, /* r:call */
    USE_GET,
    USE_PUT,
    USE_QUERY,
    USE_EXEC,
    USE_READ,
    USE_WRITE,
    USE_INVOKE,
    USE_SEND,
    USE_PUBLISH,
    USE_EMIT,
    USE_PUSH,
    USE_START,
    USE_TRAFFIC,  /* `to` of traffic */
    USE_ROUTE,    /* behind a route of a gateway */
    USE_CONSUMER, /* takes batches from a queue or stream */
    USE_MESSAGE,  /* subscriber, rule's target, destination: takes messages */
    USE_DLQ,      /* dead letters */
    USE_TASK,     /* of a workflow */
    USE_FAULT,    /* target of `at` */
    USES
};
#define TAKES(use) (1u << (use))

/* Every class has a number, in the order of svc_list.def. */
enum svc_id {
#define SVC(class) ID_##class,
#include "model/svc_list.def"
#undef SVC
    SVC_CLASSES
};

/* Levels and totals that a service shows besides its calls; see metric.def for what they mean. */
enum view_level {
    LEVEL_CONCURRENCY,
    LEVEL_INSTANCES,
    LEVEL_IDLE,
    LEVEL_CONNECTIONS,
    LEVEL_UTILISATION,
    LEVEL_DEPTH,
    LEVEL_IN_FLIGHT,
    LEVEL_RCU,
    LEVEL_WCU,
    LEVEL_HITS, /* a share: only its mean */
    VIEW_LEVELS
};
enum view_total {
    TOTAL_IDLE_GB_S,
    TOTAL_BILLED_GB_S,
    TOTAL_SENT,
    TOTAL_DELETED,
    TOTAL_RECEIVED,
    TOTAL_DEAD_LETTERS,
    TOTAL_DUPLICATES,
    TOTAL_EXPIRED,
    VIEW_TOTALS
};

/* The measured interval so far. The caller sets all to NAN and fills in LEVEL_CONCURRENCY; a metric the class has must
 * not stay NAN. */
struct svc_view {
    double mean[VIEW_LEVELS], max[VIEW_LEVELS];
    double total[VIEW_TOTALS];
    const struct hist *age; /* borrowed, or NULL */
};

/* The sample that ends now; NAN: no such column. */
struct svc_sample {
    double instances_warm, queue_depth, queue_age_s, consumed_rcu, consumed_wcu;
};

/* One line of the summary's CAPACITY section. */
#define CAPACITY_LIMITS 3
#define CAPACITY_LINES  3 /* of one service */
struct capacity_row {
    const char *resource, *what, *limit_name; /* "concurrency", "account" */
    double mean, max, limit;                  /* limit INFINITY: none */
    const char *refused_by[CAPACITY_LIMITS];  /* the limits that may refuse calls; NULL: no more */
    double refused[CAPACITY_LIMITS];          /* calls refused by each, mean over replications */
};

/* An instance of a service, which holds connections for as long as it lives (connection_pool.h). */
struct holder {
    uint32_t svc, slot, generation;
    uint32_t pool; /* of its service's, where that has several */
};

#define SVC_EVENTS_MAX 8
typedef void (*svc_event_handler)(struct sim *sim, uint32_t slot, uint32_t generation);

/* What can be metered, in whole units; `price` is a key of the price list. */
struct meter_spec {
    const char *line_item; /* as on the bill: "compute" */
    const char
        *price;       /* key in assets/catalog/prices*.json; NULL: chosen by the class (price_of) */
    const char *unit; /* "gb_s", "request" ... */
    double per_unit;  /* meter counts in one priced unit: 1e9 * 1024 * ... */
};

#define SVC_METERS_MAX 12

/* Another resource of the scenario, as the file gives it. */
struct check_peer {
    const struct svc_class *class;
    const void *config;
    const char *name;
};

/* Facts a class may use while checking a config at load. */
struct check_context {
    struct arena *arena; /* for what check() derives */
    const struct catalog *catalog;
    const struct account_config *account;
    const char *name; /* of the resource */
    void *warnings;   /* opaque; use check_warn */
    void (*warn)(void *warnings, const char *text);
    struct check_peer (*peer)(void *warnings, int32_t resource); /* whom a setting names */
};

struct svc_class {
    const char *kind;                /* "fn", "http_api", "traffic": the verb */
    const char *const *aliases;      /* NULL-terminated or NULL */
    const char *service;             /* as on the bill: "lambda" */
    const char *summary;             /* one line */
    const struct param_spec *params; /* ends with name == NULL */
    size_t config_bytes;
    unsigned takes;      /* TAKES(use) of every use */
    const char *usage;   /* how it is used, for messages: "queues are written with r:send(q)" */
    bool has_instances;  /* a fault may recycle them */
    bool acknowledges;   /* may answer before its work is done (call_acknowledge), so its callers wait other times than it works */
    /* Messages wait in a queue of its own before they become calls: it adds the delivery time, and the calls are what edges
     * count. */
    bool async_queue;
    bool loop_guard; /* asks loop_may_enter for every message it takes (loop.h) */
    bool (*check)(void *config, struct check_context *context,
                  struct err *err); /* what no single setting can reject, and
                                    what is derived from the catalog; may be NULL */

    /* the run */
    size_t state_bytes;
    const struct meter_spec *meters; /* ends with line_item == NULL; may be NULL */
    const char *(*price_of)(const void *config, int meter); /* for meters whose price is NULL */
    /* False: the line would always be 0 (capacity nobody asked for) and is left out. NULL: all lines. */
    bool (*has_line)(const struct model *model, const struct svc *svc, int meter);
    void (*start)(struct model *model,
                  struct svc *svc); /* build the state, schedule the first events */
    sim_time (*submit)(struct model *model, struct svc *svc,
                       struct call *call); /* see call.h: returns when it will answer */
    /* Calls with these keys will probably come next, in this order (draw_ahead.h). */
    void (*expect)(struct model *model, struct svc *svc, const uint64_t *keys, int count);
    /* A call comes in about `turns` requests' time, if many services compete for the cache. */
    void (*prefetch)(const struct model *model, const struct svc *svc, int turns);
    void (*on_reply)(struct model *model, struct svc *svc, const struct reply *reply);
    void (*apply)(struct model *model, struct svc *svc); /* config was changed by a fault */
    void (*recycle)(struct model *model, struct svc *svc); /* has_instances: they start afresh */

    /* What is used up of the SDK's retry quota by the process that handles `call`; NULL: it has none. */
    uint16_t *(*retry_quota)(struct model *model, struct svc *svc, const struct call *call);
    /* Does the record that made a call still wait for its answer? NULL: always. */
    bool (*awaits)(const struct model *model, const struct svc *svc, uint32_t owner,
                   uint32_t generation);
    /* The instance that the record that made a call works on; false: there is none, or it has given up. NULL: there are none. */
    bool (*holder)(const struct model *model, const struct svc *svc, uint32_t owner,
                   uint32_t generation, struct holder *holder);
    /* Where such an instance keeps the list of what it holds, POOL_NONE at first, and until when it lives: SIM_NEVER while it
     * works. NULL: it is gone. */
    uint32_t *(*holds)(const struct model *model, const struct svc *svc,
                       const struct holder *holder, sim_time *until);

    /* A call served by call_serve comes to its end: call_finish_served, unless there is more to do. */
    void (*complete)(struct model *model, struct svc *svc, struct call *call);

    /* messages */
    /* Before start is over: messages will come. May be called several times. */
    void (*attach)(struct model *model, struct svc *svc);
    /* Takes a message; false: refused now, the sender may try again. */
    bool (*accept)(struct model *model, struct svc *svc, const struct message *message);
    /* Of a batch this service handed to a consumer with owner `owner`: how many records, which, and a consumer's word that
     * one of them failed. Only classes that deliver batches. */
    int32_t (*record_count)(const struct model *model, const struct svc *svc, uint32_t owner);
    struct record (*record)(const struct model *model, const struct svc *svc, uint32_t owner,
                            int32_t index);
    /* True if the source takes back single records (partial batches). */
    bool (*record_failed)(struct model *model, struct svc *svc, uint32_t owner, int32_t index);

    /* events of its own: handlers[i] is called for SVC_EVENT(class, i) */
    svc_event_handler events[SVC_EVENTS_MAX];
    /* What all services of the class share in a run (pools of records that events name): zeroed memory. */
    size_t shared_bytes;
    void (*open)(void *shared);
    void (*close)(void *shared);

    /* what is seen */
    uint64_t (*metrics)(const struct svc *svc); /* set of METRIC_BIT; fixed once all have started */
    void (*begin)(struct model *model, struct svc *svc); /* the measured interval begins */
    void (*view)(struct model *model, struct svc *svc, struct svc_view *view);
    void (*sample)(struct model *model, struct svc *svc, struct svc_sample *sample);
    /* Lines by what is declared, not by what was used: every replication has the same. Returns how many. */
    int (*capacity)(struct model *model, struct svc *svc, const struct svc_view *view,
                    double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES]);
    /* The line of a route with a limit of its own; its name and rates are filled in by whoever asks. False: it has none. */
    bool (*route_capacity)(const struct svc *svc, uint32_t route, struct capacity_row *row);
    /* Meters what goes by the clock (capacity kept ready) for [from, to). Called whenever someone looks, and by the service
     * itself (svc_settle) before what it holds changes. */
    void (*settle)(struct model *model, struct svc *svc, sim_time from, sim_time to);
    void (*in_flight)(struct model *model, struct svc *svc,
                      const struct call *call); /* at the horizon: a call still in service */
    void (*audit)(struct model *model, struct svc *svc); /* conservation laws, at every sample */
    void (*finish)(struct model *model,
                   struct svc *svc); /* at the horizon: close integrals, check conservation */
    void (*free)(struct svc *svc);   /* state outside the arena */
};

/* All classes, in the order of svc_list.def; ends with NULL. */
extern const struct svc_class *const svc_classes[];
const struct svc_class *svc_class_find(const char *kind_or_alias);

/* What stands before the kind in a sentence: "a ", "an ", or nothing for traffic. */
const char *svc_class_article(const struct svc_class *class);

/* The routes of a configured gateway, or NULL: the class has none. */
const struct route_list *svc_class_routes(const struct svc_class *class, const void *config);

#endif
