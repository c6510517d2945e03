/* test_handover.c - things handed over by several threads at once: none is lost, none comes twice, each giver's come in his order. */
#include <string.h>

#include <pthread.h>

#include "run/handover.h"
#include "tests/suite.h"

#define GIVERS 3
#define THINGS 4000

struct thing {
    struct handed handed;
    int giver, number;
};

static struct handover handover;
static struct thing things[GIVERS][THINGS];

static void *give_all(void *context)
{
    struct thing *own = context;
    for (int i = 0; i < THINGS; i++)
        handover_give(&handover, &own[i].handed);
    return NULL;
}

static void test_nothing_is_lost_and_every_givers_order_stays(void)
{
    pthread_t givers[GIVERS];
    int next[GIVERS] = {0}, taken = 0, wrong = 0;
    memset(&handover, 0, sizeof handover);
    for (int g = 0; g < GIVERS; g++)
        for (int i = 0; i < THINGS; i++)
            things[g][i] = (struct thing){.giver = g, .number = i};
    for (int g = 0; g < GIVERS; g++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&givers[g], NULL, give_all, things[g]), 0);
    while (taken < GIVERS * THINGS) {
        const struct handed *at = handover_take(&handover);
        for (; at != NULL; at = at->next) {
            const struct thing *thing = (const struct thing *)at;
            wrong += thing->number != next[thing->giver];
            next[thing->giver] = thing->number + 1;
            taken++;
        }
    }
    for (int g = 0; g < GIVERS; g++)
        (void)pthread_join(givers[g], NULL);
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(taken, GIVERS * THINGS);
    CU_ASSERT_PTR_NULL(handover_take(&handover));
}

CU_TestInfo suite_handover[] = {
    TEST(test_nothing_is_lost_and_every_givers_order_stays),
    CU_TEST_INFO_NULL,
};
