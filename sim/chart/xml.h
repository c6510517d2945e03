/* xml.h - text that is safe inside XML and HTML, as content and in quoted attributes.
 */
#ifndef TEPID_CHART_XML_H
#define TEPID_CHART_XML_H

#include "core/text.h"

/* & < > " ' become entities; control characters, which XML cannot hold, become spaces; bytes that are no UTF-8 become U+FFFD. */
void xml_add(struct text *out, const char *text);

#endif
