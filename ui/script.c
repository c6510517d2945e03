/* script.c - reads the file, runs its lines; see the header. */
#include "ui/script_parts.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/unit.h"
#include "ui/action.h"
#include "ui/export.h"

#define FILE_MAX    (1 << 20)
#define LANDING_S   600.0 /* that `wait` waits without a number */
#define TICKS_MAX   1000000
#define WAIT_ROUNDS 10
#define AWAIT_NS    INT64_C(20000000000)

/* -- frames and events ----------------------------------------------------------------------------------- */

void play_frame(struct play *play)
{
    play->frame++;
    (void)window_gather(play->window, 0);
    window_frame(play->window, (double)play->frame / 60);
    while (play->window->has_event) { /* what had to wait for the next frame */
        (void)window_gather(play->window, 0);
        play->frame++;
        window_frame(play->window, (double)play->frame / 60);
    }
}

void play_send(struct play *play, const struct event *event)
{
    platform_send(play->window->platform, event);
    play_frame(play);
}

bool play_number(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*number);
}

bool play_find(struct play *play, const char *name, struct ui_widget *widget, struct err *err)
{
    struct ui *ui = play->window->app->ui;
    const struct ui_widget *found = ui_find(ui, name);
    if (found == NULL) { /* "memory" is the parameter of that name, "p99" the tile */
        static const char *const kinds[] = {"param", "tile", "panel", "story", "variant"};
        char id[2 * SCRIPT_WORD];
        for (size_t i = 0; i < COUNTOF(kinds) && found == NULL; i++) {
            (void)snprintf(id, sizeof id, "%s.%s", kinds[i], name);
            found = ui_find(ui, id);
        }
    }
    if (found != NULL) {
        *widget = *found;
        return true;
    }
    const char *names[1024] = {0};
    int count = 0;
    for (int i = 0; i < ui_widget_count(ui) && count < 1020; i++) {
        names[count++] = ui_widget_at(ui, i)->id;
        if (ui_widget_at(ui, i)->label != NULL)
            names[count++] = ui_widget_at(ui, i)->label;
    }
    err_set(err, "there is no '%s' on screen", name);
    const char *nearest = text_nearest(name, names);
    return nearest != NULL ? err_help(err, "did you mean '%s'?", nearest)
                           : err_help(err, "'print' lists what there is");
}

/* -- commands -------------------------------------------------------------------------------------------------- */

static bool on_key(struct play *play, const struct line *line, struct err *err)
{
    struct event event = {.kind = EVENT_KEY};
    if (!key_parse(line->words[1], &event.stroke)) {
        err_set(err, "'%s' is no key", line->words[1]);
        return err_help(err, "write key ctrl+k, key shift+right, key space or key ?");
    }
    int key = event.stroke.key;
    platform_send(play->window->platform, &event);
    /* What a keyboard types with it. */
    if (key >= ' ' && key < 127 && !event.stroke.ctrl && !event.stroke.alt) {
        struct event text = {.kind = EVENT_TEXT};
        text.text[0] = (char)(event.stroke.shift ? toupper(key) : key);
        platform_send(play->window->platform, &text);
    }
    play_frame(play);
    play_frame(play);
    return true;
}

static bool on_type(struct play *play, const struct line *line, struct err *err)
{
    (void)err;
    for (const char *at = line->words[1]; *at != '\0';) {
        struct event event = {.kind = EVENT_TEXT};
        size_t length = 1;
        while (((unsigned char)at[length] & 0xc0) == 0x80)
            length++;
        memcpy(event.text, at, length);
        play_send(play, &event);
        at += length;
    }
    play_frame(play);
    return true;
}

static bool on_tick(struct play *play, const struct line *line, struct err *err)
{
    double count = 1;
    if (line->count > 1 &&
        (!play_number(line->words[1], &count) || count < 1 || count > TICKS_MAX)) {
        err_set(err, "'%s' is no number of frames", line->words[1]);
        return err_help(err, "write tick 120");
    }
    for (int64_t i = 0; i < (int64_t)count; i++)
        play_frame(play);
    return true;
}

/* What a page computes behind the window is waited for, too, and drawn. */
static bool wait_for_page(struct play *play, double seconds)
{
    double wall_s = (double)play->frame / 60;
    bool done = window_finish_page(play->window, &wall_s, seconds);
    play->frame = llround(wall_s * 60);
    return done;
}

/* Until the run has landed, or all stories have their pictures; a scenario with an error is over at once, and its banner can be looked at. */
static bool on_wait(struct play *play, const struct line *line, struct err *err)
{
    struct session *session = play->window->app->session;
    double seconds = LANDING_S;
    if (line->count > 1 && !play_number(line->words[1], &seconds)) {
        err_set(err, "'%s' is no number of seconds", line->words[1]);
        return err_help(err, "write wait, or wait 10");
    }
    if (play->window->app->page == PAGE_START) {
        return wait_for_page(play, seconds) ||
               err_set(err, "the stories had no pictures after %g s", seconds);
    }
    if (session == NULL) {
        err_set(err, "nothing was opened that could be waited for");
        return err_help(err, "name a scenario on the command line, or open one first");
    }
    bool landed = false, done = false;
    /* A file that was saved just now starts another run in the frames after the first. */
    for (int round = 0; round < WAIT_ROUNDS; round++) {
        landed = session_wait(session, seconds);
        for (int i = 0; i < 3; i++)
            play_frame(play);
        done = wait_for_page(play, seconds);
        if (session_state(session) == SESSION_IDLE)
            break;
    }
    if (landed && !done)
        return err_set(err, "the page was not done after %g s", seconds);
    if (landed || session_error(session) != NULL)
        return true;
    return err_set(err, "the run had not landed after %g s", seconds);
}

/* await NAME, await no NAME: what comes by itself, such as the banner of a file that was saved with an error. */
static bool on_await(struct play *play, const struct line *line, struct err *err)
{
    bool gone = strcmp(line->words[1], "no") == 0 && !line->quoted[1] && line->count > 2;
    const char *name = line->words[gone ? 2 : 1];
    int64_t until_ns = platform_now_ns() + AWAIT_NS;
    for (;;) {
        struct ui_widget widget;
        struct err why = {0};
        if (play_find(play, name, &widget, &why) != gone)
            return true;
        if (platform_now_ns() > until_ns)
            return err_set(err, gone ? "'%s' did not go" : "'%s' did not come", name);
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        play_frame(play);
    }
}

static bool on_resize(struct play *play, const struct line *line, struct err *err)
{
    int width, height;
    char rest;
    if (sscanf(line->words[1], "%5dx%5d%c", &width, &height, &rest) != 2 || width < APP_WIDTH_MIN ||
        height < APP_HEIGHT_MIN || width > 8192 || height > 8192) {
        err_set(err, "'%s' is no size", line->words[1]);
        return err_help(err, "write resize 1280x800; 960x600 is the least");
    }
    platform_resize(play->window->platform, width, height);
    play_frame(play);
    play_frame(play);
    return true;
}

static bool on_theme(struct play *play, const struct line *line, struct err *err)
{
    const struct theme *theme = theme_find(line->words[1]);
    if (theme == NULL) {
        err_set(err, "there is no theme '%s'", line->words[1]);
        return err_help(err, "write theme dark or theme light");
    }
    app_set_theme(play->window->app, theme);
    window_frame_always(play->window, (double)++play->frame / 60);
    return true;
}

static bool on_text(struct play *play, const struct line *line, struct err *err)
{
    double percent;
    if (!play_number(line->words[1], &percent) || percent < 80 || percent > 200) {
        err_set(err, "'%s' is no size of text", line->words[1]);
        return err_help(err, "write text 120; 80 to 200");
    }
    app_set_text_scale(play->window->app, percent / 100);
    for (int i = 0; i < 2; i++)
        window_frame_always(play->window, (double)++play->frame / 60);
    return true;
}

static bool on_shot(struct play *play, const struct line *line, struct err *err)
{
    play_frame(play);
    return window_shot(play->window, line->words[1], err);
}

/* export FILE, export PANEL FILE */
static bool on_export(struct play *play, const struct line *line, struct err *err)
{
    const char *path = line->words[line->count - 1];
    const char *dot = strrchr(path, '.');
    static const char *const ends[] = {".png", ".svg", ".pdf", ".csv"};
    int panel = -1;
    if (line->count > 2) {
        panel = app_panel_find(line->words[1]);
        if (panel < 0)
            return err_set(err, "there is no panel '%s'", line->words[1]);
    }
    for (size_t i = 0; i < COUNTOF(ends); i++)
        if (dot != NULL && strcmp(dot, ends[i]) == 0)
            return window_save(play->window, (enum save_format)i, panel, path, err);
    err_set(err, "'%s' has no ending that says what to write", path);
    return err_help(err, "end it with .png, .svg, .pdf or .csv");
}

static bool on_do(struct play *play, const struct line *line, struct err *err)
{
    const struct action *action = action_find(line->words[1]);
    const char *names[128] = {0};
    int count = 0;
    if (action != NULL) {
        action->run(play->window->app, action->argument);
        window_frame_always(play->window, (double)++play->frame / 60);
        return true;
    }
    for (const struct action *at = actions; at->id != NULL && count < 127; at++)
        names[count++] = at->id;
    err_set(err, "there is no action '%s'", line->words[1]);
    const char *nearest = text_nearest(line->words[1], names);
    return nearest != NULL ? err_help(err, "did you mean '%s'?", nearest) : false;
}

static bool on_seek(struct play *play, const struct line *line, struct err *err)
{
    sim_time at;
    if (!unit_read_time(line->words[1], &at, err))
        return false;
    struct player *player = &play->window->app->player;
    if ((double)at / 1e9 > player->duration_s) {
        char length[UNIT_TEXT_MAX];
        (void)unit_show_span(length, (sim_time)(player->duration_s * 1e9));
        err_set(err, "seek %s: the run is over after %s", line->words[1], length);
        return err_help(err, "write a time from 0s to %s", length);
    }
    player_scrub(player, (double)at / 1e9);
    window_frame_always(play->window, (double)++play->frame / 60);
    return true;
}

static bool on_open(struct play *play, const struct line *line, struct err *err)
{
    (void)err;
    struct event event = {.kind = EVENT_DROP};
    (void)snprintf(event.text, sizeof event.text, "%s", line->words[1]);
    play_send(play, &event);
    play_frame(play);
    return true;
}

/* copy FROM TO: as an editor saves, under another name first. */
static bool on_copy(struct play *play, const struct line *line, struct err *err)
{
    (void)play;
    struct text text = {0};
    bool ok = text_read_file(&text, line->words[1], FILE_MAX, err) &&
              export_bytes(line->words[2], text.data != NULL ? text.data : "", text.length, err);
    text_free(&text);
    return ok;
}

static const struct command_row {
    const char *name;
    int least, most; /* words after the name */
    bool (*run)(struct play *play, const struct line *line, struct err *err);
    const char *help;
} rows[] = {
    {"move", 1, 2, play_move, "move 300 200, move \"Run\": the mouse"},
    {"click", 1, 2, play_click, "click \"Export\", click 300 200"},
    {"double", 1, 2, play_double, "double panel.latency: a double click"},
    {"drag", 2, 5, play_drag,
     "drag memory 0.7: a slider to a share; drag panel.latency 0.2 0.5 [shift]: across a part; "
     "drag X1 Y1 X2 Y2"},
    {"wheel", 1, 2, play_wheel, "wheel 3, wheel panel.latency -2: notches, up is positive"},
    {"key", 1, 1, on_key, "key ctrl+k"},
    {"type", 1, 1, on_type, "type \"512MB\""},
    {"tick", 0, 1, on_tick, "tick 120: so many frames, 60 to a second"},
    {"wait", 0, 1, on_wait, "wait [seconds]: until the run has landed and the page is done"},
    {"await", 1, 2, on_await, "await banner, await no banner: what comes by itself"},
    {"seek", 1, 1, on_seek, "seek 12h: the clock"},
    {"resize", 1, 1, on_resize, "resize 960x600"},
    {"theme", 1, 1, on_theme, "theme light"},
    {"text", 1, 1, on_text, "text 120: size of type in per cent"},
    {"do", 1, 1, on_do, "do export-png: an action by name"},
    {"open", 1, 1, on_open, "open other.lua: as dropped on the window"},
    {"copy", 2, 2, on_copy, "copy FROM TO: saves a file as an editor does"},
    {"shot", 1, 1, on_shot, "shot a.png: what is on screen"},
    {"export", 1, 2, on_export, "export [PANEL] a.svg: .png .svg .pdf .csv"},
    {"print", 0, 1, play_print, "print [NAME]: what is on screen, on stdout"},
    {"expect", 1, 7, play_expect,
     "expect tile.p99 < 500; expect banner has \"x.lua:3\"; expect text \"SLO\"; expect no banner; "
     "expect result web latency "
     "p99 == 37.6"},
};

/* -- reading ------------------------------------------------------------------------------------------------------ */

static bool read_word(const char **at, char *word, bool *quoted, struct err *err)
{
    size_t n = 0;
    *quoted = **at == '"';
    if (*quoted)
        (*at)++;
    while (**at != '\0' && (*quoted ? **at != '"' : !isspace((unsigned char)**at))) {
        if (*quoted && **at == '\\' && ((*at)[1] == '"' || (*at)[1] == '\\'))
            (*at)++;
        if (n + 1 == SCRIPT_WORD)
            return err_set(err, "a word is longer than %d bytes", SCRIPT_WORD - 1);
        word[n++] = *(*at)++;
    }
    word[n] = '\0';
    if (*quoted && **at != '"')
        return err_set(err, "a quotation mark is missing");
    if (*quoted)
        (*at)++;
    return true;
}

static bool read_line(struct line *line, const char *text, struct err *err)
{
    line->count = 0;
    for (;;) {
        while (isspace((unsigned char)*text))
            text++;
        if (*text == '\0' || *text == '#')
            return true;
        if (line->count == SCRIPT_WORDS)
            return err_set(err, "more than %d words", SCRIPT_WORDS);
        if (!read_word(&text, line->words[line->count], &line->quoted[line->count], err))
            return false;
        line->count++;
    }
}

static const struct command_row *find_row(const struct line *line, struct err *err)
{
    const char *names[COUNTOF(rows) + 1] = {0};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        names[i] = rows[i].name;
        if (strcmp(rows[i].name, line->words[0]) != 0)
            continue;
        if (line->count - 1 >= rows[i].least && line->count - 1 <= rows[i].most)
            return &rows[i];
        err_set(err, "%s: %s", rows[i].name,
                line->count - 1 < rows[i].least ? "something is missing" : "too many words");
        err_help(err, "%s", rows[i].help);
        return NULL;
    }
    err_set(err, "there is no command '%s'", line->words[0]);
    const char *nearest = text_nearest(line->words[0], names);
    char all[256];
    size_t n = 0;
    for (size_t i = 0; i < COUNTOF(rows) && n < sizeof all; i++)
        n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", i > 0 ? ", " : "", rows[i].name);
    err_help(err, "%s%s%sthe commands are %s", nearest != NULL ? "did you mean '" : "",
             nearest != NULL ? nearest : "", nearest != NULL ? "'? " : "", all);
    return NULL;
}

/* Line by line: once to see that all can be read, then to do them. */
static bool each_line(struct play *play, const char *text, bool run, struct err *err)
{
    struct line line = {0};
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        char row[4 * SCRIPT_WORD];
        line.number++;
        if (length >= sizeof row) {
            err_set(err, "a line is longer than %d bytes", (int)sizeof row - 1);
            return err_place(err, play->name, line.number);
        }
        memcpy(row, at, length);
        row[length] = '\0';
        at += length + (at[length] == '\n');
        if (!read_line(&line, row, err))
            return err_place(err, play->name, line.number);
        if (line.count == 0)
            continue;
        const struct command_row *command = find_row(&line, err);
        if (command == NULL || (run && !command->run(play, &line, err)))
            return err_place(err, play->name, line.number);
    }
    return true;
}

int ui_script_run_text(struct window *window, const char *name, const char *text, struct err *err)
{
    struct play play = {.window = window, .name = name};
    if (!each_line(&play, text, false, err))
        return -1;
    play_frame(&play);
    play_frame(&play);
    return each_line(&play, text, true, err) ? play.failed : -1;
}

int ui_script_run(struct window *window, const char *path, struct err *err)
{
    struct text text = {0};
    int failed = -1;
    if (text_read_file(&text, path, FILE_MAX, err))
        failed = ui_script_run_text(window, path, text.data != NULL ? text.data : "", err);
    text_free(&text);
    return failed;
}
