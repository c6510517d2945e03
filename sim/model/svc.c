/* svc.c - the list of services, from svc_list.def. */
#include "model/svc.h"

#include <string.h>

#define SVC(class) extern const struct svc_class class;
#include "model/svc_list.def"
#undef SVC

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

const char *svc_class_article(const struct svc_class *class)
{
    if (class->takes == 0)
        return ""; /* traffic */
    /* By sound: an h of http_api, an s of sql; a u of url. */
    bool vowel = strchr("aeio", class->kind[0]) != NULL || strncmp(class->kind, "http", 4) == 0 ||
                 strcmp(class->kind, "sql") == 0;
    return vowel ? "an " : "a ";
}

const struct route_list *svc_class_routes(const struct svc_class *class, const void *config)
{
    for (const struct param_spec *spec = class->params; spec->name != NULL; spec++)
        if (spec->kind == PARAM_ROUTES)
            return (const void *)((const char *)config + spec->offset);
    return NULL;
}
