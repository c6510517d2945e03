/* session_log.h - what was done in a session, one command a line, in the words of the command line. Private to run/.
 *
 * The first line is the run as it was started; what follows changes it:
 *
 *     tepid run hello -p rate=100/s --seed 7
 *     -p memory=1GB
 *     --set hello.timeout=5s
 *     --variant big            (or nothing behind it: the file as it stands)
 *     --seed 8
 *     reset                    (parameters as on the first line)
 *     poke users burst 500 at 600000000000ns
 *     poke hello fail at 600000000000ns
 *     unpoke
 *     baseline                 (the run as it is; --variant NAME or --file FILE: that design)
 *     unbaseline
 *
 * Words with blanks or quotes stand in single quotes. While a slider is dragged only its last value is kept.
 */
#ifndef TEPID_RUN_SESSION_LOG_H
#define TEPID_RUN_SESSION_LOG_H

#include "core/text.h"
#include "run/session_wish.h"

struct session_log {
    struct text text;
    size_t last;       /* where the last line begins */
    size_t last_about; /* length of what it sets: the part up to '='; 0: it sets nothing */
};

void session_log_begin(struct session_log *log, const struct wish *wish);
void session_log_end(struct session_log *log);
const char *session_log_text(const struct session_log *log);

void session_log_add(struct session_log *log, const char *line);
void session_log_set(struct session_log *log, const char *resource, const char *name,
                     const char *value);
void session_log_variant(struct session_log *log, const char *variant);
void session_log_baseline(struct session_log *log, const char *file, const char *variant);
void session_log_seed(struct session_log *log, uint64_t seed);
void session_log_poke(struct session_log *log, const char *resource, enum poke poke, sim_time at,
                      int64_t burst);

/* The words of a line, unquoted, into the arena; returns how many, at most `most`; -1: a quote is not closed. */
int session_log_words(struct arena *arena, const char *line, size_t length, const char **words,
                      int most);

#endif
