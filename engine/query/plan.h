/* plan.h -- what a query asks for, in terms of the index: its terms, their weights, and a tree of
 * conditions. Knows statistics, but no segment and no bytes: bind.h makes iterators of it.
 *
 *     plan_build     tree of the query + analyzer    ->  terms and conditions
 *     (the caller)   looks up in how many documents each term is
 *     plan_weigh     statistics + BM25's options     ->  weights, fixed-point scale
 *
 * Side by side, words are OR-ed (or AND-ed, as asked); with a + in sight the required ones must match and
 * the others only score; filters restrict. Inside parentheses filters do so where they stand beside words;
 * a group of filters alone, and operands of AND and OR, are conditions like others.
 * A term that stands beside itself is one term with the sum of the boosts.
 *
 * Memory: all in the arena. Borrows the query's text.
 */
#ifndef QUERY_PLAN_H
#define QUERY_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/span.h"
#include "query/ast.h"
#include "query/bm25.h"
#include "text/analyzer.h"

/* A term of the query, once for each field it is asked in. */
struct plan_term {
    struct span text; /* as indexed */
    unsigned field;   /* FIELD_TEXT or FIELD_TITLE */
    uint64_t hash;
    uint64_t documents; /* n: live ones with it; plan_weigh */
    double idf;         /* plan_weigh */
};

/* A place of the query where a term scores. */
struct plan_leaf {
    uint32_t term;
    double boost;        /* boost * how often it stands there */
    double weight;       /* boost * idf * (k1 + 1); plan_weigh */
    float scaled_weight; /* in units of bm25.h; plan_weigh */
};

enum plan_kind {
    PLAN_TERM,     /* leaves[0] */
    PLAN_PHRASE,   /* leaves, slots */
    PLAN_AND,      /* all children; their scores added */
    PLAN_OR,       /* any of them; the scores of those that match added */
    PLAN_OPTIONAL, /* the first child; the others only score */
    PLAN_BUT,      /* the first child and none of the others */
    PLAN_KEYWORD,  /* one of the values */
    PLAN_DATES,    /* [first, end) */
    PLAN_ALL,      /* every document */
};

struct plan_slot {
    uint32_t leaf;   /* of the phrase's leaves */
    uint32_t offset; /* words behind the phrase's first */
};

struct plan_node {
    enum plan_kind kind;
    bool scores; /* false below an exclusion */
    struct plan_leaf *leaves;
    uint32_t leaf_count;
    struct plan_slot *slots;
    uint32_t slot_count;
    struct plan_node **children;
    uint32_t child_count, child_capacity;
    uint32_t keyword; /* which keyword field of the index */
    struct span *values;
    uint32_t value_count;
    date_key first, end;
};

struct plan {
    struct plan_term *terms;
    uint32_t term_count;
    struct plan_leaf **leaves; /* all that score, in the query's order */
    uint32_t leaf_count;
    struct plan_node *root; /* never NULL */
    date_key first, end;    /* the dates that every match lies in; [DATE_NONE, INT64_MAX) for all */
    struct bm25 bm25;
};

/* A filter from outside the query: one of `values` in keyword field `keyword`. */
struct plan_filter {
    uint32_t keyword;
    struct span *values;
    uint32_t value_count;
};

struct plan_options {
    bool all;           /* words side by side: all of them */
    bool has_positions; /* the index's; without, phrases are refused */
    const struct plan_filter *filters;
    uint32_t filter_count;
    date_key first, end; /* as in struct plan */
};

/* LEDE_ERR_SYNTAX: there are neither words nor filters. LEDE_ERR_LIMIT, LEDE_ERR_UNSUPPORTED. */
lede_status plan_build(const struct ast *root, struct analyzer *analyzer,
    const struct plan_options *options, struct arena *arena, struct plan **plan_out,
    lede_error *error) MUST_CHECK;

/* Statistics of the whole collection that is searched, whatever part of it is at hand. */
struct collection_stats {
    uint64_t documents;             /* N */
    uint64_t length;                /* their words */
    const uint64_t *term_documents; /* n of each of the plan's terms */
};

void plan_weigh(
    struct plan *plan, const struct collection_stats *stats, const struct bm25_options *options);

#endif
