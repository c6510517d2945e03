/* svc_sql.c - `sql`: its settings, what they may be, what they cost. What it does in a run is in sql_run.c. */
#include "model/svc_sql.h"

#include <math.h>
#include <string.h>

#include "model/sql_run.h"

#define GIB       INT64_C(1073741824)
#define AT(field) offsetof(struct sql_config, field)

static const char *const aliases[] = {"aurora", "rds", NULL};
static const char *const engines[] = {"postgres", "mysql", NULL};

/* Bounds: RDS Proxy takes a borrow timeout of up to an hour. */
static const struct param_spec proxy_params[] = {
    {"borrow_timeout", PARAM_TIME, offsetof(struct sql_proxy, borrow_timeout), "120s", 1e9, 3600e9,
     NULL, "a query that waits this long for a connection fails", 0},
    {"max_percent", PARAM_SHARE, offsetof(struct sql_proxy, max_percent), "100%", 0.01, 1, NULL,
     "share of max_connections the proxy may open", 0},
    {0},
};
static const struct param_table proxy_table = {
    proxy_params, sizeof(struct sql_proxy), "proxy = true or { borrow_timeout = \"10s\" }", true};

/* Bounds of ACU and pause: assets/catalog/limits-aws.json (aurora.range, aurora.autopause_s); PostgreSQL's own bound of
 * max_connections, 2^18 - 1. */
static const struct param_spec params[] = {
    {"engine", PARAM_ENUM, AT(engine), "postgres", 0, 0, engines,
     "decides how many connections there are by default", 0},
    {"min_acu", PARAM_NUMBER, AT(min_acu), NULL, 0, 256, NULL,
     "serverless: never fewer capacity units; 0 allows pausing; default 0.5", 0},
    {"max_acu", PARAM_NUMBER, AT(max_acu), NULL, 1, 256, NULL,
     "serverless: never more capacity units; default 2, or min_acu if that is more", 0},
    {"instance", PARAM_TEXT, AT(instance), NULL, 0, 0, NULL,
     "class of an instance, such as \"db.t4g.micro\", in place of capacity units", 0},
    {"memory", PARAM_SIZE, AT(memory), NULL, 268435456, 0, NULL,
     "memory of an instance whose class the catalog does not know", 0},
    {"vcpu", PARAM_COUNT, AT(vcpu), NULL, 1, 1024, NULL,
     "processors of an instance whose class the catalog does not know", 0},
    {"multi_az", PARAM_BOOL, AT(multi_az), "false", 0, 0, NULL,
     "an instance with a standby in another zone: twice the price", 0},
    {"max_connections", PARAM_COUNT, AT(max_connections), NULL, 1, 262143, NULL,
     "connections at once; default by max_acu or the memory of the instance", PARAM_SETTABLE},
    {"latency", PARAM_TIME_DIST, AT(latency), NULL, 0, 0, NULL,
     "time a query takes when it is alone; default from the catalog", PARAM_SETTABLE},
    {"connect", PARAM_TIME_DIST, AT(connect), NULL, 0, 0, NULL,
     "time to open a connection, before the first query on it; default from the catalog",
     PARAM_SETTABLE},
    {"contention", PARAM_TIME, AT(contention), "0s", 0, 0, NULL,
     "added to the latency for each query that runs, the query itself included", PARAM_SETTABLE},
    {"per_acu", PARAM_NUMBER, AT(per_acu), NULL, 0.01, 1000, NULL,
     "serverless: queries a capacity unit runs at full speed; default from the catalog", 0},
    {"per_vcpu", PARAM_NUMBER, AT(per_vcpu), NULL, 0.01, 1000, NULL,
     "instance: queries a processor runs at full speed; default from the catalog", 0},
    {"proxy", PARAM_TABLE, AT(proxy), NULL, 0, 0, &proxy_table,
     "a proxy that lends its connections to queries: true or { borrow_timeout=, max_percent= }", 0},
    {"pause_after", PARAM_TIME, AT(pause_after), NULL, 300e9, 86400e9, NULL,
     "min_acu = 0: pauses after this long without a connection; default 5min", 0},
    {"resume", PARAM_TIME, AT(resume), NULL, 0, 3600e9, NULL,
     "time the first query after a pause waits; default 15s, after a day 30s", 0},
    {"scale_every", PARAM_TIME, AT(scale_every), NULL, 1e9, 3600e9, NULL,
     "serverless: time between two steps of the capacity; default from the catalog", 0},
    {"scale_target", PARAM_SHARE, AT(scale_target), NULL, 0.01, 1, NULL,
     "serverless: utilisation above which the capacity grows; default from the catalog", 0},
    {"scale_step", PARAM_SHARE, AT(scale_step), NULL, 0.01, 1, NULL,
     "serverless: growth in one step, at least half a unit; default from the catalog", 0},
    {"io", PARAM_COUNT, AT(io), "0", 0, 1e6, NULL, "serverless: billed I/O requests of a query", 0},
    {"io_optimized", PARAM_BOOL, AT(io_optimized), "false", 0, 0, NULL,
     "serverless: I/O is free, capacity units cost more", 0},
    {0},
};

static const struct meter_spec meters[] = {
    [SQL_ACU] = {"capacity units", NULL, "acu_hour", 2. * 3600 * 1000},
    [SQL_INSTANCE] = {"instance", NULL, "hour", 3600. * 1000},
    [SQL_PROXY_ACU] = {"proxy", "rds.proxy.sv2_acu_hour", "acu_hour", 2. * 3600 * 1000},
    [SQL_PROXY_VCPU] = {"proxy", "rds.proxy.vcpu_hour", "vcpu_hour", 3600. * 1000},
    [SQL_IO] = {"i/o", "aurora.io", "request", 1},
    {0},
};

static const char *price_of(const void *config, int meter)
{
    const struct sql_config *sql = config;
    if (meter == SQL_ACU)
        return sql->io_optimized ? "aurora.sv2.io_opt.acu_hour" : "aurora.sv2.acu_hour";
    ASSERT(meter == SQL_INSTANCE);
    return sql->price != NULL ? sql->price : "rds.instance"; /* no such price, and no line */
}

/* -- max_connections -------------------------------------------------------------------------------- */

/* The table AWS gives, and straight lines in between: what it is made from, memory over bytes per connection, is one. */
static int64_t connections_by_acu(const struct sql_config *sql, struct check_context *context)
{
    static const int acus[] = {1, 4, 8, 16, 32, 64, 128, 192, 256};
    double before = 0, connections = 0;
    for (size_t i = 0; i < COUNTOF(acus); i++) {
        connections = catalog_limit(context->catalog,
                                    arena_printf(context->arena, "aurora.max_conn_by_max_acu.%d.%s",
                                                 acus[i], engines[sql->engine]));
        if (sql->max_acu <= acus[i]) {
            double share = i == 0 ? 1 : (sql->max_acu - acus[i - 1]) / (acus[i] - acus[i - 1]);
            connections = before + share * (connections - before);
            break;
        }
        before = connections;
    }
    double small = catalog_limit(context->catalog, "aurora.max_conn_small_min.acu");
    double most = catalog_limit(context->catalog, "aurora.max_conn_small_min.postgres");
    if (sql->engine == ENGINE_POSTGRES && sql->min_acu <= small)
        connections = fmin(connections, most);
    return (int64_t)floor(connections + 1e-9);
}

static int64_t connections_by_memory(const struct sql_config *sql, const struct catalog *catalog)
{
    bool postgres = sql->engine == ENGINE_POSTGRES;
    double each = catalog_limit(catalog, postgres ? "rds.max_conn.postgres.bytes_per_connection"
                                                  : "rds.max_conn.mysql.bytes_per_connection");
    double count = floor((double)sql->memory / each);
    if (postgres)
        count = fmin(count, catalog_limit(catalog, "rds.max_conn.postgres.max"));
    return (int64_t)fmax(count, 1);
}

/* -- an instance -------------------------------------------------------------------------------------- */

static const char *const classes[] = {
    "db.t4g.micro", "db.t4g.small", "db.t4g.medium", "db.t4g.large", "db.t3.medium",
    "db.m5.large",  "db.r6g.large", "db.r7g.xlarge", "db.r8g.large", "db.r8g.xlarge",
};

static bool is_class(const char *name)
{
    for (size_t i = 0; i < COUNTOF(classes); i++)
        if (strcmp(classes[i], name) == 0)
            return true;
    return false;
}

static const char *known_price(const struct sql_config *sql, struct check_context *context,
                               const char *prefix)
{
    const char *key = arena_printf(context->arena, "%s.%s", prefix, sql->instance);
    return catalog_price(context->catalog, key) != NULL ? key : NULL;
}

/* Prices of a pair are looked for first, then twice that of one. An engine whose price is not in the list costs what the other does:
 * for the burstable classes they are the same. Last, the class as an instance of Aurora. */
static void find_price(struct sql_config *sql, struct check_context *context)
{
    const char *engine = engines[sql->engine], *other = engines[1 - sql->engine];
    sql->nodes = 1;
    sql->price = NULL;
    if (sql->multi_az)
        sql->price =
            known_price(sql, context, arena_printf(context->arena, "rds.%s.multi_az", engine));
    if (sql->price != NULL)
        return;
    sql->nodes = sql->multi_az ? 2 : 1;
    const char *prefixes[] = {arena_printf(context->arena, "rds.%s.single_az", engine),
                              arena_printf(context->arena, "rds.%s.single_az", other), "aurora"};
    for (size_t i = 0; i < COUNTOF(prefixes) && sql->price == NULL; i++)
        sql->price = known_price(sql, context, prefixes[i]);
    if (sql->price != NULL && strncmp(sql->price, prefixes[1], strlen(prefixes[1])) == 0 &&
        strncmp(sql->instance, "db.t", 4) != 0)
        context->warn(context->warnings,
                      arena_printf(context->arena,
                                   "sql '%s': the price list has no %s for %s; priced as for %s",
                                   context->name, sql->instance, engine, other));
    if (sql->price == NULL)
        context->warn(
            context->warnings,
            arena_printf(context->arena,
                         "sql '%s': the price list has no %s; the instance costs nothing here",
                         context->name, sql->instance));
}

static bool fail_belongs(struct err *err, const char *setting, bool serverless)
{
    if (serverless) {
        err_set(err, "%s belongs to an instance, but this database is serverless", setting);
        return err_help(err, "write instance = \"db.t4g.micro\", or drop %s", setting);
    }
    err_set(err, "%s belongs to capacity units, but this database is an instance", setting);
    return err_help(err, "drop instance or %s", setting);
}

static bool check_instance(struct sql_config *sql, struct check_context *context, struct err *err)
{
    const char *wrong = !isnan(sql->min_acu)             ? "min_acu"
                        : !isnan(sql->max_acu)           ? "max_acu"
                        : !isnan(sql->per_acu)           ? "per_acu"
                        : sql->pause_after != TIME_UNSET ? "pause_after"
                        : sql->resume != TIME_UNSET      ? "resume"
                        : sql->scale_every != TIME_UNSET ? "scale_every"
                        : !isnan(sql->scale_target)      ? "scale_target"
                        : !isnan(sql->scale_step)        ? "scale_step"
                        : sql->io > 0                    ? "io"
                        : sql->io_optimized              ? "io_optimized"
                                                         : NULL;
    if (wrong != NULL)
        return fail_belongs(err, wrong, false);
    if (is_class(sql->instance)) {
        if (sql->memory == TIME_UNSET)
            sql->memory =
                GIB * (int64_t)catalog_limit(
                          context->catalog,
                          arena_printf(context->arena, "rds.class.%s.memory_gib", sql->instance));
        if (sql->vcpu == TIME_UNSET)
            sql->vcpu = (int64_t)catalog_limit(
                context->catalog, arena_printf(context->arena, "rds.class.%s.vcpu", sql->instance));
    } else if (sql->memory == TIME_UNSET || sql->vcpu == TIME_UNSET) {
        err_set(err, "instance = \"%.60s\" is not a class the catalog knows", sql->instance);
        return err_help(
            err,
            "it knows db.t4g.micro to large, db.m5.large and others; for any other class write "
            "memory = \"16GB\", vcpu = 2 beside it");
    }
    if (isnan(sql->per_vcpu))
        sql->per_vcpu = catalog_limit(context->catalog, "rds.queries_per_vcpu");
    sql->vcpus = sql->vcpu;
    sql->full_speed = (int64_t)fmax(1, floor(1000 * sql->per_vcpu * (double)sql->vcpu + 0.5));
    sql->proxy_least = (int64_t)catalog_limit(context->catalog, "rdsproxy.min_vcpu");
    if (sql->max_connections == TIME_UNSET)
        sql->max_connections = connections_by_memory(sql, context->catalog);
    find_price(sql, context);
    return true;
}

/* -- capacity units ----------------------------------------------------------------------------------- */

static bool check_halves(const char *setting, double acu, int32_t *halves, struct err *err)
{
    double doubled = acu * 2;
    *halves = (int32_t)floor(doubled + 0.5);
    if (fabs(doubled - *halves) < 1e-9)
        return true;
    err_set(err, "%s = %.6g is not a multiple of 0.5", setting, acu);
    return err_help(err, "capacity units come in halves: 0.5, 1, 1.5 ...");
}

static bool check_range(struct sql_config *sql, const struct catalog *catalog, struct err *err)
{
    if (isnan(sql->min_acu))
        sql->min_acu = catalog_limit(catalog, "aurora.default_acu.min");
    if (isnan(sql->max_acu))
        sql->max_acu = fmax(sql->min_acu, catalog_limit(catalog, "aurora.default_acu.max"));
    if (!check_halves("min_acu", sql->min_acu, &sql->min_halves, err) ||
        !check_halves("max_acu", sql->max_acu, &sql->max_halves, err))
        return false;
    if (sql->min_acu <= sql->max_acu)
        return true;
    err_set(err, "min_acu = %.6g is above max_acu = %.6g", sql->min_acu, sql->max_acu);
    return err_help(err, "raise max_acu; it may be up to %.6g",
                    catalog_limit(catalog, "aurora.range.max"));
}

static bool check_pause(struct sql_config *sql, struct check_context *context, struct err *err)
{
    const struct catalog *catalog = context->catalog;
    if (sql->min_acu > 0) {
        const char *wrong = sql->pause_after != TIME_UNSET ? "pause_after"
                            : sql->resume != TIME_UNSET    ? "resume"
                                                           : NULL;
        if (wrong == NULL)
            return true;
        err_set(err, "%s needs min_acu = 0, but min_acu is %.6g", wrong, sql->min_acu);
        return err_help(err, "a database pauses by scaling to 0 capacity units: write min_acu = 0");
    }
    if (sql->pause_after == TIME_UNSET)
        sql->pause_after = (int64_t)(catalog_limit(catalog, "aurora.autopause_s.default") * 1e9);
    sql->resume_short = (sim_time)(catalog_limit(catalog, "aurora.resume_s.typical") * 1e9);
    sql->resume_long = (sim_time)(catalog_limit(catalog, "aurora.resume_s.after_24h") * 1e9);
    sql->long_pause = (sim_time)(catalog_limit(catalog, "aurora.long_pause_s") * 1e9);
    if (sql->proxy != NULL)
        context->warn(
            context->warnings,
            arena_printf(context->arena,
                         "sql '%s': a proxy keeps connections open, so the database never "
                         "pauses; it runs at 0.5 capacity units at least",
                         context->name));
    return true;
}

static bool check_serverless(struct sql_config *sql, struct check_context *context, struct err *err)
{
    const struct catalog *catalog = context->catalog;
    const char *wrong = sql->memory != TIME_UNSET ? "memory"
                        : sql->vcpu != TIME_UNSET ? "vcpu"
                        : sql->multi_az           ? "multi_az"
                        : !isnan(sql->per_vcpu)   ? "per_vcpu"
                                                  : NULL;
    if (wrong != NULL)
        return fail_belongs(err, wrong, true);
    if (!check_range(sql, catalog, err) || !check_pause(sql, context, err))
        return false;
    if (isnan(sql->per_acu))
        sql->per_acu = catalog_limit(catalog, "aurora.queries_per_acu");
    if (sql->scale_every == TIME_UNSET)
        sql->scale_every = (int64_t)(catalog_limit(catalog, "aurora.scale_every_s") * 1e9);
    if (isnan(sql->scale_target))
        sql->scale_target = catalog_limit(catalog, "aurora.scale_target");
    if (isnan(sql->scale_step))
        sql->scale_step = catalog_limit(catalog, "aurora.scale_step");
    if (sql->max_connections == TIME_UNSET)
        sql->max_connections = connections_by_acu(sql, context);
    sql->proxy_least = 2 * (int64_t)catalog_limit(catalog, "rdsproxy.min_acu");
    return true;
}

static bool check(void *config, struct check_context *context, struct err *err)
{
    struct sql_config *sql = config;
    sql->serverless = sql->instance == NULL;
    if (sql->latency == NULL)
        sql->latency = catalog_time_law(context->catalog, context->arena, "latency.sql");
    if (sql->connect == NULL)
        sql->connect = catalog_time_law(context->catalog, context->arena, "latency.sql_connect");
    sql->idle_percent = catalog_limit(context->catalog, "rdsproxy.max_idle_percent_of_max") / 100;
    return sql->serverless ? check_serverless(sql, context, err)
                           : check_instance(sql, context, err);
}

const struct svc_class svc_sql_class = {
    .kind = "sql",
    .aliases = aliases,
    .service = "rds",
    .summary = "a relational database: connections, capacity that follows the load or an instance, "
               "a proxy",
    .params = params,
    .config_bytes = sizeof(struct sql_config),
    .takes = TAKES(USE_EXEC) | TAKES(USE_FAULT),
    .usage = "a database is asked with r:exec(db)",
    .check = check,
    .state_bytes = sizeof(struct sql),
    .meters = meters,
    .price_of = price_of,
    .has_line = sql_has_line,
    .start = sql_start,
    .submit = sql_submit,
    .complete = sql_complete,
    .apply = sql_apply,
    .shared_bytes = sizeof(struct connection_pool),
    .open = connection_pool_open,
    .close = connection_pool_close,
    .events = {[SQL_EVENT_LOOK] = connection_on_look,
               [SQL_EVENT_BORROW] = sql_on_borrow,
               [SQL_EVENT_SCALE] = sql_on_scale,
               [SQL_EVENT_PAUSE] = sql_on_pause,
               [SQL_EVENT_RESUMED] = sql_on_resumed,
               [SQL_EVENT_DONE] = sql_on_done},
    .metrics = sql_metrics,
    .begin = sql_begin,
    .view = sql_view,
    .sample = sql_sample,
    .capacity = sql_capacity,
    .settle = sql_settle,
    .audit = sql_audit,
    .finish = sql_finish,
    .free = sql_free,
};
