/* fel.c - differential fuzz of the future event list.
 *
 * fuzz-fel [operations per law, default 5000000] [seed ...]; prints a line for every law and
 * seed, and last "N passed, N failed". The exit status is 1 if any failed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/core/fel_duel.h"

static bool read_number(const char *text, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && text[0] != '-')
        return true;
    fprintf(stderr, "usage: fuzz-fel [operations per law] [seed ...]\n");
    return false;
}

/* Returns how many laws failed. */
static int fuzz_seed(uint64_t seed, int64_t operations)
{
    int failed = 0;
    for (size_t law = 0; law < fel_duel_laws(); law++) {
        char what[160] = "";
        bool ok = fel_duel(law, seed, operations, what);
        printf("%s %s, seed %" PRIu64 "%s%s\n", ok ? "ok  " : "FAIL", fel_duel_name(law), seed,
               ok ? "" : ": ", what);
        failed += !ok;
    }
    return failed;
}

int main(int argc, char **argv)
{
    uint64_t operations = 5000000, seed = 1;
    if (argc > 1 && (!read_number(argv[1], &operations) || operations > INT64_MAX))
        return 2;
    int seeds = argc > 2 ? argc - 2 : 1;
    int failed = 0;
    for (int i = 0; i < seeds; i++) {
        if (argc > 2 && !read_number(argv[2 + i], &seed))
            return 2;
        failed += fuzz_seed(seed, (int64_t)operations);
    }
    printf("%d passed, %d failed\n", (int)fel_duel_laws() * seeds - failed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
