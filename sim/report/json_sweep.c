/* json_sweep.c - see the header. */
#include "report/json_sweep.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "report/json_out.h"

#define NS_PER_S 1e9

static void add_axes(struct json *json, const struct sweep_grid *grid)
{
    json_open_object(json, "sweep", JSON_LINES);
    for (int i = 0; i < grid->param_count; i++) {
        json_open_array(json, grid->params[i].name, JSON_INLINE);
        for (int v = 0; v < grid->params[i].count; v++)
            json_add_text(json, NULL, grid->params[i].values[v]);
        json_close(json);
    }
    json_close(json);
}

void json_write_sweep(const struct sweep_table *table, struct text *out)
{
    struct json json;
    char hex[17];
    json_begin(&json, out);
    json_open_object(&json, NULL, JSON_LINES);
    json_add_text(&json, "version", table->version);
    json_add_text(&json, "scenario", table->scenario);
    json_add_text(&json, "question", table->question);
    json_add_text(&json, "variant", table->variant);
    (void)snprintf(hex, sizeof hex, "%016" PRIx64, table->digest);
    json_add_text(&json, "digest", hex);
    json_add_text(&json, "command", table->command);
    json_add_whole(&json, "seed", table->seed);
    json_add_whole(&json, "reps", (uint64_t)table->reps);
    json_add_number(&json, "precision", table->precision);
    json_add_number(&json, "duration_s", (double)table->duration / NS_PER_S);
    json_add_number(&json, "warmup_s", (double)table->warmup / NS_PER_S);
    json_add_text(&json, "price_list", table->prices);
    json_add_text(&json, "price_list_date", table->prices_date);
    add_axes(&json, &table->grid);
    json_add_text(&json, "minimise", table->objective);
    json_add_text(&json, "minimise_unit", table->objective_unit);
    json_open_array(&json, "slo", JSON_LINES);
    for (int i = 0; i < table->slo_count; i++)
        json_add_text(&json, NULL, table->slos[i]);
    json_close(&json);
    json_add_bool(&json, "refined", table->refined);
    json_add_bool(&json, "found", table->find.param >= 0);
    json_add_whole(&json, "points", (uint64_t)table->point_count);
    json_add_whole(&json, "points_done", (uint64_t)sweep_table_done(table));
    json_add_whole(&json, "shard", (uint64_t)table->shard);
    json_add_whole(&json, "shards", (uint64_t)table->shards);
    json_add_bool(&json, "partial", table->end != RUN_COMPLETE);
    json_close(&json);
    json_end(&json);
}

/* -- reading ---------------------------------------------------------------------------------------------- */

static const char *text_of(const cJSON *object, const char *key, struct arena *arena)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(item) ? arena_strdup(arena, item->valuestring) : NULL;
}

static double number_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static int whole_of(const cJSON *object, const char *key)
{
    double number = number_of(object, key);
    return number >= 0 && number <= 1e9 ? (int)number : 0;
}

static bool read_axes(const cJSON *axes, struct sweep_table *table)
{
    struct sweep_grid *grid = &table->grid;
    const cJSON *axis = NULL, *value = NULL;
    grid->points = 1;
    cJSON_ArrayForEach(axis, axes)
    {
        if (!cJSON_IsArray(axis) || grid->param_count == SWEEP_PARAMS_MAX)
            return false;
        int size = cJSON_GetArraySize(axis), count = 0;
        const char **values = ARENA_ARRAY(table->arena, const char *, size + 1);
        cJSON_ArrayForEach(value, axis)
        {
            if (!cJSON_IsString(value))
                return false;
            values[count++] = arena_strdup(table->arena, value->valuestring);
        }
        struct sweep_param *param = &grid->params[grid->param_count++];
        *param = (struct sweep_param){
            .name = arena_strdup(table->arena, axis->string), .values = values, .count = count};
        sweep_param_numbers(param, table->arena);
        grid->points *= count;
    }
    return grid->param_count > 0 && grid->points > 0 && grid->points <= SWEEP_POINTS_MAX;
}

static void read_slos(const cJSON *list, struct sweep_table *table)
{
    const cJSON *slo = NULL;
    const char **slos = ARENA_ARRAY(table->arena, const char *, cJSON_GetArraySize(list) + 1);
    cJSON_ArrayForEach(slo, list) if (cJSON_IsString(slo)) slos[table->slo_count++] =
        arena_strdup(table->arena, slo->valuestring);
    table->slos = slos;
}

static bool fill(const cJSON *root, struct sweep_table *table)
{
    struct arena *arena = table->arena;
    const char *digest = text_of(root, "digest", arena);
    table->version = text_of(root, "version", arena);
    table->scenario = text_of(root, "scenario", arena);
    table->question = text_of(root, "question", arena);
    table->variant = text_of(root, "variant", arena);
    table->command = text_of(root, "command", arena);
    table->digest = digest == NULL ? 0 : strtoull(digest, NULL, 16);
    table->seed = (uint64_t)fmax(0, fmin(number_of(root, "seed"), 0x1p63));
    table->reps = whole_of(root, "reps");
    table->precision = number_of(root, "precision");
    table->duration = (sim_time)floor(number_of(root, "duration_s") * NS_PER_S + 0.5);
    table->warmup = (sim_time)floor(number_of(root, "warmup_s") * NS_PER_S + 0.5);
    table->prices = text_of(root, "price_list", arena);
    table->prices_date = text_of(root, "price_list_date", arena);
    table->objective = text_of(root, "minimise", arena);
    table->objective_unit = text_of(root, "minimise_unit", arena);
    table->refined = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "refined"));
    table->find.param = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "found")) ? 0 : -1;
    table->shard = whole_of(root, "shard");
    table->shards = whole_of(root, "shards");
    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "partial")))
        table->end = RUN_INTERRUPTED;
    read_slos(cJSON_GetObjectItemCaseSensitive(root, "slo"), table);
    return table->version != NULL && table->scenario != NULL && digest != NULL &&
           table->objective != NULL && table->objective_unit != NULL && table->reps > 0 &&
           table->shard > 0 && table->shards >= table->shard &&
           read_axes(cJSON_GetObjectItemCaseSensitive(root, "sweep"), table);
}

bool json_read_sweep(const char *text, const char *name, struct sweep_table *table, struct err *err)
{
    cJSON *root = cJSON_Parse(text);
    bool ok = cJSON_IsObject(root);
    if (!ok)
        err_set(err, "%s: not a JSON object", name);
    else if (!fill(root, table)) {
        ok = err_set(err, "%s: not of a sweep", name);
        err_help(err, "a folder of a sweep is what 'tepid sweep' wrote");
    }
    cJSON_Delete(root);
    return ok;
}
