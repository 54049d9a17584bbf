/* list_ranker.h -- the best documents of a lone term that is in few documents of its segment.
 *
 * A block's row has a code for each eighth of the block (range_bounds.h), which bounds what is in it. The eighths with the
 * largest codes are scored first, for a threshold; then, from the newest block, all that can reach it. Nothing grows with
 * the segment, and of a long list little is decoded.
 */
#ifndef QUERY_LIST_RANKER_H
#define QUERY_LIST_RANKER_H

#include "base/arena.h"
#include "query/eligible.h"
#include "query/offering.h"

/* Offer the best documents of the only lane of the offering's scorer, of those that are eligible. *seen_out: how many were
 * offered. */
lede_status list_ranker_run(struct offering *offering, const struct eligible *eligible,
    struct arena *arena, uint64_t *seen_out, lede_error *error) MUST_CHECK;

#endif
