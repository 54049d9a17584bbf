/* Recursive descent with one token of look-ahead. A mark (+, -, NOT) is put on the node it stands before;
 * the sequence keeps it as the child's occurrence, AND and OR turn an exclusion into a NOT node. */
#include "query/parser.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "storage/segment.h"

struct parser {
    struct lexer lexer;
    struct lexeme token; /* the one looked at */
    const struct field_names *fields;
    struct arena *arena;
    lede_error *error;
    uint32_t depth;
    unsigned field; /* words belong to it */
};

static lede_status parse_sequence(struct parser *parser, struct ast **node_out);

static lede_status advance(struct parser *parser)
{
    return lexer_next(&parser->lexer, &parser->token, parser->error);
}

static lede_status new_node(
    struct parser *parser, enum ast_kind kind, size_t position, struct ast **node_out)
{
    struct ast *node = ast_new(parser->arena, kind, position);
    if (node == NULL) {
        return lede_fail_nomem(parser->error);
    }
    *node_out = node;
    return LEDE_OK;
}

void parser_field_list(const struct field_names *fields, char *text, size_t size)
{
    size_t length = (size_t)snprintf(text, size, "title, date");
    for (size_t i = 0; i < fields->count && length < size; i++) {
        length += (size_t)snprintf(text + length, size - length, ", %s", fields->names[i]);
    }
}

/* ---- dates ---- */

bool parser_period(const char *text, size_t length, date_key *key_out, date_key *end_out)
{
    date_key key;
    if (!date_parse_iso(text, length, &key)) {
        return false;
    }
    *key_out = key;
    *end_out = date_period_end(key);
    return true;
}

static struct span trim(struct span text)
{
    while (text.size > 0 && text.bytes[0] <= 0x20) {
        text = span_of(text.bytes + 1, text.size - 1);
    }
    while (text.size > 0 && text.bytes[text.size - 1] <= 0x20) {
        text.size--;
    }
    return text;
}

/* One date of the query, which `position` is the place of. */
static lede_status read_period(
    struct parser *parser, struct span text, size_t position, date_key *key_out, date_key *end_out)
{
    if (!parser_period((const char *)text.bytes, text.size, key_out, end_out)) {
        return query_fail(parser->error, LEDE_ERR_SYNTAX, position,
            "\"%.*s\" is not a date (YYYY, YYYY-MM, YYYY-MM-DD)",
            (int)(text.size < 40 ? text.size : 40), (const char *)text.bytes);
    }
    return LEDE_OK;
}

/* [A TO B], either of them * for an open end. */
static lede_status read_range(struct parser *parser, struct lexeme value, struct ast *node)
{
    const struct span inside = trim(span_of(value.text.bytes + 1, value.text.size - 2));
    size_t to = 1;
    while (
        to + 2 < inside.size && !(inside.bytes[to - 1] <= 0x20 && inside.bytes[to] == 'T' &&
                                    inside.bytes[to + 1] == 'O' && inside.bytes[to + 2] <= 0x20)) {
        to++;
    }
    if (to + 2 >= inside.size) {
        return query_fail(
            parser->error, LEDE_ERR_SYNTAX, value.position, "a range of dates is [DATE TO DATE]");
    }
    const struct span low = trim(span_of(inside.bytes, to));
    const struct span high = trim(span_of(inside.bytes + to + 2, inside.size - to - 2));
    date_key unused;
    lede_status status = LEDE_OK;
    if (low.size != 1 || low.bytes[0] != '*') {
        date_key key;
        status = read_period(parser, low, value.position, &key, &unused);
        if (status == LEDE_OK) {
            node->first = date_period_first(key);
        }
    }
    if (status == LEDE_OK && (high.size != 1 || high.bytes[0] != '*')) {
        status = read_period(parser, high, value.position, &unused, &node->end);
    }
    if (status == LEDE_OK && node->first >= node->end) {
        return query_fail(parser->error, LEDE_ERR_SYNTAX, value.position,
            "the range of dates ends before it begins");
    }
    return status;
}

static lede_status parse_date(struct parser *parser, size_t position, struct ast **node_out)
{
    struct lexeme value;
    lede_status status = lexer_date(&parser->lexer, &value, parser->error);
    struct ast *node = NULL;
    if (status == LEDE_OK) {
        status = new_node(parser, AST_DATE, position, &node);
    }
    if (status != LEDE_OK) {
        return status;
    }
    node->first = DATE_NONE + 1;
    node->end = INT64_MAX;
    struct span text = value.text;
    if (text.size > 0 && text.bytes[0] == '[') {
        status = read_range(parser, value, node);
    } else {
        const char order = text.size > 0 ? (char)text.bytes[0] : '\0';
        const bool has_order = order == '<' || order == '>';
        const bool or_equal = has_order && text.size > 1 && text.bytes[1] == '=';
        const size_t skip = (size_t)has_order + or_equal;
        date_key key, end;
        status = read_period(parser, span_of(text.bytes + skip, text.size - skip),
            value.position + skip, &key, &end);
        if (status == LEDE_OK && !has_order) {
            /* The facet's bucket of this name: in "2020-01" nothing that is dated "2020" only. */
            node->first = key;
            node->end = end;
        } else if (status == LEDE_OK && order == '>') {
            node->first = or_equal ? date_period_first(key) : end;
        } else if (status == LEDE_OK) {
            node->end = or_equal ? end : date_period_first(key);
        }
    }
    if (status == LEDE_OK) {
        status = advance(parser);
    }
    if (status == LEDE_OK) {
        *node_out = node;
    }
    return status;
}

/* ---- primaries ---- */

/* Inside parentheses, the opening one already passed. */
static lede_status parse_group(struct parser *parser, size_t position, struct ast **node_out)
{
    if (++parser->depth > LEDE_QUERY_DEPTH_MAX) {
        return query_fail(parser->error, LEDE_ERR_LIMIT, position,
            "the query is nested more than %d deep", LEDE_QUERY_DEPTH_MAX);
    }
    struct ast *group;
    lede_status status = parse_sequence(parser, &group);
    if (status != LEDE_OK) {
        return status;
    }
    if (parser->token.kind != TOKEN_CLOSE) {
        return query_fail(
            parser->error, LEDE_ERR_SYNTAX, position, "the parenthesis is not closed");
    }
    if (group->child_count == 0) {
        return query_fail(
            parser->error, LEDE_ERR_SYNTAX, position, "there is nothing in the parentheses");
    }
    parser->depth--;
    group->position = position;
    /* (w) is w. A filter keeps its parentheses: there it does not restrict what stands beside them. */
    struct ast *only = group->children;
    if (group->child_count == 1 && only->occurrence != AST_EXCLUDED && !ast_is_filter(only)) {
        only->occurrence = AST_PLAIN;
        group = only;
    }
    status = advance(parser);
    if (status == LEDE_OK) {
        *node_out = group;
    }
    return status;
}

static lede_status new_text(struct parser *parser, struct lexeme token, struct ast **node_out)
{
    const lede_status status = new_node(
        parser, token.kind == TOKEN_PHRASE ? AST_PHRASE : AST_WORD, token.position, node_out);
    if (status == LEDE_OK) {
        (*node_out)->text = token.text;
        (*node_out)->field = parser->field;
    }
    return status;
}

/* title: in front of a word, a phrase or a group. */
static lede_status parse_title(struct parser *parser, struct ast **node_out)
{
    struct lexeme value;
    lede_status status = lexer_value(&parser->lexer, &value, parser->error);
    if (status != LEDE_OK) {
        return status;
    }
    if (value.kind == TOKEN_END || value.kind == TOKEN_CLOSE) {
        return query_fail(
            parser->error, LEDE_ERR_SYNTAX, value.position, "nothing stands behind title:");
    }
    const unsigned outer = parser->field;
    parser->field = FIELD_TITLE;
    struct ast *node = NULL;
    if (value.kind == TOKEN_OPEN) {
        status = advance(parser);
        if (status == LEDE_OK) {
            status = parse_group(parser, value.position, &node);
        }
    } else {
        status = new_text(parser, value, &node);
        if (status == LEDE_OK) {
            status = advance(parser);
        }
    }
    parser->field = outer;
    if (status == LEDE_OK) {
        *node_out = node;
    }
    return status;
}

static lede_status parse_keyword(
    struct parser *parser, uint32_t keyword, size_t position, struct ast **node_out)
{
    struct lexeme value;
    lede_status status = lexer_value(&parser->lexer, &value, parser->error);
    if (status != LEDE_OK) {
        return status;
    }
    if (value.kind != TOKEN_WORD && value.kind != TOKEN_PHRASE) {
        return query_fail(parser->error, LEDE_ERR_SYNTAX, value.position,
            "behind %s: stands a value, in quotes where it has blanks",
            parser->fields->names[keyword]);
    }
    struct ast *node = NULL;
    status = new_node(parser, AST_KEYWORD, position, &node);
    if (status == LEDE_OK) {
        node->keyword = keyword;
        node->text = value.text;
        status = advance(parser);
    }
    if (status == LEDE_OK) {
        *node_out = node;
    }
    return status;
}

static lede_status parse_field(struct parser *parser, struct ast **node_out)
{
    const struct lexeme name = parser->token;
    const char *text = (const char *)name.text.bytes;
    const size_t length = name.text.size;
    if (length == 4 && memcmp(text, "date", 4) == 0) {
        return parse_date(parser, name.position, node_out);
    }
    if (length == 5 && memcmp(text, "title", 5) == 0) {
        return parse_title(parser, node_out);
    }
    for (uint32_t i = 0; i < parser->fields->count; i++) {
        if (strlen(parser->fields->names[i]) == length &&
            memcmp(parser->fields->names[i], text, length) == 0) {
            return parse_keyword(parser, i, name.position, node_out);
        }
    }
    if (name.before_blank) { /* as in a headline: "Minsk: the summit" */
        struct ast *node = NULL;
        lede_status status = new_text(parser, name, &node);
        if (status == LEDE_OK) {
            status = advance(parser);
        }
        if (status == LEDE_OK) {
            *node_out = node;
        }
        return status;
    }
    char known[256];
    parser_field_list(parser->fields, known, sizeof known);
    return query_fail(parser->error, LEDE_ERR_SYNTAX, name.position,
        "there is no field \"%.*s\", there are %s", (int)(length < 64 ? length : 64), text, known);
}

static const char *token_name(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_AND: return "AND";
    case TOKEN_OR: return "OR";
    case TOKEN_NOT: return "NOT";
    case TOKEN_PLUS: return "+";
    case TOKEN_MINUS: return "-";
    case TOKEN_CLOSE: return ")";
    default: return "^";
    }
}

static lede_status parse_primary(struct parser *parser, struct ast **node_out)
{
    const struct lexeme token = parser->token;
    struct ast *node = NULL;
    lede_status status;
    if (token.kind == TOKEN_WORD || token.kind == TOKEN_PHRASE) {
        status = new_text(parser, token, &node);
        if (status == LEDE_OK) {
            status = advance(parser);
        }
    } else if (token.kind == TOKEN_OPEN) {
        status = advance(parser);
        if (status == LEDE_OK) {
            status = parse_group(parser, token.position, &node);
        }
    } else if (token.kind == TOKEN_FIELD) {
        status = parse_field(parser, &node);
    } else if (token.kind == TOKEN_END) {
        return query_fail(parser->error, LEDE_ERR_SYNTAX, token.position,
            "the query ends where a word was expected");
    } else {
        return query_fail(parser->error, LEDE_ERR_SYNTAX, token.position,
            "%s stands where a word was expected", token_name(token.kind));
    }
    if (status != LEDE_OK) {
        return status;
    }
    if (parser->token.kind == TOKEN_BOOST && !parser->token.after_blank) {
        if (ast_is_filter(node)) {
            return query_fail(parser->error, LEDE_ERR_SYNTAX, parser->token.position,
                "a filter does not score and takes no boost");
        }
        node->boost *= parser->token.boost;
        status = advance(parser);
    }
    if (status == LEDE_OK) {
        *node_out = node;
    }
    return status;
}

/* ---- operators ---- */

/* An exclusion as a node of its own. */
static lede_status wrap_excluded(struct parser *parser, struct ast **node)
{
    struct ast *exclusion = NULL;
    const lede_status status = new_node(parser, AST_NOT, (*node)->position, &exclusion);
    if (status == LEDE_OK) {
        (*node)->occurrence = AST_PLAIN;
        ast_add(exclusion, *node);
        *node = exclusion;
    }
    return status;
}

static lede_status parse_marked(struct parser *parser, struct ast **node_out)
{
    const struct lexeme mark = parser->token;
    if (mark.kind != TOKEN_PLUS && mark.kind != TOKEN_MINUS && mark.kind != TOKEN_NOT) {
        return parse_primary(parser, node_out);
    }
    if (++parser->depth > LEDE_QUERY_DEPTH_MAX) {
        return query_fail(parser->error, LEDE_ERR_LIMIT, mark.position,
            "the query is nested more than %d deep", LEDE_QUERY_DEPTH_MAX);
    }
    struct ast *node;
    lede_status status = advance(parser);
    if (status == LEDE_OK) {
        status = parse_marked(parser, &node);
    }
    if (status == LEDE_OK && node->occurrence == AST_EXCLUDED) {
        status = wrap_excluded(parser, &node);
    }
    if (status != LEDE_OK) {
        return status;
    }
    parser->depth--;
    node->occurrence = mark.kind == TOKEN_PLUS ? AST_REQUIRED : AST_EXCLUDED;
    node->position = mark.position;
    *node_out = node;
    return LEDE_OK;
}

/* operand { `separator` operand } for OR (over ANDs) and AND (over marked ones). */
static lede_status parse_operator(
    struct parser *parser, enum token_kind separator, struct ast **node_out)
{
    struct ast *list = NULL;
    struct ast *first = NULL;
    for (;;) {
        struct ast *node;
        lede_status status = separator == TOKEN_OR ? parse_operator(parser, TOKEN_AND, &node)
                                                   : parse_marked(parser, &node);
        if (status != LEDE_OK) {
            return status;
        }
        if (first == NULL && parser->token.kind != separator) {
            *node_out = node;
            return LEDE_OK;
        }
        if (first == NULL) {
            first = node;
            status =
                new_node(parser, separator == TOKEN_OR ? AST_OR : AST_AND, node->position, &list);
        }
        if (status == LEDE_OK && node->occurrence == AST_EXCLUDED) {
            status = wrap_excluded(parser, &node);
        }
        if (status != LEDE_OK) {
            return status;
        }
        if (node->occurrence == AST_REQUIRED && separator == TOKEN_OR) {
            return query_fail(
                parser->error, LEDE_ERR_SYNTAX, node->position, "+ means nothing beside OR");
        }
        node->occurrence = AST_PLAIN;
        ast_add(list, node);
        if (parser->token.kind != separator) {
            *node_out = list;
            return LEDE_OK;
        }
        status = advance(parser);
        if (status != LEDE_OK) {
            return status;
        }
    }
}

/* Up to the end or to a closing parenthesis, which is left to the caller. */
static lede_status parse_sequence(struct parser *parser, struct ast **node_out)
{
    struct ast *sequence = NULL;
    lede_status status = new_node(parser, AST_SEQUENCE, parser->token.position, &sequence);
    while (
        status == LEDE_OK && parser->token.kind != TOKEN_END && parser->token.kind != TOKEN_CLOSE) {
        struct ast *node;
        status = parse_operator(parser, TOKEN_OR, &node);
        if (status == LEDE_OK) {
            ast_add(sequence, node);
        }
    }
    if (status == LEDE_OK) {
        *node_out = sequence;
    }
    return status;
}

lede_status parser_parse(const char *query, size_t length, const struct field_names *fields,
    struct arena *arena, const struct ast **root_out, lede_error *error)
{
    if (length > LEDE_QUERY_BYTES_MAX) {
        return query_fail(error, LEDE_ERR_LIMIT, LEDE_QUERY_BYTES_MAX,
            "the query has %zu bytes, at most %d are read", length, LEDE_QUERY_BYTES_MAX);
    }
    struct parser parser = {.fields = fields, .arena = arena, .error = error, .field = FIELD_TEXT};
    lexer_init(&parser.lexer, query, length, arena);
    struct ast *root;
    lede_status status = advance(&parser);
    if (status == LEDE_OK) {
        status = parse_sequence(&parser, &root);
    }
    if (status != LEDE_OK) {
        return status;
    }
    if (parser.token.kind == TOKEN_CLOSE) {
        return query_fail(
            error, LEDE_ERR_SYNTAX, parser.token.position, "the parenthesis closes nothing");
    }
    *root_out = root;
    return LEDE_OK;
}
