/* date.c -- calendar arithmetic in whole days, shifted so that a year begins in March: the leap day
 * is then the last of its year, and the lengths of the months follow one linear formula. */
#include "base/date.h"

#include "base/assert.h"

enum {
    SECONDS_PER_DAY = 86400,
    DAYS_PER_ERA = 146097, /* of 400 years */
    DAYS_TO_1970 = 719468, /* from 0000-03-01 */
    PRECISION_BITS = 2
};

static bool is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

uint32_t date_days_in_month(int32_t year, uint32_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    ASSERT(month >= 1 && month <= 12);
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

int32_t date_days_of(int32_t year, uint32_t month, uint32_t day)
{
    const int32_t y = month <= 2 ? year - 1 : year;
    const int32_t era = (y >= 0 ? y : y - 399) / 400;
    const int32_t year_of_era = y - era * 400;
    const int32_t month_from_march = (int32_t)(month > 2 ? month - 3 : month + 9);
    const int32_t day_of_year = (153 * month_from_march + 2) / 5 + (int32_t)day - 1;
    const int32_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

void date_of_days(int32_t days, int32_t *year_out, uint32_t *month_out, uint32_t *day_out)
{
    const int32_t z = days + DAYS_TO_1970;
    const int32_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    const int32_t day_of_era = z - era * DAYS_PER_ERA;
    const int32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int32_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int32_t month_from_march = (5 * day_of_year + 2) / 153;
    const int32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    *day_out = (uint32_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    *month_out = (uint32_t)month;
    *year_out = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
}

static date_key key_of_days(int32_t days, uint32_t second_of_day, enum date_precision precision)
{
    const int64_t seconds = (int64_t)days * SECONDS_PER_DAY + second_of_day;
    return seconds * (1 << PRECISION_BITS) + (int64_t)precision;
}

bool date_key_of(const struct date_parts *parts, date_key *key_out)
{
    const uint32_t month = parts->precision >= DATE_MONTH ? parts->month : 1;
    const uint32_t day = parts->precision >= DATE_DAY ? parts->day : 1;
    if (parts->year < DATE_YEAR_MIN || parts->year > DATE_YEAR_MAX || month < 1 || month > 12 ||
        day < 1 || day > date_days_in_month(parts->year, month)) {
        return false;
    }
    uint32_t second_of_day = 0;
    if (parts->precision == DATE_SECOND) {
        if (parts->hour > 23 || parts->minute > 59 || parts->second > 59) {
            return false;
        }
        second_of_day = (parts->hour * 60 + parts->minute) * 60 + parts->second;
    }
    *key_out = key_of_days(date_days_of(parts->year, month, day), second_of_day, parts->precision);
    return true;
}

static int32_t days_of_key(date_key key, uint32_t *second_of_day_out)
{
    const int64_t seconds = date_seconds(key);
    int64_t days = seconds / SECONDS_PER_DAY;
    int64_t rest = seconds % SECONDS_PER_DAY;
    if (rest < 0) {
        rest += SECONDS_PER_DAY;
        days -= 1;
    }
    *second_of_day_out = (uint32_t)rest;
    return (int32_t)days;
}

void date_parts_of(date_key key, struct date_parts *parts_out)
{
    ASSERT(key != DATE_NONE);
    uint32_t rest;
    const int32_t days = days_of_key(key, &rest);
    struct date_parts parts = {.precision = date_precision_of(key)};
    date_of_days(days, &parts.year, &parts.month, &parts.day);
    if (rest != 0) { /* seldom: dates of days have none */
        parts.hour = rest / 3600;
        parts.minute = rest / 60 % 60;
        parts.second = rest % 60;
    }
    *parts_out = parts;
}

date_key date_period_first(date_key key)
{
    return key - (int64_t)date_precision_of(key);
}

date_key date_period_end(date_key key)
{
    uint32_t second;
    int32_t year;
    uint32_t month, day;
    const int32_t days = days_of_key(key, &second);
    switch (date_precision_of(key)) {
    case DATE_YEAR:
        date_of_days(days, &year, &month, &day);
        return key_of_days(date_days_of(year + 1, 1, 1), 0, DATE_YEAR);
    case DATE_MONTH: /* `days` is its first day */
        date_of_days(days, &year, &month, &day);
        return key_of_days(days + (int32_t)date_days_in_month(year, month), 0, DATE_YEAR);
    case DATE_DAY: return date_period_first(key) + ((int64_t)SECONDS_PER_DAY << PRECISION_BITS);
    case DATE_SECOND: break;
    }
    return date_period_first(key) + (1 << PRECISION_BITS);
}

date_key date_cut(date_key key, enum date_precision precision)
{
    if (key == DATE_NONE || date_precision_of(key) <= precision) {
        return key;
    }
    uint32_t second;
    int32_t year;
    uint32_t month, day;
    int32_t days = days_of_key(key, &second);
    if (precision < DATE_DAY) {
        date_of_days(days, &year, &month, &day);
        days = precision == DATE_MONTH ? days - (int32_t)(day - 1) : date_days_of(year, 1, 1);
    }
    return key_of_days(days, 0, precision);
}

/* Write `lead` and the last `digits` digits of `value`; where they end. */
static char *write_number(char *at, char lead, unsigned value, unsigned digits)
{
    if (lead != '\0') {
        *at++ = lead;
    }
    for (unsigned i = digits; i-- > 0; value /= 10) {
        at[i] = (char)('0' + value % 10);
    }
    return at + digits;
}

/* By hand: printf takes longer than all else that is done for a hit's date. */
size_t date_format(date_key key, char *text)
{
    char *at = text;
    if (key != DATE_NONE) {
        struct date_parts p;
        date_parts_of(key, &p);
        at = write_number(at, '\0', (unsigned)p.year, 4);
        if (p.precision >= DATE_MONTH) {
            at = write_number(at, '-', p.month, 2);
        }
        if (p.precision >= DATE_DAY) {
            at = write_number(at, '-', p.day, 2);
        }
        if (p.precision == DATE_SECOND) {
            at = write_number(at, 'T', p.hour, 2);
            at = write_number(at, ':', p.minute, 2);
            at = write_number(at, ':', p.second, 2);
            *at++ = 'Z';
        }
    }
    *at = '\0';
    return (size_t)(at - text);
}

/* What is left of a text that is read from front to end. */
struct scan {
    const char *at;
    const char *end;
};

/* Exactly `count` digits. */
static bool scan_number(struct scan *scan, uint32_t count, uint32_t *value_out)
{
    uint32_t value = 0;
    if ((size_t)(scan->end - scan->at) < count) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const char c = scan->at[i];
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + (uint32_t)(c - '0');
    }
    scan->at += count;
    *value_out = value;
    return true;
}

static bool scan_char(struct scan *scan, char wanted)
{
    if (scan->at < scan->end && *scan->at == wanted) {
        scan->at++;
        return true;
    }
    return false;
}

/* "Z", "+01:00", "-0500", "+01" or nothing, which is UTC. */
static bool scan_offset(struct scan *scan, int32_t *seconds_out)
{
    int32_t sign = 0;
    if (scan->at == scan->end || scan_char(scan, 'Z') || scan_char(scan, 'z')) {
        *seconds_out = 0;
        return true;
    }
    sign = scan_char(scan, '+') ? 1 : scan_char(scan, '-') ? -1 : 0;
    uint32_t hours;
    uint32_t minutes = 0;
    if (sign == 0 || !scan_number(scan, 2, &hours)) {
        return false;
    }
    if (scan->at < scan->end) {
        (void)scan_char(scan, ':');
        if (!scan_number(scan, 2, &minutes)) {
            return false;
        }
    }
    if (hours > 23 || minutes > 59) {
        return false;
    }
    *seconds_out = sign * (int32_t)(hours * 3600 + minutes * 60);
    return true;
}

/* "02:20", "02:20:00", "02:20:00.123", and the offset behind it. */
static bool scan_time(struct scan *scan, struct date_parts *parts, int32_t *offset_out)
{
    if (!scan_number(scan, 2, &parts->hour) || !scan_char(scan, ':') ||
        !scan_number(scan, 2, &parts->minute)) {
        return false;
    }
    if (scan_char(scan, ':')) {
        if (!scan_number(scan, 2, &parts->second)) {
            return false;
        }
        if (scan_char(scan, '.') || scan_char(scan, ',')) {
            const char *digits = scan->at;
            while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') {
                scan->at++;
            }
            if (scan->at == digits) {
                return false;
            }
        }
    }
    parts->precision = DATE_SECOND;
    return scan_offset(scan, offset_out);
}

bool date_parse_iso(const char *text, size_t length, date_key *key_out)
{
    struct scan scan = {.at = text, .end = text + length};
    struct date_parts parts = {.precision = DATE_YEAR, .month = 1, .day = 1};
    uint32_t year;
    int32_t offset_seconds = 0;
    if (length == 0 || !scan_number(&scan, 4, &year)) {
        return false;
    }
    parts.year = (int32_t)year;
    if (scan_char(&scan, '-')) {
        if (!scan_number(&scan, 2, &parts.month)) {
            return false;
        }
        parts.precision = DATE_MONTH;
        if (scan_char(&scan, '-')) {
            if (!scan_number(&scan, 2, &parts.day)) {
                return false;
            }
            parts.precision = DATE_DAY;
            if (scan.at < scan.end &&
                (!(scan_char(&scan, 'T') || scan_char(&scan, 't') || scan_char(&scan, ' ')) ||
                    !scan_time(&scan, &parts, &offset_seconds))) {
                return false;
            }
        }
    }
    date_key key;
    if (scan.at != scan.end || !date_key_of(&parts, &key)) {
        return false;
    }
    key -= (int64_t)offset_seconds * (1 << PRECISION_BITS);
    struct date_parts shifted;
    date_parts_of(key, &shifted);
    if (shifted.year < DATE_YEAR_MIN || shifted.year > DATE_YEAR_MAX) {
        return false;
    }
    *key_out = key;
    return true;
}
