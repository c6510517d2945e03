/* sql_scaling.h - the capacity of Aurora Serverless v2: how it follows the load, pauses and resumes.
 *
 * AWS gives no constants: capacity follows the load in steps that are larger when it is larger, so that it grows faster the more
 * there is; a third party measured 15 to 90 s a step (MODEL.md 5). The law here, with its three settings: every `scale_every` the
 * utilisation since the last look is compared with `scale_target`. Above it, capacity grows by `scale_step` of itself, at
 * least half an ACU. It shrinks by half of such a step, at least half an ACU, if with less it would still be below nine tenths of the
 * target. Nothing ticks while a database at its minimum does nothing.
 *
 * With min_acu = 0 a database without connections for `pause_after` pauses: no ACU, no cost. The next query resumes it, which takes
 * 15 s, after a pause of more than a day 30 s; queries that come meanwhile wait, and connect when it is over. It starts again at half
 * an ACU. Open connections keep it awake, those of idle instances and of a proxy too.
 */
#ifndef TEPID_MODEL_SQL_SCALING_H
#define TEPID_MODEL_SQL_SCALING_H

#include "model/model.h"

enum sql_power { SQL_RUNNING, SQL_PAUSED, SQL_RESUMING };

struct sql_scaling {
    enum sql_power power;
    struct level halves; /* of an ACU */
    bool ticking;
    int128 busy_area, full_area; /* at the last tick */
    bool pause_pending;
    sim_time idle_since; /* no connection since */
    sim_time paused_at;
};

/* Halves of an ACU after a look at `utilisation`. */
struct sql_scaling_rule {
    int64_t least, most; /* halves */
    double target, step;
};
int64_t sql_scaling_next(const struct sql_scaling_rule *rule, int64_t halves, double utilisation);

void sql_scaling_start(struct model *model, struct svc *svc);

/* A query begins: whoever is asleep looks after it. */
void sql_scaling_tick(struct model *model, struct svc *svc);

/* The last connection is closed. */
void sql_scaling_idle(struct model *model, struct svc *svc);

/* The first query after a pause. */
void sql_scaling_resume(struct model *model, struct svc *svc);

/* Event handlers; slot: the service. */
void sql_on_scale(struct sim *sim, uint32_t slot, uint32_t generation);
void sql_on_pause(struct sim *sim, uint32_t slot, uint32_t generation);
void sql_on_resumed(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
