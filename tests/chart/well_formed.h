/* well_formed.h - a tiny checker of XML: tags nest and match, attributes are quoted and unique, entities are known, text is UTF-8
 * without control characters. Enough to refuse what a browser's XML parser refuses of our drawings. */
#ifndef TEPID_TESTS_CHART_WELL_FORMED_H
#define TEPID_TESTS_CHART_WELL_FORMED_H

/* NULL if `text` is one well-formed element; else what is wrong. `elements`, if not NULL, gets how many there are. */
const char *xml_fault(const char *text, int *elements);

#endif
