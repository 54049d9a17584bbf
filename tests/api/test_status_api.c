#include <check.h>
#include <stdio.h>
#include <string.h>

#include "api/options.h"
#include "lede.h"

START_TEST(every_status_has_a_name_and_a_sentence)
{
    static const struct {
        lede_status status;
        const char *name;
    } expected[] = {
        {LEDE_OK, "LEDE_OK"},
        {LEDE_ERR_NOMEM, "LEDE_ERR_NOMEM"},
        {LEDE_ERR_IO, "LEDE_ERR_IO"},
        {LEDE_ERR_INVALID, "LEDE_ERR_INVALID"},
        {LEDE_ERR_LIMIT, "LEDE_ERR_LIMIT"},
        {LEDE_ERR_NOT_FOUND, "LEDE_ERR_NOT_FOUND"},
        {LEDE_ERR_EXISTS, "LEDE_ERR_EXISTS"},
        {LEDE_ERR_BUSY, "LEDE_ERR_BUSY"},
        {LEDE_ERR_SYNTAX, "LEDE_ERR_SYNTAX"},
        {LEDE_ERR_CORRUPT, "LEDE_ERR_CORRUPT"},
        {LEDE_ERR_TOO_OLD, "LEDE_ERR_TOO_OLD"},
        {LEDE_ERR_TOO_NEW, "LEDE_ERR_TOO_NEW"},
        {LEDE_ERR_MISMATCH, "LEDE_ERR_MISMATCH"},
        {LEDE_ERR_CANCELLED, "LEDE_ERR_CANCELLED"},
        {LEDE_ERR_UNSUPPORTED, "LEDE_ERR_UNSUPPORTED"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        ck_assert_uint_eq(expected[i].status, i);
        ck_assert_str_eq(lede_status_name(expected[i].status), expected[i].name);
        ck_assert_uint_gt(strlen(lede_status_text(expected[i].status)), 4);
    }
}
END_TEST

START_TEST(numbers_that_are_no_status_have_words_too)
{
    const int numbers[] = {-1, LEDE_ERR_UNSUPPORTED + 1, 1000000};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(lede_status_name((lede_status)numbers[i]), "LEDE_ERR_UNKNOWN");
        ck_assert_uint_gt(strlen(lede_status_text((lede_status)numbers[i])), 4);
    }
}
END_TEST

START_TEST(the_version_is_the_header_s)
{
    char expected[32];
    (void)snprintf(expected, sizeof expected, "%d.%d.%d", LEDE_VERSION_MAJOR, LEDE_VERSION_MINOR,
        LEDE_VERSION_PATCH);
    ck_assert_str_eq(lede_version(), expected);
}
END_TEST

struct sample {
    size_t struct_size;
    int old_member;
    int new_member;
};

START_TEST(a_shorter_struct_leaves_the_defaults_of_what_it_lacks)
{
    struct sample ours = {sizeof ours, 1, 2};
    const struct sample theirs = {offsetof(struct sample, new_member), 10, 20};
    ck_assert_int_eq(options_read(&theirs, &ours, sizeof ours, "sample", NULL), LEDE_OK);
    ck_assert_int_eq(ours.old_member, 10);
    ck_assert_int_eq(ours.new_member, 2);
    ck_assert_uint_eq(ours.struct_size, sizeof ours);
}
END_TEST

START_TEST(a_longer_struct_must_be_zero_beyond_what_is_known)
{
    struct {
        struct sample known;
        size_t unknown;
    } theirs = {{sizeof theirs, 10, 20}, 0};
    struct sample ours = {sizeof ours, 1, 2};
    ck_assert_int_eq(options_read(&theirs, &ours, sizeof ours, "sample", NULL), LEDE_OK);
    ck_assert_int_eq(ours.new_member, 20);
    theirs.unknown = 1;
    ours.new_member = 2;
    ck_assert_int_eq(options_read(&theirs, &ours, sizeof ours, "sample", NULL), LEDE_ERR_INVALID);
    ck_assert_int_eq(ours.new_member, 2);
}
END_TEST

START_TEST(a_struct_of_no_or_an_absurd_size_is_refused)
{
    struct sample ours = {sizeof ours, 1, 2};
    struct sample theirs = {0, 10, 20};
    lede_error error;
    ck_assert_int_eq(options_read(&theirs, &ours, sizeof ours, "sample", &error), LEDE_ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(error.message, "sample"));
    theirs.struct_size = sizeof(size_t) - 1;
    ck_assert_int_eq(options_read(&theirs, &ours, sizeof ours, "sample", NULL), LEDE_ERR_INVALID);
    theirs.struct_size = (size_t)-1;
    ck_assert_int_eq(options_read(&theirs, &ours, sizeof ours, "sample", NULL), LEDE_ERR_INVALID);
    ck_assert_int_eq(ours.old_member, 1);
    ck_assert_int_eq(options_read(NULL, &ours, sizeof ours, "sample", NULL), LEDE_OK);
    ck_assert_int_eq(ours.old_member, 1);
}
END_TEST

Suite *suite_status_api(void)
{
    Suite *suite = suite_create("status_api");
    TCase *tcase = tcase_create("basics");
    tcase_add_test(tcase, every_status_has_a_name_and_a_sentence);
    tcase_add_test(tcase, numbers_that_are_no_status_have_words_too);
    tcase_add_test(tcase, the_version_is_the_header_s);
    tcase_add_test(tcase, a_shorter_struct_leaves_the_defaults_of_what_it_lacks);
    tcase_add_test(tcase, a_longer_struct_must_be_zero_beyond_what_is_known);
    tcase_add_test(tcase, a_struct_of_no_or_an_absurd_size_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
