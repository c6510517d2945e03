/* folder.c - see the header. */
#include "report/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(const char *verb, const char *path, struct err *err)
{
    err_file(err, "cannot %s %s: %s", verb, path, strerror(errno));
    return err_help(err, "choose another folder with --out DIR");
}

/* One level; a directory that is there already is as good. */
static bool make_level(const char *path, struct err *err)
{
    if (mkdir(path, 0777) == 0)
        return true;
    int why = errno;
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return true;
    errno = why == EEXIST ? ENOTDIR : why;
    return fail("create", path, err);
}

static bool make_all_levels(const char *path, struct err *err)
{
    struct text level = {0};
    bool ok = true;
    for (const char *at = path; ok && *at != '\0';) {
        size_t length = strcspn(at + 1, "/") + 1;
        text_add_bytes(&level, at, length);
        at += length;
        ok = strspn(level.data, "/") == level.length || make_level(level.data, err);
    }
    text_free(&level);
    return ok;
}

static void add_path(struct text *out, const char *folder, const char *name, const char *end)
{
    text_addf(out, "%s/%s%s", folder, name, end);
}

/* The file must be new: whatever stands under the passing name is removed, not followed. */
static int open_new(const char *path)
{
    (void)unlink(path); /* usually not there */
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

bool folder_prepare(const char *path, struct err *err)
{
    if (path[0] == '\0') {
        err_set(err, "the results folder has an empty name");
        return err_help(err, "write --out DIR");
    }
    if (!make_all_levels(path, err))
        return false;

    struct text probe = {0};
    add_path(&probe, path, ".tepid", ".part");
    int fd = open_new(probe.data);
    bool ok = fd >= 0 ? true : fail("write into", path, err);
    if (ok) {
        (void)close(fd); /* nothing was written */
        (void)unlink(probe.data);
    }
    text_free(&probe);
    return ok;
}

static bool write_all(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t count = write(fd, data, length);
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0) {
            data += count;
            length -= (size_t)count;
        }
    }
    return true;
}

void folder_begin(struct folder *folder, const char *path)
{
    *folder = (struct folder){.path = path};
}

bool folder_add(struct folder *folder, const char *name, const struct text *content,
                struct err *err)
{
    ASSERT(folder->count < FOLDER_FILES_MAX);
    struct text path = {0};
    text_addf(&path, "%s/.%s.part", folder->path, name);

    int fd = open_new(path.data);
    bool ok = fd >= 0;
    if (ok) {
        folder->names[folder->count++] = name;
        ok = write_all(fd, content->data, content->length);
        int why = errno;
        if (close(fd) != 0 && ok)
            ok = false; /* some file systems report a full disk only here */
        else
            errno = why;
    }
    if (!ok)
        fail("write", path.data, err);
    text_free(&path);
    return ok;
}

static bool rename_one(const struct folder *folder, const char *name, struct err *err)
{
    struct text from = {0}, to = {0};
    text_addf(&from, "%s/.%s.part", folder->path, name);
    add_path(&to, folder->path, name, "");
    bool ok = rename(from.data, to.data) == 0 ? true : fail("write", to.data, err);
    text_free(&from);
    text_free(&to);
    return ok;
}

bool folder_commit(struct folder *folder, struct err *err)
{
    bool ok = true;
    for (int i = 0; i < folder->count && ok; i++)
        ok = rename_one(folder, folder->names[i], err);
    if (ok)
        folder->count = 0;
    return ok;
}

void folder_abandon(struct folder *folder)
{
    struct text path = {0};
    for (int i = 0; i < folder->count; i++) {
        path.length = 0;
        text_addf(&path, "%s/.%s.part", folder->path, folder->names[i]);
        (void)unlink(path.data); /* it may have been renamed already */
    }
    folder->count = 0;
    text_free(&path);
}

void folder_add_name(struct text *path, const char *name)
{
    bool in_run = false;
    for (const char *at = name; *at != '\0'; at++) {
        bool plain = (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z') ||
                     (*at >= '0' && *at <= '9') || *at == '_' || *at == '-';
        if (plain)
            text_add_bytes(path, at, 1);
        else if (!in_run)
            text_add(path, "-");
        in_run = !plain;
    }
}
