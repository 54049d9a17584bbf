/* ast.h -- a query as its text says it: a tree of words, phrases, filters and operators.
 *
 *     +summit "collective security" date:2020   ->   (sequence +summit "collective security" date[..))
 *
 * Words are kept as typed (escapes resolved): analysis is the plan's work. Nodes and texts lie in the arena
 * that the parser was given.
 */
#ifndef QUERY_AST_H
#define QUERY_AST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/span.h"

enum ast_kind {
    AST_WORD,     /* text, field */
    AST_PHRASE,   /* text in quotes, field */
    AST_KEYWORD,  /* keyword, text: its value */
    AST_DATE,     /* dates [first, end) */
    AST_SEQUENCE, /* children that stand beside each other, each with its occurrence */
    AST_AND,      /* children */
    AST_OR,       /* children */
    AST_NOT,      /* one child */
};

/* What a child of a sequence was marked with. */
enum ast_occurrence { AST_PLAIN, AST_REQUIRED, AST_EXCLUDED };

struct ast {
    enum ast_kind kind;
    enum ast_occurrence occurrence;
    size_t position; /* byte of the query where it begins */
    double boost;
    struct span text;
    unsigned field;   /* FIELD_TEXT or FIELD_TITLE */
    uint32_t keyword; /* which keyword field, in the parser's order */
    date_key first, end;
    struct ast *children; /* first of a list linked by next */
    struct ast *last_child;
    struct ast *next;
    uint32_t child_count;
};

struct ast *ast_new(struct arena *arena, enum ast_kind kind, size_t position) MUST_CHECK;
void ast_add(struct ast *parent, struct ast *child);

/* Filters restrict and do not score. */
static inline bool ast_is_filter(const struct ast *node)
{
    return node->kind == AST_KEYWORD || node->kind == AST_DATE;
}

#endif
