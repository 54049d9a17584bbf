/* date_forms.c -- a form says whether the tokens have its shape, not whether there is such a day. */
#include "ingest/date_forms.h"

enum {
    IDEOGRAPH_YEAR = 0x5e74,
    IDEOGRAPH_MONTH = 0x6708,
    IDEOGRAPH_DAY = 0x65e5,
    EN_DASH = 0x2013,
};

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
    const struct date_token *token = date_peek(reader, 0);
    if (token->space_before) {
        return;
    }
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (date_take_word(reader, endings[i])) {
            return;
        }
    }
    if (!date_take_char(reader, 0xba) && !date_take_char(reader, 0xaa)) {
        (void)date_take_char(reader, '.');
    }
}

static void skip_of(struct date_reader *reader)
{
    static const char *const words[] = {"of", "de", "del", "do", "di", "den"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (date_take_word(reader, words[i])) {
            return;
        }
    }
}

/* 2020-05-26, 2020/5/26, 2020.05.26., and with ideographs for year, month and day; 1912-04. */
static bool form_year_first(struct date_reader *reader)
{
    uint32_t year;
    uint32_t month;
    uint32_t day;
    if (!date_take_number(reader, 4, 4, &year)) {
        return false;
    }
    const struct date_token *sign = date_peek(reader, 0);
    if (sign->kind != TOKEN_CHAR || (sign->code != '-' && sign->code != '/' && sign->code != '.' &&
                                        sign->code != IDEOGRAPH_YEAR)) {
        return false;
    }
    const int32_t second_sign = sign->code == IDEOGRAPH_YEAR ? IDEOGRAPH_MONTH : sign->code;
    reader->at++;
    if (!date_take_number(reader, 1, 2, &month)) {
        return false;
    }
    if (date_take_char(reader, second_sign) && date_take_number(reader, 1, 2, &day)) {
        (void)date_take_char(reader, second_sign == IDEOGRAPH_MONTH ? IDEOGRAPH_DAY : '\0');
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
    if (!date_take_number(reader, 4, 4, &year)) {
        return false;
    }
    if (!date_take_char(reader, '-') && !date_take_char(reader, '.')) {
        (void)date_take_char(reader, ',');
    }
    const struct month_name *month = date_peek(reader, 0)->month;
    if (month == NULL) {
        return false;
    }
    reader->at++;
    if (!date_take_char(reader, '-')) {
        (void)date_take_char(reader, '.');
    }
    if (date_take_number(reader, 1, 2, &day)) {
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
    if (!date_take_number(reader, 1, 2, &first)) {
        return false;
    }
    const struct date_token *sign = date_peek(reader, 0);
    if (sign->kind != TOKEN_CHAR || (sign->code != '-' && sign->code != '/' && sign->code != '.')) {
        return false;
    }
    reader->at++;
    if (!date_take_number(reader, 1, 2, &second) || !date_take_char(reader, sign->code)) {
        return false;
    }
    const uint8_t digits = date_peek(reader, 0)->digits;
    if (digits == 3 || !date_take_number(reader, reader->is_whole ? 2 : 4, 4, &year)) {
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
    if (!date_take_char(reader, '.')) {
        (void)date_take_char(reader, '-');
    }
    if (!date_take_char(reader, ',')) {
        (void)date_take_char(reader, '/');
    }
    skip_of(reader);
    const uint8_t digits = date_peek(reader, 0)->digits;
    if (digits == 3 || !date_take_number(reader, reader->is_whole ? 2 : 4, 4, year_out)) {
        reader->at = start;
        return false;
    }
    *year_out = full_year(*year_out, digits);
    /* "May 26, 1500 people": a number that is no year of a newspaper. "May 26 14:30": an hour. */
    const struct date_token *next = date_peek(reader, 0);
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
    if (!date_take_number(reader, 1, 2, &day)) {
        return false;
    }
    skip_ordinal(reader);
    if (!date_take_char(reader, '-')) {
        (void)date_take_char(reader, '/');
    }
    skip_of(reader);
    const struct date_token *name = date_peek(reader, 0);
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
    const struct date_token *name = date_peek(reader, 0);
    if (name->month == NULL) {
        return false;
    }
    reader->at++;
    (void)date_take_char(reader, '.');
    if (!date_take_number(reader, 1, 2, &day)) {
        return false;
    }
    const struct date_token *next = date_peek(reader, 0);
    if (!next->space_before && next->kind == TOKEN_CHAR &&
        (next->code == ':' || next->code == '%')) {
        return false;
    }
    if (next->kind == TOKEN_WORD) {
        skip_ordinal(reader);
    }
    const size_t behind_day = reader->at;
    if ((date_take_char(reader, '-') || date_take_char(reader, EN_DASH)) &&
        !date_take_number(reader, 1, 2, &last)) {
        reader->at = behind_day;
    }
    return set_named(reader, name, day, false);
}

/* April 1912, "Avril de 1912". */
static bool form_name_year(struct date_reader *reader)
{
    uint32_t year;
    const struct date_token *name = date_peek(reader, 0);
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
    if (!reader->is_whole || !date_take_number(reader, 1, 2, &month) ||
        !(date_take_char(reader, '.') || date_take_char(reader, '/') ||
            date_take_char(reader, '-')) ||
        !date_take_number(reader, 4, 4, &year)) {
        return false;
    }
    set_month(reader, year, month);
    return true;
}

/* 1912, 870323, 200512, 20200526, 202005261015, 20200526101112. */
static bool form_digits(struct date_reader *reader)
{
    const struct date_token *token = date_peek(reader, 0);
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

date_form *const *date_forms_all(size_t *count_out)
{
    static date_form *const forms[] = {form_year_first, form_year_name, form_numbers, form_day_name,
        form_name_day, form_name_year, form_month_year, form_digits};
    *count_out = sizeof forms / sizeof *forms;
    return forms;
}
