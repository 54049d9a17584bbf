/* Failing with a message: what the error struct holds afterwards. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/status.h"

START_TEST(failure_fills_the_error)
{
    lede_error error;
    memset(&error, 0xff, sizeof error);
    ck_assert_int_eq(
        lede_fail(&error, LEDE_ERR_CORRUPT, "block %d of \"%s\"", 17, "bank"), LEDE_ERR_CORRUPT);
    ck_assert_int_eq(error.status, LEDE_ERR_CORRUPT);
    ck_assert_int_eq(error.system_error, 0);
    ck_assert_uint_eq(error.position, 0);
    ck_assert_str_eq(error.message, "block 17 of \"bank\"");
}
END_TEST

START_TEST(system_error_has_its_sentence_and_number)
{
    lede_error error;
    ck_assert_int_eq(lede_fail_errno(&error, ENOSPC, "cannot write %s", "x"), LEDE_ERR_IO);
    ck_assert_int_eq(error.status, LEDE_ERR_IO);
    ck_assert_int_eq(error.system_error, ENOSPC);
    ck_assert_str_eq(error.message, "cannot write x: No space left on device");
}
END_TEST

START_TEST(system_without_memory_is_nomem)
{
    lede_error error;
    ck_assert_int_eq(lede_fail_errno(&error, ENOMEM, "cannot map %s", "x"), LEDE_ERR_NOMEM);
    ck_assert_int_eq(error.status, LEDE_ERR_NOMEM);
    ck_assert_int_eq(lede_fail_nomem(&error), LEDE_ERR_NOMEM);
    ck_assert_str_eq(error.message, "out of memory");
    ck_assert_int_eq(error.system_error, 0);
}
END_TEST

START_TEST(message_too_long_is_cut_and_ends)
{
    lede_error error;
    char text[2 * sizeof error.message];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ck_assert_int_eq(lede_fail(&error, LEDE_ERR_LIMIT, "%s", text), LEDE_ERR_LIMIT);
    ck_assert_uint_eq(strlen(error.message), sizeof error.message - 1);
    ck_assert_int_eq(lede_fail_errno(&error, EIO, "%s", text), LEDE_ERR_IO);
    ck_assert_uint_eq(strlen(error.message), sizeof error.message - 1);
    ck_assert_int_eq(error.system_error, EIO);
}
END_TEST

START_TEST(nobody_has_to_listen)
{
    ck_assert_int_eq(lede_fail(NULL, LEDE_ERR_SYNTAX, "%d", 1), LEDE_ERR_SYNTAX);
    ck_assert_int_eq(lede_fail_errno(NULL, EIO, "%d", 1), LEDE_ERR_IO);
    ck_assert_int_eq(lede_fail_nomem(NULL), LEDE_ERR_NOMEM);
}
END_TEST

Suite *suite_status(void)
{
    Suite *suite = suite_create("status");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, failure_fills_the_error);
    tcase_add_test(basics, system_error_has_its_sentence_and_number);
    tcase_add_test(basics, system_without_memory_is_nomem);
    tcase_add_test(basics, message_too_long_is_cut_and_ends);
    tcase_add_test(basics, nobody_has_to_listen);
    suite_add_tcase(suite, basics);
    return suite;
}
