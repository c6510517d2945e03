/* main.c - tepid-ui: reads the command line, opens the window and runs its loop; or does without a display what it was asked. */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/run_settings.h"
#include "cli/view_options.h"
#include "core/unit.h"
#include "ui/bench.h"
#include "ui/script.h"
#include "ui/start_page.h"
#include "ui/state_file.h"
#include "ui/window.h"

#define FRAME_S (1.0 / 60)
#define IDLE_MS                                                                                    \
    250 /* how often a window in which nothing moves looks whether the scenario changed */
#define LANDING_S    600.0 /* how long a headless run waits for the simulation */
#define COMMAND_LINE "command line"
#define BENCH_MAX    100000

enum { EXIT_OK = 0, EXIT_EXPECT = 1, EXIT_WRONG = 2, EXIT_BROKEN = 70 };

struct arguments {
    struct window_setup setup;
    const char *screenshot, *script;
    int64_t bench, ticks;
    bool headless;
};

/* A failed ASSERT has said what it knows; only the exit code is left to set. */
static void on_abort(int signal_number)
{
    (void)signal_number;
    _exit(EXIT_BROKEN);
}

static int fail(const struct err *err)
{
    const char *no_color = getenv("NO_COLOR");
    bool wanted = no_color == NULL || no_color[0] == '\0';
    err_print(err, "error", stderr, wanted && isatty(STDERR_FILENO));
    return (int)err->kind;
}

static bool refuse(struct err *err, const char *name, const char *text, const char *help)
{
    err_set(err, "--%s %s: that cannot be", name, text);
    err_place(err, COMMAND_LINE, 0);
    return err_help(err, "%s", help);
}

static bool read_size(struct arguments *arguments, const char *text, struct err *err)
{
    int width, height;
    char rest;
    struct platform_options *platform = &arguments->setup.platform;
    if (text == NULL)
        return true;
    if (sscanf(text, "%5dx%5d%c", &width, &height, &rest) != 2 || width < APP_WIDTH_MIN ||
        height < APP_HEIGHT_MIN || width > 8192 || height > 8192)
        return refuse(err, "size", text,
                      "write --size 1440x900; 960x600 is the least, 8192 the most");
    platform->width = width;
    platform->height = height;
    return true;
}

static bool read_number(const struct options *options, const char *name, double low, double high,
                        double *value, const char *help, struct err *err)
{
    const char *text = option_value(options, name);
    struct err why = {0};
    double number;
    if (text == NULL)
        return true;
    if (!unit_read_number(text, &number, &why) || !(number >= low && number <= high))
        return refuse(err, name, text, help);
    *value = number;
    return true;
}

static bool read_page(struct arguments *arguments, const char *text, struct err *err)
{
    const char *names[APP_PAGES + 2] = {"charts"};
    int count = 1;
    if (text == NULL)
        return true;
    for (int i = 0; pages[i].id != NULL && i < APP_PAGES; i++)
        names[count++] = pages[i].id;
    if (strcmp(text, "dashboard") == 0) /* its name in scripts and in files that are saved */
        text = names[0];
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], text) == 0) {
            arguments->setup.app.page = names[i];
            return true;
        }
    err_set(err, "--page %s: there is no such page", text);
    err_place(err, COMMAND_LINE, 0);
    const char *nearest = text_nearest(text, names);
    return nearest != NULL
               ? err_help(err, "did you mean '%s'?", nearest)
               : err_help(err, "write --page charts, map, traces, compare, sweep or insights");
}

static bool read_look(struct arguments *arguments, const struct options *options, struct err *err)
{
    struct app_setup *app = &arguments->setup.app;
    const char *theme = option_value(options, "theme"), *at = option_value(options, "at");
    double percent = 100, ticks = 0, bench = 0;
    sim_time at_ns;
    app->theme = theme == NULL ? &theme_dark : theme_find(theme);
    if (app->theme == NULL)
        return refuse(err, "theme", theme, "write --theme dark or --theme light");
    if (at != NULL && !unit_read_time(at, &at_ns, err)) {
        err_context(err, "--at");
        return err_place(err, COMMAND_LINE, 0);
    }
    app->at_s = at == NULL ? (double)NAN : (double)at_ns / 1e9;
    app->reduced_motion = option_is_given(options, "reduced-motion");
    if (!read_size(arguments, option_value(options, "size"), err) ||
        !read_number(options, "scale", 0.5, 4, &arguments->setup.platform.scale,
                     "write --scale 1, 1.5 or 2; 0.5 is the least, 4 the most", err) ||
        !read_number(options, "text", 80, 200, &percent,
                     "write --text 120; 80 is the least, 200 the most", err) ||
        !read_number(options, "tick", 1, BENCH_MAX, &ticks, "write a number of frames, 1 to 100000",
                     err) ||
        !read_number(options, "bench", 1, BENCH_MAX, &bench,
                     "write a number of frames, 1 to 100000", err) ||
        !read_page(arguments, option_value(options, "page"), err))
        return false;
    app->text_scale = percent / 100;
    arguments->ticks = (int64_t)ticks;
    arguments->bench = (int64_t)bench;
    return true;
}

static bool check_modes(const struct arguments *arguments, const struct options *options,
                        struct err *err)
{
    static const char *const needy[] = {"screenshot", "script", "tick"};
    if (options->word_count > 1) {
        err_set(err, "'%s' is one word too many", options->words[1]);
        err_place(err, COMMAND_LINE, 0);
        return err_help(err, "usage: tepid-ui [FILE] [OPTIONS]; --help lists them");
    }
    for (size_t i = 0; i < COUNTOF(needy) && !arguments->headless; i++)
        if (option_is_given(options, needy[i])) {
            err_set(err, "--%s needs --headless", needy[i]);
            err_place(err, COMMAND_LINE, 0);
            return err_help(
                err, "add --headless: then no display is needed, and the program ends by itself");
        }
    if (arguments->headless && arguments->screenshot == NULL && arguments->script == NULL &&
        arguments->bench == 0) {
        err_set(err, "--headless alone shows nothing");
        err_place(err, COMMAND_LINE, 0);
        return err_help(err, "add --screenshot FILE.png, --script FILE or --bench 200");
    }
    return true;
}

static const char *const *values_of(const struct options *options, const char *name,
                                    struct arena *arena, int *count)
{
    *count = option_count(options, name);
    const char **values = ARENA_ARRAY(arena, const char *, *count + 1);
    for (int i = 0; i < *count; i++)
        values[i] = option_nth(options, name, i);
    return values;
}

static bool read_arguments(struct arguments *arguments, const char *program,
                           const struct options *options, struct arena *arena, struct err *err)
{
    struct run_settings settings;
    struct session_setup *session = &arguments->setup.app.session;
    struct study_setup *study = &session->study;
    if (!run_settings_read(&settings, options, err))
        return false;
    arguments->headless = option_is_given(options, "headless");
    arguments->screenshot = option_value(options, "screenshot");
    arguments->script = option_value(options, "script");
    study->program = program;
    study->file = options->word_count > 0 ? options->words[0] : NULL;
    study->params = values_of(options, "param", arena, &study->param_count);
    study->overrides = values_of(options, "set", arena, &study->override_count);
    study->prices = option_value(options, "prices");
    study->load_limit = option_value(options, "load-limit");
    session->times = settings.times;
    session->variant = option_value(options, "variant");
    session->traces = 200;
    session->watch = true;
    arguments->setup.platform.title = "tepid";
    arguments->setup.platform.headless = arguments->setup.app.steady = arguments->headless;
    if (!read_look(arguments, options, err) || !check_modes(arguments, options, err))
        return false;
    if (arguments->headless) {
        struct platform_options *platform = &arguments->setup.platform;
        platform->width = platform->width > 0 ? platform->width : 1440;
        platform->height = platform->height > 0 ? platform->height : 900;
        platform->scale = platform->scale > 0 ? platform->scale : 1;
    }
    return true;
}

static void print_help(void)
{
    fputs("tepid-ui - the window of tepid\n\nUsage: tepid-ui [FILE] [OPTIONS]\n\n"
          "FILE is a scenario, or a name of 'tepid list'; without one the window shows the "
          "stories.\n\n",
          stdout);
    options_print(view_options, stdout);
    fputs("\nExamples:\n"
          "  tepid-ui shipping\n"
          "  tepid-ui hello -p memory=1024MB --theme light\n"
          "  tepid-ui shipping --headless --screenshot shipping.png --at 12h\n",
          stdout);
}

/* -- what is asked ----------------------------------------------------------------------------------- */

static double now_s(void)
{
    return (double)platform_now_ns() / 1e9;
}

/* -- from one day to the next ------------------------------------------------------------------------ */

/* What the command line does not say is as it was left. */
static void recall(struct arguments *arguments, const struct options *options,
                   struct ui_state *state)
{
    struct window_setup *setup = &arguments->setup;
    char *path = ui_state_path();
    ui_state_init(state);
    if (path != NULL)
        ui_state_read(state, path);
    mem_free(path);
    const struct theme *theme = theme_find(state->theme);
    if (!option_is_given(options, "theme") && theme != NULL)
        setup->app.theme = theme;
    if (!option_is_given(options, "text") && state->text_scale > 0)
        setup->app.text_scale = state->text_scale;
    if (!option_is_given(options, "size")) {
        setup->platform.width = state->width;
        setup->platform.height = state->height;
    }
    setup->app.reduced_motion = setup->app.reduced_motion || state->reduced_motion;
}

/* Only comforts: where they cannot be written, nothing is lost and nobody is told. */
static void remember(const struct app *app)
{
    struct ui_state state;
    struct err err = {0};
    char *path = ui_state_path();
    app_remember(app, &state);
    if (path != NULL)
        (void)ui_state_write(&state, path, &err);
    mem_free(path);
}

/* Comes back 60 times a second while something moves, a few times while nothing does. */
static void loop(struct window *window)
{
    uint64_t remembered = window->app->remembers;
    while (!window->app->quits) {
        double next_s = window->wall_s + FRAME_S;
        bool busy =
            window->app->session != NULL && session_state(window->app->session) != SESSION_IDLE;
        bool lively = window->frame.visible &&
                      (!window->drawn || app_is_lively(window->app) || busy ||
                       (window->app->page == PAGE_START && start_page_busy(window->app)));
        double wait_s = lively ? next_s - now_s() : IDLE_MS / 1e3;
        bool any = window_gather(window, wait_s > 0 ? (int)ceil(wait_s * 1e3) : 0);
        /* Input that comes faster than frames waits for the next one. */
        if (any && now_s() < next_s)
            (void)window_gather(window, (int)((next_s - now_s()) * 1e3));
        window_frame(window, now_s());
        if (window->app->remembers != remembered)
            remember(window->app);
        remembered = window->app->remembers;
    }
    remember(window->app);
}

static int take_screenshot(struct window *window, const struct arguments *arguments)
{
    struct err err = {0};
    struct app *app = window->app;
    if (app->session != NULL && !session_wait(app->session, LANDING_S)) {
        const struct err *why = session_error(app->session);
        if (why != NULL)
            return fail(why);
    }
    double wall_s = 0;
    if (!window_finish_page(window, &wall_s, LANDING_S)) {
        err_set(&err, "the page was not done after %g s", LANDING_S);
        return fail(&err);
    }
    int64_t frames = arguments->ticks > 0 ? arguments->ticks : 2;
    for (int64_t i = 0; i < frames; i++)
        window_frame_always(window, wall_s += FRAME_S);
    return window_shot(window, arguments->screenshot, &err) ? EXIT_OK : fail(&err);
}

/* --at is within the run, as soon as it is known how long that is. */
static bool clock_fits(const struct window *window, struct err *err)
{
    struct app *app = window->app;
    char length[UNIT_TEXT_MAX], asked[UNIT_TEXT_MAX];
    if (isnan(app->setup.at_s) || app->session == NULL)
        return true;
    while (app_run(app) == NULL && session_error(app->session) == NULL) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        (void)session_poll(app->session);
    }
    if (app_run(app) == NULL || app->setup.at_s <= record_info(app_run(app))->duration_s)
        return true;
    double end_s = record_info(app_run(app))->duration_s;
    (void)unit_show_span(length, (sim_time)(end_s * 1e9));
    err_set(err, "--at %s: the run is over after %s",
            unit_show_span(asked, (sim_time)(app->setup.at_s * 1e9)), length);
    err_place(err, COMMAND_LINE, 0);
    return err_help(err, "write a time from 0s to %s, or a longer run: --duration", length);
}

static int run(struct arguments *arguments, const struct options *options)
{
    struct ui_state state;
    struct window window;
    struct err err = {0};
    int code = EXIT_OK;
    if (arguments->bench > 0)
        return bench_run(&arguments->setup, (int)arguments->bench, &err) ? EXIT_OK : fail(&err);
    if (!arguments->headless)
        recall(arguments, options, &state);
    if (!window_open(&window, &arguments->setup, &err))
        return fail(&err);
    if (!arguments->headless)
        app_recall(window.app, &state);
    if (!clock_fits(&window, &err)) {
        window_close(&window);
        return fail(&err);
    }
    if (arguments->script != NULL) {
        int failed = ui_script_run(&window, arguments->script, &err);
        code = failed < 0 ? fail(&err) : failed > 0 ? EXIT_EXPECT : EXIT_OK;
    }
    /* What a script left on screen says most when something failed; one that could not be read has done nothing. */
    if (arguments->screenshot != NULL && (code == EXIT_OK || window.drawn)) {
        int saved = take_screenshot(&window, arguments);
        code = code == EXIT_OK ? saved : code;
    }
    if (!arguments->headless)
        loop(&window);
    window_close(&window);
    return code;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    struct options options = {0};
    struct arguments arguments = {0};
    struct arena *arena = arena_new();
    int code;
    (void)signal(SIGABRT, on_abort);
    (void)signal(SIGXFSZ,
                 SIG_IGN); /* a file that may not grow is a failed write, which is reported */
    bool parsed = options_parse(&options, view_options, argc - 1, argv + 1, arena, &err);
    if (options.help) {
        print_help();
        code = EXIT_OK;
    } else if (!parsed || !read_arguments(&arguments, argv[0], &options, arena, &err)) {
        code = fail(&err);
    } else {
        code = run(&arguments, &options);
    }
    arena_free(arena);
    return code;
}
