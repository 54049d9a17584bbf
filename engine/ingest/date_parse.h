/* date_parse.h -- dates as newspapers, wires and archives write them.
 *
 * Read are ISO 8601 (base/date.h), RFC 2822 ("Fri, 20 Oct 2006 18:15:00 -0400"), wire stamps
 * ("26-FEB-1987 15:01:01.79"), "May 26, 2020", "26th of May, 2020", "Tuesday, 26 mai 2020", "26.05.2020",
 * "05/26/2020", "2020/05/26", "20200526", "870323", "April 1912", "04.2024", "1912", each with a time of
 * day behind it where there is one; months in some twenty languages (month_names.h). A time without a
 * zone is taken as UTC. Two-digit years are 1970 to 2069.
 *
 * Cost: linear in the text; nothing is allocated.
 */
#ifndef INGEST_DATE_PARSE_H
#define INGEST_DATE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"

enum date_reading {
    DATE_FOUND,
    DATE_UNREADABLE, /* no form of a date */
    DATE_IMPOSSIBLE  /* one, of a day or time that does not exist: 2021-02-30 */
};

struct date_style {
    bool day_first; /* 03/04/2020 is 3 April; where one part is above 12 it decides by itself */
    bool
        unix_numbers; /* a number of 9 digits or more is seconds (or milli- or microseconds) of Unix */
};

/* The date that `text` is, or that stands in it beside other words ("Published May 26, 2020 by ...").
 * *key_out is touched only where the answer is DATE_FOUND. */
enum date_reading date_parse(
    const char *text, size_t length, struct date_style style, date_key *key_out);

/* A date in running text. */
struct date_match {
    size_t begin; /* bytes of the text from here ... */
    size_t end;   /* ... up to here */
    bool has_year;
    uint32_t month; /* 1..12 */
    uint32_t day;   /* 1..31; 0 in "April 1912" */
    date_key key;   /* DATE_NONE without a year */
};

/* The first date that begins at or after byte `from`: a form with a month and a year, or with a month's
 * name and a day ("On May 26"). Numbers alone are no date here, nor is what does not exist. False, and
 * *match_out untouched, where there is none. */
bool date_find(const char *text, size_t length, size_t from, struct date_style style,
    struct date_match *match_out);

#endif
