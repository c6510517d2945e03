/* script_read_states.c - the states of a workflow, made into a program. */
#include "scenario/script_read.h"

bool script_read_states(struct load *load, int index, const struct owner *owner, const char *label,
                        const struct program **program)
{
    (void)owner;
    (void)program;
    return script_fail_type(load, index, label, "a list of states");
}
