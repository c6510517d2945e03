/* unit.h - quantities as people write them, and as people read them.
 *
 * Reading (CONTRACT 2.1): time "250us" "30ms" "3s" "10min" "2h" "7d" (also ns), size "512B" "4KB"
 * "512MB" "1.5GB" (powers of 1024), rate "50/s" "300/min" "10/h" "1000/day" ("/d" is
 * "/day"), share "0.5%", money "$250/month" "$3/h" "$0.2". Numbers are decimal with an
 * optional exponent; infinity, NaN, hex and empty strings are refused. Spaces between number and unit are
 * allowed. Every reader checks the contract's bounds (times to 36500d, counts and rates to
 * 1e9, money to 1e12), fills err with what is wrong and, as help, how to write it right, and returns
 * false. Negative numbers are refused.
 */
#ifndef TEPID_CORE_UNIT_H
#define TEPID_CORE_UNIT_H

#include "core/base.h"
#include "core/err.h"

#define UNIT_SIZE_MAX  (INT64_C(1000000) << 40) /* bytes: 1000000TB */
#define UNIT_RATE_MAX  1e9                      /* per second */
#define UNIT_COUNT_MAX 1e9
#define UNIT_MONEY_MAX 1e12

enum money_per { MONEY_ONCE, MONEY_PER_HOUR, MONEY_PER_DAY, MONEY_PER_MONTH };

/* On failure: "'30' has no unit", help 'write "30ms", "30s" or "30min"', and the like. */
bool unit_read_time(const char *text, sim_time *ns, struct err *err);
bool unit_read_size(const char *text, int64_t *bytes, struct err *err);
bool unit_read_rate(const char *text, double *per_s, struct err *err);
/* "0.5%" -> 0.005; also a bare number 0..1. May not exceed 100%. */
bool unit_read_share(const char *text, double *share, struct err *err);
bool unit_read_money(const char *text, double *usd, enum money_per *per, struct err *err);
/* A plain whole number 0..1e9. */
bool unit_read_count(const char *text, int64_t *count, struct err *err);
/* A plain decimal number, any sign, finite. */
bool unit_read_number(const char *text, double *number, struct err *err);
/* "1000/10s": a count per any time (CONTRACT: `scaling`). */
bool unit_read_count_per(const char *text, int64_t *count, sim_time *per, struct err *err);

/* Writing: three significant digits, the unit that reads best: "27.6ms", "0.77s", "3.1min",
 * "7.1h", "0"; "512MB"; "0.10%"; "$187.95" (two decimals, a space every three digits as "$1 250.00");
 * counts whole with a space every three digits, "180 387"; rates "50.0/s". Each returns buf. */
#define UNIT_TEXT_MAX 40
char *unit_show_time(char buf[UNIT_TEXT_MAX], double ns);
char *unit_show_size(char buf[UNIT_TEXT_MAX], double bytes);
/* A span of simulated time as one would say it: "1h", "10min", "31d", "17h02m". */
char *unit_show_span(char buf[UNIT_TEXT_MAX], sim_time span);
char *unit_show_count(char buf[UNIT_TEXT_MAX], double count);
char *unit_show_number(char buf[UNIT_TEXT_MAX],
                       double number); /* three significant digits, no exponent below 1e6 */
char *unit_show_rate(char buf[UNIT_TEXT_MAX], double per_s);
char *unit_show_share(char buf[UNIT_TEXT_MAX], double share);
char *unit_show_money(char buf[UNIT_TEXT_MAX], double usd);

/* The shortest decimal text that reads back as exactly the same double ("0.1", "1e-09"),
 * for files. Locale-independent. */
char *unit_exact(char buf[UNIT_TEXT_MAX], double number);

#endif
