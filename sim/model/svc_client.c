/* svc_client.c - `traffic`: its settings. What it does in a run is in client_run.c. */
#include "model/svc_client.h"

#include "model/client_run.h"

#define AT(field) offsetof(struct client_config, field)

static const struct param_spec params[] = {
    {"to", PARAM_TARGETS, AT(to), NULL, 0, 0, NULL,
     "what the requests go to: a route or a function", 0},
    {"to_mix", PARAM_TARGETS, AT(to), NULL, 0, 0, NULL,
     "a mix of targets: { {weight, target}, ... }", 0},
    {"rate", PARAM_RATE_SHAPE, AT(rate), NULL, 0, 0, NULL,
     "open loop: a rate, stages, diurnal, spike, mmpp, burst or trace", 0},
    {"clients", PARAM_COUNT, AT(clients), NULL, 1, 1e7, NULL,
     "closed loop: this many clients, each with one request at a time", 0},
    {"think", PARAM_TIME_DIST, AT(think), NULL, 0, 0, NULL,
     "closed loop: time between an answer and the next request", 0},
    {"arrivals", PARAM_ARRIVALS, AT(arrivals), "poisson", 0, 0, NULL,
     "\"poisson\", \"uniform\" (even gaps) or a distribution of gaps", 0},
    {"timeout", PARAM_TIME, AT(timeout), NULL, 1e6, 0, NULL, "each try is given up after this long",
     0},
    {"retry", PARAM_RETRY, AT(retry), NULL, 0, 0, NULL, "how failed requests are tried again", 0},
    {"attrs", PARAM_ATTRS, AT(attrs), NULL, 0, 0, NULL,
     "attributes drawn once per request: { tier = { gold = 0.1, silver = 0.9 } }", 0},
    {"start", PARAM_TIME, AT(start), "0s", 0, 0, NULL, "no requests before", 0},
    {"stop", PARAM_TIME, AT(stop), NULL, 0, 0, NULL, "no requests from then on", 0},
    {0},
};

static bool check(void *config, struct check_context *context, struct err *err)
{
    struct client_config *client = config;
    (void)context;
    if (client->to.count == 0) {
        err_set(err, "traffic has no target");
        return err_help(err, "write to = web \"GET /hello\" or to = a function");
    }
    int laws = (client->rate != NULL) + (client->clients != TIME_UNSET) +
               (client->arrivals.kind == ARRIVALS_GAPS);
    if (laws != 1) {
        err_set(err, laws == 0
                         ? "traffic has no rate"
                         : "traffic has more than one of rate, clients and arrivals = (gaps)");
        return err_help(err, "give exactly one of rate = \"50/s\", clients = 10, or arrivals = a "
                             "distribution of gaps");
    }
    if (client->think != NULL && client->clients == TIME_UNSET) {
        err_set(err, "think belongs to a closed loop, but there are no clients");
        return err_help(err, "write clients = 10, think = \"1s\"");
    }
    if (client->stop != TIME_UNSET && client->stop <= client->start) {
        err_set(err, "stop is not after start");
        return err_help(err, "requests are sent from start until stop");
    }
    return arrival_law_check(client->arrivals, err) &&
           (client->rate == NULL || rate_shape_check(client->rate, err));
}

const struct svc_class svc_client_class = {
    .kind = "traffic",
    .service = "traffic",
    .summary = "the people and machines that send requests",
    .params = params,
    .config_bytes = sizeof(struct client_config),
    .usage = "traffic sends requests, it answers none",
    .check = check,
    .state_bytes = sizeof(struct client),
    .start = client_start,
    .on_reply = client_on_reply,
    .awaits = client_awaits,
    .metrics = client_metrics,
    .finish = client_finish,
};
