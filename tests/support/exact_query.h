/* exact_query.h -- random queries over an exact_corpus.h, and what a request asks of their matches. */
#ifndef TESTS_SUPPORT_EXACT_QUERY_H
#define TESTS_SUPPORT_EXACT_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "query/search.h"
#include "support/exact_corpus.h"

enum { EXACT_CLAUSES_MAX = 20, EXACT_CLAUSE_BYTES = 96, EXACT_FACETS = 4, EXACT_CASE_TEXT = 2600 };

enum exact_joint { EXACT_SIDE_BY_SIDE, EXACT_OR, EXACT_AND };

/* What matches and how it scores. */
struct exact_query {
    char clauses[EXACT_CLAUSES_MAX][EXACT_CLAUSE_BYTES];
    uint32_t clause_count;
    enum exact_joint joint;
    bool all;
    uint32_t filter_sources; /* bit i: "s<i>" is allowed; 0: no filter */
    date_key first, end;
    struct bm25_options bm25;
};

/* What is wanted of it. */
struct exact_wish {
    size_t k, offset;
    lede_sort sort;
    bool wants_total;
    uint32_t facets; /* bit i: exact_facets[i] */
};

extern const struct facet_request exact_facets[EXACT_FACETS];

void exact_query_draw(
    struct exact_query *query, const struct exact_corpus *corpus, struct rng *rng);
void exact_wish_draw(struct exact_wish *wish, struct rng *rng);

/* A request for both; what it points to lies in `made`. */
struct exact_request {
    struct search_request request;
    char text[EXACT_CLAUSES_MAX * (EXACT_CLAUSE_BYTES + 5)];
    struct plan_filter filter;
    struct span values[EXACT_SOURCES];
    struct facet_request facets[EXACT_FACETS];
};
void exact_request_make(
    struct exact_request *made, const struct exact_query *query, const struct exact_wish *wish);

/* All of it in words. */
void exact_case_text(const struct exact_query *query, const struct exact_wish *wish, char *text);

#endif
