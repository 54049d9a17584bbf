/* One pass, one token at a time, no look-ahead beyond the next byte. A word without escapes is a span of
 * the query itself; one with escapes is copied without its backslashes. */
#include "query/lexer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"

void query_error_fill(
    lede_error *error, lede_status status, size_t position, const char *format, ...)
{
    char message[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    lede_error_fill(error, status, "%s", message);
    if (error != NULL) {
        error->position = position;
    }
}

void lexer_init(struct lexer *lexer, const char *query, size_t length, struct arena *arena)
{
    *lexer = (struct lexer){.query = query, .length = length, .arena = arena};
}

static bool is_blank(char byte)
{
    return (unsigned char)byte <= 0x20;
}

static bool at_end(const struct lexer *lexer)
{
    return lexer->at >= lexer->length;
}

/* True where a blank, or nothing, stands at `at`. */
static bool blank_at(const struct lexer *lexer, size_t at)
{
    return at >= lexer->length || is_blank(lexer->query[at]);
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* A field's name begins with a letter; letters, digits, '-' and '.' follow. */
static bool is_name(const char *text, size_t length)
{
    if (length == 0 || !is_letter(text[0])) {
        return false;
    }
    for (size_t i = 1; i < length; i++) {
        if (!is_letter(text[i]) && !is_digit(text[i]) && text[i] != '-' && text[i] != '.') {
            return false;
        }
    }
    return true;
}

/* Copy query[start, end) without its backslashes. */
static lede_status unescape(
    struct lexer *lexer, size_t start, size_t end, struct span *text_out, lede_error *error)
{
    char *copy = arena_alloc(lexer->arena, end - start);
    if (copy == NULL) {
        return lede_fail_nomem(error);
    }
    size_t length = 0;
    for (size_t i = start; i < end; i++) {
        if (lexer->query[i] == '\\') {
            i++;
        }
        copy[length++] = lexer->query[i];
    }
    *text_out = span_of(copy, length);
    return LEDE_OK;
}

static lede_status refuse(size_t position, char byte, lede_error *error)
{
    return byte == '~' ? query_fail(error, LEDE_ERR_UNSUPPORTED, position,
                             "fuzzy words and NEAR (~) are not in this version")
                       : query_fail(error, LEDE_ERR_UNSUPPORTED, position,
                             "wildcards (%c) are not in this version", byte);
}

static lede_status read_phrase(struct lexer *lexer, struct lexeme *token, lede_error *error)
{
    const size_t start = lexer->at + 1;
    bool escaped = false;
    for (size_t i = start; i < lexer->length; i++) {
        if (lexer->query[i] == '\\') {
            escaped = true;
            i++;
        } else if (lexer->query[i] == '"') {
            token->kind = TOKEN_PHRASE;
            lexer->at = i + 1;
            token->text = span_of(lexer->query + start, i - start);
            return escaped ? unescape(lexer, start, i, &token->text, error) : LEDE_OK;
        }
    }
    return query_fail(error, LEDE_ERR_SYNTAX, token->position, "the quote is not closed");
}

/* The operator that an unescaped word in capitals is. */
static enum token_kind word_kind(struct span text)
{
    if (text.size == 3 && memcmp(text.bytes, "AND", 3) == 0) {
        return TOKEN_AND;
    }
    if (text.size == 2 && memcmp(text.bytes, "OR", 2) == 0) {
        return TOKEN_OR;
    }
    if (text.size == 3 && memcmp(text.bytes, "NOT", 3) == 0) {
        return TOKEN_NOT;
    }
    return TOKEN_WORD;
}

/* A word; with `as_value`, colons and operators' names in it mean nothing. */
static lede_status read_word(
    struct lexer *lexer, bool as_value, struct lexeme *token, lede_error *error)
{
    const size_t start = lexer->at;
    bool escaped = false;
    bool colon_seen = false;
    size_t i = start;
    for (; i < lexer->length && !is_blank(lexer->query[i]); i++) {
        const char byte = lexer->query[i];
        if (byte == '"' || byte == '(' || byte == ')' || byte == '^') {
            break;
        }
        if (byte == '*' || byte == '?' || byte == '~') {
            return refuse(i, byte, error);
        }
        if (byte == '\\') {
            if (i + 1 >= lexer->length) {
                return query_fail(error, LEDE_ERR_SYNTAX, i, "a backslash ends the query");
            }
            escaped = true;
            i++;
        } else if (byte == ':' && !as_value && !colon_seen) {
            colon_seen = true;
            if (!escaped && is_name(lexer->query + start, i - start)) {
                token->kind = TOKEN_FIELD;
                token->text = span_of(lexer->query + start, i - start);
                token->before_blank = blank_at(lexer, i + 1);
                lexer->at = i + 1;
                return LEDE_OK;
            }
        }
    }
    lexer->at = i;
    token->text = span_of(lexer->query + start, i - start);
    token->kind = escaped || as_value ? TOKEN_WORD : word_kind(token->text);
    return escaped ? unescape(lexer, start, i, &token->text, error) : LEDE_OK;
}

/* ^N with N a decimal number. Own code, because strtod reads what the locale says. */
static lede_status read_boost(struct lexer *lexer, struct lexeme *token, lede_error *error)
{
    size_t i = lexer->at + 1;
    const size_t start = i;
    double value = 0;
    size_t digits = 0;
    for (; i < lexer->length && is_digit(lexer->query[i]); i++, digits++) {
        value = value * 10 + (lexer->query[i] - '0');
    }
    if (i < lexer->length && lexer->query[i] == '.') {
        i++;
        double unit = 0.1;
        for (; i < lexer->length && is_digit(lexer->query[i]); i++, digits++) {
            value += unit * (lexer->query[i] - '0');
            unit /= 10;
        }
    }
    if (digits == 0 || (!blank_at(lexer, i) && lexer->query[i] != ')')) {
        return query_fail(error, LEDE_ERR_SYNTAX, start, "a boost (^) needs a number");
    }
    if (value > LEDE_QUERY_BOOST_MAX) {
        return query_fail(
            error, LEDE_ERR_LIMIT, start, "a boost is at most %d", LEDE_QUERY_BOOST_MAX);
    }
    token->kind = TOKEN_BOOST;
    token->boost = value;
    lexer->at = i;
    return LEDE_OK;
}

/* Pass blanks; begin the token where they end. */
static void begin_token(struct lexer *lexer, struct lexeme *token)
{
    const size_t before = lexer->at;
    while (!at_end(lexer) && is_blank(lexer->query[lexer->at])) {
        lexer->at++;
    }
    *token = (struct lexeme){
        .kind = TOKEN_END, .position = lexer->at, .after_blank = lexer->at > before || before == 0};
}

lede_status lexer_next(struct lexer *lexer, struct lexeme *token_out, lede_error *error)
{
    struct lexeme token;
    begin_token(lexer, &token);
    lede_status status = LEDE_OK;
    if (!at_end(lexer)) {
        const char byte = lexer->query[lexer->at];
        if (byte == '(' || byte == ')') {
            token.kind = byte == '(' ? TOKEN_OPEN : TOKEN_CLOSE;
            lexer->at++;
        } else if (byte == '"') {
            status = read_phrase(lexer, &token, error);
        } else if (byte == '^') {
            status = read_boost(lexer, &token, error);
        } else if ((byte == '+' || byte == '-') && !blank_at(lexer, lexer->at + 1)) {
            token.kind = byte == '+' ? TOKEN_PLUS : TOKEN_MINUS;
            lexer->at++;
        } else {
            status = read_word(lexer, false, &token, error);
        }
    }
    if (status == LEDE_OK) {
        *token_out = token;
    }
    return status;
}

lede_status lexer_value(struct lexer *lexer, struct lexeme *token_out, lede_error *error)
{
    struct lexeme token = {.kind = TOKEN_END, .position = lexer->at};
    lede_status status = LEDE_OK;
    if (!blank_at(lexer, lexer->at)) {
        const char byte = lexer->query[lexer->at];
        if (byte == '(' || byte == ')') {
            token.kind = byte == '(' ? TOKEN_OPEN : TOKEN_CLOSE;
            lexer->at++;
        } else if (byte == '"') {
            status = read_phrase(lexer, &token, error);
        } else if (byte != '^') {
            status = read_word(lexer, true, &token, error);
        }
    }
    if (status == LEDE_OK) {
        *token_out = token;
    }
    return status;
}

lede_status lexer_date(struct lexer *lexer, struct lexeme *token_out, lede_error *error)
{
    struct lexeme token = {.kind = TOKEN_WORD, .position = lexer->at};
    if (!at_end(lexer) && lexer->query[lexer->at] == '"') {
        const lede_status status = read_phrase(lexer, &token, error);
        if (status == LEDE_OK) {
            *token_out = token;
        }
        return status;
    }
    size_t end = lexer->at;
    if (end < lexer->length && lexer->query[end] == '[') {
        const char *close = memchr(lexer->query + end, ']', lexer->length - end);
        if (close == NULL) {
            return query_fail(error, LEDE_ERR_SYNTAX, end, "the bracket is not closed");
        }
        end = (size_t)(close - lexer->query) + 1;
    } else {
        while (!blank_at(lexer, end) && lexer->query[end] != '(' && lexer->query[end] != ')') {
            end++;
        }
    }
    token.text = span_of(lexer->query + lexer->at, end - lexer->at);
    lexer->at = end;
    *token_out = token;
    return LEDE_OK;
}
