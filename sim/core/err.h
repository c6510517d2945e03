/* err.h - one readable explanation of why something the user asked for failed.
 *
 * Only for what can go wrong in a correct program: bad scenarios, missing files,
 * impossible parameters. Our own mistakes go to ASSERT; running out of memory aborts.
 * The first failure wins: err_set on an err that already holds one changes nothing.
 */
#ifndef TEPID_CORE_ERR_H
#define TEPID_CORE_ERR_H

#include <stdbool.h>
#include <stdio.h>

/* Decides the exit code of the program (CONTRACT: 2 wrong usage or scenario, 3 cannot
 * read or write, 4 a limit of the run was reached). */
enum err_kind { ERR_NONE = 0, ERR_USER = 2, ERR_FILE = 3, ERR_LIMIT = 4 };

struct err {
    enum err_kind kind;
    char file[224]; /* the file the user wrote, "command line", or empty */
    int line;       /* 1.., or 0: the file as a whole */
    char what[512];
    char help[256];
};

/* Says what is wrong; the kind becomes ERR_USER. Always false, so a failing function
 * can `return err_set(...)`. */
__attribute__((format(printf, 2, 3))) bool err_set(struct err *err, const char *format, ...);

/* The same with kind ERR_FILE: something cannot be read or written. */
__attribute__((format(printf, 2, 3))) bool err_file(struct err *err, const char *format, ...);

/* The same with kind ERR_LIMIT. */
__attribute__((format(printf, 2, 3))) bool err_limit(struct err *err, const char *format, ...);

/* Puts "context: " in front of what is wrong. Always false. */
__attribute__((format(printf, 2, 3))) bool err_context(struct err *err, const char *format, ...);

/* Adds where (file and line; line 0: the file as a whole), unless a place is known
 * already. Always false. */
bool err_place(struct err *err, const char *file, int line);

/* Adds what would be right, unless a help is there already. Always false. */
__attribute__((format(printf, 2, 3))) bool err_help(struct err *err, const char *format, ...);

/* Prints in the form of CLI.md: "error: what", "  --> file:line", the source line where
 * the file can be read, "  help: ...". `label` is "error" or "warning". */
void err_print(const struct err *err, const char *label, FILE *out, bool colour);

#endif
