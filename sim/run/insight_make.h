/* insight_make.h - how a rule writes down what it found. Private to the insights of run/.
 *
 * A rule looks at the facts and calls insight_add for each finding, with the evidence in the message; then says what to change
 * (insight_set) and which figure should get better (insight_watch: the lower the better). Where no setting does it,
 * insight_advise says what does. Texts are kept in the list's arena; say_... put quantities into words there.
 */
#ifndef TEPID_RUN_INSIGHT_MAKE_H
#define TEPID_RUN_INSIGHT_MAKE_H

#include "run/facts.h"
#include "run/insight.h"

/* The rules' functions. */
#define RULE(id, look, title, when, why, act, source)                                              \
    void look(const struct facts *facts, struct insight_list *list);
#include "scenario/insight_rules.def"
#undef RULE

/* A finding of the rule whose turn it is. The pointer is good until the next one is added. */
__attribute__((format(printf, 5, 6))) struct insight *
insight_add(struct insight_list *list, enum insight_severity severity, const char *resource,
            double weight, const char *message, ...);

/* One more setting of the change: as --set resource.setting=value. */
__attribute__((format(printf, 5, 6))) void insight_set(struct insight_list *list,
                                                       struct insight *insight, const char *resource,
                                                       const char *setting, const char *value, ...);
/* One more parameter of the change: as -p name=value. */
void insight_set_param(struct insight_list *list, struct insight *insight, const char *name,
                       const char *value);

__attribute__((format(printf, 3, 4))) void
insight_advise(struct insight_list *list, struct insight *insight, const char *advice, ...);

/* The figure the finding is about; the lower the better. */
void insight_watch(struct insight *insight, const char *resource, enum metric_id metric,
                   const char *stat);

/* The change prevents what has not happened. */
void insight_precaution(struct insight *insight);

/* Did that rule find something about that resource (NULL: about any) already? Rules run in the order of the table. */
bool insight_has(const struct insight_list *list, const char *rule, const char *resource);

const char *say_time(struct insight_list *list, double ns);
const char *say_share(struct insight_list *list, double share);
const char *say_money(struct insight_list *list, double usd);
const char *say_count(struct insight_list *list, double count);
const char *say_number(struct insight_list *list, double number);
const char *say_rate(struct insight_list *list, double per_s);

/* insight_measure.c: simulates the changes that `options` asks for and fills in their effects. */
bool insight_measure(struct study *study, const struct result *result, struct insight_list *list,
                     const struct insight_options *options, struct err *err);
/* Puts the list into order: what matters most first. */
void insight_rank(struct insight_list *list);

/* insight_load.c: raises the load until something gives, and says what (R06). */
bool insight_raise_load(struct study *study, const struct result *result, struct insight_list *list,
                        const struct insight_options *options, struct err *err);
/* insight_lever.c: halves and doubles parameters and settings (R07). */
bool insight_try_levers(struct study *study, const struct result *result, struct insight_list *list,
                        const struct insight_options *options, struct err *err);

/* insight_param.c: settings that a parameter of the file drives become that parameter. */
void insight_prefer_params(struct study *study, const struct result *result,
                           struct insight_list *list, const struct insight_options *options);

/* Loads what the result was made from with more changes, and simulates it. NULL: why is in `refused` (the scenario does not take
 * the change, or a limit ended the run), or `err` (threads). The caller frees both. */
struct insight_rerun {
    struct scenario *scenario;
    struct result *result;
    const char *refused; /* or NULL */
};
bool insight_rerun_all(struct study *study, const struct insight_options *options,
                       const struct study_load *loads, int count, struct insight_rerun *reruns,
                       struct arena *arena, struct err *err);
void insight_rerun_free(struct insight_rerun *rerun);

/* The options' own load with more changes behind its own. */
struct study_load insight_load_with(const struct insight_options *options,
                                    const struct change *first, int first_count,
                                    const struct change *second, int second_count,
                                    struct arena *arena);

/* Fills in the effect on one figure. */
void insight_effect_fill(struct insight_effect *effect, const struct comparison *comparison);

#endif
