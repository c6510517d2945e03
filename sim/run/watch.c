/* watch.c - see watch.h. */
#include "run/watch.h"

#include <string.h>
#include <sys/stat.h>
#include <uv.h>

#include "core/arena.h"

/* What tells one state of a file from another. */
struct stamp {
    bool known;
    int64_t seconds, nanoseconds, size;
    uint64_t inode, device;
};

struct watched_file {
    char *path;
    const char *name; /* in its directory */
    struct stamp stamp;
};

struct directory {
    uv_fs_event_t event;
    struct watch *watch;
    char *path;
};

struct watch {
    uv_thread_t thread;
    uv_loop_t loop;
    uv_async_t wake;
    uv_timer_t settle;
    void (*changed)(void *context);
    void *context;

    uv_mutex_t lock; /* of what is asked for */
    bool over, asked;
    struct watched_file *wanted;
    int wanted_count;
    double since_s;

    /* the thread's */
    struct watched_file files[WATCH_FILES_MAX];
    int file_count;
    struct directory *directories[WATCH_FILES_MAX];
    int directory_count;
};

static char *copy(const char *text, size_t length)
{
    char *kept = mem_resize(NULL, length + 1);
    memcpy(kept, text, length);
    kept[length] = '\0';
    return kept;
}

static struct stamp look(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return (struct stamp){.known = false};
    return (struct stamp){
        .known = true,
        .seconds = (int64_t)status.st_mtim.tv_sec,
        .nanoseconds = (int64_t)status.st_mtim.tv_nsec,
        .size = (int64_t)status.st_size,
        .inode = (uint64_t)status.st_ino,
        .device = (uint64_t)status.st_dev,
    };
}

static bool same_stamp(const struct stamp *a, const struct stamp *b)
{
    return a->seconds == b->seconds && a->nanoseconds == b->nanoseconds && a->size == b->size &&
           a->inode == b->inode && a->device == b->device;
}

/* -- in the thread -------------------------------------------------------------------------------- */

static void on_settled(uv_timer_t *timer)
{
    struct watch *watch = timer->data;
    bool news = false;
    for (int i = 0; i < watch->file_count; i++) {
        struct watched_file *file = &watch->files[i];
        struct stamp now = look(file->path);
        if (!now.known || same_stamp(&now, &file->stamp))
            continue;
        file->stamp = now;
        news = true;
    }
    if (news)
        watch->changed(watch->context);
}

static void settle(struct watch *watch)
{
    uv_timer_start(&watch->settle, on_settled, WATCH_SETTLE_MS, 0);
}

/* Without a name anything may have happened. */
static void on_event(uv_fs_event_t *event, const char *name, int events, int status)
{
    const struct directory *directory = event->data;
    struct watch *watch = directory->watch;
    bool ours = name == NULL;
    (void)events;
    (void)status;
    for (int i = 0; i < watch->file_count && !ours; i++)
        ours = strcmp(watch->files[i].name, name) == 0;
    if (ours)
        settle(watch);
}

static void on_directory_closed(uv_handle_t *handle)
{
    struct directory *directory = handle->data;
    mem_free(directory->path);
    mem_free(directory);
}

static void watch_directory(struct watch *watch, const char *path)
{
    for (int i = 0; i < watch->directory_count; i++)
        if (strcmp(watch->directories[i]->path, path) == 0)
            return;
    struct directory *directory = mem_resize(NULL, sizeof *directory);
    memset(directory, 0, sizeof *directory);
    directory->watch = watch;
    directory->path = copy(path, strlen(path));
    uv_fs_event_init(&watch->loop, &directory->event);
    directory->event.data = directory;
    /* One that cannot be watched is left alone: the others still are. */
    (void)uv_fs_event_start(&directory->event, on_event, path, 0);
    watch->directories[watch->directory_count++] = directory;
}

static void close_directories(struct watch *watch)
{
    for (int i = 0; i < watch->directory_count; i++)
        uv_close((uv_handle_t *)&watch->directories[i]->event, on_directory_closed);
    watch->directory_count = 0;
}

/* What was known of it before, else what it was when it was asked for. */
static struct stamp stamp_before(const struct watched_file *files, int count,
                                 const struct watched_file *wanted, double since_s, bool *news)
{
    const struct stamp *now = &wanted->stamp;
    for (int i = 0; i < count; i++)
        if (strcmp(files[i].path, wanted->path) == 0)
            return files[i].stamp;
    *news |= now->known && (double)now->seconds + (double)now->nanoseconds / 1e9 > since_s;
    return *now;
}

/* Takes over what was asked for. */
static void change_files(struct watch *watch, const struct watched_file *wanted, int count,
                         double since_s)
{
    struct watched_file before[WATCH_FILES_MAX];
    int before_count = watch->file_count;
    bool news = false;
    memcpy(before, watch->files, sizeof before);
    close_directories(watch);
    watch->file_count = count;
    for (int i = 0; i < count; i++) {
        char *path = wanted[i].path;
        const char *slash = strrchr(path, '/');
        struct stamp stamp = stamp_before(before, before_count, &wanted[i], since_s, &news);
        watch->files[i] = (struct watched_file){path, slash == NULL ? path : slash + 1, stamp};
        size_t length = slash == NULL ? 0 : (size_t)(slash - path);
        char *folder = slash == NULL ? copy(".", 1) : copy(path, length == 0 ? 1 : length);
        watch_directory(watch, folder);
        mem_free(folder);
    }
    for (int i = 0; i < before_count; i++)
        mem_free(before[i].path);
    settle(watch); /* what happened while no directory was watched */
    if (news)
        watch->changed(watch->context);
}

static void on_wake(uv_async_t *wake)
{
    struct watch *watch = wake->data;
    uv_mutex_lock(&watch->lock);
    struct watched_file *wanted = watch->wanted;
    int count = watch->wanted_count;
    double since_s = watch->since_s;
    bool asked = watch->asked, over = watch->over;
    watch->wanted = NULL;
    watch->wanted_count = 0;
    watch->asked = false;
    uv_mutex_unlock(&watch->lock);
    if (asked)
        change_files(watch, wanted, count, since_s);
    mem_free(wanted);
    if (!over)
        return;
    close_directories(watch);
    uv_close((uv_handle_t *)&watch->settle, NULL);
    uv_close((uv_handle_t *)&watch->wake, NULL);
}

static void run_loop(void *context)
{
    struct watch *watch = context;
    uv_run(&watch->loop, UV_RUN_DEFAULT);
}

/* -- from other threads ------------------------------------------------------------------------------ */

struct watch *watch_new(void (*changed)(void *context), void *context, struct err *err)
{
    struct watch *watch = mem_resize(NULL, sizeof *watch);
    memset(watch, 0, sizeof *watch);
    watch->changed = changed;
    watch->context = context;
    if (uv_loop_init(&watch->loop) != 0) {
        mem_free(watch);
        err_file(err, "cannot watch files: out of file descriptors?");
        return NULL;
    }
    uv_async_init(&watch->loop, &watch->wake, on_wake);
    uv_timer_init(&watch->loop, &watch->settle);
    watch->wake.data = watch->settle.data = watch;
    ASSERT(uv_mutex_init(&watch->lock) == 0);
    ASSERT(uv_thread_create(&watch->thread, run_loop, watch) == 0);
    return watch;
}

static void drop_wanted(struct watch *watch)
{
    for (int i = 0; i < watch->wanted_count; i++)
        mem_free(watch->wanted[i].path);
    mem_free(watch->wanted);
    watch->wanted = NULL;
    watch->wanted_count = 0;
}

void watch_free(struct watch *watch)
{
    if (watch == NULL)
        return;
    uv_mutex_lock(&watch->lock);
    watch->over = true;
    uv_mutex_unlock(&watch->lock);
    uv_async_send(&watch->wake);
    ASSERT(uv_thread_join(&watch->thread) == 0);
    ASSERT(uv_loop_close(&watch->loop) == 0);
    for (int i = 0; i < watch->file_count; i++)
        mem_free(watch->files[i].path);
    drop_wanted(watch);
    uv_mutex_destroy(&watch->lock);
    mem_free(watch);
}

void watch_files(struct watch *watch, const char *const *paths, int count, double since_s)
{
    int kept = count < WATCH_FILES_MAX ? count : WATCH_FILES_MAX;
    struct watched_file *wanted = mem_resize(NULL, sizeof *wanted * (size_t)(kept + 1));
    for (int i = 0; i < kept; i++)
        wanted[i] = (struct watched_file){.path = copy(paths[i], strlen(paths[i])),
                                          .stamp = look(paths[i])};
    uv_mutex_lock(&watch->lock);
    for (int i = 0; i < watch->wanted_count; i++) /* not taken over yet: what it knows stays */
        for (int k = 0; k < kept; k++)
            if (strcmp(watch->wanted[i].path, wanted[k].path) == 0)
                wanted[k].stamp = watch->wanted[i].stamp;
    drop_wanted(watch);
    watch->wanted = wanted;
    watch->wanted_count = kept;
    watch->since_s = since_s;
    watch->asked = true;
    uv_mutex_unlock(&watch->lock);
    uv_async_send(&watch->wake);
}
