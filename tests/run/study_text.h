/* study_text.h - a study of a scenario that a test holds as text. */
#ifndef TEPID_TESTS_STUDY_TEXT_H
#define TEPID_TESTS_STUDY_TEXT_H

#include <CUnit/CUnit.h>

#include "run/study.h"
#include "tests/scenario/load_text.h"

struct study_text {
    struct loaded files; /* for its folder only */
    struct study *study;
    struct err err;
};

static inline struct study_text study_text_open(const char *text, const char *const *params,
                                                int param_count)
{
    struct study_text fixture = {.files = loaded_begin()};
    char path[128];
    loaded_file(&fixture.files, "s.lua", text, strlen(text));
    (void)snprintf(path, sizeof path, "%s/s.lua", fixture.files.folder);
    struct study_setup setup = {
        .program = "build/tepid", .file = path, .params = params, .param_count = param_count};
    fixture.study = study_open(&setup, &fixture.err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fixture.study);
    return fixture;
}

static inline void study_text_close(struct study_text *fixture)
{
    study_close(fixture->study);
    loaded_end(&fixture->files);
}

#endif
