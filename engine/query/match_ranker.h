/* match_ranker.h -- the best of matches that are few beside their segment, and known as an array (match_set.h).
 *
 * Each match is bounded by what is known of its place in each list: the code of its eighth of a block, which is read
 * from the rows. Those with the largest bounds are scored first, for a threshold; then all that can reach it. Nothing
 * grows with the segment.
 */
#ifndef QUERY_MATCH_RANKER_H
#define QUERY_MATCH_RANKER_H

#include "base/arena.h"
#include "query/offering.h"

/* Offer the best of `matches`, which have all terms of the offering's scorer or, where its lanes are no lists of theirs,
 * may have. */
lede_status match_ranker_run(struct offering *offering, const struct match_set *matches,
    struct arena *arena, lede_error *error) MUST_CHECK;

#endif
