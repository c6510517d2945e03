/* session.h - the simulations behind the window: started, cancelled, replaced, while the window goes on drawing.
 *
 * A session owns a study and up to three records: `current` (what the sliders say), `ghost` (what was on screen before, kept until
 * the new one has landed) and `baseline` (B sets it, or a variant, or another file: the A of A/B). One thread loads, another
 * simulates; the window's thread calls session_poll once a frame, which never waits: frames come through a lock-free list that it
 * takes whole, with "the latest" (totals, costs so far) on the last of them. Commands go the other way, the newest in place of the one before.
 *
 * Moving a slider loads the scenario anew, then stops what is under way and starts again with the same streams; the first frames are on
 * screen a few milliseconds later, and grow. A value or a file that turns out to be wrong stops nothing: session_error says what is wrong and where,
 * and the old run goes on. A poke at simulated time t is a fault added at t: the run is simulated again with it, so that what lies
 * before t stays as it was, to the bit, and the list of pokes replays the session exactly (session_log).
 * The directories of the scenario and of all it reads are watched (libuv); a saved file is loaded off the window's thread and swapped in when valid.
 */
#ifndef TEPID_RUN_SESSION_H
#define TEPID_RUN_SESSION_H

#include "run/record.h"
#include "run/study.h"

struct session;

struct session_setup {
    struct study_setup study;
    struct study_times times;
    const char *variant;
    int64_t traces; /* requests to trace when a run has landed; 0: none */
    bool watch;     /* reload when the file, or one that it reads, changes */
    /* Called from other threads when session_poll has something to take: a window that sleeps wakes up. NULL: nobody sleeps. */
    void (*wake)(void *context);
    void *wake_context;
};

/* NULL with err if the study cannot be opened (no such file, no assets). A scenario with an error gives a session with session_error set
 * and no current record, so that the window can show it and wait for the file to be mended. */
struct session *session_new(const struct session_setup *setup, struct err *err);
void session_free(struct session *session); /* stops everything; accepts NULL */

/* Takes what the workers have handed over since the last call. True if anything changed that could be drawn. */
bool session_poll(struct session *session);

/* Waits (for tests and headless runs) until the current run has landed, with the traces that setup asks for, or there is an error;
 * true if it has. */
bool session_wait(struct session *session, double timeout_s);

struct record *session_current(struct session *session);  /* NULL before the first frame */
struct record *session_ghost(struct session *session);    /* NULL: none */
struct record *session_baseline(struct session *session); /* NULL: none */

/* The last failed load or run; NULL when there is none. Stays until a load succeeds. */
const struct err *session_error(const struct session *session);

enum session_state { SESSION_IDLE, SESSION_LOADING, SESSION_RUNNING };
enum session_state session_state(const struct session *session);

/* -- commands; each starts what it needs and returns at once ---------------------------------------------------- */

/* As after -p; the value as written ("512MB"). False with err if no such parameter (a wrong value shows as session_error). */
bool session_set_param(struct session *session, const char *name, const char *value,
                       struct err *err);
void session_reset_params(struct session *session); /* as the file (and the command line) says */
void session_set_override(struct session *session, const char *resource, const char *setting,
                          const char *value);
void session_set_variant(struct session *session,
                         const char *variant); /* NULL: the file as it stands */
void session_set_seed(struct session *session, uint64_t seed);
void session_rerun(struct session *session);
void session_open(struct session *session,
                  const char *file); /* another scenario: a dropped file, the start page */

/* A poke, at simulated time `at`. */
enum poke { POKE_BURST, POKE_FAIL, POKE_SLOW };
void session_poke(struct session *session, int32_t resource, enum poke poke, sim_time at);
void session_clear_pokes(struct session *session);

/* The current run becomes the baseline; without one, there is none any more. */
void session_set_baseline(struct session *session);
/* Another design becomes the baseline as soon as it has been simulated, beside the current run: a variant (NULL: the file as it
 * stands) of this file, or of another one; with the same seed and pokes, without what the sliders say. */
void session_set_baseline_of(struct session *session, const char *file, const char *variant);
void session_clear_baseline(struct session *session);

/* What was done, one command a line, in the words of the command line: replays the session exactly. Valid until the next command. */
const char *session_log(struct session *session);

/* Does what a log says, line by line, as if it were done now; a line that sets a baseline waits for the run before it. The first line may
 * be the start of another run. False with err (its line) at the first line that says nothing known; what came before it is done. */
bool session_replay(struct session *session, const char *log, struct err *err);

/* Traces of the requests behind a cell of the heat map; they appear as record_traces of the current record. */
void session_trace(struct session *session, const struct trace_ask *ask);

/* What is being simulated, for whoever simulates it again beside the session (sweeps, insights): how to open its study, and what is
 * loaded from it. Copies, in the arena. */
void session_recipe(const struct session *session, struct arena *arena, struct study_setup *setup,
                    struct study_load *load);

/* How long it took, for --bench: from the last command to the first frame, and to the landed result, wall clock; NAN: not yet. */
void session_timing(const struct session *session, double *first_s, double *landed_s);

#endif
