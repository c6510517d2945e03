/* platform.c - the window of the desktop through SDL2; the only file that knows of it. */
#include "ui/platform_parts.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <SDL2/SDL.h>

#include "core/arena.h"

#define POINTERS (UI_TEXT_CURSOR + 1)

struct desktop {
    struct platform base;
    SDL_Window *window;
    SDL_Renderer *renderer; /* with textures only */
    SDL_Texture *shown;
    SDL_Surface *shadow; /* where the window's pixels have another layout: what is drawn into */
    SDL_Cursor *pointers[POINTERS];
    enum ui_pointer pointer;
    Uint32 wake_event;
    atomic_bool wake_pending;
    double wanted_scale; /* 0: as the desktop says */
    bool pixels_stale;
};

static struct desktop *of(struct platform *platform)
{
    return (struct desktop *)platform;
}

/* X11 has no scale of its own; desktops that magnify say so in these variables. */
static double scale_of_environment(void)
{
    static const char *const names[] = {"GDK_SCALE", "QT_SCALE_FACTOR"};
    for (size_t i = 0; i < COUNTOF(names); i++) {
        const char *value = getenv(names[i]);
        double scale = value != NULL ? strtod(value, NULL) : 0;
        if (scale >= 1 && scale <= 4)
            return scale;
    }
    return 1;
}

static double scale_of(const struct desktop *desktop)
{
    if (desktop->wanted_scale > 0)
        return desktop->wanted_scale;
    int width = 0, pixel_width = 0, height;
    SDL_GetWindowSize(desktop->window, &width, &height);
    SDL_GetWindowSizeInPixels(desktop->window, &pixel_width, &height);
    if (width > 0 && pixel_width > width)
        return (double)pixel_width / width;
    return scale_of_environment();
}

/* How many of SDL's units (which positions of the mouse are in) go to a pixel at 100 %. */
static double units_per_pixel(const struct desktop *desktop)
{
    int width = 0, pixel_width = 0, height;
    SDL_GetWindowSize(desktop->window, &width, &height);
    SDL_GetWindowSizeInPixels(desktop->window, &pixel_width, &height);
    if (width <= 0 || pixel_width <= 0)
        return 1;
    return desktop->base.pixels.scale * width / pixel_width;
}

static void drop_buffers(struct desktop *desktop)
{
    if (desktop->shown != NULL)
        SDL_DestroyTexture(desktop->shown);
    SDL_FreeSurface(desktop->shadow);
    if (desktop->base.texture)
        pixels_free(&desktop->base.pixels);
    desktop->shown = NULL;
    desktop->shadow = NULL;
    desktop->base.pixels = (struct pixels){0};
}

static bool make_texture(struct desktop *desktop, double scale)
{
    int width, height;
    if (desktop->renderer == NULL)
        desktop->renderer = SDL_CreateRenderer(desktop->window, -1, 0);
    if (desktop->renderer == NULL ||
        SDL_GetRendererOutputSize(desktop->renderer, &width, &height) != 0 || width <= 0 ||
        height <= 0)
        return false;
    desktop->shown = SDL_CreateTexture(desktop->renderer, SDL_PIXELFORMAT_ARGB8888,
                                       SDL_TEXTUREACCESS_STREAMING, width, height);
    if (desktop->shown == NULL)
        return false;
    (void)SDL_SetTextureBlendMode(desktop->shown, SDL_BLENDMODE_NONE);
    desktop->base.pixels = pixels_new(width, height, scale);
    return true;
}

static bool make_surface(struct desktop *desktop, double scale)
{
    SDL_Surface *surface = SDL_GetWindowSurface(desktop->window);
    if (surface == NULL)
        return false;
    Uint32 format = surface->format->format;
    if (format != SDL_PIXELFORMAT_RGB888 && format != SDL_PIXELFORMAT_ARGB8888) {
        desktop->shadow =
            SDL_CreateRGBSurfaceWithFormat(0, surface->w, surface->h, 32, SDL_PIXELFORMAT_RGB888);
        surface = desktop->shadow;
    }
    if (surface == NULL || surface->pixels == NULL)
        return false;
    desktop->base.pixels = (struct pixels){
        .data = surface->pixels,
        .width = surface->w,
        .height = surface->h,
        .stride = surface->pitch / 4,
        .scale = scale,
    };
    return true;
}

/* Whether there are pixels to draw into; after a change of size they are new. */
static bool make_pixels(struct desktop *desktop)
{
    drop_buffers(desktop);
    double scale = scale_of(desktop);
    return desktop->base.texture ? make_texture(desktop, scale) : make_surface(desktop, scale);
}

static int key_of(SDL_Keysym sym)
{
    static const struct {
        SDL_Keycode sdl;
        int key;
    } keys[] = {
        {SDLK_RETURN, UI_KEY_RETURN},
        {SDLK_KP_ENTER, UI_KEY_RETURN},
        {SDLK_ESCAPE, UI_KEY_ESCAPE},
        {SDLK_TAB, UI_KEY_TAB},
        {SDLK_BACKSPACE, UI_KEY_BACKSPACE},
        {SDLK_DELETE, UI_KEY_DELETE},
        {SDLK_LEFT, UI_KEY_LEFT},
        {SDLK_RIGHT, UI_KEY_RIGHT},
        {SDLK_UP, UI_KEY_UP},
        {SDLK_DOWN, UI_KEY_DOWN},
        {SDLK_HOME, UI_KEY_HOME},
        {SDLK_END, UI_KEY_END},
        {SDLK_PAGEUP, UI_KEY_PAGE_UP},
        {SDLK_PAGEDOWN, UI_KEY_PAGE_DOWN},
        {SDLK_F11, UI_KEY_F11},
        {SDLK_KP_PLUS, '+'},
        {SDLK_KP_MINUS, '-'},
    };
    for (size_t i = 0; i < COUNTOF(keys); i++)
        if (keys[i].sdl == sym.sym)
            return keys[i].key;
    if (sym.sym >= ' ' && sym.sym < 127)
        return sym.sym;
    /* A layout without Latin letters: the place of the key counts. */
    if (sym.scancode >= SDL_SCANCODE_A && sym.scancode <= SDL_SCANCODE_Z)
        return 'a' + (int)(sym.scancode - SDL_SCANCODE_A);
    return 0;
}

static struct key_stroke modifiers(void)
{
    SDL_Keymod mod = SDL_GetModState();
    return (struct key_stroke){.ctrl = (mod & KMOD_CTRL) != 0,
                               .shift = (mod & KMOD_SHIFT) != 0,
                               .alt = (mod & KMOD_LALT) != 0};
}

static bool take_window_event(struct desktop *desktop, const SDL_WindowEvent *sdl,
                              struct event *event)
{
    switch (sdl->event) {
    case SDL_WINDOWEVENT_SIZE_CHANGED:
    case SDL_WINDOWEVENT_DISPLAY_CHANGED:
        desktop->pixels_stale = true;
        event->kind = EVENT_RESIZE;
        return true;
    case SDL_WINDOWEVENT_EXPOSED:
        event->kind = EVENT_EXPOSE;
        return true;
    case SDL_WINDOWEVENT_HIDDEN:
    case SDL_WINDOWEVENT_MINIMIZED:
        event->kind = EVENT_HIDDEN;
        return true;
    case SDL_WINDOWEVENT_SHOWN:
    case SDL_WINDOWEVENT_RESTORED:
    case SDL_WINDOWEVENT_MAXIMIZED:
        event->kind = EVENT_SHOWN;
        return true;
    case SDL_WINDOWEVENT_FOCUS_GAINED:
        event->kind = EVENT_FOCUS;
        return true;
    case SDL_WINDOWEVENT_FOCUS_LOST:
        event->kind = EVENT_BLUR;
        return true;
    case SDL_WINDOWEVENT_LEAVE:
        event->kind = EVENT_LEAVE;
        return true;
    case SDL_WINDOWEVENT_CLOSE:
        event->kind = EVENT_CLOSE;
        return true;
    default:
        return false;
    }
}

static bool take_mouse_event(struct desktop *desktop, const SDL_Event *sdl, struct event *event)
{
    double units = units_per_pixel(desktop);
    int x, y;
    event->stroke = modifiers();
    if (sdl->type == SDL_MOUSEMOTION) {
        event->kind = EVENT_MOVE;
        x = sdl->motion.x, y = sdl->motion.y;
    } else if (sdl->type == SDL_MOUSEWHEEL) {
        double sign = sdl->wheel.direction == SDL_MOUSEWHEEL_FLIPPED ? -1 : 1;
        event->kind = EVENT_WHEEL;
        event->wheel_x = sign * (double)sdl->wheel.preciseX;
        event->wheel_y = sign * (double)sdl->wheel.preciseY;
        x = sdl->wheel.mouseX, y = sdl->wheel.mouseY;
    } else {
        static const int buttons[] = {0, BUTTON_LEFT, BUTTON_MIDDLE, BUTTON_RIGHT};
        if (sdl->button.button >= COUNTOF(buttons))
            return false;
        event->kind = sdl->type == SDL_MOUSEBUTTONDOWN ? EVENT_DOWN : EVENT_UP;
        event->button = buttons[sdl->button.button];
        event->clicks = sdl->button.clicks;
        x = sdl->button.x, y = sdl->button.y;
    }
    event->x = x / units;
    event->y = y / units;
    return true;
}

static bool take_drop(const SDL_DropEvent *drop, struct event *event)
{
    size_t length = drop->file != NULL ? strlen(drop->file) : 0;
    bool fits = length > 0 && length < sizeof event->text;
    event->kind = EVENT_DROP;
    if (fits)
        memcpy(event->text, drop->file, length + 1);
    SDL_free(drop->file);
    return fits;
}

/* False: nothing anyone needs to know. */
static bool translate(struct desktop *desktop, const SDL_Event *sdl, struct event *event)
{
    memset(event, 0, sizeof *event);
    switch (sdl->type) {
    case SDL_QUIT:
        event->kind = EVENT_CLOSE;
        return true;
    case SDL_WINDOWEVENT:
        return take_window_event(desktop, &sdl->window, event);
    case SDL_MOUSEMOTION:
    case SDL_MOUSEWHEEL:
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        return take_mouse_event(desktop, sdl, event);
    case SDL_KEYDOWN:
        event->kind = EVENT_KEY;
        event->stroke = modifiers();
        event->stroke.key = key_of(sdl->key.keysym);
        return event->stroke.key != 0;
    case SDL_TEXTINPUT:
        event->kind = EVENT_TEXT;
        (void)SDL_strlcpy(event->text, sdl->text.text, sizeof event->text);
        return event->text[0] != '\0';
    case SDL_DROPFILE:
        return take_drop(&sdl->drop, event);
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET:
        desktop->pixels_stale = true; /* the texture's content is gone */
        event->kind = EVENT_RESIZE;
        return true;
    default:
        if (sdl->type != desktop->wake_event)
            return false;
        atomic_store(&desktop->wake_pending, false);
        event->kind = EVENT_WAKE;
        return true;
    }
}

static bool next(struct platform *platform, int wait_ms, struct event *event)
{
    struct desktop *desktop = of(platform);
    int64_t until_ns = platform_now_ns() + (int64_t)wait_ms * 1000000;
    SDL_Event sdl;
    for (;;) {
        int64_t left_ms =
            wait_ms <= 0 ? wait_ms : (until_ns - platform_now_ns() + 999999) / 1000000;
        bool came = wait_ms == 0 || (wait_ms > 0 && left_ms <= 0)
                        ? SDL_PollEvent(&sdl) != 0
                        : SDL_WaitEventTimeout(&sdl, (int)left_ms) != 0;
        if (!came)
            return false;
        if (translate(desktop, &sdl, event))
            return true;
    }
}

static void wake(struct platform *platform)
{
    struct desktop *desktop = of(platform);
    if (atomic_exchange(&desktop->wake_pending, true))
        return;
    SDL_Event event = {.type = desktop->wake_event};
    if (SDL_PushEvent(&event) != 1)
        atomic_store(&desktop->wake_pending, false); /* queue full: the window is awake anyway */
}

static void present_texture(struct desktop *desktop, const SDL_Rect *parts, int count)
{
    const struct pixels *pixels = &desktop->base.pixels;
    for (int i = 0; i < count; i++)
        (void)SDL_UpdateTexture(desktop->shown, &parts[i],
                                pixels->data + (ptrdiff_t)parts[i].y * pixels->stride + parts[i].x,
                                pixels->stride * 4);
    (void)SDL_RenderCopy(desktop->renderer, desktop->shown, NULL, NULL);
    SDL_RenderPresent(desktop->renderer);
}

static void present_surface(struct desktop *desktop, SDL_Rect *parts, int count)
{
    if (desktop->shadow != NULL) {
        SDL_Surface *surface = SDL_GetWindowSurface(desktop->window);
        for (int i = 0; i < count; i++) {
            SDL_Rect to = parts[i];
            (void)SDL_BlitSurface(desktop->shadow, &parts[i], surface, &to);
        }
    }
    /* Fails when the window has just changed its size; EVENT_RESIZE is under way then. */
    (void)SDL_UpdateWindowSurfaceRects(desktop->window, parts, count);
}

static void present(struct platform *platform, const struct pixel_rect *parts, int count)
{
    struct desktop *desktop = of(platform);
    struct pixel_rect all = {0, 0, platform->pixels.width, platform->pixels.height};
    SDL_Rect kept[64];
    int n = 0;
    if (desktop->pixels_stale)
        return;
    for (int i = 0; i < count; i++) {
        struct pixel_rect part = pixel_rect_both(parts[i], all);
        if (pixel_rect_is_empty(part))
            continue;
        if (n == (int)COUNTOF(kept)) { /* more than makes sense: all of it */
            kept[0] = (SDL_Rect){0, 0, all.w, all.h};
            n = 1;
            break;
        }
        kept[n++] = (SDL_Rect){part.x, part.y, part.w, part.h};
    }
    if (n > 0 && platform->texture)
        present_texture(desktop, kept, n);
    else if (n > 0)
        present_surface(desktop, kept, n);
}

static void resize(struct platform *platform, int width, int height)
{
    double units = units_per_pixel(of(platform));
    SDL_SetWindowSize(of(platform)->window, (int)lround(width * units),
                      (int)lround(height * units));
}

static void fullscreen(struct platform *platform, bool on)
{
    (void)SDL_SetWindowFullscreen(of(platform)->window, on ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
}

static void set_title(struct platform *platform, const char *title)
{
    SDL_SetWindowTitle(of(platform)->window, title);
}

/* SDL wants colours that are not multiplied by alpha. */
static uint32_t straight(uint32_t pixel)
{
    uint32_t a = pixel >> 24;
    if (a == 0)
        return 0;
    uint32_t r = ((pixel >> 16 & 255) * 255 + a / 2) / a;
    uint32_t g = ((pixel >> 8 & 255) * 255 + a / 2) / a;
    uint32_t b = ((pixel & 255) * 255 + a / 2) / a;
    return a << 24 | r << 16 | g << 8 | b;
}

static void set_icon(struct platform *platform, const struct pixels *icon)
{
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, icon->width, icon->height, 32, SDL_PIXELFORMAT_ARGB8888);
    if (surface == NULL)
        return;
    for (int y = 0; y < icon->height; y++)
        for (int x = 0; x < icon->width; x++)
            ((uint32_t *)surface->pixels)[y * (surface->pitch / 4) + x] =
                straight(icon->data[(ptrdiff_t)y * icon->stride + x]);
    SDL_SetWindowIcon(of(platform)->window, surface);
    SDL_FreeSurface(surface);
}

static void set_pointer(struct platform *platform, enum ui_pointer pointer)
{
    static const SDL_SystemCursor shapes[POINTERS] = {
        [UI_ARROW] = SDL_SYSTEM_CURSOR_ARROW,       [UI_HAND] = SDL_SYSTEM_CURSOR_HAND,
        [UI_MOVE_X] = SDL_SYSTEM_CURSOR_SIZEWE,     [UI_CROSS] = SDL_SYSTEM_CURSOR_CROSSHAIR,
        [UI_TEXT_CURSOR] = SDL_SYSTEM_CURSOR_IBEAM,
    };
    struct desktop *desktop = of(platform);
    if (pointer == desktop->pointer)
        return;
    if (desktop->pointers[pointer] == NULL)
        desktop->pointers[pointer] = SDL_CreateSystemCursor(shapes[pointer]);
    if (desktop->pointers[pointer] != NULL)
        SDL_SetCursor(desktop->pointers[pointer]);
    desktop->pointer = pointer;
}

static void clipboard_set(void *context, const char *text)
{
    (void)context;
    (void)SDL_SetClipboardText(text); /* a desktop without one: nothing is copied */
}

static char *clipboard_get(void *context)
{
    (void)context;
    return SDL_HasClipboardText() ? SDL_GetClipboardText() : NULL;
}

static void clipboard_put_back(void *context, char *text)
{
    (void)context;
    SDL_free(text);
}

static struct ui_clipboard clipboard(struct platform *platform)
{
    return (struct ui_clipboard){platform, clipboard_set, clipboard_get, clipboard_put_back};
}

static void close_desktop(struct platform *platform)
{
    struct desktop *desktop = of(platform);
    drop_buffers(desktop);
    for (size_t i = 0; i < POINTERS; i++)
        if (desktop->pointers[i] != NULL)
            SDL_FreeCursor(desktop->pointers[i]);
    if (desktop->renderer != NULL)
        SDL_DestroyRenderer(desktop->renderer);
    if (desktop->window != NULL)
        SDL_DestroyWindow(desktop->window);
    SDL_Quit();
    mem_free(desktop);
}

static void refresh(struct platform *platform)
{
    if (of(platform)->pixels_stale)
        of(platform)->pixels_stale = !make_pixels(of(platform));
}

static const struct platform_ops desktop_ops = {
    .close = close_desktop,
    .refresh = refresh,
    .next = next,
    .wake = wake,
    .present = present,
    .resize = resize,
    .fullscreen = fullscreen,
    .set_title = set_title,
    .set_icon = set_icon,
    .set_pointer = set_pointer,
    .clipboard = clipboard,
};

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0';
}

/* Whether a display is worth trying. SDL would otherwise go on to the console, or draw for nobody. */
static bool has_display(void)
{
    return is_set("SDL_VIDEODRIVER") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
}

static void set_hints(void)
{
    /* Else SDL opens OpenGL behind the window's pixels: 20 times slower, 100 MB more. */
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    /* SDL_VIDEODRIVER in the environment wins. Where there is no Wayland its library would only complain. */
    SDL_SetHint(SDL_HINT_VIDEODRIVER, is_set("WAYLAND_DISPLAY") ? "x11,wayland" : "x11");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    SDL_SetHint(SDL_HINT_APP_NAME, "tepid");
    SDL_SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");
    /* The class ties the window to its .desktop file. */
    (void)setenv("SDL_VIDEO_X11_WMCLASS", "tepid-ui", 0);
    (void)setenv("SDL_VIDEO_WAYLAND_WMCLASS", "tepid-ui", 0);
}

static void choose_size(const struct platform_options *options, double scale, int *width,
                        int *height)
{
    SDL_Rect screen = {0, 0, 1440, 900};
    (void)SDL_GetDisplayUsableBounds(0, &screen);
    *width = options->width > 0 ? options->width : 1440;
    *height = options->height > 0 ? options->height : 900;
    if (options->width <= 0)
        *width = (int)fmin(*width, fmax(PLATFORM_MIN_WIDTH, screen.w / scale));
    if (options->height <= 0)
        *height = (int)fmin(*height, fmax(PLATFORM_MIN_HEIGHT, screen.h / scale));
}

static bool open_window(struct desktop *desktop, const struct platform_options *options)
{
    bool wayland = strcmp(desktop->base.driver, "wayland") == 0;
    double scale = options->scale > 0 ? options->scale : scale_of_environment();
    if (wayland) /* its units are pixels at 100 % already */
        scale = 1;
    int width, height;
    choose_size(options, scale, &width, &height);
    desktop->base.texture = options->texture || wayland;
    desktop->window =
        SDL_CreateWindow(options->title, SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                         (int)lround(width * scale), (int)lround(height * scale),
                         SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    if (desktop->window == NULL)
        return false;
    SDL_SetWindowMinimumSize(desktop->window, (int)lround(PLATFORM_MIN_WIDTH * scale),
                             (int)lround(PLATFORM_MIN_HEIGHT * scale));
    return make_pixels(desktop);
}

/* Without a display SDL falls back on drivers nobody can see: those are for whoever names them. */
static bool nobody_sees_it(void)
{
    const char *driver = SDL_GetCurrentVideoDriver(), *named = getenv("SDL_VIDEODRIVER");
    return (named == NULL || named[0] == '\0') &&
           (strcmp(driver, "offscreen") == 0 || strcmp(driver, "dummy") == 0);
}

struct platform *platform_desktop_open(const struct platform_options *options, struct err *err)
{
    set_hints();
    bool tried = has_display();
    if (!tried || SDL_Init(SDL_INIT_VIDEO) != 0) {
        const char *display = is_set("DISPLAY") ? getenv("DISPLAY") : getenv("WAYLAND_DISPLAY");
        if (!tried)
            err_file(err, "no window can be opened: there is no display (DISPLAY and "
                          "WAYLAND_DISPLAY are not set)");
        else if (is_set("SDL_VIDEODRIVER"))
            err_file(err, "no window can be opened: %s", SDL_GetError());
        else
            err_file(err, "no window can be opened: the display '%s' cannot be reached", display);
        err_help(err, "start it within a desktop session, or give --headless");
        return NULL;
    }
    if (nobody_sees_it()) {
        SDL_Quit();
        err_file(err, "no window can be opened: there is no display");
        err_help(err, "start it within a desktop session, or give --headless");
        return NULL;
    }
    struct desktop *desktop = mem_resize(NULL, sizeof *desktop);
    memset(desktop, 0, sizeof *desktop);
    desktop->base.ops = &desktop_ops;
    desktop->base.driver = SDL_GetCurrentVideoDriver();
    desktop->wanted_scale = options->scale;
    desktop->wake_event = SDL_RegisterEvents(1);
    (void)SDL_EventState(SDL_DROPFILE, SDL_ENABLE);
    if (!open_window(desktop, options)) {
        err_file(err, "no window can be opened: %s", SDL_GetError());
        close_desktop(&desktop->base);
        return NULL;
    }
    SDL_StartTextInput();
    return &desktop->base;
}
