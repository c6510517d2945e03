/* svc_client.h - the settings of `traffic`; behaviour in svc_client.c.
 */
#ifndef TEPID_MODEL_SVC_CLIENT_H
#define TEPID_MODEL_SVC_CLIENT_H

#include "model/arrivals.h"
#include "model/program.h"
#include "model/svc.h"

struct weighted_target {
    double weight; /* relative, > 0 somewhere */
    struct target target;
    const char *name; /* as written, for messages: "web GET /hello" */
    int line;
};

struct target_list {
    const struct weighted_target *targets;
    int32_t count;
};

/* One attribute of a source: its values and their relative weights. */
struct attr_value {
    const char *text; /* NULL: a number */
    double number;
    double weight;
};
struct attr_def {
    const char *name;
    int32_t attr; /* index into the scenario's attribute names */
    const struct attr_value *values;
    int32_t count;
};
struct attr_list {
    const struct attr_def *attrs;
    int32_t count;
};

struct client_config {
    struct target_list to;
    const struct rate_shape *rate; /* open loop; NULL with clients or gaps */
    int64_t clients;               /* closed loop: number of clients, or TIME_UNSET */
    const struct dist
        *think; /* closed loop: time between an answer and the next request; NULL: 0 */
    struct arrival_law arrivals;
    int64_t timeout;                  /* ns or TIME_UNSET: of each try */
    const struct retry_policy *retry; /* NULL: sent once */
    struct attr_list attrs;
    int64_t start, stop; /* ns; stop TIME_UNSET: the end of the run */
};

extern const struct svc_class svc_client_class;

#endif
