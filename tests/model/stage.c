/* stage.c - see stage.h. */
#include "tests/model/stage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char prelude[] = "local function F(name, t)\n"
                              "  t.memory = t.memory or 1769\n"
                              "  t.init = t.init or '100ms'\n"
                              "  t.first_run = t.first_run or '0ms'\n"
                              "  t.keep_alive = t.keep_alive or 'forever'\n"
                              "  return fn(name)(t)\n"
                              "end\n"
                              "local function once(name, to, at, n, more)\n"
                              "  local t = more or {}\n"
                              "  t.to, t.rate = to, burst{ n = n or 1, at = at }\n"
                              "  return traffic(name)(t)\n"
                              "end\n";

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fputs(prelude, file) == EOF || fputs(text, file) == EOF)
        abort();
    (void)fclose(file);
}

struct play stage_load(const char *text)
{
    char folder[] = "/tmp/tepid-stage-XXXXXX";
    char path[64];
    struct err err = {0};
    struct load_options options = {.limits = load_limits_default, .trusted = true};
    struct play stage = {.catalog = catalog_load("assets", NULL, &err)};
    if (mkdtemp(folder) == NULL)
        abort();
    (void)snprintf(path, sizeof path, "%s/s.lua", folder);
    write_file(path, text);
    if (stage.catalog != NULL)
        stage.scenario = script_load(path, stage.catalog, &options, &err);
    (void)remove(path);
    (void)rmdir(folder);
    if (stage.scenario == NULL) {
        err_print(&err, "error", stderr, false);
        fprintf(stderr, "%s\n", text);
        abort();
    }
    return stage;
}

struct play stage_play(const char *text)
{
    static const struct run_limits limits = {
        .max_wall = SIM_NEVER, .max_events = UINT64_MAX, .max_memory = INT64_MAX};
    struct play stage = stage_load(text);
    stage.world = world_new(stage.scenario, 0, true, true);
    world_run(stage.world, &limits, NULL, NULL);
    int count = world_node_count(stage.world);
    stage.nodes = mem_resize(NULL, sizeof(*stage.nodes) * (size_t)count);
    for (int i = 0; i < count; i++)
        world_node(stage.world, i, &stage.nodes[i]);
    return stage;
}

void stage_end(struct play *stage)
{
    for (int i = 0; stage->nodes != NULL && i < world_node_count(stage->world); i++)
        node_free(&stage->nodes[i]);
    mem_free(stage->nodes);
    world_free(stage->world);
    scenario_free(stage->scenario);
    catalog_free(stage->catalog);
}

const struct node_stats *stage_node(const struct play *stage, const char *node)
{
    for (int i = 0; i < world_node_count(stage->world); i++)
        if (strcmp(world_node_name(stage->world, i).name, node) == 0)
            return &stage->nodes[i];
    fprintf(stderr, "no node \"%s\"\n", node);
    abort();
}

double stage_value(const struct play *stage, const char *node, const char *metric_and_stat)
{
    char name[32];
    const char *dot = strchr(metric_and_stat, '.');
    size_t length = dot == NULL ? strlen(metric_and_stat) : (size_t)(dot - metric_and_stat);
    (void)snprintf(name, sizeof name, "%.*s", (int)length, metric_and_stat);
    enum metric_id metric = metric_find(name);
    struct statistic stat = {STAT_SUM, 0};
    if (metric == METRIC_COUNT || (dot != NULL && !stat_read(dot + 1, &stat)))
        abort();
    double value = node_value(stage_node(stage, node), metric, stat);
    return metric_table[metric].dimension == DIM_TIME ? value / 1e6 : value;
}

struct svc *stage_svc(const struct play *stage, const char *name)
{
    int index = scenario_find(stage->scenario, name);
    if (index < 0)
        abort();
    return &stage->world->model.svcs[index];
}

const struct function *stage_function(const struct play *stage, const char *name)
{
    return stage_svc(stage, name)->state;
}

bool is_near(double a, double b, double within)
{
    return fabs(a - b) <= within;
}
