/* state_file.c - the window's memory as JSON. */
#include "ui/state_file.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cjson/cJSON.h>

#include "core/arena.h"
#include "ui/export.h"

#define FILE_MAX_BYTES ((size_t)1 << 20)
#define SIDE_MAX       32768

void ui_state_init(struct ui_state *state)
{
    memset(state, 0, sizeof *state);
    memcpy(state->theme, "dark", sizeof "dark");
    state->text_scale = 1;
}

void ui_state_add_recent(struct ui_state *state, const char *path)
{
    size_t bytes = strlen(path) + 1, last = STATE_RECENT_MAX - 1;
    if (bytes == 1 || bytes > STATE_PATH_MAX)
        return;
    for (size_t i = 0; i < last; i++)
        if (strcmp(state->recent[i], path) == 0)
            last = i;
    char copy[STATE_PATH_MAX]; /* `path` may be one of the list */
    memcpy(copy, path, bytes);
    memmove(state->recent[1], state->recent[0], last * STATE_PATH_MAX);
    memcpy(state->recent[0], copy, bytes);
}

char *ui_state_path(void)
{
    const char *state_home = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    struct text path = {0};
    if (state_home != NULL && state_home[0] == '/')
        text_addf(&path, "%s/tepid/ui.json", state_home);
    else if (home != NULL && home[0] == '/')
        text_addf(&path, "%s/.local/state/tepid/ui.json", home);
    return path.data;
}

static double number(const cJSON *json, const char *name, double least, double most,
                     double otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
    bool good = cJSON_IsNumber(item) && item->valuedouble >= least && item->valuedouble <= most;
    return good ? item->valuedouble : otherwise;
}

static void take(struct ui_state *state, const cJSON *json)
{
    state->width = (int)number(json, "width", 1, SIDE_MAX, 0);
    state->height = (int)number(json, "height", 1, SIDE_MAX, 0);
    state->text_scale = number(json, "text_scale", 0.8, 2, 1);
    state->reduced_motion = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "reduced_motion"));
    const cJSON *theme = cJSON_GetObjectItemCaseSensitive(json, "theme");
    if (cJSON_IsString(theme) && strcmp(theme->valuestring, "light") == 0)
        memcpy(state->theme, "light", sizeof "light");
    const cJSON *recent = cJSON_GetObjectItemCaseSensitive(json, "recent"), *path;
    int count = 0;
    cJSON_ArrayForEach(path, recent)
    {
        if (count == STATE_RECENT_MAX)
            break;
        size_t bytes = cJSON_IsString(path) ? strlen(path->valuestring) + 1 : 0;
        if (bytes > 1 && bytes <= STATE_PATH_MAX)
            memcpy(state->recent[count++], path->valuestring, bytes);
    }
}

void ui_state_read(struct ui_state *state, const char *path)
{
    struct text text = {0};
    struct err ignored = {0}; /* no file, no memory: the defaults are fine */
    ui_state_init(state);
    if (text_read_file(&text, path, FILE_MAX_BYTES, &ignored) && text.data != NULL) {
        cJSON *json = cJSON_ParseWithLength(text.data, text.length);
        if (cJSON_IsObject(json))
            take(state, json);
        cJSON_Delete(json);
    }
    text_free(&text);
}

static bool make_folders(const char *path, struct err *err)
{
    struct text folder = {0};
    bool ok = true;
    for (const char *slash = strchr(path + 1, '/'); slash != NULL && ok;
         slash = strchr(slash + 1, '/')) {
        folder.length = 0;
        text_add_bytes(&folder, path, (size_t)(slash - path));
        if (mkdir(folder.data, 0700) != 0 && errno != EEXIST)
            ok = err_file(err, "cannot make the folder '%s': %s", folder.data, strerror(errno));
    }
    text_free(&folder);
    return ok;
}

bool ui_state_write(const struct ui_state *state, const char *path, struct err *err)
{
    cJSON *json = cJSON_CreateObject();
    (void)cJSON_AddNumberToObject(json, "width", state->width);
    (void)cJSON_AddNumberToObject(json, "height", state->height);
    (void)cJSON_AddStringToObject(json, "theme", state->theme);
    (void)cJSON_AddNumberToObject(json, "text_scale", round(state->text_scale * 100) / 100);
    (void)cJSON_AddBoolToObject(json, "reduced_motion", state->reduced_motion);
    cJSON *recent = cJSON_AddArrayToObject(json, "recent");
    for (int i = 0; i < STATE_RECENT_MAX && state->recent[i][0] != '\0'; i++)
        (void)cJSON_AddItemToArray(recent, cJSON_CreateString(state->recent[i]));
    char *text = cJSON_Print(json);
    ASSERT(text != NULL);
    struct text out = {0};
    text_addf(&out, "%s\n", text);
    bool ok = make_folders(path, err) && export_bytes(path, out.data, out.length, err);
    text_free(&out);
    cJSON_free(text);
    cJSON_Delete(json);
    return ok;
}
