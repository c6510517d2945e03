/* player.c - see the header. */
#include "ui/player.h"

#include <math.h>

#define SHOWN_SAMPLES 8    /* no window is shorter */
#define DEMO_S        30.0 /* a replay from the start lasts about as long */

const struct player_speed player_speeds[PLAYER_SPEEDS] = {
    {"1x", 1}, {"10x", 10}, {"100x", 100}, {"1k x", 1000}, {"10k x", 10000}, {"max", INFINITY},
};

static double clamp(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

static double least_span(const struct player *player)
{
    return fmin(SHOWN_SAMPLES * player->sample_s, player->duration_s);
}

/* Moves a window of this length to where it lies within the run. */
static void place(struct player *player, double from_s, double span_s)
{
    span_s = clamp(span_s, least_span(player), player->duration_s);
    from_s = clamp(from_s, 0, player->duration_s - span_s);
    player->time.from_s = from_s;
    player->time.to_s = from_s + span_s;
}

void player_reset(struct player *player, double duration_s, double sample_s)
{
    *player = (struct player){
        .time = {.from_s = 0, .to_s = duration_s, .cursor_s = 0, .crosshair_s = (double)NAN},
        .duration_s = duration_s,
        .sample_s = sample_s,
        .speed = PLAYER_SPEEDS - 1,
        .running = true,
    };
}

void player_change_run(struct player *player, double duration_s, double sample_s)
{
    bool fit = player_is_fit(player), end = player_at_end(player);
    player->duration_s = duration_s;
    player->sample_s = sample_s;
    if (fit)
        player_fit(player);
    else
        place(player, player->time.from_s, player->time.to_s - player->time.from_s);
    player->time.cursor_s = end ? duration_s : fmin(player->time.cursor_s, duration_s);
}

bool player_at_end(const struct player *player)
{
    return player->time.cursor_s >= player->duration_s;
}

double player_pace(const struct player *player, double reached_s)
{
    if (!player_moves(player, reached_s))
        return 0;
    return fmin(player_speeds[player->speed].factor, 1e5);
}

bool player_moves(const struct player *player, double reached_s)
{
    return player->running && player->time.cursor_s < fmin(reached_s, player->duration_s);
}

/* Half a window further at a time; where half a window is left over, to the end. */
static void follow(struct player *player)
{
    struct time_window *time = &player->time;
    double span = time->to_s - time->from_s;
    if (time->cursor_s < time->from_s)
        place(player, time->cursor_s - span / 2, span);
    else if (time->cursor_s > time->to_s)
        place(player, fmax(time->to_s - span / 2, time->cursor_s - span / 2), span);
}

bool player_tick(struct player *player, double wall_s, double reached_s)
{
    double before = player->time.cursor_s, end = fmin(reached_s, player->duration_s);
    if (!player->running)
        return false;
    if (isinf(player_speeds[player->speed].factor))
        player->time.cursor_s = end;
    else
        player->time.cursor_s = fmin(before + wall_s * player_speeds[player->speed].factor, end);
    /* A run that was replaced and is on its way again: the clock waits for it rather than going back. */
    player->time.cursor_s = fmax(player->time.cursor_s, fmin(before, player->duration_s));
    if (player->time.cursor_s == before)
        return false;
    follow(player);
    return true;
}

static int demo_speed(const struct player *player)
{
    int speed = 0;
    while (speed < PLAYER_SPEEDS - 2 && player->duration_s / player_speeds[speed].factor > DEMO_S)
        speed++;
    return speed;
}

void player_toggle(struct player *player)
{
    if (player_at_end(player)) {
        player->time.cursor_s = player_is_fit(player) ? 0 : player->time.from_s;
        if (isinf(player_speeds[player->speed].factor))
            player->speed = demo_speed(player);
        player->running = true;
        return;
    }
    player->running = !player->running;
}

void player_set_speed(struct player *player, int speed)
{
    ASSERT(speed >= 0 && speed < PLAYER_SPEEDS);
    player->speed = speed;
    if (player_at_end(player) && !isinf(player_speeds[speed].factor))
        player->time.cursor_s = player_is_fit(player) ? 0 : player->time.from_s;
    player->running = true;
}

void player_scrub(struct player *player, double at_s)
{
    player->running = false;
    player->time.cursor_s = clamp(at_s, 0, player->duration_s);
}

void player_step(struct player *player, int samples)
{
    double at = floor(player->time.cursor_s / player->sample_s + 1e-9) + samples;
    player_scrub(player, at * player->sample_s);
    follow(player);
}

void player_zoom(struct player *player, double at_s, double factor)
{
    struct time_window *time = &player->time;
    double span = time->to_s - time->from_s;
    double wanted = clamp(span * factor, least_span(player), player->duration_s);
    double share = span > 0 ? (at_s - time->from_s) / span : 0.5;
    place(player, at_s - share * wanted, wanted);
}

void player_pan(struct player *player, double by_s)
{
    place(player, player->time.from_s + by_s, player->time.to_s - player->time.from_s);
}

void player_show(struct player *player, double from_s, double to_s)
{
    place(player, fmin(from_s, to_s), fabs(to_s - from_s));
}

void player_fit(struct player *player)
{
    player->time.from_s = 0;
    player->time.to_s = player->duration_s;
}

bool player_is_fit(const struct player *player)
{
    return player->time.from_s <= 0 && player->time.to_s >= player->duration_s;
}
