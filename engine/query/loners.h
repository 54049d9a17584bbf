/* loners.h -- rarer terms of a query, of which a document that is still to be found has one at most.
 *
 * In a large segment of short documents, some of 64 documents have each of these terms and hardly any has two. Those that
 * have two (overlap.h) are found and offered apart; then a range is bounded by one of the terms instead of their sum.
 */
#ifndef QUERY_LONERS_H
#define QUERY_LONERS_H

#include "query/eligible.h"
#include "query/offering.h"
#include "query/overlap.h"
#include "query/range_sums.h"

/* Begins with what is borrowed, and zeros. */
struct loners {
    const struct lane_set *set; /* in which these lanes are marked as alone */
    struct eligible *eligible;  /* in which what was offered is noted */
    struct range_sums
        *sums; /* of the set, renewed as loners are added; without `open`: not made yet */
    struct offering *offering;
    struct arena *arena;
    struct overlap overlap;
    struct lane *last; /* added by loners_grow, which does not keep its documents; or NULL */
    uint64_t seen;     /* documents offered */
};

/* So many documents are kept of loners, together: lanes of more need not keep theirs from the start. */
uint32_t loners_kept_most(const struct segment *segment);

/* Take those of the set's lanes that keep their documents, as far as these are not too many, and offer their overlap. Before
 * the sums are made. */
lede_status loners_find(struct loners *loners, lede_error *error) MUST_CHECK;

/* Add the least frequent of the other terms, if looking documents up in its list is sooner done than evaluating so many
 * ranges, and offer what is found; *grown_out says whether. */
lede_status loners_grow(
    struct loners *loners, uint64_t ranges, bool *grown_out, lede_error *error) MUST_CHECK;

#endif
