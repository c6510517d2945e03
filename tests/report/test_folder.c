/* test_folder.c - a results folder is whole or as it was. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/files.h"
#include "report/folder.h"
#include "tests/report/fixture.h"
#include "tests/suite.h"

static void make_path(char path[200], const char *below)
{
    char base[] = "/tmp/tepid-folder-XXXXXX";
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(base));
    (void)snprintf(path, 200, "%s%s", base, below);
}

static bool exists(const char *folder, const char *name)
{
    char path[300];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static void remove_file(const char *folder, const char *name)
{
    char path[300];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    (void)remove(path);
}

static void test_makes_parents_and_leaves_nothing_in_them(void)
{
    char path[200];
    struct err err = {0};
    make_path(path, "/a/b//c/");
    CU_ASSERT_TRUE(folder_prepare(path, &err));
    CU_ASSERT_TRUE(folder_prepare(path, &err)); /* a second time is no error */
    CU_ASSERT_FALSE(exists(path, "..tepid.part"));
    CU_ASSERT_FALSE(exists(path, ".tepid.part"));
    CU_ASSERT_EQUAL(rmdir(path), 0);
}

static void test_a_file_in_the_way_is_an_error_of_files(void)
{
    struct err err = {0};
    CU_ASSERT_FALSE(folder_prepare("/dev/null/out", &err));
    CU_ASSERT_EQUAL(err.kind, ERR_FILE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "/dev/null"));
}

static void test_nothing_has_its_name_before_commit(void)
{
    char path[200];
    struct err err = {0};
    struct text content = {0};
    struct folder folder;
    make_path(path, "");
    text_add(&content, "x\n");
    folder_begin(&folder, path);
    CU_ASSERT_TRUE(folder_add(&folder, "a.csv", &content, &err));
    CU_ASSERT_FALSE(exists(path, "a.csv"));
    folder_abandon(&folder);
    CU_ASSERT_FALSE(exists(path, ".a.csv.part"));
    CU_ASSERT_TRUE(folder_add(&folder, "a.csv", &content, &err));
    CU_ASSERT_TRUE(folder_commit(&folder, &err));
    CU_ASSERT_TRUE(exists(path, "a.csv"));
    text_free(&content);
    remove_file(path, "a.csv");
    CU_ASSERT_EQUAL(rmdir(path), 0);
}

static void test_a_run_fills_its_folder(void)
{
    char path[200];
    struct err err = {0};
    struct fixture *fixture = fixture_new();
    make_path(path, "");
    CU_ASSERT_TRUE(files_write_run(path, &fixture->result, &fixture->info, &err));
    for (const char *const *name = files_names; *name != NULL; name++) {
        CU_ASSERT_TRUE(exists(path, *name));
        remove_file(path, *name);
    }
    CU_ASSERT_EQUAL(rmdir(path), 0); /* nothing else was left */
    fixture_free(fixture);
}

static void check_name(const char *name, const char *expected)
{
    struct text path = {0};
    folder_add_name(&path, name);
    CU_ASSERT_STRING_EQUAL(path.data, expected);
    text_free(&path);
}

static void test_names_become_paths(void)
{
    check_name("hello", "hello");
    check_name("sale day, wide", "sale-day-wide");
    check_name("a/../b", "a-b");
    check_name("Größe_1-x", "Gr-e_1-x");
    check_name("é", "-");
}

CU_TestInfo suite_folder[] = {
    TEST(test_makes_parents_and_leaves_nothing_in_them),
    TEST(test_a_file_in_the_way_is_an_error_of_files),
    TEST(test_nothing_has_its_name_before_commit),
    TEST(test_a_run_fills_its_folder),
    TEST(test_names_become_paths),
    CU_TEST_INFO_NULL,
};
