/* session_parts.h - commands of a session that only its log knows. Private to run/.
 */
#ifndef TEPID_RUN_SESSION_PARTS_H
#define TEPID_RUN_SESSION_PARTS_H

#include "run/session.h"

/* Starts over with the words behind "tepid run". */
bool session_start(struct session *session, const char *const *words, int count, struct err *err);

/* A poke of one resource; `burst`: requests of a POKE_BURST, of a source of traffic. */
void session_poke_named(struct session *session, const char *resource, enum poke poke, sim_time at,
                        int64_t burst);

#endif
