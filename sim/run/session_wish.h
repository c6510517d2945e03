/* session_wish.h - what is to be simulated, as the sliders and the other commands of a window have it. Private to run/.
 *
 * A wish is a file, what the command line gave with it, and everything changed since: parameters, settings, variant, seed, pokes.
 * An order is a copy of it at one moment.
 */
#ifndef TEPID_RUN_SESSION_WISH_H
#define TEPID_RUN_SESSION_WISH_H

#include "core/text.h"
#include "run/session.h"
#include "run/session_worker.h"

struct wish_change {
    char *resource; /* NULL: a parameter */
    char *name, *value;
};
struct wish_poke {
    char *resource;
    enum poke poke;
    sim_time at;
    int64_t burst; /* requests of a POKE_BURST */
};
struct wish {
    struct arena *arena; /* of `setup` */
    struct study_setup setup;
    struct study_times times;
    struct wish_change *changes; /* each parameter and setting once */
    int change_count;
    char *variant; /* or NULL */
    struct wish_poke *pokes;
    int poke_count;
};

void wish_init(struct wish *wish, const struct session_setup *setup);
void wish_free(struct wish *wish);

void wish_open(struct wish *wish, const char *file); /* another file; nothing is changed in it */
/* Another start, from the words behind "tepid run". */
bool wish_start(struct wish *wish, const char *const *words, int count, struct err *err);
void wish_set(struct wish *wish, const char *resource, const char *name, const char *value);
void wish_reset_params(struct wish *wish);
void wish_variant(struct wish *wish, const char *variant);
void wish_poke(struct wish *wish, const char *resource, enum poke poke, sim_time at, int64_t burst);
/* Takes one change back: a parameter, a setting, a poke. */
void wish_drop(struct wish *wish, const struct change *change);
void wish_clear_pokes(struct wish *wish);

/* Fills in what is to be loaded. */
void wish_put(const struct wish *wish, struct order *order);
/* The same of another design: of a file (NULL: this one) and a variant, with the seed and the pokes but not the changes. */
void wish_put_beside(const struct wish *wish, const char *file, const char *variant,
                     struct order *order);

#endif
