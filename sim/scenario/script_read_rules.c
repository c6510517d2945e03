/* script_read_rules.c - the rules of a bus. */
#include "scenario/script_read.h"

bool script_read_rules(struct load *load, int index, const struct owner *owner, const char *label,
                       struct bus_rules *rules)
{
    (void)owner;
    (void)rules;
    return script_fail_type(load, index, label, "a list of rules");
}
