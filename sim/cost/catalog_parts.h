/* catalog_parts.h - the inside of a catalog; for catalog*.c only.
 *
 * One table for each file of assets/catalog, sorted by key where it is searched. Everything lies
 * in one arena, the struct itself included, and nothing changes after loading.
 */
#ifndef TEPID_COST_CATALOG_PARTS_H
#define TEPID_COST_CATALOG_PARTS_H

#include "cost/catalog.h"

struct cJSON;

/* More entries than this are refused: a price list may come from the user. */
#define CATALOG_ENTRIES_MAX 2000

struct limit {
    const char *key;
    double value;
};

/* One package and architecture of a runtime; size_count 0: not measured. */
struct runtime_cell {
    int size_count;
    const int64_t *memory_mb; /* ascending */
    const struct dist **init; /* at each size */
    const struct dist *first_run;
    double first_run_cpu_ns;
};

struct runtime {
    const char *name;
    struct runtime_cell cells[2][2]; /* package, architecture */
    bool snapstart, snapstart_free;
    const struct dist *restore;
};

struct runtime_alias {
    const char *name;
    const struct runtime *runtime;
};

struct keep_alive {
    const char *name;
    const struct dist *dist; /* NULL: for ever */
};

struct catalog {
    struct arena *arena;
    const char *price_list_id, *price_list_date;
    struct price *prices; /* by key */
    int price_count;
    struct limit *limits; /* by key */
    int limit_count;
    struct runtime *runtimes; /* in the order of the file */
    int runtime_count;
    struct runtime_alias *aliases;
    int alias_count;
    const char **runtime_names; /* NULL-terminated, as all lists of names */
    const char **runtime_words; /* names and aliases */
    struct keep_alive *keep_alives;
    int keep_alive_count;
    const char **keep_alive_names;
};

/* Each fills its part from the root of its file; messages name the entry, the caller adds the
 * file. */
bool catalog_read_prices(struct catalog *catalog, const struct cJSON *root, struct err *err);
bool catalog_read_limits(struct catalog *catalog, const struct cJSON *root, struct err *err);
bool catalog_read_runtimes(struct catalog *catalog, const struct cJSON *root, struct err *err);
bool catalog_read_keep_alives(struct catalog *catalog, const struct cJSON *root, struct err *err);

/* The number of entries of an object; false with a message if there are none, too many, or one
 * whose key is no key. */
bool catalog_count_entries(const struct cJSON *object, const char *what, int *count,
                           struct err *err);

/* Checks the field `format` of a file. */
bool catalog_check_format(const struct cJSON *item, const char *format, struct err *err);

#endif
