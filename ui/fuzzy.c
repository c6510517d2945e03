/* fuzzy.c - the best way to find the letters, by dynamic programming over (letter typed, letter of the name). */
#include "ui/fuzzy.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define LETTERS 64
#define NO_FIT  (-1000000)

enum { FIT = 10, FOLLOWS = 15, BEGINS_WORD = 20, BEGINS = 25 };

static bool begins_word(const char *name, int at)
{
    if (at == 0)
        return true;
    unsigned char before = (unsigned char)name[at - 1], here = (unsigned char)name[at];
    return !isalnum(before) || (islower(before) && isupper(here)) ||
           (!isdigit(before) && isdigit(here));
}

static bool same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* best[t][n]: the most that t + 1 letters get of which the last is the name's letter n. */
struct grid {
    int best[LETTERS][LETTERS];
    signed char from[LETTERS][LETTERS];
};

static void fill(struct grid *grid, const char *typed, int typed_count, const char *name, int count)
{
    for (int t = 0; t < typed_count; t++) {
        int before = NO_FIT, before_at = -1; /* the best of the row above, left of n */
        for (int n = 0; n < count; n++) {
            grid->best[t][n] = NO_FIT;
            if (same(typed[t], name[n])) {
                int own = FIT + (begins_word(name, n) ? BEGINS_WORD : 0) + (n == 0 ? BEGINS : 0);
                int reach = t == 0 ? 0 : before;
                grid->from[t][n] = (signed char)before_at;
                if (t > 0 && n > 0 && grid->best[t - 1][n - 1] > NO_FIT &&
                    grid->best[t - 1][n - 1] + FOLLOWS >= reach) {
                    reach = grid->best[t - 1][n - 1] + FOLLOWS;
                    grid->from[t][n] = (signed char)(n - 1);
                }
                grid->best[t][n] = reach > NO_FIT ? reach + own : NO_FIT;
            }
            if (t > 0 && grid->best[t - 1][n] > before) {
                before = grid->best[t - 1][n];
                before_at = n;
            }
        }
    }
}

int fuzzy_score(const char *typed, const char *name, uint64_t *hits)
{
    struct grid grid;
    char letters[LETTERS];
    int typed_count = 0, count = (int)strnlen(name, LETTERS), best = NO_FIT, at = -1;
    for (; *typed != '\0' && typed_count < LETTERS; typed++)
        if (*typed != ' ')
            letters[typed_count++] = *typed;
    if (hits != NULL)
        *hits = 0;
    if (typed_count == 0)
        return 0;
    if (typed_count > count)
        return -1;
    fill(&grid, letters, typed_count, name, count);
    for (int n = 0; n < count; n++)
        if (grid.best[typed_count - 1][n] > best)
            best = grid.best[typed_count - 1][n], at = n;
    if (best <= NO_FIT / 2)
        return -1;
    for (int t = typed_count - 1; hits != NULL && t >= 0; t--) {
        *hits |= UINT64_C(1) << at;
        at = grid.from[t][at];
    }
    int score = best - (count - typed_count);
    return score > 0 ? score : 1;
}
