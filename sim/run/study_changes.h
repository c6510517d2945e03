/* study_changes.h - the changes that a scenario takes after it was loaded: more load, and faults that the file does not hold.
 *
 * Load: every source of traffic sends `factor` times as much, in its own shape. Rates, stages, days, spikes and the states of an
 * mmpp are multiplied; a burst has so many times its requests; gaps are shorter; there are more clients (at least one). A trace
 * is thinned or filled up evenly: of n requests floor(n x factor + 1/2) are left, whichever n one stops at, so the
 * course of the day stays; a request that comes in several copies has them spread up to the next one. Nothing is drawn: the same factor gives the same requests.
 */
#ifndef TEPID_RUN_STUDY_CHANGES_H
#define TEPID_RUN_STUDY_CHANGES_H

#include "run/study.h"

/* Does what CHANGE_LOAD and CHANGE_FAULT ask for, in order; the other kinds were the load's. The digest follows. */
bool study_changes_apply(const struct change *changes, int count, struct scenario *scenario,
                         struct err *err);

#endif
