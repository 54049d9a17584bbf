/* range_sums.h -- the bounds of all terms of a query, added up for each range of a segment: coarsely for all of them,
 * exactly for those that a coarse sum lets through.
 *
 * A coarse sum is a byte, a *level*: bounds are divided by a step of the query's, rounded up, and added with
 * saturation. So 64 ranges are a few instructions a term, and no exact sum is above what its level stands for;
 * LEVEL_LAST says "at least". Of a lone term the codes themselves are levels, and nothing is added. The largest level of a
 * window is kept: as a threshold rises most windows are passed by it alone.
 *
 * No document of a range scores more than its exact sum. A range is *open* while it can hold hits: it is not where
 * nothing is allowed, or where it was evaluated already or found hopeless. Sums are below 2^31, as scores are.
 */
#ifndef QUERY_RANGE_SUMS_H
#define QUERY_RANGE_SUMS_H

#include "base/arena.h"
#include "query/lane.h"

enum { LEVEL_LAST = 255 };

struct range_sums {
    const struct score_ops *ops;
    struct lane *const *lanes;
    uint32_t lane_count;
    uint32_t step;         /* units a level; 0: levels are codes of the only lane */
    const uint8_t *levels; /* by range; 0: no term is there */
    uint8_t *made;         /* the same, where they are of several lanes */
    uint8_t *largest;      /* by window: no level of its open ranges is larger; 0: none is open */
    uint64_t *open;        /* by window, a bit for each range */
    uint32_t window_count;
    uint32_t least, level; /* what was asked last, and the least level that can have it */
    uint32_t exact[LEDE_WINDOW_RANGES]; /* of the ranges that range_sums_reaching returned last */
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

/* LEDE_ERR_NOMEM. The lanes are used as long as the sums are. */
lede_status range_sums_make(struct range_sums *sums, const struct range_limits *limits,
    uint32_t window_count, const struct score_ops *ops, struct arena *arena,
    lede_error *error) MUST_CHECK;

/* Lanes became alone, of several that are not selective: levels anew. What is closed stays so. */
void range_sums_renew(struct range_sums *sums);

static inline bool range_sums_is_open(const struct range_sums *sums, uint32_t range)
{
    return (sums->open[range / LEDE_WINDOW_RANGES] >> range % LEDE_WINDOW_RANGES & 1) != 0;
}

/* The highest level that at least `wanted` open ranges reach; 1 if there are not so many. */
uint32_t range_sums_level_of_rank(const struct range_sums *sums, uint32_t wanted);

/* How many open ranges can have a sum of at least `least`, by their levels. */
uint32_t range_sums_count(const struct range_sums *sums, uint32_t least);

/* How many open ranges can have a key (topk.h) of at least `least_key`: where more than RANGE_SUMS_SAMPLE can by their levels,
 * from some of the windows. */
enum { RANGE_SUMS_SAMPLE = 128 };
uint64_t range_sums_estimate(const struct range_sums *sums, uint64_t least_key);

/* The level that a sum of `least`, above 0, has at the least; it is above LEVEL_LAST where there is no such sum. */
uint32_t range_sums_level(const struct range_sums *sums, uint32_t least);

/* The open ranges of a window, as bits, whose level is at least `floor`, from 1 to LEVEL_LAST, and whose exact sum is at
 * least `least`, above 0; the sums go to `exact`. `least` must not become smaller for a window: what does not reach
 * it is closed. */
uint64_t range_sums_reaching(
    struct range_sums *sums, uint32_t window, uint32_t floor, uint32_t least);

/* These ranges of a window were evaluated. */
static inline void range_sums_done(struct range_sums *sums, uint32_t window, uint64_t ranges)
{
    sums->open[window] &= ~ranges;
}

#endif
