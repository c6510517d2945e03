/* load_text.h - loading a scenario that a test holds as text.
 *
 * The text goes into a folder of its own, so that traces and modules can stand beside it. The catalog is the
 * shipped one: tests run from the root of the project.
 */
#ifndef TEPID_TESTS_LOAD_TEXT_H
#define TEPID_TESTS_LOAD_TEXT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "scenario/script.h"

struct loaded {
    char folder[64];
    struct catalog *catalog;
    struct load_options options;
    struct scenario *scenario;
    struct err err;
};

static inline void loaded_file(const struct loaded *loaded, const char *name, const char *data,
                               size_t length)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", loaded->folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(data, 1, length, file) != length)
        abort();
    (void)fclose(file);
}

/* Limits are the default ones and the child process is left out: most tests are about the file. */
static inline struct loaded loaded_begin(void)
{
    struct loaded loaded = {.folder = "/tmp/tepid-test-XXXXXX"};
    if (mkdtemp(loaded.folder) == NULL)
        abort();
    loaded.catalog = catalog_load("assets", NULL, &loaded.err);
    if (loaded.catalog == NULL)
        err_print(&loaded.err, "error", stderr, false);
    loaded.options.limits = load_limits_default;
    loaded.options.trusted = true;
    return loaded;
}

static inline bool loaded_text(struct loaded *loaded, const char *text)
{
    char path[128];
    loaded_file(loaded, "s.lua", text, strlen(text));
    (void)snprintf(path, sizeof path, "%s/s.lua", loaded->folder);
    scenario_free(loaded->scenario);
    loaded->err = (struct err){0};
    loaded->scenario = script_load(path, loaded->catalog, &loaded->options, &loaded->err);
    return loaded->scenario != NULL;
}

static inline void loaded_end(struct loaded *loaded)
{
    char command[128];
    scenario_free(loaded->scenario);
    catalog_free(loaded->catalog);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", loaded->folder);
    if (system(command) != 0)
        abort();
}

#endif
