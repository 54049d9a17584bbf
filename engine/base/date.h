/* date.h -- moments with a precision: what a newspaper's date says and no more.
 *
 * A date is the first moment (UTC) of the year, month, day or second it names, and which of these it
 * names. Years 1600 to 9999, Gregorian throughout. Order: by moment, and at one moment the wider
 * period first, so that all dates inside a day, month or year stand together.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum date_precision { DATE_YEAR = 0, DATE_MONTH = 1, DATE_DAY = 2, DATE_SECOND = 3 };

enum { DATE_YEAR_MIN = 1600, DATE_YEAR_MAX = 9999, DATE_TEXT_BYTES = 32 };

/* Seconds since 1970-01-01T00:00:00Z times four, plus the precision: sorts as dates do. */
typedef int64_t date_key;

/* The key of a document without a date: below all others. */
#define DATE_NONE INT64_MIN

struct date_parts {
    int32_t year;   /* DATE_YEAR_MIN..DATE_YEAR_MAX */
    uint32_t month; /* 1..12 */
    uint32_t day;   /* 1..31 */
    uint32_t hour, minute, second;
    enum date_precision precision; /* fields finer than it are 1 (month, day) or 0 */
};

/* Days since 1970-01-01 of a Gregorian date, and back. Source: days_from_civil and civil_from_days,
 * H. Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
int32_t date_days_of(int32_t year, uint32_t month, uint32_t day);
void date_of_days(int32_t days, int32_t *year_out, uint32_t *month_out, uint32_t *day_out);
uint32_t date_days_in_month(int32_t year, uint32_t month);

/* False where there is no such day or time, or the year is out of range; *key_out is untouched. */
bool date_key_of(const struct date_parts *parts, date_key *key_out);
void date_parts_of(date_key key, struct date_parts *parts_out); /* key is not DATE_NONE */

static inline int64_t date_seconds(date_key key)
{
    return key >> 2;
}

static inline enum date_precision date_precision_of(date_key key)
{
    return (enum date_precision)(key & 3);
}

/* A period as an interval of keys. [key, end) are the dates inside it: all of 2020-05, but not what is
 * dated 2020 only. [first, end) are those whose first moment is inside it: 2020 is in 2020-01. */
date_key date_period_first(date_key key);
date_key date_period_end(date_key key);

/* The key cut to a wider precision: 2020-05-26 to DATE_MONTH is 2020-05. One that is already as wide
 * or wider stays as it is. */
date_key date_cut(date_key key, enum date_precision precision);

/* ISO 8601: "1912", "1912-04", "1912-04-15", "1912-04-15T02:20:00Z"; "" for DATE_NONE. Returns the
 * length; `text` has DATE_TEXT_BYTES bytes. */
size_t date_format(date_key key, char *text);

/* ISO 8601 only, as date_format writes it, with offsets (+01:00, +0100) and fractions of a second
 * (dropped), blank or 'T' before the time. False for anything else and for what does not exist. The
 * forms of newspapers are ingest/date_parse.h's. */
bool date_parse_iso(const char *text, size_t length, date_key *key_out);

#endif
