/* lane_set.h -- the scoring terms of a query of some shape in a segment, and what else its lists say.
 *
 * Required lanes come first, the one in the fewest documents first of all; the others are ordered by what they can
 * give. The words of a phrase are required lanes; the lists of its pairs (storage/pair_lists.h) restrict what has them.
 */
#ifndef QUERY_LANE_SET_H
#define QUERY_LANE_SET_H

#include "query/lane.h"
#include "query/match_set.h"
#include "query/shape.h"

struct lane_set {
    struct lane **lanes;
    uint32_t required_count, count;
    struct doc_iter **phrases; /* that must be in the documents found */
    uint32_t phrase_count;
    struct postings_cursor **pairs; /* lists that the documents found must be in, too */
    uint32_t pair_count;
};

/* Bind `shape` in the segment that the binder is at. *none_out: nothing can match there. */
lede_status lane_set_bind(struct lane_set *set, struct binder *binder, const struct shape *shape,
    bool *none_out, lede_error *error) MUST_CHECK;

/* Whether sums tell which documents have any term: no share is 0. */
bool lane_set_always_scores(const struct lane_set *set);

/* The documents in [first, end) that have all required words and pairs, and meet the shape's filters and exclusions;
 * its phrases are not looked for. */
lede_status lane_set_match(const struct lane_set *set, struct binder *binder,
    const struct shape *shape, uint32_t first, uint32_t end, struct match_set *matches_out,
    lede_error *error) MUST_CHECK;

#endif
