/* svc_service.h - the settings of `service` (aliases `container`, `fargate`); behaviour in service_run.h.
 */
#ifndef TEPID_MODEL_SVC_SERVICE_H
#define TEPID_MODEL_SVC_SERVICE_H

#include "model/program.h"
#include "model/svc.h"
#include "model/target_tracking.h"

struct service_config {
    int vcpu;       /* index into the sizes Fargate has */
    int64_t memory; /* bytes; TIME_UNSET: filled in by check() */
    int arch;
    int64_t tasks; /* TIME_UNSET: filled in by check() */
    struct autoscale_spec autoscale;
    const struct dist *start; /* ns; NULL: from the catalog, filled in by check() */
    int64_t health;           /* ns; TIME_UNSET: from the catalog, filled in by check() */
    int64_t workers;          /* requests a task works on at once */
    int64_t queue;            /* requests that may wait, of all tasks together */
    int64_t timeout;          /* ns or TIME_UNSET */
    const struct program *handler;

    /* Derived by check(). */
    int64_t cpu_thousandths;     /* of a vCPU */
    int64_t half_gb;      /* memory in units of 512 MB */
    int64_t billed_min_s; /* of a task's life */
};

/* Rows of the class's meter table. */
enum service_meter {
    SERVICE_VCPU,   /* thousandths of a vCPU x ms */
    SERVICE_MEMORY, /* half GB x ms */
};

extern const struct svc_class svc_service_class;

#endif
