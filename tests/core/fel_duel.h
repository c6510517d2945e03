/* fel_duel.h - the future event list against its twin, over many increment laws.
 *
 * Both get the same random pushes, pops and peeks; keys, order, counts and hints must agree at
 * every step. The laws are the ones that break event lists: ties, clusters, heavy tails,
 * bursts in front of an event that was peeked far ahead, long idle spells, rapid growth.
 */
#ifndef TEPID_TESTS_CORE_FEL_DUEL_H
#define TEPID_TESTS_CORE_FEL_DUEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

size_t fel_duel_laws(void);
const char *fel_duel_name(size_t law);

/* Runs `operations` under one law; the first disagreement is described in `what` (if not NULL) and
 * ends the duel with false. */
bool fel_duel(size_t law, uint64_t seed, int64_t operations, char what[160]);

#endif
