
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "ingest/date_parse.h"
#include "ingest/month_names.h"
#include "support/rng.h"

struct expectation {
    const char *text;
    const char *iso;
};

static const struct date_style month_first;

static const char *read_as(const char *text, struct date_style style)
{
    static char iso[DATE_TEXT_BYTES];
    date_key key = 42;
    switch (date_parse(text, strlen(text), style, &key)) {
    case DATE_FOUND: (void)date_format(key, iso); return iso;
    case DATE_UNREADABLE: ck_assert_int_eq(key, 42); return "unreadable";
    case DATE_IMPOSSIBLE: ck_assert_int_eq(key, 42); return "impossible";
    }
    return "?";
}

static const struct expectation forms[] = {
    {"2006-10-20T18:15:00-04:00", "2006-10-20T22:15:00Z"},
    {"Fri, 20 Oct 2006 18:15:00 -0400", "2006-10-20T22:15:00Z"},
    {"Fri, 20 Oct 2006 18:15:00 EDT", "2006-10-20T22:15:00Z"},
    {"Fri, 20 Oct 2006 18:15:00 EST", "2006-10-20T23:15:00Z"},
    {"20 Oct 06 18:15 GMT", "2006-10-20T18:15:00Z"},
    {"Fri, 20 Oct 2006 18:15:00 +0200 (CEST)", "2006-10-20T16:15:00Z"},
    {"Thu, 01 Jan 1970 00:00:00 UTC", "1970-01-01T00:00:00Z"},
    {"26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01Z"},
    {" 2-MAR-1987 04:48:03.31", "1987-03-02T04:48:03Z"},
    {"May 26, 2020", "2020-05-26"},
    {"may 26 2020", "2020-05-26"},
    {"26 May 2020", "2020-05-26"},
    {"26th of May, 2020", "2020-05-26"},
    {"1st June 1999", "1999-06-01"},
    {"June 2nd, 1999", "1999-06-02"},
    {"Tuesday, May 26, 2020", "2020-05-26"},
    {"Tue May 26 2020", "2020-05-26"},
    {"Sept. 3, 1987", "1987-09-03"},
    {"26.05.2020", "2020-05-26"},
    {"26.5.20", "2020-05-26"},
    {"5.6.2020", "2020-06-05"},
    {"26.05.2020 14:30", "2020-05-26T14:30:00Z"},
    {"26/05/2020", "2020-05-26"},
    {"05/26/2020", "2020-05-26"},
    {"05/06/2020", "2020-05-06"},
    {"2020/05/26", "2020-05-26"},
    {"2020.05.26.", "2020-05-26"},
    {"20200526", "2020-05-26"},
    {"20200526101112", "2020-05-26T10:11:12Z"},
    {"870323", "1987-03-23"},
    {"200512", "2005-12"},
    {"199305", "1993-05"},
    {"10/23/87", "1987-10-23"},
    {"1912", "1912"},
    {"April 1912", "1912-04"},
    {"Apr. 1912", "1912-04"},
    {"1912-04", "1912-04"},
    {"04.2024", "2024-04"},
    {"4/2024", "2024-04"},
    {"26. Mai 2020", "2020-05-26"},
    {"Dienstag, 26. Mai 2020, 14:05 Uhr", "2020-05-26T14:05:00Z"},
    {"3. März 2019", "2019-03-03"},
    {"1er août 2014", "2014-08-01"},
    {"le 3", "unreadable"},
    {"mardi 26 mai 2020 à 18h30", "2020-05-26T18:30:00Z"},
    {"26 de mayo de 2020", "2020-05-26"},
    {"26 de março de 2020", "2020-03-26"},
    {"terça-feira, 26 de maio de 2020", "2020-05-26"},
    {"26 maggio 2020", "2020-05-26"},
    {"26 мая 2020 г.", "2020-05-26"},
    {"26 МАЯ 2020 года", "2020-05-26"},
    {"5 września 2011", "2011-09-05"},
    {"2020. május 26.", "2020-05-26"},
    {"2020年5月26日", "2020-05-26"},
    {"2020年5月", "2020-05"},
    {"MAY 26, 2020 6:15 PM", "2020-05-26T18:15:00Z"},
    {"May 26, 2020 at 12:15 a.m. EDT", "2020-05-26T04:15:00Z"},
    {"3 March 2019, 14:05", "2019-03-03T14:05:00Z"},
    {"Published: May 26, 2020", "2020-05-26"},
    {"January 1, 1989, Sunday, Home Edition", "1989-01-01"},
    {"27.11.2018 ZVF_2142.JPG", "2018-11-27"},
    {"\n 1963-01-04 \r\n", "1963-01-04"},
    {"2021-02-30", "impossible"},
    {"30 February 2021", "impossible"},
    {"February 29, 2021", "impossible"},
    {"February 29, 2020", "2020-02-29"},
    {"2021-13-01", "impossible"},
    {"13/13/2020", "impossible"},
    {"31.04.2020", "impossible"},
    {"20201399", "impossible"},
    {"26 May 2020 25:00", "impossible"},
    {"1599", "impossible"},
    {"0000-00-00", "impossible"},
    {"5-APR-1987 35:43:12", "impossible"},
    {"", "unreadable"},
    {"   ", "unreadable"},
    {"yesterday", "unreadable"},
    {"May", "unreadable"},
    {"May 26", "unreadable"},
    {"12", "unreadable"},
    {"123", "unreadable"},
    {"12345", "unreadable"},
    {"1212121212", "unreadable"},
    {"-1", "unreadable"},
    {"26..05", "unreadable"},
    {"31-MAR-1987 605:12:19.12", "unreadable-or-day"},
    {"\xff\xfe\x00", "unreadable"},
};

START_TEST(forms_of_newspapers_are_read)
{
    const struct expectation *e = &forms[_i];
    if (strcmp(e->iso, "unreadable-or-day") == 0) {
        ck_assert_str_eq(read_as(e->text, month_first), "1987-03-31");
        return;
    }
    const char *got = read_as(e->text, month_first);
    ck_assert_msg(strcmp(got, e->iso) == 0, "\"%s\" reads %s, not %s", e->text, got, e->iso);
}
END_TEST

START_TEST(day_first_decides_only_where_both_can_be_months)
{
    const struct date_style style = {.day_first = true};
    ck_assert_str_eq(read_as("05/06/2020", style), "2020-06-05");
    ck_assert_str_eq(read_as("05/26/2020", style), "2020-05-26");
    ck_assert_str_eq(read_as("26-05-2020", style), "2020-05-26");
    ck_assert_str_eq(read_as("05-06-2020", month_first), "2020-05-06");
}
END_TEST

START_TEST(unix_numbers_are_read_where_the_format_says_so)
{
    const struct date_style style = {.unix_numbers = true};
    ck_assert_str_eq(read_as("1000000000", style), "2001-09-09T01:46:40Z");
    ck_assert_str_eq(read_as("1590452532000", style), "2020-05-26T00:22:12Z");
    ck_assert_str_eq(read_as("1590452532000000", style), "2020-05-26T00:22:12Z");
    ck_assert_str_eq(read_as("20200526101112", style), "2020-05-26T10:11:12Z");
    ck_assert_str_eq(read_as("20200526", style), "2020-05-26");
    ck_assert_str_eq(read_as("1912", style), "1912");
}
END_TEST

/* What is found in `text`: "begin-end iso" or "begin-end month/day". */
static const char *found_in(const char *text)
{
    static char answer[96];
    char iso[DATE_TEXT_BYTES];
    struct date_match match;
    if (!date_find(text, strlen(text), 0, month_first, &match)) {
        return "none";
    }
    if (match.has_year) {
        (void)date_format(match.key, iso);
    } else {
        ck_assert(match.key == DATE_NONE);
        snprintf(iso, sizeof iso, "%u/%u", match.month, match.day);
    }
    snprintf(
        answer, sizeof answer, "%.*s=%s", (int)(match.end - match.begin), text + match.begin, iso);
    return answer;
}

static const struct expectation findings[] = {
    {"On May 26, the council met.", "May 26=5/26"},
    {"On January 14, this year, under", "January 14=1/14"},
    {"November 27th of this year. A meeting", "November 27th=11/27"},
    {"On May 26, 2020, a regular meeting", "May 26, 2020=2020-05-26"},
    {"\xc2\xa0On\xc2\xa0"
     "December\xc2\xa0"
     "2, this year",
        "December\xc2\xa0"
        "2=12/2"},
    {"MINSK, 26 May (Agency) - The", "26 May=5/26"},
    {"On 24 April 2024, in Moscow", "24 April 2024=2024-04-24"},
    {"From 1 to 23 April 2024, the", "23 April 2024=2024-04-23"},
    {"the session of November 20-22", "November 20-22=11/20"},
    {"27.11.2018 ZVF_2142.JPG", "27.11.2018=2018-11-27"},
    {"in \xe2\x80\x9cMay 3\xe2\x80\x9d and", "May 3=5/3"},
    {"May 26, 1500 people", "May 26=5/26"},
    {"elected in April 1912 again", "April 1912=1912-04"},
    {"you may 26 times", "none"},
    {"he set 12 records", "none"},
    {"costs 3.26.2020.1 or 10.11 or 1,926", "none"},
    {"tel. 795-27-10 and 12/13", "none"},
    {"version 2020-21 of 1999", "none"},
    {"February 30 never comes, March 3 does", "March 3=3/3"},
    {"Marching 26 miles", "none"},
    {"am 26. Mai begann", "26. Mai=5/26"},
    {"el 26 de mayo se", "26 de mayo=5/26"},
    {"", "none"},
};

START_TEST(dates_are_found_in_running_text)
{
    const struct expectation *e = &findings[_i];
    const char *got = found_in(e->text);
    ck_assert_msg(strcmp(got, e->iso) == 0, "in \"%s\" found %s, not %s", e->text, got, e->iso);
}
END_TEST

START_TEST(month_tables_are_sorted_and_reachable)
{
    static const struct {
        const char *name;
        unsigned month;
    } samples[] = {{"january", 1}, {"dez", 12}, {"août", 8}, {"мая", 5}, {"września", 9},
        {"abr", 4}, {"ağustos", 8}, {"снежня", 12}, {"lutego", 2}, {"maart", 3}};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const struct month_name *name = month_name_find(samples[i].name, strlen(samples[i].name));
        ck_assert_msg(name != NULL && name->month == samples[i].month, "%s", samples[i].name);
    }
    ck_assert_ptr_null(month_name_find("mayor", 5));
    ck_assert_ptr_null(month_name_find("", 0));
    ck_assert(weekday_name_is("воскресенье", strlen("воскресенье")));
    ck_assert(weekday_name_is("fri", 3));
    ck_assert(!weekday_name_is("friend", 6));
}
END_TEST

START_TEST(any_bytes_are_survived)
{
    static const char alphabet[] =
        "0123456789-/.:, TZ+\xc2\xa0\xd0\xbc\xd0\xb0\xd1\x8fMayJunof\xff\n";
    struct rng rng;
    rng_init(&rng, 5);
    for (int round = 0; round < 20000; round++) {
        char text[48];
        const size_t length = rng_below(&rng, sizeof text);
        for (size_t i = 0; i < length; i++) {
            text[i] = alphabet[rng_below(&rng, sizeof alphabet - 1)];
        }
        date_key key;
        struct date_match match;
        const struct date_style style = {.day_first = round & 1, .unix_numbers = round & 2};
        if (date_parse(text, length, style, &key) == DATE_FOUND) {
            struct date_parts parts;
            date_parts_of(key, &parts);
            ck_assert(parts.year >= DATE_YEAR_MIN && parts.year <= DATE_YEAR_MAX);
        }
        if (date_find(text, length, 0, style, &match)) {
            ck_assert(match.begin < match.end && match.end <= length);
        }
    }
}
END_TEST

Suite *suite_date_parse(void)
{
    Suite *suite = suite_create("date_parse");
    TCase *whole = tcase_create("whole");
    tcase_add_loop_test(
        whole, forms_of_newspapers_are_read, 0, (int)(sizeof forms / sizeof *forms));
    tcase_add_test(whole, day_first_decides_only_where_both_can_be_months);
    tcase_add_test(whole, unix_numbers_are_read_where_the_format_says_so);
    tcase_add_test(whole, any_bytes_are_survived);
    suite_add_tcase(suite, whole);
    TCase *running = tcase_create("running");
    tcase_add_loop_test(
        running, dates_are_found_in_running_text, 0, (int)(sizeof findings / sizeof *findings));
    tcase_add_test(running, month_tables_are_sorted_and_reachable);
    suite_add_tcase(suite, running);
    return suite;
}
