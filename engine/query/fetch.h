/* fetch.h -- hits as the caller sees them: scores in double, parts, stored texts, snippets.
 *
 * Costs one frame of stored documents a hit; hits are visited in the order of their numbers, so that
 * neighbours share theirs. With LEDE_FETCH_IDS an id each; with LEDE_FETCH_NONE nothing: the scores are then
 * the ranking's own (bm25.h).
 */
#ifndef QUERY_FETCH_H
#define QUERY_FETCH_H

#include "query/bind.h"
#include "query/ranking.h"
#include "query/search.h"

/* Hits `refs`, in order, the first of rank `first_rank`, into results->hits. `hits_of_terms`: by segment, then
 * by term of the plan, as binder_begin takes them. */
lede_status fetch_hits(const struct search_request *request,
    const struct search_environment *environment, struct binder *binder,
    const struct termdict_hit *const *hits_of_terms, const struct hit_ref *refs, size_t count,
    size_t first_rank, struct lede_results *results, lede_error *error) MUST_CHECK;

#endif
