/* svc.c - the list of services, from svc_list.def. */
#include "model/svc.h"

#include <string.h>

#include "model/svc_client.h"
#include "model/svc_function.h"
#include "model/svc_gateway.h"

const struct svc_class *const svc_classes[] = {
#define SVC(class) &(class),
#include "model/svc_list.def"
#undef SVC
    NULL,
};

static bool is_called(const struct svc_class *class, const char *kind)
{
    if (strcmp(class->kind, kind) == 0)
        return true;
    for (const char *const *alias = class->aliases; alias != NULL && *alias != NULL; alias++)
        if (strcmp(*alias, kind) == 0)
            return true;
    return false;
}

const struct svc_class *svc_class_find(const char *kind_or_alias)
{
    for (const struct svc_class *const *class = svc_classes; *class != NULL; class ++)
        if (is_called(*class, kind_or_alias))
            return *class;
    return NULL;
}
