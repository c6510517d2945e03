/* svc_kv.c - `kv`: its settings, what they may be, what they cost. What it does in a run is in kv_run.c, what it can carry in
 * kv_capacity.c. */
#include "model/svc_kv.h"

#include <math.h>

#include "model/kv_run.h"

#define AT(field) offsetof(struct kv_config, field)

static const char *const aliases[] = {"dynamodb", NULL};
static const char *const modes[] = {"on_demand", "provisioned", NULL};

/* Bounds of capacity are our own: quotas are raised case by case, and are warned of. */
static const struct param_spec params[] = {
    {"mode", PARAM_ENUM, AT(mode), "on_demand", 0, 0, modes, "pay by request, or by capacity kept ready", 0},
    {"rcu", PARAM_COUNT, AT(rcu), NULL, 1, 1e6, NULL, "provisioned: read units a second (one strong read of 4KB)",
     PARAM_SETTABLE},
    {"wcu", PARAM_COUNT, AT(wcu), NULL, 1, 1e6, NULL, "provisioned: write units a second (one write of 1KB)",
     PARAM_SETTABLE},
    {"autoscale", PARAM_AUTOSCALE, AT(autoscale), NULL, 0, 0, NULL,
     "provisioned: rcu and wcu follow their use, each within min .. max", 0},
    {"scaling_delay", PARAM_TIME, AT(scaling_delay), NULL, 0, 3600e9, NULL,
     "autoscale: from the alarm's last minute to the new capacity; default alarm lag 60s and update 120s", 0},
    {"item", PARAM_SIZE_DIST, AT(item), "1KB", 0, 0, NULL, "size of an item, where the operation gives none", 0},
    {"keys", PARAM_KEYS, AT(keys), NULL, 1, 1e9, NULL,
     "how many keys are asked for, or zipf; default a new one each time", 0},
    {"latency", PARAM_TIME_DIST, AT(latency), NULL, 0, 0, NULL,
     "the table's own time; default from the catalog, reads and writes apart", PARAM_SETTABLE},
    {"partitions", PARAM_COUNT, AT(partitions), NULL, 1, KV_PARTITIONS_MAX, NULL,
     "at the start; default from capacity and size", 0},
    {"split_after", PARAM_TIME, AT(split_after), NULL, 1e9, 0, NULL,
     "a partition throttled this long is split between two keys; default 300s", 0},
    {"burst", PARAM_TIME, AT(burst), NULL, 0, 3600e9, NULL,
     "provisioned: so much unused capacity is kept for later; default 300s", 0},
    {"warm_rcu", PARAM_COUNT, AT(warm_rcu), NULL, 12000, 1e6, NULL, "warm throughput: reads a second ready at the start",
     0},
    {"warm_wcu", PARAM_COUNT, AT(warm_wcu), NULL, 4000, 1e6, NULL, "warm throughput: writes a second ready at the start",
     0},
    {"max_rcu", PARAM_COUNT, AT(max_rcu), NULL, 1, 1e6, NULL, "on demand: most reads a second; default the quota of a table",
     0},
    {"max_wcu", PARAM_COUNT, AT(max_wcu), NULL, 1, 1e6, NULL,
     "on demand: most writes a second; default the quota of a table", 0},
    {"storage", PARAM_SIZE, AT(storage), NULL, 0, 1125899906842624., NULL, "data kept, for the bill; default none", 0},
    {"stream", PARAM_TABLE, AT(stream), NULL, 0, 0, &kv_stream_table, "changes go to a function: { consumer = f }", 0},
    {0},
};

#define MS_PER_HOUR  3600000.
#define MB_S_PER_GB_MONTH (1024. * 730 * 3600)

static const struct meter_spec meters[] = {
    [KV_METER_RRU] = {"reads", "ddb.ondemand.rru", "rru", 2},
    [KV_METER_WRU] = {"writes", "ddb.ondemand.wru", "wru", 2},
    [KV_METER_RCU] = {"read capacity", "ddb.provisioned.rcu_hour", "rcu_hour", MS_PER_HOUR},
    [KV_METER_WCU] = {"write capacity", "ddb.provisioned.wcu_hour", "wcu_hour", MS_PER_HOUR},
    [KV_METER_STORAGE] = {"storage", "ddb.storage", "gb_month", MB_S_PER_GB_MONTH},
    {0},
};

static bool fail_mode(const char *setting, bool provisioned, struct err *err)
{
    err_set(err, "%s belongs to mode = \"%s\"", setting, provisioned ? "provisioned" : "on_demand");
    return err_help(err, provisioned ? "an on-demand table takes what comes, up to max_rcu and max_wcu"
                                     : "a provisioned table has rcu and wcu, and may have autoscale");
}

static bool check_autoscale(const struct kv_config *kv, const struct check_context *context, struct err *err)
{
    const struct autoscale_spec *spec = &kv->autoscale;
    double least = catalog_limit(context->catalog, "ddb.aas.target.min");
    double most = catalog_limit(context->catalog, "ddb.aas.target.max");
    if (!autoscale_given(spec))
        return true;
    if (spec->target < least || spec->target > most) {
        err_set(err, "autoscale: target = %.4g%% is out of range", 100 * spec->target);
        return err_help(err, "DynamoDB takes targets of %.4g%% .. %.4g%%", 100 * least, 100 * most);
    }
    if (spec->min < 1 || spec->max > 1000000) {
        err_set(err, "autoscale: min .. max = %lld .. %lld is out of range", (long long)spec->min,
                (long long)spec->max);
        return err_help(err, "capacity is 1 .. 1000000");
    }
    if (kv->rcu < spec->min || kv->rcu > spec->max || kv->wcu < spec->min || kv->wcu > spec->max) {
        bool reads = kv->rcu < spec->min || kv->rcu > spec->max;
        err_set(err, "%s = %lld is outside autoscale's %lld .. %lld", reads ? "rcu" : "wcu",
                (long long)(reads ? kv->rcu : kv->wcu), (long long)spec->min, (long long)spec->max);
        return err_help(err, "rcu and wcu are where scaling starts, both within min .. max");
    }
    return true;
}

static bool check_provisioned(struct kv_config *kv, struct check_context *context, struct err *err)
{
    static const char *const quota[] = {"ddb.table_default_quota.rru_per_s", "ddb.table_default_quota.wru_per_s"};
    const int64_t rate[KV_KINDS] = {kv->rcu, kv->wcu};
    if (kv->rcu == TIME_UNSET || kv->wcu == TIME_UNSET) {
        err_set(err, "mode = \"provisioned\" needs rcu and wcu");
        return err_help(err, "write rcu = 100, wcu = 100: capacity units kept ready, by the second");
    }
    if (kv->max_rcu != TIME_UNSET || kv->max_wcu != TIME_UNSET)
        return fail_mode(kv->max_rcu != TIME_UNSET ? "max_rcu" : "max_wcu", false, err);
    for (int kind = 0; kind < KV_KINDS; kind++) {
        double most = catalog_limit(context->catalog, quota[kind]);
        kv->first_rate[kind] = rate[kind];
        if ((double)rate[kind] > most)
            context->warn(context->warnings,
                          arena_printf(context->arena, "kv '%s': %s = %lld is above the default quota of %.0f a table",
                                       context->name, kind == KV_READ ? "rcu" : "wcu", (long long)rate[kind], most));
    }
    double seconds = fmax((double)kv->burst / 1e9, 1), bytes = dist_mean(kv->item);
    double units = fmax(ceil(bytes / (double)kv->unit_bytes[KV_WRITE]), 1);
    if (units > seconds * (double)kv->wcu)
        context->warn(context->warnings,
                      arena_printf(context->arena,
                                   "kv '%s': writing an item takes %.0f units, more than wcu = %lld can save up",
                                   context->name, units, (long long)kv->wcu));
    return check_autoscale(kv, context, err);
}

static bool check_on_demand(struct kv_config *kv, struct check_context *context, struct err *err)
{
    static const char *const initial[] = {"ddb.ondemand.initial.rru_per_s", "ddb.ondemand.initial.wru_per_s"};
    static const char *const quota[] = {"ddb.table_default_quota.rru_per_s", "ddb.table_default_quota.wru_per_s"};
    const int64_t warm[KV_KINDS] = {kv->warm_rcu, kv->warm_wcu};
    int64_t *most[KV_KINDS] = {&kv->max_rcu, &kv->max_wcu};
    if (kv->rcu != TIME_UNSET || kv->wcu != TIME_UNSET)
        return fail_mode(kv->rcu != TIME_UNSET ? "rcu" : "wcu", true, err);
    if (autoscale_given(&kv->autoscale))
        return fail_mode("autoscale", true, err);
    for (int kind = 0; kind < KV_KINDS; kind++) {
        int64_t rate = warm[kind] != TIME_UNSET ? warm[kind] : (int64_t)catalog_limit(context->catalog, initial[kind]);
        if (*most[kind] == TIME_UNSET) {
            int64_t by_quota = (int64_t)catalog_limit(context->catalog, quota[kind]);
            *most[kind] = rate > by_quota ? rate : by_quota;
        }
        kv->first_rate[kind] = rate < *most[kind] ? rate : *most[kind];
    }
    return true;
}

/* As many as capacity, warm throughput and data need. */
static int64_t first_partitions(const struct kv_config *kv, const struct check_context *context)
{
    if (kv->partitions != TIME_UNSET)
        return kv->partitions;
    int64_t needed = kv_partitions_needed(kv->first_rate, kv->partition_rate, kv->mode == KV_PROVISIONED);
    int64_t warm[KV_KINDS] = {kv->warm_rcu == TIME_UNSET ? 0 : kv->warm_rcu,
                              kv->warm_wcu == TIME_UNSET ? 0 : kv->warm_wcu};
    int64_t warm_needed = kv_partitions_needed(warm, kv->partition_rate, false);
    bool counted = kv->keys.kind == KEYS_UNIFORM || kv->keys.kind == KEYS_ZIPF;
    double bytes = counted ? (double)kv->keys.n * dist_mean(kv->item) : 0;
    bytes = fmax(bytes, kv->storage == TIME_UNSET ? 0 : (double)kv->storage);
    double gb = catalog_limit(context->catalog, "ddb.partition_gb");
    double by_size = fmin(ceil(bytes / (gb * 1073741824)), KV_PARTITIONS_MAX);
    needed = needed > warm_needed ? needed : warm_needed;
    return needed > (int64_t)by_size ? needed : (int64_t)by_size;
}

static int64_t limit_of(const struct check_context *context, const char *key)
{
    return (int64_t)catalog_limit(context->catalog, key);
}

/* What was not given, from the catalog. */
static void fill_in(struct kv_config *kv, const struct check_context *context)
{
    kv->unit_bytes[KV_READ] = limit_of(context, "ddb.unit_bytes.read");
    kv->unit_bytes[KV_WRITE] = limit_of(context, "ddb.unit_bytes.write");
    kv->item_max = limit_of(context, "ddb.item_bytes.max");
    kv->page_max = limit_of(context, "ddb.query_page_bytes");
    kv->partition_rate[KV_READ] = limit_of(context, "ddb.partition.rcu_per_s");
    kv->partition_rate[KV_WRITE] = limit_of(context, "ddb.partition.wcu_per_s");
    if (kv->burst == TIME_UNSET)
        kv->burst = limit_of(context, "ddb.burst_s") * SIM_SECOND;
    if (kv->split_after == TIME_UNSET)
        kv->split_after = limit_of(context, "ddb.split_after_s") * SIM_SECOND;
    if (kv->scaling_delay == TIME_UNSET)
        kv->scaling_delay =
            (limit_of(context, "ddb.aas.alarm_lag_s") + limit_of(context, "ddb.update_table_s")) * SIM_SECOND;
    kv->get_latency = kv->put_latency = kv->latency;
    if (kv->latency != NULL)
        return;
    kv->get_latency = catalog_time_law(context->catalog, context->arena, "latency.ddb_get");
    kv->put_latency = catalog_time_law(context->catalog, context->arena, "latency.ddb_put");
}

static bool check(void *config, struct check_context *context, struct err *err)
{
    struct kv_config *kv = config;
    fill_in(kv, context);
    if (dist_mean(kv->item) > (double)kv->item_max) {
        err_set(err, "item is %.6gKB on average, above the maximum of %.6gKB", dist_mean(kv->item) / 1024,
                (double)kv->item_max / 1024);
        return err_help(err, "DynamoDB keeps items of up to 400KB: keep the data in a bucket and its name here");
    }
    bool provisioned = kv->mode == KV_PROVISIONED;
    if (provisioned ? !check_provisioned(kv, context, err) : !check_on_demand(kv, context, err))
        return false;
    kv->first_partitions = first_partitions(kv, context);
    return kv_stream_check(kv->stream, context, err);
}

const struct svc_class svc_kv_class = {
    .kind = "kv",
    .aliases = aliases,
    .service = "dynamodb",
    .summary = "a table of items by key: capacity units, partitions, burst credits",
    .params = params,
    .config_bytes = sizeof(struct kv_config),
    .takes = TAKES(USE_GET) | TAKES(USE_PUT) | TAKES(USE_QUERY) | TAKES(USE_FAULT),
    .usage = "tables are used with r:get(db), r:put(db) and r:query(db)",
    .check = check,
    .state_bytes = sizeof(struct kv),
    .meters = meters,
    .has_line = kv_has_line,
    .start = kv_start,
    .submit = kv_submit,
    .complete = kv_complete,
    .apply = kv_apply,
    .on_reply = kv_stream_on_reply,
    .record_count = kv_stream_record_count,
    .record = kv_stream_record,
    .record_failed = kv_stream_record_failed,
    .events = {[KV_EVENT_POINT] = kv_on_point,
               [KV_EVENT_UPDATED] = kv_on_updated,
               [KV_EVENT_LANE] = kv_stream_on_due},
    .metrics = kv_metrics,
    .begin = kv_begin,
    .view = kv_view,
    .sample = kv_sample,
    .capacity = kv_show_capacity,
    .settle = kv_settle,
    .audit = kv_audit,
    .free = kv_free,
};
