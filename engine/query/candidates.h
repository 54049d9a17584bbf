/* candidates.h -- documents of a window that can reach a threshold, by what bounds say alone.
 *
 * Each lane has a bound for a range and a word of its documents there (lane.h). A document can reach a threshold where
 * the bounds of the lanes that it is in add up to it; so which documents can follows from the words by `and` and
 * `or`: for two lanes, A if a >= threshold, B if b >= threshold, A and B if a + b >= threshold.
 */
#ifndef QUERY_CANDIDATES_H
#define QUERY_CANDIDATES_H

#include "query/lane_set.h"

/* With more lanes the subsets may become too many. */
enum { CANDIDATE_LANES_MAX = 8 };

/* The documents of each of the ranges `alive` of `window`, into `docs`; returns those that have any. sums: of all
 * lanes' bounds, by range of the window; thresholds, above 0, the same. Opens the lanes for the ranges returned. */
uint64_t candidates_find(const struct lane_set *set, uint32_t window, uint64_t alive,
    const uint32_t *sums, const uint32_t *thresholds, uint64_t *docs);

#endif
