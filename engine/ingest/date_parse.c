/* date_parse.c -- a list of forms, each a function over tokens.
 *
 * A form says whether the tokens have its shape; only then is it asked whether there is such a day. The
 * first form that fits and exists is taken. If forms fit but none of them exists, the date is impossible,
 * which is something else than no date at all. Behind a day a time of day may stand.
 */
#include "ingest/date_parse.h"

#include <string.h>

#include "ingest/date_lex.h"

enum {
    /* A date that stands beside other words is looked for in so much of a text. */
    DATE_NEAR_BYTES_MAX = 256,
    IDEOGRAPH_YEAR = 0x5e74,
    IDEOGRAPH_MONTH = 0x6708,
    IDEOGRAPH_DAY = 0x65e5,
    EN_DASH = 0x2013,
    EM_DASH = 0x2014,
};

struct date_reader {
    struct date_lexer lexer;
    struct date_style style;
    bool is_whole; /* the text is to be a date and nothing else: numbers alone may be one */
    bool has_year;
    int32_t offset_minutes;
    struct date_parts parts;
    size_t at; /* the token behind what was read */
};

static const struct date_token *peek(struct date_reader *reader, size_t ahead)
{
    return date_lexer_at(&reader->lexer, reader->at + ahead);
}

static bool take_char(struct date_reader *reader, int32_t code)
{
    if (date_token_is_char(peek(reader, 0), code)) {
        reader->at++;
        return true;
    }
    return false;
}

static bool take_word(struct date_reader *reader, const char *word)
{
    if (date_token_is_word(peek(reader, 0), word)) {
        reader->at++;
        return true;
    }
    return false;
}

/* A number of so many digits that nothing but a form's own signs stands beside. */
static bool take_number(
    struct date_reader *reader, uint8_t digits_min, uint8_t digits_max, uint32_t *value_out)
{
    const struct date_token *token = peek(reader, 0);
    if (token->kind != TOKEN_NUMBER || token->digits < digits_min || token->digits > digits_max) {
        return false;
    }
    *value_out = (uint32_t)token->value;
    reader->at++;
    return true;
}

static uint32_t full_year(uint32_t year, uint8_t digits)
{
    if (digits > 2) {
        return year;
    }
    return year < 70 ? 2000 + year : 1900 + year;
}

static void set_day(struct date_reader *reader, uint32_t year, uint32_t month, uint32_t day)
{
    reader->has_year = true;
    reader->parts = (struct date_parts){
        .year = (int32_t)year, .month = month, .day = day, .precision = DATE_DAY};
}

static void set_month(struct date_reader *reader, uint32_t year, uint32_t month)
{
    set_day(reader, year, month, 1);
    reader->parts.precision = DATE_MONTH;
}

/* "th" in "26th", "er" in "1er", "º", ".". */
static void skip_ordinal(struct date_reader *reader)
{
    static const char *const endings[] = {"st", "nd", "rd", "th", "er", "e", "o", "a", "го", "е"};
    const struct date_token *token = peek(reader, 0);
    if (token->space_before) {
        return;
    }
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (take_word(reader, endings[i])) {
            return;
        }
    }
    if (!take_char(reader, 0xba) && !take_char(reader, 0xaa)) {
        (void)take_char(reader, '.');
    }
}

static void skip_of(struct date_reader *reader)
{
    static const char *const words[] = {"of", "de", "del", "do", "di", "den"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (take_word(reader, words[i])) {
            return;
        }
    }
}

/* ---- forms ---- */

/* 2020-05-26, 2020/5/26, 2020.05.26., and with ideographs for year, month and day; 1912-04. */
static bool form_year_first(struct date_reader *reader)
{
    uint32_t year;
    uint32_t month;
    uint32_t day;
    if (!take_number(reader, 4, 4, &year)) {
        return false;
    }
    const struct date_token *sign = peek(reader, 0);
    if (sign->kind != TOKEN_CHAR || (sign->code != '-' && sign->code != '/' && sign->code != '.' &&
                                        sign->code != IDEOGRAPH_YEAR)) {
        return false;
    }
    const int32_t second_sign = sign->code == IDEOGRAPH_YEAR ? IDEOGRAPH_MONTH : sign->code;
    reader->at++;
    if (!take_number(reader, 1, 2, &month)) {
        return false;
    }
    if (take_char(reader, second_sign) && take_number(reader, 1, 2, &day)) {
        (void)take_char(reader, second_sign == IDEOGRAPH_MONTH ? IDEOGRAPH_DAY : '\0');
        set_day(reader, year, month, day);
        return true;
    }
    set_month(reader, year, month);
    return reader->is_whole || second_sign == IDEOGRAPH_MONTH;
}

/* 2020 May 26, 2020-May-26, "2020. május 26." */
static bool form_year_name(struct date_reader *reader)
{
    uint32_t year;
    uint32_t day;
    if (!take_number(reader, 4, 4, &year)) {
        return false;
    }
    if (!take_char(reader, '-') && !take_char(reader, '.')) {
        (void)take_char(reader, ',');
    }
    const struct month_name *month = peek(reader, 0)->month;
    if (month == NULL) {
        return false;
    }
    reader->at++;
    if (!take_char(reader, '-')) {
        (void)take_char(reader, '.');
    }
    if (take_number(reader, 1, 2, &day)) {
        skip_ordinal(reader);
        set_day(reader, year, month->month, day);
        return true;
    }
    set_month(reader, year, month->month);
    return reader->is_whole;
}

/* 26.05.2020, 26/05/2020, 05/26/2020, 26-05-20. A point always has the day first. */
static bool form_numbers(struct date_reader *reader)
{
    uint32_t first;
    uint32_t second;
    uint32_t year;
    if (!take_number(reader, 1, 2, &first)) {
        return false;
    }
    const struct date_token *sign = peek(reader, 0);
    if (sign->kind != TOKEN_CHAR || (sign->code != '-' && sign->code != '/' && sign->code != '.')) {
        return false;
    }
    reader->at++;
    if (!take_number(reader, 1, 2, &second) || !take_char(reader, sign->code)) {
        return false;
    }
    const uint8_t digits = peek(reader, 0)->digits;
    if (digits == 3 || !take_number(reader, reader->is_whole ? 2 : 4, 4, &year)) {
        return false;
    }
    const bool day_first =
        sign->code == '.' || first > 12 || (reader->style.day_first && second <= 12);
    set_day(
        reader, full_year(year, digits), day_first ? second : first, day_first ? first : second);
    return true;
}

/* The year behind a day and a month: "2020", ", 2020", "de 2020", "-1987"; in a whole text also "87". */
static bool take_year(struct date_reader *reader, uint32_t *year_out)
{
    const size_t start = reader->at;
    if (!take_char(reader, '.')) {
        (void)take_char(reader, '-');
    }
    if (!take_char(reader, ',')) {
        (void)take_char(reader, '/');
    }
    skip_of(reader);
    const uint8_t digits = peek(reader, 0)->digits;
    if (digits == 3 || !take_number(reader, reader->is_whole ? 2 : 4, 4, year_out)) {
        reader->at = start;
        return false;
    }
    *year_out = full_year(*year_out, digits);
    /* "May 26, 1500 people": a number that is no year of a newspaper. "May 26 14:30": an hour. */
    const struct date_token *next = peek(reader, 0);
    const bool is_hour = digits == 2 && date_token_is_char(next, ':');
    if (is_hour || (!reader->is_whole && (*year_out < DATE_YEAR_MIN || *year_out > 2199))) {
        reader->at = start;
        return false;
    }
    return true;
}

static bool month_stands_alone(const struct date_token *token, bool day_before)
{
    return token->capital || (day_before && !token->month->is_word);
}

static bool set_named(
    struct date_reader *reader, const struct date_token *name, uint32_t day, bool day_before)
{
    uint32_t year;
    const uint32_t month = name->month->month;
    if (take_year(reader, &year)) {
        set_day(reader, year, month, day);
        return true;
    }
    /* A leap year, so that February 29 is not refused for want of a year. */
    set_day(reader, 2000, month, day);
    reader->has_year = false;
    return !reader->is_whole && month_stands_alone(name, day_before);
}

/* 26 May 2020, 26th of May, 2020, 26. Mai 2020, 26 de mayo de 2020, 26-FEB-1987; 26 May. */
static bool form_day_name(struct date_reader *reader)
{
    uint32_t day;
    if (!take_number(reader, 1, 2, &day)) {
        return false;
    }
    skip_ordinal(reader);
    if (!take_char(reader, '-')) {
        (void)take_char(reader, '/');
    }
    skip_of(reader);
    const struct date_token *name = peek(reader, 0);
    if (name->month == NULL) {
        return false;
    }
    reader->at++;
    return set_named(reader, name, day, true);
}

/* May 26, 2020, Sept. 3 1987, November 27th, May 26-27, 2020; May 26. */
static bool form_name_day(struct date_reader *reader)
{
    uint32_t day;
    uint32_t last;
    const struct date_token *name = peek(reader, 0);
    if (name->month == NULL) {
        return false;
    }
    reader->at++;
    (void)take_char(reader, '.');
    if (!take_number(reader, 1, 2, &day)) {
        return false;
    }
    const struct date_token *next = peek(reader, 0);
    if (!next->space_before && next->kind == TOKEN_CHAR &&
        (next->code == ':' || next->code == '%')) {
        return false;
    }
    if (next->kind == TOKEN_WORD) {
        skip_ordinal(reader);
    }
    const size_t behind_day = reader->at;
    if ((take_char(reader, '-') || take_char(reader, EN_DASH)) &&
        !take_number(reader, 1, 2, &last)) {
        reader->at = behind_day;
    }
    return set_named(reader, name, day, false);
}

/* April 1912, "Avril de 1912". */
static bool form_name_year(struct date_reader *reader)
{
    uint32_t year;
    const struct date_token *name = peek(reader, 0);
    if (name->month == NULL) {
        return false;
    }
    reader->at++;
    if (!take_year(reader, &year) || date_lexer_at(&reader->lexer, reader->at - 1)->digits != 4) {
        return false;
    }
    set_month(reader, year, name->month->month);
    return reader->is_whole || month_stands_alone(name, true);
}

/* 04.2024 and 4/2024. */
static bool form_month_year(struct date_reader *reader)
{
    uint32_t month;
    uint32_t year;
    if (!reader->is_whole || !take_number(reader, 1, 2, &month) ||
        !(take_char(reader, '.') || take_char(reader, '/') || take_char(reader, '-')) ||
        !take_number(reader, 4, 4, &year)) {
        return false;
    }
    set_month(reader, year, month);
    return true;
}

/* 1912, 870323, 200512, 20200526, 202005261015, 20200526101112. */
static bool form_digits(struct date_reader *reader)
{
    const struct date_token *token = peek(reader, 0);
    if (!reader->is_whole || token->kind != TOKEN_NUMBER) {
        return false;
    }
    uint64_t value = token->value;
    reader->at++;
    if (token->digits == 4) {
        set_month(reader, (uint32_t)value, 1);
        reader->parts.precision = DATE_YEAR;
        return true;
    }
    if (token->digits == 6) {
        const uint32_t year = (uint32_t)(value / 100);
        const uint32_t month = (uint32_t)(value % 100);
        if (year >= 1900 && year < 2100 && month >= 1 && month <= 12) {
            set_month(reader, year, month);
            return true;
        }
        set_day(reader, full_year((uint32_t)(value / 10000), 2), year % 100, month);
        return true;
    }
    uint32_t clock[3] = {0};
    if (token->digits == 14) {
        clock[2] = (uint32_t)(value % 100);
        value /= 100;
    }
    if (token->digits == 12 || token->digits == 14) {
        clock[1] = (uint32_t)(value % 100);
        clock[0] = (uint32_t)(value / 100 % 100);
        value /= 10000;
    } else if (token->digits != 8) {
        return false;
    }
    set_day(
        reader, (uint32_t)(value / 10000), (uint32_t)(value / 100 % 100), (uint32_t)(value % 100));
    if (token->digits != 8) {
        reader->parts.precision = DATE_SECOND;
        reader->parts.hour = clock[0];
        reader->parts.minute = clock[1];
        reader->parts.second = clock[2];
    }
    return true;
}

/* ---- the time of day ---- */

/* "pm", "p.m." */
static void read_half_day(struct date_reader *reader)
{
    const size_t start = reader->at;
    struct date_parts *parts = &reader->parts;
    bool is_pm = take_word(reader, "pm");
    bool is_half = is_pm || take_word(reader, "am");
    if (!is_half) {
        is_pm = take_word(reader, "p");
        is_half =
            (is_pm || take_word(reader, "a")) && take_char(reader, '.') && take_word(reader, "m");
        (void)(is_half && take_char(reader, '.'));
    }
    if (!is_half || parts->hour > 12) {
        reader->at = start;
        return;
    }
    parts->hour = parts->hour % 12 + (is_pm ? 12 : 0);
}

/* "-0400", "+01:00", "GMT", "EST", "(EST)". */
static void read_zone(struct date_reader *reader)
{
    uint32_t number;
    uint32_t minutes = 0;
    const size_t start = reader->at;
    const struct date_token *token = peek(reader, 0);
    if (take_char(reader, '+') || take_char(reader, '-')) {
        const uint8_t digits = peek(reader, 0)->digits;
        if (!take_number(reader, 2, 4, &number) || digits == 3) {
            reader->at = start;
            return;
        }
        if (digits == 4) {
            minutes = number % 100;
            number /= 100;
        } else if (take_char(reader, ':') && !take_number(reader, 2, 2, &minutes)) {
            reader->at = start;
            return;
        }
        if (number > 23 || minutes > 59) {
            reader->at = start;
            return;
        }
        const int32_t offset = (int32_t)(number * 60 + minutes);
        reader->offset_minutes = token->code == '-' ? -offset : offset;
    }
    const size_t behind_offset = reader->at;
    const bool in_brackets = take_char(reader, '(');
    int32_t zone_minutes;
    token = peek(reader, 0);
    if (token->kind != TOKEN_WORD || !zone_name_find(token->word, token->length, &zone_minutes)) {
        reader->at = behind_offset;
        return;
    }
    reader->at++;
    if (in_brackets && !take_char(reader, ')')) {
        reader->at = behind_offset;
        return;
    }
    if (behind_offset == start) {
        reader->offset_minutes = zone_minutes;
    }
}

/* "15:01:01.79", "6:15 p.m. EST", "18h30", "6 pm". */
static bool read_clock(struct date_reader *reader)
{
    uint32_t hour;
    uint32_t minute = 0;
    uint32_t second = 0;
    uint32_t fraction;
    if (!take_number(reader, 1, 2, &hour)) {
        return false;
    }
    if (take_char(reader, ':') || (!peek(reader, 0)->space_before && take_word(reader, "h"))) {
        if (!take_number(reader, 2, 2, &minute)) {
            return false;
        }
        if (take_char(reader, ':')) {
            if (!take_number(reader, 2, 2, &second)) {
                return false;
            }
            if (take_char(reader, '.') && !take_number(reader, 1, 18, &fraction)) {
                return false;
            }
        }
    } else if (!date_token_is_word(peek(reader, 0), "am") &&
               !date_token_is_word(peek(reader, 0), "pm")) {
        return false;
    }
    reader->parts.hour = hour;
    reader->parts.minute = minute;
    reader->parts.second = second;
    reader->parts.precision = DATE_SECOND;
    read_half_day(reader);
    read_zone(reader);
    return true;
}

static void read_time(struct date_reader *reader)
{
    static const char *const words[] = {
        "at", "um", "à", "a", "alle", "às", "в", "o", "kl", "t", "om"};
    if (!reader->has_year || reader->parts.precision != DATE_DAY) {
        return;
    }
    const size_t start = reader->at;
    const struct date_parts day = reader->parts;
    if (!take_char(reader, ',') && !take_char(reader, '-') && !take_char(reader, '|') &&
        !take_char(reader, EN_DASH)) {
        (void)take_char(reader, EM_DASH);
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (take_word(reader, words[i])) {
            break;
        }
    }
    if (!read_clock(reader)) {
        reader->at = start;
        reader->parts = day;
        return;
    }
    if (!take_word(reader, "uhr")) {
        (void)take_word(reader, "hrs");
    }
}

/* ---- a date ---- */

/* "Tuesday, ", "Tue ", "terça-feira, " */
static void skip_weekday(struct date_reader *reader)
{
    const size_t start = reader->at;
    const struct date_token *token = peek(reader, 0);
    if (token->kind != TOKEN_WORD || !weekday_name_is(token->word, token->length)) {
        return;
    }
    reader->at++;
    if (take_char(reader, '-') && !take_word(reader, "feira")) {
        reader->at = start;
        return;
    }
    if (!take_char(reader, ',')) {
        (void)take_char(reader, '.');
    }
    (void)(take_word(reader, "the") || take_word(reader, "den") || take_word(reader, "le"));
}

/* What ends a date in some languages: "2020 г.", "2020 года", and a day of the week. */
static void skip_ending(struct date_reader *reader)
{
    if (!take_word(reader, "года") && (take_word(reader, "г") || take_word(reader, "р"))) {
        (void)take_char(reader, '.');
    }
}

static bool shifted_key(const struct date_reader *reader, date_key *key_out)
{
    date_key key;
    struct date_parts parts;
    if (!date_key_of(&reader->parts, &key)) {
        return false;
    }
    key -= (int64_t)reader->offset_minutes * 60 * 4;
    date_parts_of(key, &parts);
    if (parts.year < DATE_YEAR_MIN || parts.year > DATE_YEAR_MAX) {
        return false;
    }
    *key_out = key;
    return true;
}

typedef bool date_form(struct date_reader *reader);

static date_form *const forms[] = {form_year_first, form_year_name, form_numbers, form_day_name,
    form_name_day, form_name_year, form_month_year, form_digits};

/* Read a date from the first token on; reader->at is then behind it. */
static enum date_reading read_date(struct date_reader *reader, date_key *key_out)
{
    enum date_reading reading = DATE_UNREADABLE;
    skip_weekday(reader);
    const size_t start = reader->at;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        reader->at = start;
        reader->offset_minutes = 0;
        if (!forms[i](reader)) {
            continue;
        }
        skip_ending(reader);
        read_time(reader);
        if (reader->is_whole) {
            (void)take_char(reader, '.');
            if (peek(reader, 0)->kind != TOKEN_END) {
                continue;
            }
        }
        if (shifted_key(reader, key_out)) {
            return DATE_FOUND;
        }
        reading = DATE_IMPOSSIBLE;
    }
    return reading;
}

static void reader_init(struct date_reader *reader, const char *text, size_t length, size_t from,
    struct date_style style, bool is_whole)
{
    date_lexer_init(&reader->lexer, text, length, from);
    reader->style = style;
    reader->is_whole = is_whole;
    reader->at = 0;
}

static bool parse_unix(const char *text, size_t length, date_key *key_out)
{
    uint64_t value = 0;
    if (length < 9 || length > 16) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    const bool is_stamp = length == 14 && (text[0] == '1' || text[0] == '2');
    if (is_stamp) {
        return false;
    }
    const uint64_t seconds = length <= 11 ? value : length <= 14 ? value / 1000 : value / 1000000;
    *key_out = (date_key)(seconds * 4) + DATE_SECOND;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

enum date_reading date_parse(
    const char *text, size_t length, struct date_style style, date_key *key_out)
{
    while (length > 0 && is_blank(*text)) {
        text++;
        length--;
    }
    while (length > 0 && is_blank(text[length - 1])) {
        length--;
    }
    date_key key;
    if ((style.unix_numbers && parse_unix(text, length, &key)) ||
        date_parse_iso(text, length, &key)) {
        *key_out = key;
        return DATE_FOUND;
    }
    struct date_reader reader;
    reader_init(&reader, text, length, 0, style, true);
    const enum date_reading reading = read_date(&reader, &key);
    if (reading == DATE_FOUND) {
        *key_out = key;
    }
    if (reading != DATE_UNREADABLE) {
        return reading;
    }
    struct date_match match;
    const size_t near = length < DATE_NEAR_BYTES_MAX ? length : DATE_NEAR_BYTES_MAX;
    size_t from = 0;
    while (date_find(text, near, from, style, &match)) {
        if (match.has_year) {
            *key_out = match.key;
            return DATE_FOUND;
        }
        from = match.end;
    }
    return DATE_UNREADABLE;
}

/* ---- in running text ---- */

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether the number at `at` goes on a word or another number: the 26 of "A26" or of "3.26". */
static bool goes_on_number(const char *text, size_t at)
{
    if (at == 0) {
        return false;
    }
    const char before = text[at - 1];
    const bool is_sign =
        before == '.' || before == ',' || before == '-' || before == '/' || before == ':';
    return is_alphanumeric(before) || (unsigned char)before >= 0xc0 ||
           (is_sign && at >= 2 && text[at - 2] >= '0' && text[at - 2] <= '9');
}

bool date_find(const char *text, size_t length, size_t from, struct date_style style,
    struct date_match *match_out)
{
    struct date_reader reader;
    size_t at = from;
    while (at < length) {
        if ((unsigned char)text[at] < 0x80 && !is_alphanumeric(text[at])) {
            at++;
            continue;
        }
        reader_init(&reader, text, length, at, style, false);
        const struct date_token *first = date_lexer_at(&reader.lexer, 0);
        date_key key;
        const bool is_candidate =
            first->kind == TOKEN_NUMBER
                ? !goes_on_number(text, first->begin)
                : first->month != NULL ||
                      (first->kind == TOKEN_WORD && weekday_name_is(first->word, first->length));
        if (is_candidate && read_date(&reader, &key) == DATE_FOUND) {
            const size_t end = date_lexer_at(&reader.lexer, reader.at - 1)->end;
            if (end == length || !is_alphanumeric(text[end])) {
                *match_out = (struct date_match){.begin = first->begin,
                    .end = end,
                    .has_year = reader.has_year,
                    .month = reader.parts.month,
                    .day = reader.parts.precision >= DATE_DAY ? reader.parts.day : 0,
                    .key = reader.has_year ? key : DATE_NONE};
                return true;
            }
        }
        at = first->end;
    }
    return false;
}
