
#include <check.h>
#include <string.h>

#include "base/date.h"

static date_key iso(const char *text)
{
    date_key key = 0;
    ck_assert_msg(date_parse_iso(text, strlen(text), &key), "%s is not read", text);
    return key;
}

static const char *shown(date_key key)
{
    static char text[DATE_TEXT_BYTES];
    ck_assert_uint_eq(date_format(key, text), strlen(text));
    return text;
}

START_TEST(every_day_round_trips_and_follows_its_predecessor)
{
    int32_t expected = date_days_of(DATE_YEAR_MIN, 1, 1);
    for (int32_t year = DATE_YEAR_MIN; year <= DATE_YEAR_MAX; year++) {
        for (uint32_t month = 1; month <= 12; month++) {
            const uint32_t count = date_days_in_month(year, month);
            for (uint32_t day = 1; day <= count; day++, expected++) {
                int32_t y;
                uint32_t m, d;
                const int32_t days = date_days_of(year, month, day);
                if (days != expected) {
                    ck_abort_msg("%d-%u-%u is day %d", year, month, day, days);
                }
                date_of_days(days, &y, &m, &d);
                if (y != year || m != month || d != day) {
                    ck_abort_msg("day %d reads %d-%u-%u", days, y, m, d);
                }
            }
        }
    }
}
END_TEST

START_TEST(known_days_have_their_numbers)
{
    ck_assert_int_eq(date_days_of(1970, 1, 1), 0);
    ck_assert_int_eq(date_days_of(1969, 12, 31), -1);
    ck_assert_int_eq(date_days_of(2000, 3, 1), 11017);
    ck_assert_int_eq(date_seconds(iso("2001-09-09T01:46:40Z")), 1000000000);
    ck_assert_int_eq(date_seconds(iso("1901-12-13T20:45:52Z")), INT32_MIN);
}
END_TEST

START_TEST(leap_years_follow_the_gregorian_rule)
{
    ck_assert_uint_eq(date_days_in_month(1900, 2), 28);
    ck_assert_uint_eq(date_days_in_month(2000, 2), 29);
    ck_assert_uint_eq(date_days_in_month(2024, 2), 29);
    ck_assert_uint_eq(date_days_in_month(2023, 2), 28);
    ck_assert_uint_eq(date_days_in_month(2023, 12), 31);
}
END_TEST

START_TEST(what_is_formatted_parses_back)
{
    static const char *const texts[] = {"1600", "9999", "1912-04", "1912-04-15", "1969-12-31",
        "1912-04-15T02:20:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "2000-02-29"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ck_assert_str_eq(shown(iso(texts[i])), texts[i]);
    }
    ck_assert_str_eq(shown(DATE_NONE), "");
}
END_TEST

START_TEST(keys_order_by_moment_and_wider_first)
{
    static const char *const ordered[] = {"1600", "1912", "1912-01", "1912-01-01",
        "1912-01-01T00:00:00Z", "1912-01-01T00:00:01Z", "1912-01-02", "1912-02", "1969-12-31",
        "1970", "1970-01", "1970-01-01", "9999"};
    for (size_t i = 1; i < sizeof ordered / sizeof *ordered; i++) {
        ck_assert_msg(iso(ordered[i - 1]) < iso(ordered[i]), "%s < %s", ordered[i - 1], ordered[i]);
    }
    ck_assert(DATE_NONE < iso("1600"));
}
END_TEST

static void check_period(const char *period, const char *last_inside, const char *first_behind)
{
    const date_key first = date_period_first(iso(period));
    const date_key end = date_period_end(iso(period));
    ck_assert_msg(first <= iso(period) && iso(period) < end, "%s lies in itself", period);
    ck_assert_msg(
        first <= iso(last_inside) && iso(last_inside) < end, "%s in %s", last_inside, period);
    ck_assert_msg(iso(first_behind) >= end, "%s behind %s", first_behind, period);
}

START_TEST(periods_hold_their_moments_and_no_others)
{
    check_period("1912", "1912-12-31T23:59:59Z", "1913");
    check_period("2020-02", "2020-02-29T23:59:59Z", "2020-03");
    check_period("2020-12", "2020-12-31", "2021");
    check_period("2020-05-26", "2020-05-26T23:59:59Z", "2020-05-27");
    check_period("1969-12-31", "1969-12-31T23:59:59Z", "1970");
    check_period("2020-05-26T10:00:00Z", "2020-05-26T10:00:00Z", "2020-05-26T10:00:01Z");
    ck_assert(iso("9999-12-31T23:59:59Z") < date_period_end(iso("9999")));
}
END_TEST

START_TEST(a_period_of_a_year_holds_its_wider_and_narrower_dates)
{
    const date_key year = iso("2020");
    ck_assert(date_period_first(year) <= iso("2020-01"));
    ck_assert(date_period_first(iso("2020-01-01")) == date_period_first(year));
    ck_assert(date_period_first(iso("2020-01")) <= year);
}
END_TEST

START_TEST(cutting_widens_and_never_narrows)
{
    const date_key second = iso("2020-05-26T10:11:12Z");
    ck_assert_str_eq(shown(date_cut(second, DATE_DAY)), "2020-05-26");
    ck_assert_str_eq(shown(date_cut(second, DATE_MONTH)), "2020-05");
    ck_assert_str_eq(shown(date_cut(second, DATE_YEAR)), "2020");
    ck_assert_str_eq(shown(date_cut(second, DATE_SECOND)), "2020-05-26T10:11:12Z");
    ck_assert_str_eq(shown(date_cut(iso("1912"), DATE_DAY)), "1912");
    ck_assert(date_cut(DATE_NONE, DATE_DAY) == DATE_NONE);
}
END_TEST

START_TEST(offsets_move_to_utc)
{
    ck_assert_str_eq(shown(iso("2006-10-20T18:15:00-04:00")), "2006-10-20T22:15:00Z");
    ck_assert_str_eq(shown(iso("2006-10-20T18:15:00-0400")), "2006-10-20T22:15:00Z");
    ck_assert_str_eq(shown(iso("2022-01-01T00:30:00+08")), "2021-12-31T16:30:00Z");
    ck_assert_str_eq(shown(iso("2022-01-01 00:30:00.123456+01:00")), "2021-12-31T23:30:00Z");
    ck_assert_str_eq(shown(iso("2022-01-01T00:30")), "2022-01-01T00:30:00Z");
    ck_assert_str_eq(shown(iso("2022-01-01T00:30:15")), "2022-01-01T00:30:15Z");
}
END_TEST

START_TEST(what_does_not_exist_or_is_not_iso_is_refused)
{
    static const char *const texts[] = {"", "1", "191", "19120", "1599", "0000", "1912-", "1912-4",
        "1912-13", "1912-00", "1912-04-31", "1912-04-00", "2021-02-29", "1900-02-29", "1912-04-15T",
        "1912-04-15T24:00:00", "1912-04-15T23:60:00", "1912-04-15T23:59:60", "1912-04-15T1:00",
        "1912-04-15T10:00:00.", "1912-04-15T10:00:00+", "1912-04-15T10:00:00+24:00",
        "1912-04-15T10:00:00+01:60", "1912-04-15x10:00:00", "1912-04-15 ", " 1912", "1912/04/15",
        "15.04.1912", "1912-04-15T10:00:00Zx", "1600-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00", "-1912", "+1912"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        date_key key = 42;
        ck_assert_msg(!date_parse_iso(texts[i], strlen(texts[i]), &key), "%s is read", texts[i]);
        ck_assert_int_eq(key, 42);
    }
}
END_TEST

START_TEST(parts_round_trip_before_and_after_1970)
{
    static const char *const texts[] = {"1600-01-01T00:00:00Z", "1969-12-31T23:59:58Z",
        "1970-01-01T00:00:00Z", "2038-01-19T03:14:08Z", "9999-12-31T23:59:59Z"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct date_parts parts;
        date_key key = 0;
        date_parts_of(iso(texts[i]), &parts);
        ck_assert(date_key_of(&parts, &key));
        ck_assert_int_eq(key, iso(texts[i]));
    }
}
END_TEST

START_TEST(parts_that_do_not_exist_have_no_key)
{
    date_key key = 42;
    struct date_parts parts = {.year = 2021, .month = 2, .day = 29, .precision = DATE_DAY};
    ck_assert(!date_key_of(&parts, &key));
    parts.day = 0;
    ck_assert(!date_key_of(&parts, &key));
    parts = (struct date_parts){.year = 2021, .month = 13, .precision = DATE_MONTH};
    ck_assert(!date_key_of(&parts, &key));
    parts = (struct date_parts){.year = 10000, .precision = DATE_YEAR};
    ck_assert(!date_key_of(&parts, &key));
    ck_assert_int_eq(key, 42);
}
END_TEST

Suite *suite_date(void)
{
    Suite *suite = suite_create("date");
    TCase *days = tcase_create("days");
    tcase_set_timeout(days, 60);
    tcase_add_test(days, every_day_round_trips_and_follows_its_predecessor);
    tcase_add_test(days, known_days_have_their_numbers);
    tcase_add_test(days, leap_years_follow_the_gregorian_rule);
    suite_add_tcase(suite, days);
    TCase *keys = tcase_create("keys");
    tcase_add_test(keys, keys_order_by_moment_and_wider_first);
    tcase_add_test(keys, periods_hold_their_moments_and_no_others);
    tcase_add_test(keys, a_period_of_a_year_holds_its_wider_and_narrower_dates);
    tcase_add_test(keys, cutting_widens_and_never_narrows);
    tcase_add_test(keys, parts_round_trip_before_and_after_1970);
    tcase_add_test(keys, parts_that_do_not_exist_have_no_key);
    suite_add_tcase(suite, keys);
    TCase *texts = tcase_create("texts");
    tcase_add_test(texts, what_is_formatted_parses_back);
    tcase_add_test(texts, offsets_move_to_utc);
    tcase_add_test(texts, what_does_not_exist_or_is_not_iso_is_refused);
    suite_add_tcase(suite, texts);
    return suite;
}
