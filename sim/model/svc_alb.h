/* svc_alb.h - the settings of `alb` and, with fewer of them, `url`; behaviour in alb_run.h.
 */
#ifndef TEPID_MODEL_SVC_ALB_H
#define TEPID_MODEL_SVC_ALB_H

#include "model/svc_gateway.h"

struct alb_config {
    struct route_list routes;    /* at least one */
    const struct dist *overhead; /* ns; NULL: from the catalog, filled in by check() */
    int64_t timeout;             /* ns; TIME_UNSET: from the catalog, or none */
    int64_t size;                /* bytes of a request and its answer together */
    int64_t per_connection;      /* requests that come over one connection */
};

/* Rows of the meter tables. A function URL has only the last. */
enum alb_meter {
    ALB_HOURS, /* ms */
    ALB_LCU,   /* 1e-9 of a capacity unit's hour */
    ALB_TRANSFER,
};
enum url_meter { URL_TRANSFER };

extern const struct svc_class svc_alb_class;
extern const struct svc_class svc_url_class;

#endif
