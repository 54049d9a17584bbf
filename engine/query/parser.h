/* parser.h -- the query language: text to tree. Knows no index but the names of its keyword fields.
 *
 *     query    := sequence
 *     sequence := operand operand ...                  beside each other: any of them, or all (plan.h)
 *     operand  := either { OR either }                 so `a OR b c` is (a OR b) c
 *     either   := marked { AND marked }
 *     marked   := [ + | - | NOT ] primary
 *     primary  := ( word | "phrase" | '(' sequence ')' | title: value | FIELD: value | date: dates ) [ ^N ]
 *     dates    := DATE | >=DATE | >DATE | <=DATE | <DATE | [ DATE TO DATE ]      * for an open end
 *
 * Beside OR a + is refused, as it would mean nothing. Dates are ISO 8601, each the whole of its period.
 * A query of blanks only is an empty sequence. Cost: linear. Recursion: LEDE_QUERY_DEPTH_MAX.
 */
#ifndef QUERY_PARSER_H
#define QUERY_PARSER_H

#include "query/ast.h"
#include "query/lexer.h"

/* Names of the keyword fields there are, in the index's order. */
struct field_names {
    const char *const *names;
    size_t count;
};

/* The root is always an AST_SEQUENCE. Texts are borrowed from `query`. LEDE_ERR_SYNTAX,
 * LEDE_ERR_UNSUPPORTED and LEDE_ERR_LIMIT with error->position. */
lede_status parser_parse(const char *query, size_t length, const struct field_names *fields,
    struct arena *arena, const struct ast **root_out, lede_error *error) MUST_CHECK;

/* The date that a text names and the first key behind its period; false where it is none. */
bool parser_period(const char *text, size_t length, date_key *key_out, date_key *end_out);

/* Write "date, source, title" into `text`: what errors about fields name. */
void parser_field_list(const struct field_names *fields, char *text, size_t size);

#endif
