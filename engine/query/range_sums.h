/* range_sums.h -- the bounds of all terms of a query, added up for each range of a segment.
 *
 * No document of a range scores more than its sum. 0 says that none can be a hit: a required term is missing,
 * nothing is allowed there, or the range was evaluated already (range_sums_done). Sums are below 2^31, as scores are.
 */
#ifndef QUERY_RANGE_SUMS_H
#define QUERY_RANGE_SUMS_H

#include "base/arena.h"
#include "query/lane.h"

struct range_sums {
    const struct score_ops *ops;
    uint32_t *numbers; /* by range */
    uint32_t *largest; /* by window, before any range was done */
    uint32_t window_count;
};

/* What sums are made of: lanes, which have codes unless few documents are allowed (is_selective); by range, what is
 * allowed (NULL: all); documents [first, end), outside of which there are no hits. */
struct range_limits {
    struct lane *const *lanes;
    uint32_t lane_count;
    const uint64_t *allowed;
    bool is_selective;
    uint32_t first, end;
};

lede_status range_sums_make(struct range_sums *sums, const struct range_limits *limits,
    uint32_t window_count, const struct score_ops *ops, struct arena *arena,
    lede_error *error) MUST_CHECK;

/* A sum that at least `wanted` ranges reach, if so many are above 0, and not many more. At least 1. */
uint32_t range_sums_of_rank(const struct range_sums *sums, uint32_t wanted);

/* The ranges of a window, as bits, whose sum is at least `least`, which is above 0. */
static inline uint64_t range_sums_reaching(
    const struct range_sums *sums, uint32_t window, uint32_t least)
{
    return sums->largest[window] < least
               ? 0
               : sums->ops->reaching(sums->numbers + (size_t)window * LEDE_WINDOW_RANGES, least);
}

static inline void range_sums_done(struct range_sums *sums, uint32_t range)
{
    sums->numbers[range] = 0;
}

#endif
