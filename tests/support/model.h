/* model.h -- the slow twin: documents in an array, every query answered by looking at all of them.
 *
 * It shares nothing with the engine: words are numbers, BM25 is computed in double from the formula in
 * lede.h's words, dates are compared as tuples, results come out of qsort. What it says is what a query
 * means; test_differential.c holds the engine against it.
 */
#ifndef TESTS_SUPPORT_MODEL_H
#define TESTS_SUPPORT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MODEL_WORDS_MAX = 400, /* of one title or body */
    MODEL_VOCABULARY = 60,
    MODEL_SOURCES = 4,
    MODEL_CHILDREN_MAX = 5,
};

/* Years to seconds as far as they are known; precision 0 year, 1 month, 2 day, 3 second; -1: none. */
struct model_date {
    int precision;
    int year, month, day, seconds;
};

struct model_document {
    char id[24];
    bool is_live;
    struct model_date date;
    unsigned sources; /* bit i: has the value "s<i>" in the keyword field "source" */
    size_t title_count, body_count;
    uint16_t title[MODEL_WORDS_MAX], body[MODEL_WORDS_MAX];
};

struct model {
    struct model_document *documents;
    size_t count, capacity;
};

enum model_kind {
    MODEL_WORD,   /* words[0] */
    MODEL_PHRASE, /* words[0..word_count) */
    MODEL_SOURCE, /* keyword field source is s<source> */
    MODEL_DATE,   /* from <= date <= to, as periods */
    MODEL_AND,    /* all children */
    MODEL_OR,     /* one child at least */
    MODEL_LIST,   /* clauses side by side, with signs */
};

struct model_node {
    enum model_kind kind;
    char sign; /* of this node as a clause of a MODEL_LIST or MODEL_AND: 0, '+' or '-' */
    bool in_title;
    double boost;
    size_t word_count;
    uint16_t words[4];
    unsigned source;
    struct model_date from, to; /* precision -1: open */
    bool is_one_date;           /* date:2020-05, not a range: nothing dated 2020 only */
    size_t child_count;
    struct model_node *children[MODEL_CHILDREN_MAX];
};

struct model_options {
    bool combine_all;
    double k1, b, title_boost;
    struct model_date from, to;
    unsigned filter_sources; /* bits; 0: no filter */
};

struct model_match {
    size_t document; /* in model.documents */
    double score;
};

/* All matches, best first: score, then newer, then id. Free with free(). */
struct model_match *model_search(const struct model *model, const struct model_node *query,
    const struct model_options *options, size_t *count_out);

/* Compares by date alone, -1 for older; undated ones are the oldest. */
int model_date_compare(const struct model_date *a, const struct model_date *b);

/* The date as ISO 8601 into `text` (32 bytes), cut to `precision` (3: as it is). "" for none. */
void model_date_text(const struct model_date *date, int precision, char *text);

#endif
