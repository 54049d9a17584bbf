/* tally.h -- how many matches there are, and their facets, segment by segment.
 *
 *     a lone term       rank look-ups in its list, unless its facets have too many periods
 *     required terms    their lists intersected (match_set.h)
 *     all else          sets of documents (docset.h)
 *
 * The set can be kept for whoever ranks the same matches.
 */
#ifndef QUERY_TALLY_H
#define QUERY_TALLY_H

#include "query/bind.h"
#include "query/facet.h"
#include "query/match_set.h"
#include "query/shape.h"

/* Documents [first, end) of a segment. */
struct interval {
    uint32_t first, end;
};

struct tally {
    struct binder *binder;
    const struct shape *shape; /* of the plan; NULL: it has none */
    uint32_t facet_count;
    struct facets facets;
    uint64_t total;
};

/* All is borrowed. */
lede_status tally_init(struct tally *tally, struct binder *binder, const struct shape *shape,
    const struct facet_request *facets, uint32_t facet_count, lede_error *error) MUST_CHECK;

/* Add the matches in `interval` of the segment that the binder is at. Where `matches_out` is not NULL they are kept there. */
lede_status tally_add(struct tally *tally, struct interval interval, struct match_set *matches_out,
    lede_error *error) MUST_CHECK;

#endif
