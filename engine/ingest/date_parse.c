/* date_parse.c -- the forms are tried one after the other (date_forms.h).
 *
 * The first that fits and exists is taken. If forms fit but none of them exists, the date is impossible,
 * which is something else than no date at all. Behind a day a time of day may stand.
 */
#include "ingest/date_parse.h"

#include <string.h>

#include "ingest/date_forms.h"
#include "ingest/date_lex.h"

enum {
    /* A date that stands beside other words is looked for in so much of a text. */
    DATE_NEAR_BYTES_MAX = 256,
    EN_DASH = 0x2013,
    EM_DASH = 0x2014,
};

/* ---- the time of day ---- */

/* "pm", "p.m." */
static void read_half_day(struct date_reader *reader)
{
    const size_t start = reader->at;
    struct date_parts *parts = &reader->parts;
    bool is_pm = date_take_word(reader, "pm");
    bool is_half = is_pm || date_take_word(reader, "am");
    if (!is_half) {
        is_pm = date_take_word(reader, "p");
        is_half = (is_pm || date_take_word(reader, "a")) && date_take_char(reader, '.') &&
                  date_take_word(reader, "m");
        (void)(is_half && date_take_char(reader, '.'));
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
    const struct date_token *token = date_peek(reader, 0);
    if (date_take_char(reader, '+') || date_take_char(reader, '-')) {
        const uint8_t digits = date_peek(reader, 0)->digits;
        if (!date_take_number(reader, 2, 4, &number) || digits == 3) {
            reader->at = start;
            return;
        }
        if (digits == 4) {
            minutes = number % 100;
            number /= 100;
        } else if (date_take_char(reader, ':') && !date_take_number(reader, 2, 2, &minutes)) {
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
    const bool in_brackets = date_take_char(reader, '(');
    int32_t zone_minutes;
    token = date_peek(reader, 0);
    if (token->kind != TOKEN_WORD || !zone_name_find(token->word, token->length, &zone_minutes)) {
        reader->at = behind_offset;
        return;
    }
    reader->at++;
    if (in_brackets && !date_take_char(reader, ')')) {
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
    if (!date_take_number(reader, 1, 2, &hour)) {
        return false;
    }
    if (date_take_char(reader, ':') ||
        (!date_peek(reader, 0)->space_before && date_take_word(reader, "h"))) {
        if (!date_take_number(reader, 2, 2, &minute)) {
            return false;
        }
        if (date_take_char(reader, ':')) {
            if (!date_take_number(reader, 2, 2, &second)) {
                return false;
            }
            if (date_take_char(reader, '.') && !date_take_number(reader, 1, 18, &fraction)) {
                return false;
            }
        }
    } else if (!date_token_is_word(date_peek(reader, 0), "am") &&
               !date_token_is_word(date_peek(reader, 0), "pm")) {
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
    if (!date_take_char(reader, ',') && !date_take_char(reader, '-') &&
        !date_take_char(reader, '|') && !date_take_char(reader, EN_DASH)) {
        (void)date_take_char(reader, EM_DASH);
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (date_take_word(reader, words[i])) {
            break;
        }
    }
    if (!read_clock(reader)) {
        reader->at = start;
        reader->parts = day;
        return;
    }
    if (!date_take_word(reader, "uhr")) {
        (void)date_take_word(reader, "hrs");
    }
}

/* ---- a date ---- */

/* "Tuesday, ", "Tue ", "terça-feira, " */
static void skip_weekday(struct date_reader *reader)
{
    const size_t start = reader->at;
    const struct date_token *token = date_peek(reader, 0);
    if (token->kind != TOKEN_WORD || !weekday_name_is(token->word, token->length)) {
        return;
    }
    reader->at++;
    if (date_take_char(reader, '-') && !date_take_word(reader, "feira")) {
        reader->at = start;
        return;
    }
    if (!date_take_char(reader, ',')) {
        (void)date_take_char(reader, '.');
    }
    (void)(date_take_word(reader, "the") || date_take_word(reader, "den") ||
           date_take_word(reader, "le"));
}

/* What ends a date in some languages: "2020 г.", "2020 года", and a day of the week. */
static void skip_ending(struct date_reader *reader)
{
    if (!date_take_word(reader, "года") &&
        (date_take_word(reader, "г") || date_take_word(reader, "р"))) {
        (void)date_take_char(reader, '.');
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

/* Read a date from the first token on; reader->at is then behind it. */
static enum date_reading read_date(struct date_reader *reader, date_key *key_out)
{
    enum date_reading reading = DATE_UNREADABLE;
    skip_weekday(reader);
    size_t form_count;
    date_form *const *forms = date_forms_all(&form_count);
    const size_t start = reader->at;
    for (size_t i = 0; i < form_count; i++) {
        reader->at = start;
        reader->offset_minutes = 0;
        if (!forms[i](reader)) {
            continue;
        }
        skip_ending(reader);
        read_time(reader);
        if (reader->is_whole) {
            (void)date_take_char(reader, '.');
            if (date_peek(reader, 0)->kind != TOKEN_END) {
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
    return is_alphanumeric(before) ||
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
