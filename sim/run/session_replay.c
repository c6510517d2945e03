/* session_replay.c - a session done again from its log; see session_log.h for the words. */
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/unit.h"
#include "run/session_log.h"
#include "run/session_parts.h"

#define REPLAY_WAIT_S 3600 /* for the run before a baseline */

static bool replay_poke(struct session *session, const char *const *words, int count,
                        struct err *err)
{
    static const char *const names[] = {
        [POKE_BURST] = "burst", [POKE_FAIL] = "fail", [POKE_SLOW] = "slow"};
    size_t poke = 0;
    int64_t burst = 0;
    sim_time at;
    while (count > 2 && poke < COUNTOF(names) && strcmp(words[2], names[poke]) != 0)
        poke++;
    int time = poke == POKE_BURST ? 5 : 4;
    if (poke == COUNTOF(names) || count != time + 1 || strcmp(words[time - 1], "at") != 0)
        return err_set(err, "not of the form: poke NAME burst 500|fail|slow at 10min");
    if ((poke == POKE_BURST && !unit_read_count(words[3], &burst, err)) ||
        !unit_read_time(words[time], &at, err))
        return false;
    session_poke_named(session, words[1], (enum poke)poke, at, burst);
    return true;
}

/* --set resource.setting=value, -p name=value. */
static bool replay_set(struct session *session, bool setting, char *pair, struct err *err)
{
    char *dot = setting ? strchr(pair, '.') : pair;
    char *equals = dot == NULL ? NULL : strchr(dot, '=');
    if (equals == NULL)
        return err_set(err, "%s: has no value", pair);
    *equals = '\0';
    if (!setting)
        return session_set_param(session, pair, equals + 1, err);
    *dot = '\0';
    session_set_override(session, pair, dot + 1, equals + 1);
    return true;
}

static bool replay_seed(struct session *session, const char *text, struct err *err)
{
    char *end;
    uint64_t seed = strtoull(text, &end, 10);
    if (*end != '\0' || text[0] < '0' || text[0] > '9')
        return err_set(err, "--seed %s: no number", text);
    session_set_seed(session, seed);
    return true;
}

/* "baseline", "baseline --variant [NAME] [--file FILE]", "baseline --file FILE". */
static bool replay_baseline(struct session *session, const char *const *words, int count,
                            struct err *err)
{
    const char *file = NULL, *variant = NULL;
    if (count == 1) {
        (void)session_wait(session, REPLAY_WAIT_S); /* a run that failed is no baseline */
        session_set_baseline(session);
        return true;
    }
    for (int i = 1; i < count; i += 2) {
        if (strcmp(words[i], "--variant") == 0 && (i + 1 < count || count == 2))
            variant = i + 1 < count ? words[i + 1] : NULL;
        else if (strcmp(words[i], "--file") == 0 && i + 1 < count)
            file = words[i + 1];
        else
            return err_set(err, "not of the form: baseline --variant NAME --file FILE");
    }
    session_set_baseline_of(session, file, variant);
    return true;
}

static bool replay_words(struct session *session, struct arena *arena, const char **words,
                         int count, struct err *err)
{
    const char *word = words[0];
    if (strcmp(word, "tepid") == 0 && count > 2 && strcmp(words[1], "run") == 0) {
        return session_start(session, words + 2, count - 2, err);
    } else if (strcmp(word, "-p") == 0 && count == 2) {
        return replay_set(session, false, arena_strdup(arena, words[1]), err);
    } else if (strcmp(word, "--set") == 0 && count == 2) {
        return replay_set(session, true, arena_strdup(arena, words[1]), err);
    } else if (strcmp(word, "--variant") == 0 && count <= 2) {
        session_set_variant(session, count == 2 ? words[1] : NULL);
    } else if (strcmp(word, "--seed") == 0 && count == 2) {
        return replay_seed(session, words[1], err);
    } else if (strcmp(word, "poke") == 0) {
        return replay_poke(session, words, count, err);
    } else if (strcmp(word, "reset") == 0 && count == 1) {
        session_reset_params(session);
    } else if (strcmp(word, "unpoke") == 0 && count == 1) {
        session_clear_pokes(session);
    } else if (strcmp(word, "baseline") == 0) {
        return replay_baseline(session, words, count, err);
    } else if (strcmp(word, "unbaseline") == 0 && count == 1) {
        session_clear_baseline(session);
    } else {
        return err_set(err, "%s: no command of a session", word);
    }
    return true;
}

bool session_replay(struct session *session, const char *log, struct err *err)
{
    struct arena *arena = arena_new();
    size_t bytes = strlen(log) + 1;
    const char *line = arena_copy(arena, log, bytes); /* it may be this session's own */
    const char **words = ARENA_ARRAY(arena, const char *, bytes);
    bool ok = true;
    for (int number = 1; ok && *line != '\0'; number++) {
        size_t length = strcspn(line, "\n");
        int count = session_log_words(arena, line, length, words, (int)bytes);
        ok = count >= 0 || err_set(err, "a quote is not closed");
        if (count > 0)
            ok = replay_words(session, arena, words, count, err);
        if (!ok)
            err_place(err, "session log", number);
        line += length + (line[length] == '\n');
    }
    arena_free(arena);
    return ok;
}
