/* player.h - the clock of the window: where it stands, how fast it goes, and what part of the run the charts show.
 *
 * A run is a record; playing it moves a cursor. At a speed the cursor gains that many simulated seconds each second, as far as the
 * simulation has come; at "max" it stands where the simulation is. What is shown follows the cursor by half a window at a time, so that
 * curves stand still in between. Times are simulated seconds; `wall_s` are seconds of the user's.
 */
#ifndef TEPID_UI_PLAYER_H
#define TEPID_UI_PLAYER_H

#include "ui/view.h"

#define PLAYER_SPEEDS 6 /* keys 1 to 6 */
struct player_speed {
    const char *label;
    double factor; /* INFINITY: max */
};
extern const struct player_speed player_speeds[PLAYER_SPEEDS];

struct player {
    struct time_window time;
    double duration_s, sample_s;
    int speed; /* index */
    bool running;
};

/* Shows the whole run, clock at its start, running as fast as it goes. */
void player_reset(struct player *player, double duration_s, double sample_s);
/* Another run in place of this one: what is shown and the clock stay where they were, as far as there is such a time. */
void player_change_run(struct player *player, double duration_s, double sample_s);

/* Lets `wall_s` pass; the simulation has come to `reached_s`. True if the clock moved. */
bool player_tick(struct player *player, double wall_s, double reached_s);
/* Whether the next tick will move it though nothing else happens. */
bool player_moves(const struct player *player, double reached_s);
bool player_at_end(const struct player *player);

/* Simulated seconds a second; 0 while it stands. */
double player_pace(const struct player *player, double reached_s);

/* From the end it starts again, and from there at a speed that shows the run in about half a minute. */
void player_toggle(struct player *player);
void player_set_speed(struct player *player, int speed);
void player_scrub(struct player *player, double at_s); /* stops the clock */
void player_step(struct player *player, int samples);  /* the same; may be negative */

/* Makes the window `factor` times as long, so that `at_s` stays where it is. */
void player_zoom(struct player *player, double at_s, double factor);
void player_pan(struct player *player, double by_s);
void player_show(struct player *player, double from_s, double to_s); /* in any order */
void player_fit(struct player *player);
bool player_is_fit(const struct player *player);

#endif
