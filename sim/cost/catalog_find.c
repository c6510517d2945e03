/* catalog_find.c - where the assets of this program are.
 *
 * The folder of the program decides, not the current one, so that tepid behaves the same
 * wherever it is started.
 */
#include "cost/catalog.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"

static bool has_catalog(const char *assets)
{
    struct text path = {0};
    struct stat status;
    text_addf(&path, "%s/catalog", assets);
    bool found = stat(path.data, &status) == 0 && S_ISDIR(status.st_mode);
    text_free(&path);
    return found;
}

static char *copy_of(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(mem_resize(NULL, bytes), text, bytes);
}

/* Cuts the last name off a path: "/a/b" -> "/a"; a path without one becomes "." or gets "/..". */
static void go_up(char dir[PATH_MAX])
{
    char *slash = strrchr(dir, '/');
    size_t length = strlen(dir);
    if (dir[0] == '/' && slash != NULL)
        slash[slash == dir ? 1 : 0] = '\0';
    else if (length + 4 <= PATH_MAX)
        memcpy(dir + length, "/..", 4);
}

/* The folder the program lies in: as the kernel knows it, links resolved, else from argv[0]. */
static bool program_dir(char dir[PATH_MAX], const char *program)
{
    ssize_t length = readlink("/proc/self/exe", dir, PATH_MAX - 1);
    if (length > 0) {
        dir[length] = '\0';
        go_up(dir);
        return true;
    }
    const char *slash = program == NULL ? NULL : strrchr(program, '/');
    if (slash == NULL || (size_t)(slash - program) >= PATH_MAX)
        return false;
    size_t count = slash == program ? 1 : (size_t)(slash - program);
    memcpy(dir, program, count);
    dir[count] = '\0';
    return true;
}

/* Adds the path to `looked` and returns a copy if the assets are there. */
static char *try_dir(const char *dir, const char *below, struct text *looked)
{
    struct text path = {0};
    text_addf(&path, "%s%s%s", dir, strcmp(dir, "/") == 0 ? "" : "/", below);
    char *found = has_catalog(path.data) ? copy_of(path.data) : NULL;
    text_addf(looked, "%s%s", looked->length == 0 ? "" : ", ", path.data);
    text_free(&path);
    return found;
}

static char *find_beside(const char *program, struct text *looked)
{
    char dir[PATH_MAX];
    if (!program_dir(dir, program))
        return NULL;
    char *found = try_dir(dir, "assets", looked);
    char up[PATH_MAX];
    memcpy(up, dir, sizeof(up));
    for (int level = 0; found == NULL && level < 2; level++) {
        go_up(up);
        found = try_dir(up, "assets", looked);
    }
    go_up(dir);
    return found != NULL ? found : try_dir(dir, "share/tepid/assets", looked);
}

char *catalog_find_assets(const char *program, struct err *err)
{
    const char *given = getenv("TEPID_ASSETS");
    if (given != NULL && given[0] != '\0') {
        if (has_catalog(given))
            return copy_of(given);
        (void)err_file(err, "TEPID_ASSETS is %.300s, but there is no folder catalog in it", given);
        (void)err_help(err, "unset it, or let it name the folder assets of tepid");
        return NULL;
    }

    struct text looked = {0};
    char *found = find_beside(program, &looked);
    if (found == NULL) {
        (void)err_file(err, "cannot find the assets of tepid; looked for %s",
                       looked.data == NULL ? "nothing: the place of the program is not known"
                                           : looked.data);
        (void)err_help(err, "let TEPID_ASSETS name the folder that holds catalog/");
    }
    text_free(&looked);
    return found;
}
