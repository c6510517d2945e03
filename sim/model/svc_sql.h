/* svc_sql.h - the settings of `sql` (aliases `aurora`, `rds`): a relational database. Behaviour in sql_run.c.
 *
 * Either Aurora Serverless v2, from min_acu to max_acu, or an instance of a class. ACUs come in halves, so they are
 * counted in halves everywhere in C.
 */
#ifndef TEPID_MODEL_SVC_SQL_H
#define TEPID_MODEL_SVC_SQL_H

#include "core/dist.h"
#include "model/svc.h"

enum { ENGINE_POSTGRES, ENGINE_MYSQL };

/* `proxy = true` or { borrow_timeout=, max_percent= } */
struct sql_proxy {
    int64_t borrow_timeout; /* ns */
    double max_percent;     /* share of max_connections it may open */
};

struct sql_config {
    int engine;
    double min_acu, max_acu; /* NAN: not given */
    const char *instance;    /* class, or NULL: serverless */
    int64_t memory;          /* bytes, of a class the catalog does not know; TIME_UNSET */
    int64_t vcpu;            /* the same */
    bool multi_az;
    int64_t max_connections;    /* filled in by check() */
    const struct dist *latency; /* ns, of a query alone; filled in by check() */
    const struct dist *connect; /* ns, to open a connection; filled in by check() */
    int64_t contention;         /* ns added for each query that runs, itself included */
    double per_acu, per_vcpu;   /* queries at full speed; NAN: filled in by check() */
    const struct sql_proxy *proxy;
    int64_t pause_after; /* ns; filled in by check() where min_acu is 0, else TIME_UNSET */
    int64_t resume;      /* ns; TIME_UNSET: from the catalog, by the length of the pause */
    int64_t scale_every; /* ns; filled in by check() */
    double scale_target, scale_step; /* shares; filled in by check() */
    int64_t io;                      /* I/O requests of a query */
    bool io_optimized;

    /* Derived by check(). */
    bool serverless;
    int32_t min_halves, max_halves;
    int64_t full_speed;  /* of an instance: thousandths of queries at full speed */
    int64_t vcpus;       /* of an instance */
    int64_t nodes;       /* instances billed */
    const char *price;   /* of the instance, or NULL: none known */
    int64_t proxy_least; /* halves of an ACU, or vCPUs, a proxy is billed for at least */
    sim_time resume_short, resume_long, long_pause;
    double idle_percent; /* share of a proxy's connections it keeps without use */
};

enum sql_meter {
    SQL_ACU,        /* half-ACU ms */
    SQL_INSTANCE,   /* ms */
    SQL_PROXY_ACU,  /* half-ACU ms */
    SQL_PROXY_VCPU, /* vCPU ms */
    SQL_IO,         /* requests */
};

static inline bool sql_may_pause(const struct sql_config *config)
{
    return config->pause_after != TIME_UNSET && config->proxy == NULL;
}

extern const struct svc_class svc_sql_class;

#endif
