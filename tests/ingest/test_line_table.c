
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "ingest/line_table.h"

static uint64_t hash_of(const char *text)
{
    return line_hash(text, strlen(text));
}

static void count(struct line_table *table, const char *text)
{
    lede_error error = {0};
    ck_assert_int_eq(line_table_count(table, hash_of(text), &error), LEDE_OK);
}

START_TEST(white_space_does_not_tell_lines_apart)
{
    ck_assert(hash_of("Go back") == hash_of("  Go \t back\r"));
    ck_assert(hash_of("Go back") == hash_of("Go\xc2\xa0"
                                            "back\xc2\xa0"));
    ck_assert(hash_of("Go back") != hash_of("Go backs"));
    ck_assert_uint_eq(hash_of(""), 0);
    ck_assert_uint_eq(hash_of(" \xc2\xa0 "), 0);
}
END_TEST

START_TEST(lines_up_to_the_bound_are_counted)
{
    char line[LINE_BYTES_MAX + 2];
    memset(line, 'x', sizeof line);
    ck_assert_uint_ne(line_hash(line, LINE_BYTES_MAX), 0);
    ck_assert_uint_eq(line_hash(line, LINE_BYTES_MAX + 1), 0);
}
END_TEST

START_TEST(a_line_recurs_from_three_pages_on_and_once_a_page)
{
    struct line_table table = {0};
    ck_assert(!line_table_recurs(&table, hash_of("menu")));
    ck_assert(!line_table_recurs(NULL, hash_of("menu")));
    for (int page = 1; page <= 4; page++) {
        line_table_page(&table);
        count(&table, "menu");
        if (page == 1) {
            for (int i = 0; i < 5; i++) {
                count(&table, "refrain");
            }
        }
        ck_assert_int_eq(line_table_recurs(&table, hash_of("menu")), page >= 3);
    }
    ck_assert(!line_table_recurs(&table, hash_of("refrain")));
    line_table_release(&table);
}
END_TEST

START_TEST(in_many_pages_a_line_must_be_on_its_share)
{
    struct line_table table = {0};
    for (int page = 0; page < 1000; page++) {
        line_table_page(&table);
        if (page < 49) {
            count(&table, "rare");
        }
        if (page < 50) {
            count(&table, "section");
        }
    }
    ck_assert(!line_table_recurs(&table, hash_of("rare")));
    ck_assert(line_table_recurs(&table, hash_of("section")));
    line_table_release(&table);
}
END_TEST

START_TEST(a_full_table_forgets_what_is_rare)
{
    struct line_table table = {0};
    char line[32];
    for (int page = 0; page < 220; page++) {
        line_table_page(&table);
        count(&table, "menu");
        for (int i = 0; i < 10000; i++) {
            snprintf(line, sizeof line, "%d %d", page, i);
            count(&table, line);
        }
    }
    ck_assert_uint_le(table.slot_count, 2 * LINE_TABLE_LINES);
    ck_assert(line_table_recurs(&table, hash_of("menu")));
    line_table_release(&table);
}
END_TEST

Suite *suite_line_table(void)
{
    Suite *suite = suite_create("line_table");
    TCase *basics = tcase_create("basics");
    tcase_set_timeout(basics, 60);
    tcase_add_test(basics, white_space_does_not_tell_lines_apart);
    tcase_add_test(basics, a_line_recurs_from_three_pages_on_and_once_a_page);
    tcase_add_test(basics, in_many_pages_a_line_must_be_on_its_share);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_set_timeout(limits, 60);
    tcase_add_test(limits, lines_up_to_the_bound_are_counted);
    tcase_add_test(limits, a_full_table_forgets_what_is_rare);
    suite_add_tcase(suite, limits);
    return suite;
}
