/* traces.h - traced requests as files: traces.csv, traces.chrome.json, traces.otlp.json.
 *
 *   traces.csv          a row per span, columns as in CONTRACT 5; a request is named by its source and its number there: "users-17"
 *   traces.chrome.json  for Perfetto (ui.perfetto.dev) and chrome://tracing: a process a resource, a thread an execution environment
 *                       (several where it serves several calls at once); what has none, and the requests themselves, as asynchronous events
 *   traces.otlp.json    OpenTelemetry's JSON: one ExportTraceServiceRequest. Time 0 of the run is 1970-01-01T00:00:00Z
 * All three are functions of the traces alone, so equal runs give equal bytes.
 */
#ifndef TEPID_REPORT_TRACES_H
#define TEPID_REPORT_TRACES_H

#include "core/text.h"
#include "run/result.h"
#include "run/tracing.h"

extern const char *const traces_names[]; /* of the files; NULL-terminated */

void traces_write_csv(const struct result *result, struct text *out);
void traces_write_chrome(const struct result *result, struct text *out);
void traces_write_otlp(const struct result *result, const char *version, struct text *out);

/* "users-17"; replaces what is in `out`. */
void traces_request_name(const struct result *result, const struct trace_request *request,
                         struct text *out);

#endif
