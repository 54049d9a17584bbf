/* date_lex.h -- a text as the tokens of which dates are made: numbers, words, single characters. */
#ifndef INGEST_DATE_LEX_H
#define INGEST_DATE_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ingest/month_names.h"

enum { DATE_TOKENS_MAX = 32 };

enum date_token_kind { TOKEN_END, TOKEN_NUMBER, TOKEN_WORD, TOKEN_CHAR };

struct date_token {
    enum date_token_kind kind;
    bool space_before;
    bool capital;   /* of a word: its first letter is one */
    uint8_t digits; /* of a number; above 18 the value is not kept */
    uint8_t length; /* of a word in lower case, in bytes; 0 where it is too long for a date's */
    int32_t code;   /* of a character: its code point */
    uint64_t value; /* of a number */
    size_t begin;   /* in the text */
    size_t end;
    const struct month_name *month; /* of a word that is one */
    char word[DATE_WORD_BYTES_MAX];
};

/* Tokens are made as they are looked at. */
struct date_lexer {
    const char *text;
    size_t length;
    size_t at;
    size_t count;
    struct date_token tokens[DATE_TOKENS_MAX + 1];
};

void date_lexer_init(struct date_lexer *lexer, const char *text, size_t length, size_t from);

/* The i-th token; one of kind TOKEN_END at the end and from DATE_TOKENS_MAX on. */
const struct date_token *date_lexer_at(struct date_lexer *lexer, size_t i);

static inline bool date_token_is_char(const struct date_token *token, int32_t code)
{
    return token->kind == TOKEN_CHAR && token->code == code;
}

/* `word` is in lower case. */
bool date_token_is_word(const struct date_token *token, const char *word);

/* Whether `code` is a letter as date words have them: not an ideograph. */
bool date_code_is_letter(int32_t code);

#endif
