/* workflow_play.h - one execution of a state machine, for tests.
 *
 * Unless a test is about them, starts take 10 ms to the first state, every later state 1 ms to enter, and a start that nobody waits for
 * is acknowledged after 3 ms, so that each part of a sum can be told from the others.
 */
#ifndef TEPID_TESTS_WORKFLOW_PLAY_H
#define TEPID_TESTS_WORKFLOW_PLAY_H

#include <stdio.h>
#include <string.h>

#include "model/workflow_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

#define TIMES "delivery = '10ms', overhead = '1ms', acknowledge = '3ms', "

/* One request to the workflow w, express unless `settings` give its kind; f takes 30 ms, g 50 ms, bad fails after 20 ms. */
static inline struct play play_states(const char *settings, const char *states)
{
    char text[4096];
    (void)snprintf(
        text, sizeof text,
        "local f = F('f', { init = '0ms', handler = function(r) r:wait '30ms' end })\n"
        "local g = F('g', { init = '0ms', handler = function(r) r:wait '50ms' end })\n"
        "local bad = F('bad', { init = '0ms', handler = function(r) r:wait '20ms' r:fail() end })\n"
        "local w = workflow 'w' { %s" TIMES "%s states = { %s } }\n"
        "once('t', w, '1s') simulate { duration = '2h' }",
        strstr(settings, "kind") == NULL ? "kind = 'express', " : "", settings, states);
    return stage_play(text);
}

#endif
