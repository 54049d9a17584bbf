/* search.h -- a search from query to results: parse, plan, collect over segments, fetch the hits.
 *
 *     text  -> parser -> plan -> statistics of the snapshot -> weights
 *     for each segment: collector -> the best k, totals, facets
 *     the hits: scores, parts, stored texts, snippets              -> results
 *
 * Not every match is looked at where nothing asks for a count (collector.h); the total then is a lower bound.
 *
 * Memory: the arena that is passed in; results have one of their own, from the pool. Threads: one search at a time with
 * an environment; any number on a snapshot.
 */
#ifndef QUERY_SEARCH_H
#define QUERY_SEARCH_H

#include "query/facet.h"
#include "query/parser.h"
#include "query/plan.h"
#include "query/results.h"
#include "query/stopwatch.h"
#include "storage/snapshot.h"

/* A request whose every value has been checked. */
struct search_request {
    const char *query;
    size_t query_length;
    size_t wanted; /* hits, those left out among them; 0: none */
    size_t offset; /* hits left out; < wanted where wanted is not 0 */
    bool wants_total;
    bool all; /* words side by side: all of them */
    lede_sort sort;
    date_key first, end; /* [DATE_NONE, INT64_MAX): any, undated ones too */
    const struct plan_filter *filters;
    uint32_t filter_count;
    const struct facet_request *facets;
    uint32_t facet_count;
    struct bm25_options bm25;
    size_t snippet_bytes;
    lede_snippet_markup markup;
    bool explain;
    bool exhaustive;  /* score every match: what pruning is tested against */
    lede_fetch fetch; /* LEDE_FETCH_NONE only without explain */
};

struct search_environment {
    const struct snapshot *snapshot;
    const struct field_names *fields; /* keyword fields of the snapshot */
    struct analyzer *analyzer;
    struct docstore_reader *docstore_reader;
    struct arena *arena;
    struct stopwatch *watch; /* NULL: nobody asks */
    struct buf *text;        /* scratch */
    struct results_pool *results_pool;
};

/* *results_out is owned: results_free. */
lede_status search_run(const struct search_request *request,
    const struct search_environment *environment, struct lede_results **results_out,
    lede_error *error) MUST_CHECK;

#endif
