/* loners.h -- rarer terms of a query, of which a document that is still to be found has one at most.
 *
 * In a large segment of short documents, some of 64 documents have each of these terms and hardly any has two. Those that
 * have two (overlap.h) are found and offered apart; then a range is bounded by one of the terms instead of their sum.
 */
#ifndef QUERY_LONERS_H
#define QUERY_LONERS_H

#include "query/lane_set.h"
#include "query/overlap.h"

struct loners {
    const struct lane_set *set; /* in which these lanes are marked as alone */
    const struct segment *segment;
    struct arena *arena;
    struct lane *last; /* added by loners_grow, which does not keep its documents; or NULL */
    struct overlap overlap;
};

/* So many documents are kept of loners, together: lanes of more need not keep theirs from the start. */
uint32_t loners_kept_most(const struct segment *segment);

/* Those of the set's lanes that keep their documents, as far as these are not too many, and their overlap. */
lede_status loners_find(struct loners *loners, const struct lane_set *set,
    const struct segment *segment, struct arena *arena, lede_error *error) MUST_CHECK;

/* Add the least frequent of the other terms, if looking documents up in its list is sooner done than evaluating so many
 * ranges; *grown_out says whether. LEDE_ERR_NOMEM. */
lede_status loners_grow(
    struct loners *loners, uint64_t ranges, bool *grown_out, lede_error *error) MUST_CHECK;

#endif
