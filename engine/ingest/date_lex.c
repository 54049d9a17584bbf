/* date_lex.c -- code points by utf8proc; a byte that is no UTF-8 is a character of its own. */
#include "ingest/date_lex.h"

#include <string.h>
#include <utf8proc.h>

#include "base/assert.h"

void date_lexer_init(struct date_lexer *lexer, const char *text, size_t length, size_t from)
{
    ASSERT(from <= length);
    lexer->text = text;
    lexer->length = length;
    lexer->at = from;
    lexer->count = 0;
}

/* The code point at `at` and its bytes; a bad byte is U+FFFD of one byte. */
static int32_t code_at(const char *text, size_t length, size_t at, size_t *bytes_out)
{
    const unsigned char first = (unsigned char)text[at];
    if (first < 0x80) {
        *bytes_out = 1;
        return first;
    }
    const size_t left = length - at;
    utf8proc_int32_t code;
    const utf8proc_ssize_t bytes = utf8proc_iterate(
        (const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(left < 4 ? left : 4), &code);
    if (bytes <= 0) {
        *bytes_out = 1;
        return 0xfffd;
    }
    *bytes_out = (size_t)bytes;
    return code;
}

bool date_code_is_letter(int32_t code)
{
    if (code < 0x80) {
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
    }
    const utf8proc_category_t category = utf8proc_category(code);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL ||
           category == UTF8PROC_CATEGORY_LT || category == UTF8PROC_CATEGORY_MN;
}

static bool is_space(int32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r') || code == 0xa0 || code == 0x202f ||
           code == 0x3000 || code == 0x2009;
}

static void read_number(struct date_lexer *lexer, struct date_token *token)
{
    token->kind = TOKEN_NUMBER;
    while (lexer->at < lexer->length) {
        const char c = lexer->text[lexer->at];
        if (c < '0' || c > '9') {
            break;
        }
        if (token->digits < 18) {
            token->value = token->value * 10 + (uint64_t)(c - '0');
        }
        if (token->digits < UINT8_MAX) {
            token->digits++;
        }
        lexer->at++;
    }
}

static void read_word(struct date_lexer *lexer, struct date_token *token, int32_t first)
{
    bool fits = true;
    token->kind = TOKEN_WORD;
    token->capital = first < 0x80 ? first <= 'Z' : utf8proc_tolower(first) != first;
    while (lexer->at < lexer->length) {
        size_t bytes;
        const int32_t code = code_at(lexer->text, lexer->length, lexer->at, &bytes);
        if (!date_code_is_letter(code)) {
            break;
        }
        lexer->at += bytes;
        if (token->length + 4u > sizeof token->word) {
            fits = false;
        }
        if (fits) {
            const utf8proc_ssize_t written = utf8proc_encode_char(
                utf8proc_tolower(code), (utf8proc_uint8_t *)token->word + token->length);
            token->length = (uint8_t)(token->length + written);
        }
    }
    if (!fits) {
        token->length = 0;
        return;
    }
    token->month = month_name_find(token->word, token->length);
}

static void read_token(struct date_lexer *lexer, struct date_token *token)
{
    memset(token, 0, sizeof *token);
    size_t bytes = 0;
    int32_t code = 0;
    while (lexer->at < lexer->length) {
        code = code_at(lexer->text, lexer->length, lexer->at, &bytes);
        if (!is_space(code)) {
            break;
        }
        token->space_before = true;
        lexer->at += bytes;
    }
    token->begin = lexer->at;
    if (lexer->at == lexer->length) {
        token->kind = TOKEN_END;
    } else if (code >= '0' && code <= '9') {
        read_number(lexer, token);
    } else if (date_code_is_letter(code)) {
        read_word(lexer, token, code);
    } else {
        token->kind = TOKEN_CHAR;
        token->code = code;
        lexer->at += bytes;
    }
    token->end = lexer->at;
}

const struct date_token *date_lexer_at(struct date_lexer *lexer, size_t i)
{
    while (lexer->count <= i && lexer->count < DATE_TOKENS_MAX) {
        read_token(lexer, &lexer->tokens[lexer->count]);
        lexer->count++;
    }
    if (i < DATE_TOKENS_MAX) {
        return &lexer->tokens[i];
    }
    struct date_token *end = &lexer->tokens[DATE_TOKENS_MAX];
    memset(end, 0, sizeof *end);
    end->begin = lexer->at;
    end->end = lexer->at;
    return end;
}

bool date_token_is_word(const struct date_token *token, const char *word)
{
    return token->kind == TOKEN_WORD && token->length == strlen(word) &&
           memcmp(token->word, word, token->length) == 0;
}
