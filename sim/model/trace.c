/* trace.c - rows into arrays, with every refusal naming its line. */
#include "model/trace.h"

#include <string.h>
#include <strings.h>

#include "core/csv_in.h"
#include "core/text.h"

#define COUNT_MAX      INT64_C(1000000000) /* requests in one interval, as everywhere in a scenario */
#define INTERVAL_ALONE (60 * SIM_SECOND)
#define SIZE_VALUE_MAX 1e18
#define KNOWN_HEADERS  "the first line is time_s (one arrival a line) or interval_s,count"

/* Arrays that grow while the file is read; the rest of the program sees only their copies in the
 * arena. */
struct rows {
    sim_time *times;
    size_t time_capacity;
    int64_t *counts;
    size_t count_capacity;
    size_t count;
};

static void rows_free(struct rows *rows)
{
    mem_free(rows->times);
    mem_free(rows->counts);
}

/* In ascending order. Radix, because a library sort may take time quadratic in a chosen input. */
static void sort_times(sim_time *times, size_t count)
{
    enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };
    sim_time *from = times;
    sim_time *spare = mem_resize(NULL, count * sizeof *spare);
    sim_time *to = spare;
    for (int shift = 0; shift < 63; shift += DIGIT_BITS) {
        size_t starts[DIGITS] = {0};
        for (size_t i = 0; i < count; i++)
            starts[(from[i] >> shift) & (DIGITS - 1)]++;
        if (starts[(from[0] >> shift) & (DIGITS - 1)] == count)
            continue; /* they all agree in this digit */
        size_t start = 0;
        for (int digit = 0; digit < DIGITS; digit++) {
            size_t here = starts[digit];
            starts[digit] = start;
            start += here;
        }
        for (size_t i = 0; i < count; i++)
            to[starts[(from[i] >> shift) & (DIGITS - 1)]++] = from[i];
        sim_time *swap = from;
        from = to;
        to = swap;
    }
    if (from != times)
        memcpy(times, from, count * sizeof *times);
    mem_free(spare);
}

static bool is_sorted(const sim_time *times, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (times[i] < times[i - 1])
            return false;
    return true;
}

static bool check_fields(const struct csv_in *csv, size_t wanted, struct err *err)
{
    if (csv_count(csv) == wanted)
        return true;
    csv_fault(csv, err, "the header has %zu field%s, this line has %zu", wanted,
              wanted == 1 ? "" : "s", csv_count(csv));
    return err_help(err, "every line needs as many fields as the header; was the file cut off?");
}

static bool check_room(const struct csv_in *csv, size_t count, struct err *err)
{
    if (count < TRACE_ROWS_MAX)
        return true;
    csv_fault(csv, err, "the file has more than %zu million rows", TRACE_ROWS_MAX / 1000000);
    return err_help(err, "count arrivals per interval: interval_s,count");
}

static bool read_time(const struct csv_in *csv, sim_time *ns, struct err *err)
{
    if (csv_read_seconds(csv_field(csv, 0), ns))
        return true;
    csv_fault(csv, err, "'%.60s' is not a time in seconds", csv_field(csv, 0));
    return err_help(err, "times are decimal seconds from 0 to 3153600000, such as 12.5");
}

static bool read_times(struct csv_in *csv, struct rows *rows, struct err *err)
{
    enum csv_status status;
    while ((status = csv_next(csv, err)) == CSV_ROW) {
        sim_time at;
        if (!check_fields(csv, 1, err) || !check_room(csv, rows->count, err) ||
            !read_time(csv, &at, err))
            return false;
        rows->times = mem_grow(rows->times, rows->count, &rows->time_capacity, sizeof at);
        rows->times[rows->count++] = at;
    }
    return status == CSV_END;
}

static bool read_interval(const struct csv_in *csv, size_t column, const struct rows *rows,
                          sim_time *begin, int64_t *requests, struct err *err)
{
    if (!read_time(csv, begin, err))
        return false;
    if (rows->count > 0 && *begin <= rows->times[rows->count - 1]) {
        csv_fault(csv, err,
                  "the interval starting at %.30s s does not come after the one before it",
                  csv_field(csv, 0));
        return err_help(err, "interval_s must rise from line to line");
    }
    if (csv_read_whole(csv_field(csv, column), COUNT_MAX, requests))
        return true;
    csv_fault(csv, err, "'%.60s' is not a number of requests", csv_field(csv, column));
    return err_help(err, "counts are whole numbers from 0 to 1000000000");
}

static bool read_intervals(struct csv_in *csv, size_t column, struct rows *rows, struct err *err)
{
    size_t columns = csv_count(csv);
    enum csv_status status;
    while ((status = csv_next(csv, err)) == CSV_ROW) {
        sim_time begin;
        int64_t requests;
        if (!check_fields(csv, columns, err) || !check_room(csv, rows->count, err) ||
            !read_interval(csv, column, rows, &begin, &requests, err))
            return false;
        rows->times = mem_grow(rows->times, rows->count, &rows->time_capacity, sizeof begin);
        rows->counts = mem_grow(rows->counts, rows->count, &rows->count_capacity, sizeof requests);
        rows->times[rows->count] = begin;
        rows->counts[rows->count++] = requests;
    }
    return status == CSV_END;
}

/* The only column of counts; 0: refused. */
static size_t pick_only_column(const struct csv_in *csv, struct err *err)
{
    if (csv_count(csv) == 2)
        return 1;
    if (csv_count(csv) < 2) {
        csv_fault(csv, err, "the header names no column of counts");
        err_help(err, KNOWN_HEADERS);
    } else {
        csv_fault(csv, err, "the file has %zu columns of counts", csv_count(csv) - 1);
        err_help(err, "say which: trace(\"file.csv\", \"%.60s\")", csv_field(csv, 1));
    }
    return 0;
}

/* Which column of an intervals file to read; 0: refused. */
static size_t pick_column(const struct csv_in *csv, const char *column, struct err *err)
{
    size_t found = 0;
    for (size_t i = 1; i < csv_count(csv); i++) {
        if (strcmp(csv_field(csv, i), column) != 0)
            continue;
        if (found != 0) {
            csv_fault(csv, err, "there are two columns '%.60s'", column);
            return 0;
        }
        found = i;
    }
    if (found != 0)
        return found;
    csv_fault(csv, err, "there is no column '%.60s'", column);
    const char *nearest = text_nearest(column, csv_fields(csv) + 1);
    if (nearest != NULL)
        err_help(err, "did you mean '%.60s'?", nearest);
    else
        err_help(err, "the header names %zu columns after interval_s", csv_count(csv) - 1);
    return 0;
}

static bool read_header(struct csv_in *csv, const char *name, struct err *err)
{
    enum csv_status status = csv_next(csv, err);
    if (status == CSV_ERROR)
        return false;
    if (status == CSV_ROW)
        return true;
    err_set(err, "'%s' is empty", name);
    return err_help(err, KNOWN_HEADERS);
}

/* Reads all rows; `*intervals` says which of the two kinds it was. */
static bool read_rows(struct csv_in *csv, const char *name, const char *column, struct rows *rows,
                      bool *intervals, struct err *err)
{
    if (!read_header(csv, name, err))
        return false;
    const char *first = csv_field(csv, 0);
    *intervals = strcasecmp(first, "interval_s") == 0;
    if (*intervals) {
        size_t i = column != NULL ? pick_column(csv, column, err) : pick_only_column(csv, err);
        if (i == 0 || !read_intervals(csv, i, rows, err))
            return false;
    } else if (strcasecmp(first, "time_s") == 0 && csv_count(csv) == 1) {
        if (column != NULL) {
            csv_fault(csv, err, "the file holds single arrivals and no column '%.60s'", column);
            return err_help(err, "write trace \"%.100s\"", name);
        }
        if (!read_times(csv, rows, err))
            return false;
    } else {
        csv_fault(csv, err, "'%.60s' is not the header of a trace", first);
        return err_help(err, KNOWN_HEADERS);
    }
    if (rows->count > 0)
        return true;
    err_set(err, "'%s' has a header but no rows", name);
    return err_place(err, name, 1);
}

/* The ends of the intervals: each ends where the next begins. */
static void close_intervals(struct rows *rows)
{
    size_t last = rows->count - 1;
    sim_time length = last > 0 ? rows->times[last] - rows->times[last - 1] : INTERVAL_ALONE;
    rows->times = mem_grow(rows->times, rows->count, &rows->time_capacity, sizeof *rows->times);
    rows->times[rows->count] = rows->times[last] + length;
}

static struct csv_in *open_csv(const char *path, const char *name, struct err *err)
{
    struct csv_limits limits = {.line_max = CSV_LINE_MAX, .bytes_max = TRACE_BYTES_MAX};
    return csv_open(path, name, limits, err);
}

bool trace_read(struct rate_shape *shape, struct arena *arena, const char *path, const char *name,
                const char *column, struct err *err)
{
    bool clean = err->kind == ERR_NONE;
    struct rows rows = {0};
    bool intervals = false;
    struct csv_in *csv = open_csv(path, name, err);
    bool ok = csv != NULL && read_rows(csv, name, column, &rows, &intervals, err);
    if (ok) {
        if (intervals)
            close_intervals(&rows);
        else if (!is_sorted(rows.times, rows.count))
            sort_times(rows.times, rows.count);
        size_t times = rows.count + (intervals ? 1 : 0);
        *shape = (struct rate_shape){
            .kind = intervals ? RATE_TRACE_COUNTS : RATE_TRACE_TIMES,
            .every = TIME_UNSET,
            .count = rows.count,
            .times = arena_copy(arena, rows.times, times * sizeof *rows.times),
            .counts =
                intervals ? arena_copy(arena, rows.counts, rows.count * sizeof *rows.counts) : NULL,
            .source = arena_strdup(arena, name),
        };
    } else if (clean) {
        err->kind = ERR_USER;
    }
    rows_free(&rows);
    csv_close(csv);
    return ok;
}

/* What the last word of a header such as latency_us means. */
struct value_unit {
    const char *name;
    double factor; /* to nanoseconds or bytes */
    bool size;
};

static const struct value_unit value_units[] = {
    {"ns", 1, false},
    {"us", 1e3, false},
    {"ms", 1e6, false},
    {"s", 1e9, false},
    {"sec", 1e9, false},
    {"seconds", 1e9, false},
    {"min", 60e9, false},
    {"h", 3600e9, false},
    {"bytes", 1, true},
    {"byte", 1, true},
    {"b", 1, true},
    {"kb", 1024, true},
    {"mb", 1024.0 * 1024, true},
    {"gb", 1024.0 * 1024 * 1024, true},
};

/* A header without an underscore is a name without a unit: ms or bytes, as if there were none. */
static bool header_factor(const struct csv_in *csv, bool size, double *factor, struct err *err)
{
    const char *header = csv_field(csv, 0);
    const char *last = strrchr(header, '_');
    const char *word = last != NULL ? last + 1 : header;
    for (size_t i = 0; i < COUNTOF(value_units); i++) {
        if (strcasecmp(word, value_units[i].name) != 0)
            continue;
        if (value_units[i].size != size) {
            csv_fault(csv, err, "the header '%.60s' speaks of %s, but %s are wanted here", header,
                      size ? "times" : "sizes", size ? "sizes" : "times");
            return err_help(err, size ? "such as size_bytes" : "such as latency_ms");
        }
        *factor = value_units[i].factor;
        return true;
    }
    if (last == NULL)
        return true;
    csv_fault(csv, err, "the header '%.60s' does not end in a unit", header);
    return err_help(err, size ? "such as size_bytes, size_kb or size_mb"
                              : "such as latency_us, latency_ms or duration_s");
}

static bool read_value(const struct csv_in *csv, double factor, bool size, double *value,
                       struct err *err)
{
    const char *text = csv_field(csv, 0);
    double max = size ? SIZE_VALUE_MAX : (double)TIME_MAX;
    if (!csv_read_decimal(text, value)) {
        csv_fault(csv, err, "'%.60s' is not a number", text);
        return err_help(err, "one value a line, such as 12.5");
    }
    *value *= factor;
    if (*value >= 0 && *value <= max)
        return true;
    csv_fault(csv, err, "%.60s is %s", text, *value < 0 ? "negative" : "too large");
    return err_help(err, size ? "sizes are 0 bytes .. 1e18 bytes" : "times are 0 .. 36500d");
}

struct values {
    double *data;
    size_t count, capacity;
};

static bool read_values(struct csv_in *csv, bool size, struct values *values, struct err *err)
{
    double factor = size ? 1 : 1e6;
    enum csv_status status = csv_next(csv, err);
    double probe;
    if (status == CSV_ROW && !csv_read_decimal(csv_field(csv, 0), &probe)) {
        if (!check_fields(csv, 1, err) || !header_factor(csv, size, &factor, err))
            return false;
        status = csv_next(csv, err);
    }
    for (; status == CSV_ROW; status = csv_next(csv, err)) {
        double value;
        if (csv_count(csv) != 1) {
            csv_fault(csv, err, "there are %zu fields in this line", csv_count(csv));
            return err_help(err, "a file of measured values has one value a line");
        }
        if (!check_room(csv, values->count, err) || !read_value(csv, factor, size, &value, err))
            return false;
        values->data = mem_grow(values->data, values->count, &values->capacity, sizeof value);
        values->data[values->count++] = value;
    }
    return status == CSV_END;
}

bool trace_read_values(struct arena *arena, const char *path, const char *name, bool size,
                       double **values, size_t *count, struct err *err)
{
    bool clean = err->kind == ERR_NONE;
    struct values read = {0};
    struct csv_in *csv = open_csv(path, name, err);
    bool ok = csv != NULL && read_values(csv, size, &read, err);
    if (ok && read.count == 0) {
        ok = err_set(err, "'%s' holds no values", name);
        err_help(err, "one value a line, in ms unless a header such as latency_us says otherwise");
    }
    if (ok) {
        *values = arena_copy(arena, read.data, read.count * sizeof *read.data);
        *count = read.count;
    } else if (clean) {
        err->kind = ERR_USER;
    }
    mem_free(read.data);
    csv_close(csv);
    return ok;
}
