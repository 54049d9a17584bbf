/* overlap.h -- the documents that two or more of some lanes have.
 *
 * Each two of the lanes are intersected, in the documents that they keep (lane.h): the fewer are looked up in the more by a
 * kernel, a block at a time, which takes a nanosecond each. Nothing grows with the segment.
 */
#ifndef QUERY_OVERLAP_H
#define QUERY_OVERLAP_H

#include "base/arena.h"
#include "codec/bitpack.h"
#include "query/lane.h"

struct overlap {
    uint32_t *docs; /* ascending */
    uint32_t count;
};

/* Of lanes that keep their documents. */
lede_status overlap_make(struct overlap *overlap, const struct lane *const *lanes,
    uint32_t lane_count, const struct bitpack_ops *ops, struct arena *arena,
    lede_error *error) MUST_CHECK;

/* Those of a range, as bits. */
uint64_t overlap_in_range(const struct overlap *overlap, uint32_t range);

#endif
