/* svc_bucket.c - `bucket`: its settings, what they may be, what they cost. What it does in a run is in bucket_run.c. */
#include "model/svc_bucket.h"

#include "model/bucket_run.h"

#define AT(field) offsetof(struct bucket_config, field)

static const char *const aliases[] = {"s3", NULL};

static const struct param_spec params[] = {
    {"latency", PARAM_TIME_DIST, AT(latency), NULL, 0, 0, NULL,
     "to the first byte; default uniform(100ms, 200ms), from the catalog", PARAM_SETTABLE},
    {"object", PARAM_SIZE_DIST, AT(object), "100KB", 0, 0, NULL, "size of an object, where the operation gives none",
     0},
    {"throughput", PARAM_SIZE, AT(throughput), NULL, 1024, 107374182400., NULL,
     "bytes a second of one request; default 85MB, from the catalog", PARAM_SETTABLE},
    {"prefixes", PARAM_COUNT, AT(prefixes), "1", 1, 10000, NULL,
     "the limits of 3500 writes and 5500 reads a second hold for each", 0},
    {"on_put", PARAM_MESSAGES, AT(on_put), NULL, 0, 0, NULL, "resources that get an event after each write", 0},
    {"delivery", PARAM_TIME_DIST, AT(delivery), NULL, 0, 0, NULL,
     "from a write to its event; default from the catalog", PARAM_SETTABLE},
    {"storage", PARAM_SIZE, AT(storage), NULL, 0, 1125899906842624., NULL, "data kept, for the bill; default none", 0},
    {0},
};

#define MB_S_PER_GB_MONTH (1024. * 730 * 3600)

static const struct meter_spec meters[] = {
    [BUCKET_METER_READS] = {"reads", "s3.get", "request", 1},
    [BUCKET_METER_WRITES] = {"writes", "s3.put", "request", 1},
    [BUCKET_METER_STORAGE] = {"storage", "s3.standard.storage", "gb_month", MB_S_PER_GB_MONTH},
    {0},
};

static bool check(void *config, struct check_context *context, struct err *err)
{
    struct bucket_config *bucket = config;
    const struct catalog *catalog = context->catalog;
    double least_ms = catalog_limit(catalog, "s3.small_object_ms.min");
    double most_ms = catalog_limit(catalog, "s3.small_object_ms.max");
    bucket->rate[BUCKET_READ] = (int64_t)catalog_limit(catalog, "s3.get_per_prefix");
    bucket->rate[BUCKET_WRITE] = (int64_t)catalog_limit(catalog, "s3.put_per_prefix");
    if (bucket->throughput == TIME_UNSET)
        bucket->throughput = (int64_t)(catalog_limit(catalog, "s3.connection_mb_per_s") * 1048576);
    if (bucket->delivery == NULL)
        bucket->delivery = catalog_time_law(catalog, context->arena, "latency.s3_event");
    if (bucket->latency == NULL)
        bucket->latency = dist_uniform(context->arena, least_ms * 1e6, most_ms * 1e6, err);
    return bucket->latency != NULL;
}

const struct svc_class svc_bucket_class = {
    .kind = "bucket",
    .aliases = aliases,
    .service = "s3",
    .summary = "a store of objects: time by size, limits by prefix, events after writes",
    .params = params,
    .config_bytes = sizeof(struct bucket_config),
    .takes = TAKES(USE_READ) | TAKES(USE_WRITE) | TAKES(USE_FAULT),
    .usage = "buckets are used with r:read(b) and r:write(b, { size = \"120KB\" })",
    .check = check,
    .state_bytes = sizeof(struct bucket),
    .meters = meters,
    .has_line = bucket_has_line,
    .start = bucket_start,
    .submit = bucket_submit,
    .complete = bucket_complete,
    .events = {bucket_on_event},
    .shared_bytes = sizeof(struct bucket_shared),
    .open = bucket_open,
    .close = bucket_close,
    .metrics = bucket_metrics,
    .begin = bucket_begin,
    .view = bucket_view,
    .sample = bucket_sample,
    .capacity = bucket_capacity,
    .settle = bucket_settle,
    .audit = bucket_audit,
};
