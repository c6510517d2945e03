/* catalog_price.c - the price list: reading it strictly, and finding a price. */
#include "cost/catalog_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "cost/catalog_json.h"

#define TIERS_MAX 16

enum { USD, TIERS, UNIT, AS_OF, SOURCE, FREE_PER_MONTH, FREE_POOL, FIELD_COUNT = 10 };

static const struct json_field price_fields[FIELD_COUNT] = {
    [USD] = {"usd", JSON_NUMBER, .optional = true},
    [TIERS] = {"tiers", JSON_ARRAY, .optional = true},
    [UNIT] = {"unit", JSON_TEXT},
    [AS_OF] = {"as_of", JSON_DATE},
    [SOURCE] = {"source", JSON_TEXT},
    [FREE_PER_MONTH] = {"free_per_month", JSON_NUMBER, .optional = true},
    [FREE_POOL] = {"free_pool", JSON_TEXT, .optional = true},
    {"confidence", JSON_TEXT, .optional = true},
    {"note", JSON_TEXT, .optional = true},
    {"check", JSON_TEXT, .optional = true},
};

static bool bad_tiers(const char *what, struct err *err)
{
    (void)err_set(err, "%s: tiers are not graduated prices", what);
    return err_help(err, "write [[UPTO, USD], ..., [null, USD]] with rising bounds, at most %d",
                    TIERS_MAX);
}

/* One [upto, usd]; the last bound, and no other, is null. */
static bool read_tier(const cJSON *pair, double above, struct price_tier *tier)
{
    if (!cJSON_IsArray(pair) || cJSON_GetArraySize(pair) != 2)
        return false;
    const cJSON *upto = pair->child, *usd = pair->child->next;
    bool last = pair->next == NULL;
    if (last ? !cJSON_IsNull(upto) : !cJSON_IsNumber(upto))
        return false;
    *tier = (struct price_tier){
        .upto = last ? INFINITY : upto->valuedouble,
        .usd = cJSON_IsNumber(usd) ? usd->valuedouble : -1,
    };
    return tier->upto > above && (last || isfinite(tier->upto)) && isfinite(tier->usd) &&
           tier->usd >= 0;
}

static bool read_tiers(struct price *price, struct arena *arena, const cJSON *array,
                       const char *what, struct err *err)
{
    struct price_tier tiers[TIERS_MAX];
    int count = 0;
    double above = 0;
    for (const cJSON *pair = array->child; pair != NULL; pair = pair->next) {
        if (count == TIERS_MAX || !read_tier(pair, above, &tiers[count]))
            return bad_tiers(what, err);
        above = tiers[count++].upto;
    }
    if (count == 0)
        return bad_tiers(what, err);
    price->tiers = arena_copy(arena, tiers, sizeof(tiers[0]) * (size_t)count);
    price->tier_count = count;
    return true;
}

static bool read_amounts(struct price *price, struct arena *arena, const struct json_field *fields,
                         const char *what, struct err *err)
{
    const cJSON *usd = fields[USD].item;
    if (usd == NULL && fields[TIERS].item == NULL)
        return err_set(err, "%s: usd is missing", what);
    if (usd != NULL && fields[TIERS].item != NULL)
        return err_set(err, "%s: usd and tiers are both given", what);
    if (usd == NULL)
        return read_tiers(price, arena, fields[TIERS].item, what, err);

    struct price_tier flat = {.upto = INFINITY, .usd = usd->valuedouble};
    price->tiers = arena_copy(arena, &flat, sizeof(flat));
    price->tier_count = 1;
    return true;
}

static bool read_price(struct price *price, struct arena *arena, const cJSON *item, struct err *err)
{
    char what[JSON_KEY_MAX + 16];
    (void)snprintf(what, sizeof(what), "price '%s'", item->string);
    struct json_field fields[FIELD_COUNT];
    memcpy(fields, price_fields, sizeof(fields));
    if (!json_fields(item, fields, FIELD_COUNT, what, err))
        return false;

    const cJSON *allowance = fields[FREE_PER_MONTH].item, *pool = fields[FREE_POOL].item;
    *price = (struct price){
        .key = arena_strdup(arena, item->string),
        .per = arena_strdup(arena, fields[UNIT].item->valuestring),
        .as_of = arena_strdup(arena, fields[AS_OF].item->valuestring),
        .source = arena_strdup(arena, fields[SOURCE].item->valuestring),
        .free_per_month = allowance == NULL ? 0 : allowance->valuedouble,
        .free_pool = pool == NULL ? NULL : arena_strdup(arena, pool->valuestring),
    };
    return read_amounts(price, arena, fields, what, err);
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct price *)a)->key, ((const struct price *)b)->key);
}

/* Who comes first must not decide how much is free. */
static bool check_pools(const struct catalog *catalog, struct err *err)
{
    for (int i = 0; i < catalog->price_count; i++) {
        const struct price *price = &catalog->prices[i];
        for (int k = 0; price->free_pool != NULL && k < i; k++) {
            const struct price *other = &catalog->prices[k];
            if (other->free_pool != NULL && strcmp(other->free_pool, price->free_pool) == 0 &&
                other->free_per_month != price->free_per_month)
                return err_set(err,
                               "price '%s': free_per_month is not that of '%s', which has the "
                               "same free_pool",
                               price->key, other->key);
        }
    }
    return true;
}

static bool read_entries(struct catalog *catalog, const cJSON *entries, struct err *err)
{
    int count = 0;
    if (!catalog_count_entries(entries, "price", &count, err))
        return false;
    catalog->prices = ARENA_ARRAY(catalog->arena, struct price, count);
    for (const cJSON *item = entries->child; item != NULL; item = item->next)
        if (!read_price(&catalog->prices[catalog->price_count++], catalog->arena, item, err))
            return false;

    qsort(catalog->prices, (size_t)count, sizeof(catalog->prices[0]), by_key);
    for (int i = 1; i < count; i++)
        if (strcmp(catalog->prices[i - 1].key, catalog->prices[i].key) == 0)
            return err_set(err, "price '%s' is given twice", catalog->prices[i].key);
    return check_pools(catalog, err);
}

bool catalog_read_prices(struct catalog *catalog, const cJSON *root, struct err *err)
{
    enum { FORMAT, ID, DATE, PRICES, COUNT = 9 };
    struct json_field fields[COUNT] = {
        [FORMAT] = {"format", JSON_TEXT},
        [ID] = {"id", JSON_TEXT},
        [DATE] = {"date", JSON_DATE},
        [PRICES] = {"prices", JSON_OBJECT},
        {"currency", JSON_TEXT, .optional = true},
        {"region", JSON_TEXT, .optional = true},
        {"note", JSON_TEXT, .optional = true},
        {"omitted", JSON_OBJECT, .optional = true},
        {"sources", JSON_ANY, .optional = true},
    };
    if (!json_fields(root, fields, COUNT, "", err) ||
        !catalog_check_format(fields[FORMAT].item, "tepid-prices/1", err))
        return false;
    if (!json_is_key(fields[ID].item->valuestring))
        return err_set(err, "id must be like \"aws/us-east-1/2026-10\"");
    catalog->price_list_id = arena_strdup(catalog->arena, fields[ID].item->valuestring);
    catalog->price_list_date = arena_strdup(catalog->arena, fields[DATE].item->valuestring);
    return read_entries(catalog, fields[PRICES].item, err);
}

const struct price *catalog_price(const struct catalog *catalog, const char *key)
{
    struct price wanted = {.key = key};
    return bsearch(&wanted, catalog->prices, (size_t)catalog->price_count,
                   sizeof(catalog->prices[0]), by_key);
}

const char *catalog_price_list_id(const struct catalog *catalog)
{
    return catalog->price_list_id;
}

const char *catalog_price_list_date(const struct catalog *catalog)
{
    return catalog->price_list_date;
}
