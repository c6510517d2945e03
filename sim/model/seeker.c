/* seeker.c - see seeker.h. */
#include "model/seeker.h"

#include <string.h>

/* -- the heap ------------------------------------------------------------------------------------ */

static void list_init(struct sought_list *list, uint32_t room)
{
    *list = (struct sought_list){.room = room};
}

static void swap(struct sought *a, struct sought *b)
{
    struct sought c = *a;
    *a = *b;
    *b = c;
}

/* Largest rank first; of equal ranks the one that came last goes first. */
static bool goes_before(const struct sought *a, const struct sought *b)
{
    if (a->rank != b->rank)
        return a->rank > b->rank;
    return a->journey.end != b->journey.end ? a->journey.end > b->journey.end
                                            : a->journey.key > b->journey.key;
}

static void sift_up(struct sought_list *list, uint32_t at)
{
    while (at > 0 && goes_before(&list->items[at], &list->items[(at - 1) / 2])) {
        swap(&list->items[at], &list->items[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void sift_down(struct sought_list *list, uint32_t at)
{
    for (;;) {
        uint32_t first = at;
        for (uint32_t child = 2 * at + 1; child <= 2 * at + 2 && child < list->count; child++)
            if (goes_before(&list->items[child], &list->items[first]))
                first = child;
        if (first == at)
            return;
        swap(&list->items[at], &list->items[first]);
        at = first;
    }
}

static void list_add(struct sought_list *list, uint64_t rank, const struct journey *journey)
{
    struct sought item = {rank, *journey};
    if (list->room == 0)
        return;
    if (list->count < list->room) {
        if ((list->count & (list->count - 1)) == 0) /* a power of two, or none: grow */
            list->items = mem_resize(
                list->items, sizeof(item) * (list->count == 0 ? 1 : 2 * (size_t)list->count));
        list->items[list->count] = item;
        sift_up(list, list->count++);
    } else if (goes_before(&list->items[0], &item)) {
        list->items[0] = item;
        sift_down(list, 0);
    }
}

/* -- life ------------------------------------------------------------------------------------------ */

void seeker_init(struct seeker *seeker, uint32_t room, sim_time begin, sim_time horizon)
{
    memset(seeker, 0, sizeof(*seeker));
    list_init(&seeker->slowest, room);
    list_init(&seeker->cold, room);
    for (int i = 0; i < SEEK_FAILURES; i++)
        list_init(&seeker->failed[i], room);
    seeker->slow_floor = -1;
    seeker->begin = begin;
    sim_time span = horizon > begin ? horizon - begin : 1;
    /* Rounded up, so that so many slots reach the end. */
    seeker->slot_width = span / room + 1;
    seeker->slots = room;
    seeker->random = mem_resize(NULL, sizeof(*seeker->random) * room);
    for (uint32_t i = 0; i < room; i++)
        seeker->random[i].latency = -1;
    seeker->slot_end = begin + seeker->slot_width;
    seeker->random_floor = UINT64_MAX;
}

void seeker_init_asked(struct seeker *seeker, uint32_t room, sim_time from, sim_time to,
                       int64_t latency_min, int64_t latency_max)
{
    memset(seeker, 0, sizeof(*seeker));
    seeker->asked = true;
    seeker->slow_floor = INT64_MAX;
    seeker->from = from;
    seeker->to = to;
    seeker->latency_min = latency_min;
    seeker->latency_max = latency_max;
    list_init(&seeker->matching, room);
    /* slot_end stays 0: every request is looked at */
}

void seeker_free(struct seeker *seeker)
{
    mem_free(seeker->slowest.items);
    mem_free(seeker->cold.items);
    for (int i = 0; i < SEEK_FAILURES; i++)
        mem_free(seeker->failed[i].items);
    mem_free(seeker->random);
    mem_free(seeker->matching.items);
}

/* -- keeping ----------------------------------------------------------------------------------------- */

static void keep_asked(struct seeker *seeker, const struct journey *journey)
{
    if (journey->outcome != OUTCOME_THROTTLE && journey->end >= seeker->from &&
        journey->end < seeker->to && journey->latency >= seeker->latency_min &&
        journey->latency < seeker->latency_max)
        list_add(&seeker->matching, journey->key, journey);
}

/* Journeys end in order of time, so slots go by one after another. */
static void keep_random(struct seeker *seeker, const struct journey *journey)
{
    if (journey->end >= seeker->slot_end) {
        uint64_t slot = (uint64_t)(journey->end - seeker->begin) / (uint64_t)seeker->slot_width;
        seeker->slot = slot < seeker->slots ? (uint32_t)slot : seeker->slots - 1;
        seeker->slot_end = seeker->begin + (sim_time)(slot + 1) * seeker->slot_width;
        seeker->random_floor = UINT64_MAX;
    }
    if (journey->key < seeker->random_floor || seeker->random[seeker->slot].latency < 0) {
        seeker->random_floor = journey->key;
        seeker->random[seeker->slot] = *journey;
    }
}

void seeker_keep(struct seeker *seeker, const struct journey *journey)
{
    if (seeker->asked) {
        keep_asked(seeker, journey);
        return;
    }
    if (!journey->measured)
        return;
    keep_random(seeker, journey);
    if (journey->outcome != OUTCOME_OK)
        list_add(&seeker->failed[journey->outcome - OUTCOME_ERROR], journey->key, journey);
    if (journey->waited_for_init)
        list_add(&seeker->cold, journey->key, journey);
    if (journey->outcome == OUTCOME_THROTTLE || journey->latency <= seeker->slow_floor)
        return;
    list_add(&seeker->slowest, UINT64_MAX - (uint64_t)journey->latency, journey);
    if (seeker->slowest.count == seeker->slowest.room)
        seeker->slow_floor = seeker->slowest.items[0].journey.latency;
}
