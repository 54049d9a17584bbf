/* lexer.h -- a query's bytes to its tokens.
 *
 *     blank      any byte up to 0x20; separates
 *     ( )        groups                       "..."   phrase; \ makes the next byte literal
 *     + -        before a word, phrase, field or group, and nowhere else
 *     AND OR NOT in capitals                  NAME:   a field, where something follows
 *     ^N         boost, right behind what it boosts
 *     * ? ~      wildcards, fuzzy words, NEAR: refused, not in this version
 *
 * Every other byte belongs to a word; \ makes any byte one. A + or - with a blank behind it, and a colon
 * behind something that is no name (10:30), are ordinary bytes. So every text of words can be asked for as
 * it stands, but for the special characters above.
 */
#ifndef QUERY_LEXER_H
#define QUERY_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/status.h"

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_PHRASE,
    TOKEN_FIELD,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_NOT,
    TOKEN_BOOST,
};

struct lexeme {
    enum token_kind kind;
    size_t position;  /* its first byte in the query */
    struct span text; /* of a word, phrase or field; escapes resolved */
    double boost;
    bool after_blank;  /* there is one, or nothing, before it */
    bool before_blank; /* of a field: there is one, or the end, behind its colon */
};

struct lexer {
    const char *query;
    size_t length;
    size_t at;
    struct arena *arena; /* texts with escapes are copied there */
};

void lexer_init(struct lexer *lexer, const char *query, size_t length, struct arena *arena);
/* The next token. TOKEN_END at the end, again and again. */
lede_status lexer_next(struct lexer *lexer, struct lexeme *token_out, lede_error *error) MUST_CHECK;
/* What stands behind a field's colon: a word, in which colons and signs are ordinary, a phrase, or
 * TOKEN_OPEN. */
lede_status lexer_value(
    struct lexer *lexer, struct lexeme *token_out, lede_error *error) MUST_CHECK;
/* What stands behind `date:`, unread: up to a blank or parenthesis, or from [ to ]; without quotes. */
lede_status lexer_date(struct lexer *lexer, struct lexeme *token_out, lede_error *error) MUST_CHECK;

/* lede_error_fill and lede_fail with a place in the query. */
void query_error_fill(
    lede_error *error, lede_status status, size_t position, const char *format, ...) PRINTF(4, 5);
#define query_fail(error, status, position, ...) \
    (query_error_fill(error, status, position, __VA_ARGS__), (status))

#endif
