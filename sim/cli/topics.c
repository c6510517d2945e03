/* topics.c - see the header. */
#include "cli/topics.h"

#include <stdio.h>
#include <string.h>

#include "model/rate_shape.h"

#define LABEL_COLUMNS    14
#define ARGUMENT_COLUMNS 18

const struct topic topics[] = {
#define TOPIC(name, group, usage, text, arguments, example)                                        \
    {name, group, usage, text, arguments, example},
#include "cli/topics.def"
#undef TOPIC
    {0},
};

const struct topic *topic_find(const char *name)
{
    for (const struct topic *topic = topics; topic->name != NULL; topic++)
        if (strcmp(topic->name, name) == 0)
            return topic;
    return NULL;
}

bool topic_has_argument(const struct topic *topic, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = topic->arguments; *at != '\0'; at += strcspn(at, "\n")) {
        at += *at == '\n';
        if (length > 0 && strncmp(at, name, length) == 0 && at[length] == '|')
            return true;
    }
    return false;
}

void topic_put_field(struct page *page, const char *label, const char *text)
{
    page_to(page, 2);
    page_cell(page, PAGE_DIM, label, LABEL_COLUMNS);
    page_wrap(page, PAGE_PLAIN, text, 2 + LABEL_COLUMNS);
    page_line(page);
}

/* "name|what it is", up to the end of its line. */
static void put_argument(struct page *page, const char *line)
{
    struct text name = {0}, text = {0};
    size_t length = strcspn(line, "|");
    text_add_bytes(&name, line, length);
    text_add_bytes(&text, line + length + 1, strcspn(line + length + 1, "\n"));
    page_to(page, 2 + LABEL_COLUMNS);
    page_cell(page, PAGE_STRONG, name.data, ARGUMENT_COLUMNS);
    page_to(page, 2 + LABEL_COLUMNS + ARGUMENT_COLUMNS + 1);
    page_wrap(page, PAGE_PLAIN, text.data, 2 + LABEL_COLUMNS + ARGUMENT_COLUMNS + 1);
    page_line(page);
    text_free(&name);
    text_free(&text);
}

/* The formula in figures: rates of a day around noon, as multiples of the mean. */
static void put_diurnal_table(struct page *page)
{
    topic_put_field(page, "rate", "in multiples of the mean, with peak_at = \"12h\":");
    page_until(page, PAGE_DIM, "peak", 20);
    for (int hour = 0; hour < 24; hour += 6) {
        char heading[16];
        (void)snprintf(heading, sizeof heading, "%d h", hour);
        page_until(page, PAGE_DIM, heading, 30 + hour / 6 * 10);
    }
    page_line(page);
    for (int peak = 2; peak <= 3; peak++) {
        struct rate_shape day = {
            .kind = RATE_DIURNAL, .per_s = 1, .peak_per_s = peak, .at = 12 * SIM_HOUR};
        char number[32];
        (void)snprintf(number, sizeof number, "%dx", peak);
        page_until(page, PAGE_PLAIN, number, 20);
        for (int hour = 0; hour < 24; hour += 6) {
            (void)snprintf(number, sizeof number, "%.2f", rate_shape_at(&day, hour * SIM_HOUR));
            page_until(page, PAGE_PLAIN, number, 30 + hour / 6 * 10);
        }
        page_line(page);
    }
}

void topic_put(struct page *page, const struct topic *topic)
{
    page_put(page, PAGE_STRONG, topic->name);
    page_to(page, page_column(page) + 2);
    page_put(page, PAGE_DIM, topic->group);
    page_line(page);
    topic_put_field(page, "write", topic->usage);
    if (topic->text[0] != '\0')
        topic_put_field(page, "is", topic->text);
    for (const char *at = topic->arguments; *at != '\0'; at += strcspn(at, "\n")) {
        at += *at == '\n';
        put_argument(page, at);
    }
    if (strcmp(topic->name, "diurnal") == 0)
        put_diurnal_table(page);
    topic_put_field(page, "example", topic->example);
}
