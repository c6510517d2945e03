/* catalog.h - facts about the world: prices, limits, init times, keep-alive laws.
 *
 * Every figure lives in assets/catalog/<file>.json with value, unit, as_of and source (those of
 * runtimes.json come from one measurement and share them); nothing from the world stands in C.
 * Loading checks the form of every entry (type, finite, non-negative, unit, date and source
 * present) and says file, key and what is wrong: ERR_FILE if it cannot be read, ERR_USER if it
 * is broken. A loaded catalog is immutable and may be shared by threads.
 *
 * Files: prices-aws-us-east-1.json (the price list; `--prices FILE` and pricing{list=} replace
 * it), limits-aws.json, runtimes.json (init and first-run laws by runtime, package,
 * architecture, memory; aliases), keep-alive.json (dated presets).
 */
#ifndef TEPID_COST_CATALOG_H
#define TEPID_COST_CATALOG_H

#include "core/dist.h"

struct catalog;

/* `assets` is the directory that holds catalog/. `prices`, or NULL, is a file that replaces the
 * price list: the format of prices-aws-us-east-1.json ("tepid-prices/1"), any set of keys. */
struct catalog *catalog_load(const char *assets, const char *prices, struct err *err);
void catalog_free(struct catalog *catalog); /* accepts NULL */

/* Finds the assets directory: $TEPID_ASSETS, else, from the folder the program lies in (links
 * resolved where the system can; `program` is argv[0]): assets, ../assets, ../../assets (build
 * trees), ../share/tepid/assets (installed). Returns a mem_resize'd string or NULL with
 * ERR_FILE, which says where it looked. */
char *catalog_find_assets(const char *program, struct err *err);

struct price_tier {
    double upto; /* cumulative quantity a month, free units not counted; INFINITY in the last */
    double usd;  /* per unit */
};

struct price {
    const char *key; /* "lambda.duration.x86" */
    const char *per; /* unit in words: "GB-second" */
    const char *as_of;
    const char *source;
    int tier_count;
    const struct price_tier *tiers;
    double free_per_month; /* units; 0: none */
    const char *free_pool; /* prices that share one free allowance name the same pool; NULL: own */
};

const char *catalog_price_list_id(const struct catalog *catalog);   /* "aws/us-east-1/2026-10" */
const char *catalog_price_list_date(const struct catalog *catalog); /* "2026-10" */
const struct price *catalog_price(const struct catalog *catalog, const char *key); /* NULL: none */

/* A limit or constant in the unit its key ends with, e.g. "lambda.mb_per_vcpu" or
 * "lambda.timeout_s.max"; asserts that it exists (our own keys). */
double catalog_limit(const struct catalog *catalog, const char *key);

/* The log-normal law, in ns, through the median and the 99th percentile the catalog holds as "<prefix>_ms.p50" and
 * "<prefix>_ms.p99": catalog_time_law(catalog, arena, "latency.sqs"). */
const struct dist *catalog_time_law(const struct catalog *catalog, struct arena *arena,
                                    const char *prefix);

enum { CATALOG_ZIP, CATALOG_IMAGE };    /* as PACKAGE_* */
enum { CATALOG_X86_64, CATALOG_ARM64 }; /* as ARCH_* */

/* One of the two parts of the first run is 0. Measured hello-world handlers show either a first
 * run that is inversely proportional to memory (compiling just in time: .NET, newer Java, Bun:
 * the work is the mean over the sizes of time * min(1, memory / 1769 MB)) or one that does not
 * depend on it (the median). The 1 ms of a warm run is taken off both. runtimes.json says the
 * rule in full. */
struct runtime_row {
    const char *name;             /* "nodejs22" */
    const struct dist *init;      /* ns, log-normal fit of measured init durations */
    const struct dist *first_run; /* ns added to the first run after an init; a constant */
    double first_run_cpu_ns; /* work at one vCPU added to that run: takes longer with less memory */
    bool snapstart;          /* SnapStart exists for it */
    bool snapstart_free;     /* ... and costs nothing (Java) */
    const struct dist *restore; /* ns, with SnapStart; NULL if none */
};

/* The row for a runtime name or alias ("nodejs22", "nodejs22.x", "provided.al2023" ...); false with
 * what, and the nearest names as help, if unknown or not available in this package or
 * architecture. Init hardly depends on memory; the nearest measured size is taken. */
bool catalog_runtime(const struct catalog *catalog, const char *name, int package, int arch,
                     int64_t memory_mb, struct runtime_row *row, struct err *err);
const char *const *catalog_runtime_names(const struct catalog *catalog); /* NULL-terminated */

/* A dated keep-alive law in ns: "aws-2021" ...; "forever" gives *dist = NULL, "none" a constant
 * 0. */
bool catalog_keep_alive(const struct catalog *catalog, const char *preset, const struct dist **dist,
                        struct err *err);
const char *const *catalog_keep_alive_names(const struct catalog *catalog);

#endif
