/* date_forms.h -- the shapes a date may have, each a function over tokens. For date_parse.c.
 */
#ifndef INGEST_DATE_FORMS_H
#define INGEST_DATE_FORMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "ingest/date_lex.h"
#include "ingest/date_parse.h"

struct date_reader {
    struct date_lexer lexer;
    struct date_style style;
    bool is_whole; /* the text is to be a date and nothing else: numbers alone may be one */
    bool has_year;
    int32_t offset_minutes;
    struct date_parts parts;
    size_t at; /* the token behind what was read */
};

static inline const struct date_token *date_peek(struct date_reader *reader, size_t ahead)
{
    return date_lexer_at(&reader->lexer, reader->at + ahead);
}

static inline bool date_take_char(struct date_reader *reader, int32_t code)
{
    if (date_token_is_char(date_peek(reader, 0), code)) {
        reader->at++;
        return true;
    }
    return false;
}

static inline bool date_take_word(struct date_reader *reader, const char *word)
{
    if (date_token_is_word(date_peek(reader, 0), word)) {
        reader->at++;
        return true;
    }
    return false;
}

/* A number of so many digits that nothing but a form's own signs stands beside. */
static inline bool date_take_number(
    struct date_reader *reader, uint8_t digits_min, uint8_t digits_max, uint32_t *value_out)
{
    const struct date_token *token = date_peek(reader, 0);
    if (token->kind != TOKEN_NUMBER || token->digits < digits_min || token->digits > digits_max) {
        return false;
    }
    *value_out = (uint32_t)token->value;
    reader->at++;
    return true;
}

/* Whether the tokens from reader->at on have the form's shape: then reader->parts and has_year say what
 * it says, which need not exist, and reader->at is behind it. */
typedef bool date_form(struct date_reader *reader);

/* All forms, in the order in which they are tried. */
date_form *const *date_forms_all(size_t *count_out);

#endif
