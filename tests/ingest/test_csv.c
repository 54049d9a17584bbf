
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/ingest_support.h"

static struct ingest_log csv_log;

static const char *csv(const char *text)
{
    return ingest_read_text(&csv_log, "n.csv", text, strlen(text), NULL);
}

static const char *tsv(const char *text)
{
    return ingest_read_text(&csv_log, "n.tsv", text, strlen(text), NULL);
}

START_TEST(columns_are_named_by_the_first_line)
{
    ck_assert_str_eq(csv("id,title,date,section\n1,A,2020-05-26,world\n2,B,,\n"),
        "1|A||2020-05-26||section=world\n2|B||||\n");
    ck_assert_str_eq(csv("Title;Text;Source\r\nA;B;C\r\n"), "n.csv:2|A|B|||Source=C\n");
    ck_assert_str_eq(csv("\xef\xbb\xbfid,title\n1,A"), "1|A||||\n");
}
END_TEST

START_TEST(quotes_hold_separators_line_feeds_and_quotes)
{
    ck_assert_str_eq(
        csv("id,title,body\n1,\"a, \"\"b\"\"\",\"line 1\nline 2\"\n2,c,\"\"\n\"3\",\"d\",e\n"),
        "1|a, \"b\"|line 1/line 2|||\n2|c||||\n3|d|e|||\n");
    ck_assert_str_eq(csv("id,title\n\n1,A \"quoted\" word\n"), "1|A \"quoted\" word||||\n");
}
END_TEST

START_TEST(lines_are_counted_through_quoted_cells)
{
    ck_assert_str_eq(
        csv("title,body\nA,\"1\n2\n3\"\nB,x\n"), "n.csv:2|A|1/2/3|||\nn.csv:5|B|x|||\n");
}
END_TEST

START_TEST(a_quote_that_is_not_closed_is_one_problem)
{
    ck_assert_str_eq(
        csv("id,title\n1,\"A\n2,B\n3,C\n"), "!2 a quote is not closed\n2|B||||\n3|C||||\n");
}
END_TEST

START_TEST(many_stray_quotes_cost_no_more_than_linear_time)
{
    enum { ROWS = 20000 };
    char *text = malloc(ROWS * 32);
    size_t length = (size_t)sprintf(text, "id,title\n");
    for (int i = 0; i < ROWS; i++) {
        length += (size_t)sprintf(text + length, "%d,\"\"\"stray\n", i);
    }
    (void)ingest_read_text(&csv_log, "n.csv", text, length, NULL);
    free(text);
    ck_assert_uint_gt(csv_log.records + csv_log.problems, ROWS / 4);
}
END_TEST

START_TEST(rows_with_too_many_cells_are_problems)
{
    ck_assert_str_eq(csv("id,title\n1,A,x\n2,B,\n3,C\n"),
        "!2 3 cells where the header has 2\n2|B||||\n3|C||||\n");
}
END_TEST

START_TEST(a_header_without_a_known_name_is_a_problem)
{
    ck_assert_str_eq(
        csv("a,b\n1,2\n"), "!1 no column is named as id, title, body, date or url is\n");
    ck_assert_str_eq(
        ingest_read_text(&csv_log, "n.csv", "a,b\n1,2\n", 8, "title=b"), "n.csv:2|2||||a=1\n");
}
END_TEST

START_TEST(tabs_separate_and_stray_quotes_stand)
{
    ck_assert_str_eq(tsv("id\ttitle\tbody\n1\t\"Stray\tb\n2\t\"a\"\"b\"\tc\n3\t\"x\" y\tz\n"),
        "1|\"Stray|b|||\n2|a\"b|c|||\n3|\"x\" y|z|||\n");
    ck_assert_str_eq(tsv("id\ttitle\n1\tA, B\r\n"), "1|A, B||||\n");
}
END_TEST

START_TEST(dates_in_columns_may_be_unix_numbers)
{
    ck_assert_str_eq(csv("id,title,date\n1,A,1000000000\n2,B,26.05.2020\n"),
        "1|A||2001-09-09T01:46:40Z||\n2|B||2020-05-26||\n");
}
END_TEST

START_TEST(files_of_few_bytes_are_survived)
{
    ck_assert_str_eq(csv(""), "");
    ck_assert_str_eq(csv("id,title"), "");
    ck_assert_str_eq(csv("id,title\n\""), "!2 a quote is not closed\n");
    ck_assert_str_eq(csv("id,title\n1,\"a\""), "1|a||||\n");
    ck_assert_str_eq(csv("id,title\n1,\"a\"b\n"), "1|a||||\n");
}
END_TEST

Suite *suite_csv(void)
{
    Suite *suite = suite_create("csv");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, columns_are_named_by_the_first_line);
    tcase_add_test(basics, quotes_hold_separators_line_feeds_and_quotes);
    tcase_add_test(basics, lines_are_counted_through_quoted_cells);
    tcase_add_test(basics, tabs_separate_and_stray_quotes_stand);
    tcase_add_test(basics, dates_in_columns_may_be_unix_numbers);
    suite_add_tcase(suite, basics);
    TCase *corrupt = tcase_create("corrupt");
    tcase_add_test(corrupt, a_quote_that_is_not_closed_is_one_problem);
    tcase_add_test(corrupt, many_stray_quotes_cost_no_more_than_linear_time);
    tcase_add_test(corrupt, rows_with_too_many_cells_are_problems);
    tcase_add_test(corrupt, a_header_without_a_known_name_is_a_problem);
    tcase_add_test(corrupt, files_of_few_bytes_are_survived);
    suite_add_tcase(suite, corrupt);
    return suite;
}
