/* script_read.h - from Lua values to the plain C values of a scenario.
 *
 * A settings table is read through its param_spec table, never key by key in code, so that the
 * constructor, --set and the messages agree. Readers return false with load->err filled and
 * leave the Lua stack as it was; the caller knows the place and raises. Numbers written as text
 * ("40") are taken where a number is, because parameters and --set arrive as text.
 *
 * Tables are read raw: no metamethod runs.
 */
#ifndef TEPID_SCENARIO_SCRIPT_READ_H
#define TEPID_SCENARIO_SCRIPT_READ_H

#include "core/param.h"
#include "model/svc_client.h"
#include "model/svc_function.h"
#include "model/svc_gateway.h"
#include "model/target_tracking.h"
#include "scenario/script_box.h"

/* What a number stands for. */
enum quantity { Q_TIME, Q_SIZE, Q_COUNT, Q_RATE, Q_SHARE, Q_NUMBER };

/* Whose settings are read. */
struct owner {
    const char *kind; /* "fn", "simulate", "route" */
    const char *name; /* NULL: there is only one */
    struct spot spot; /* of the call with the settings */
};

/* "fn 'f'" or "simulate"; in the arena. */
const char *owner_show(struct load *load, const struct owner *owner);

/* Pushes the raw field and returns its type; the caller pops. */
int script_field(lua_State *lua, int index, const char *name);

/* `label` is what messages call the value: "timeout". */
bool script_read_whole(struct load *load, int index, enum quantity quantity, const char *label,
                       int64_t *value);
bool script_read_real(struct load *load, int index, enum quantity quantity, const char *label,
                      double *value);
bool script_read_bool(struct load *load, int index, const char *label, bool *value);
bool script_read_text(struct load *load, int index, const char *label, const char **value);
bool script_read_choice(struct load *load, int index, const char *const *choices, const char *label,
                        int *value);
bool script_read_value(struct load *load, int index, const char *label, struct value *value);
/* A whole number 0..max, without the contract's bound on counts. */
bool script_read_number(struct load *load, int index, const char *label, double max, bool whole,
                        double *value);

/* LABEL must be WHAT, not so-and-so. Always false. */
bool script_fail_type(struct load *load, int index, const char *label, const char *what);

/* True if the text is a helper's call, such as `lognormal{p50="4ms",p99="10ms"}`; pushes its
 * value (raises when it is broken). */
bool script_push_expression(struct load *load, const char *text);

/* script_read_dist.c: a constant or a distribution box. */
bool script_read_dist(struct load *load, int index, enum quantity quantity, const char *label,
                      const struct dist **dist);

/* script_read_model.c: the compound values of the model. */
bool script_read_shape(struct load *load, int index, const char *label,
                       const struct rate_shape **shape);
/* script_read_retry.c */
bool script_read_retry(struct load *load, int index, const char *label, const char *const *extra,
                       const struct retry_policy **retry);
bool script_read_keep_alive(struct load *load, int index, const char *label,
                            struct keep_alive_spec *keep);
bool script_read_arrivals(struct load *load, int index, const char *label, struct arrival_law *law);
bool script_read_scaling(struct load *load, int index, const char *label,
                         struct scaling_spec *scaling);
bool script_read_attrs(struct load *load, int index, struct spot spot, struct attr_list *attrs);
/* Attribute's index in the scenario's list; `drawn`: by traffic, not only asked for, by `what`. */
int script_attr(struct load *load, const char *name, bool drawn, struct spot spot, const char *what);

/* script_read_provisioned.c */
bool script_read_provisioned(struct load *load, int index, const struct owner *owner,
                             const char *label, struct provisioned_spec *provisioned);

/* script_read_targets.c */
bool script_read_ref(struct load *load, int index, const char *label, struct ref *ref);
void script_add_ref(struct load *load, struct ref ref, struct target *target);
bool script_read_targets(struct load *load, int index, const struct owner *owner, const char *label,
                         struct target_list *list);
bool script_read_authorizer(struct load *load, int index, const struct owner *owner,
                            const char *label, const struct authorizer_spec **authorizer);
bool script_read_routes(struct load *load, int table, const struct owner *owner, enum use use,
                        struct route_list *list);
/* One resource behind every path: the route "ANY /". */
bool script_read_route_all(struct load *load, int index, const struct owner *owner,
                           const char *label, enum use use, struct route_list *list);
/* One resource that must have the use, written where `label` says. */
bool script_read_target(struct load *load, int index, const struct owner *owner, const char *label,
                        enum use use, struct target *target);
/* A list of those, or one alone. */
bool script_read_target_refs(struct load *load, int index, const struct owner *owner,
                             const char *label, enum use use, struct target_refs *list);
/* True if `key` has the form "METHOD /path". */
bool script_is_route(const char *key);

/* script_read_services.c: what the settings of services are made of. */
bool script_read_keys(struct load *load, int index, const char *label, struct key_law *keys);
bool script_read_autoscale(struct load *load, int index, const struct owner *owner,
                           const char *label, struct autoscale_spec *autoscale);
/* `true` is the table with nothing in it. */
bool script_read_table(struct load *load, int index, const struct owner *owner,
                       const struct param_spec *spec, void **table);
/* script_read_rules.c, script_read_states.c */
struct bus_rules;
bool script_read_rules(struct load *load, int index, const struct owner *owner, const char *label,
                       struct bus_rules *rules);
bool script_read_states(struct load *load, int index, const struct owner *owner, const char *label,
                        const struct program **program);

/* script_settings.c. Reads a table of settings into `config`. Values of --set come first, then the table at `index`
 * (0: none), then the fallback of the spec. */
bool script_read_settings(struct load *load, int index, const struct param_spec *params,
                          const struct owner *owner, void *config);
/* One setting whose value stands at `index`. */
bool script_read_setting(struct load *load, int index, const struct param_spec *spec,
                         const struct owner *owner, void *config);
/* The value --set gives, marked as used, or NULL. */
const char *script_override(struct load *load, const char *resource, const char *setting);

#endif
