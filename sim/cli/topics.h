/* topics.h - the words of the scenario language that are no settings and no metrics, explained.
 *
 * topics.def holds them; this finds them by name and prints them. Everything with a table of its own
 * (kinds, settings, metrics) is explained from that table by cmd_explain.c.
 */
#ifndef TEPID_CLI_TOPICS_H
#define TEPID_CLI_TOPICS_H

#include "report/page.h"

struct topic {
    const char *name;
    const char *group;     /* "shapes", "operations" ... */
    const char *usage;     /* how it is written */
    const char *text;      /* what it is, or "" */
    const char *arguments; /* lines of "name|what it is [default]", or "" */
    const char *example;   /* one line of a scenario */
};

extern const struct topic topics[]; /* ends with name == NULL */

/* NULL if nothing is called so. */
const struct topic *topic_find(const char *name);

/* True if the topic has an argument of that name. */
bool topic_has_argument(const struct topic *topic, const char *name);

/* How it is written, what it is, its arguments, an example. */
void topic_put(struct page *page, const struct topic *topic);

/* Label and text, wrapped behind the label: a row of every explanation. */
void topic_put_field(struct page *page, const char *label, const char *text);

#endif
