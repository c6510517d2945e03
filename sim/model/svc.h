/* svc.h - what every simulated service is: one constant class, one configured instance in a run.
 *
 * A service takes charge of a call when it is submitted and answers it exactly once. Services
 * meet only through svc_submit and call_answer (call.h). A new service is one file with
 * one svc_class and one line in svc_list.def.
 */
#ifndef TEPID_MODEL_SVC_H
#define TEPID_MODEL_SVC_H

#include "core/err.h"
#include "core/param.h"
#include "cost/catalog.h"
#include "model/account.h"

struct model;
struct svc;
struct call;
struct reply;

/* What can be metered, in whole units; `price` is a key of the price list. */
struct meter_spec {
    const char *line_item; /* as on the bill: "compute" */
    const char
        *price;       /* key in assets/catalog/prices*.json; NULL: chosen by the class (price_of) */
    const char *unit; /* "gb_s", "request" ... */
    double per_unit;  /* meter counts in one priced unit: 1e9 * 1024 * ... */
};

#define SVC_METERS_MAX 8

/* Facts a class may use while checking a config at load. */
struct check_context {
    struct arena *arena; /* for what check() derives */
    const struct catalog *catalog;
    const struct account_config *account;
    const char *name; /* of the resource */
    void *warnings;   /* opaque; use check_warn */
    void (*warn)(void *warnings, const char *text);
};

struct svc_class {
    const char *kind;                /* "fn", "http_api", "traffic": the verb */
    const char *const *aliases;      /* NULL-terminated or NULL */
    const char *service;             /* as on the bill: "lambda" */
    const char *summary;             /* one line */
    const struct param_spec *params; /* ends with name == NULL */
    size_t config_bytes;
    bool callable; /* may be the target of traffic and routes */
    bool has_instances; /* a fault may recycle them */
    bool (*check)(void *config, struct check_context *context,
                  struct err *err); /* what no single setting can reject, and
                                    what is derived from the catalog; may be NULL */

    /* the run */
    size_t state_bytes;
    const struct meter_spec *meters; /* ends with line_item == NULL; may be NULL */
    const char *(*price_of)(const void *config, int meter); /* for meters whose price is NULL */
    void (*start)(struct model *model,
                  struct svc *svc); /* build the state, schedule the first events */
    sim_time (*submit)(struct model *model, struct svc *svc,
                       struct call *call); /* see call.h: returns when it will answer */
    /* Calls with these keys will probably come next, in this order (draw_ahead.h). May be NULL. */
    void (*expect)(struct model *model, struct svc *svc, const uint64_t *keys, int count);
    /* A call comes in about `turns` requests' time, if many services compete for the cache. May be NULL. */
    void (*prefetch)(const struct model *model, const struct svc *svc, int turns);
    void (*on_reply)(struct model *model, struct svc *svc, const struct reply *reply);
    void (*finish)(struct model *model,
                   struct svc *svc); /* at the horizon: close integrals, check conservation */
    void (*apply)(struct model *model, struct svc *svc); /* config was changed by a fault */
};

/* All classes, in the order of svc_list.def; ends with NULL. */
extern const struct svc_class *const svc_classes[];
const struct svc_class *svc_class_find(const char *kind_or_alias);

#endif
