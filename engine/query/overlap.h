/* overlap.h -- the documents that two or more of some lanes have.
 *
 * Each two of the lanes are intersected. Two that keep their documents (lane.h): the fewer are looked up in the more by a
 * kernel, a block at a time, which takes a nanosecond each. One that does not is asked for the documents of the others,
 * which decodes what blocks of its list they lie in. Nothing grows with the segment.
 */
#ifndef QUERY_OVERLAP_H
#define QUERY_OVERLAP_H

#include "base/arena.h"
#include "codec/bitpack.h"
#include "query/lane.h"

struct overlap {
    const struct bitpack_ops *ops;
    struct arena *arena;
    const struct lane **lanes;
    uint32_t lane_count;
    uint32_t kept;  /* documents that they kept, together, when the last was added */
    uint32_t *docs; /* those found, ascending */
    uint32_t count;
    uint32_t capacity;
    uint32_t *scratch[3]; /* room for so many, as docs have */
};

/* Of no lanes yet, and at most `lane_count`; room for `kept` documents, which grows where lanes keep more. */
lede_status overlap_init(struct overlap *overlap, uint32_t lane_count, uint32_t kept,
    const struct bitpack_ops *ops, struct arena *arena, lede_error *error) MUST_CHECK;

/* Add a lane. Those before it keep their documents. LEDE_ERR_NOMEM. */
lede_status overlap_add(
    struct overlap *overlap, const struct lane *lane, lede_error *error) MUST_CHECK;

/* Where each of `count` documents, which ascend, is in the list of a lane that keeps its documents; or LANE_NO_PLACE. */
void overlap_places(const struct overlap *overlap, const struct lane *lane, const uint32_t *docs,
    uint32_t count, uint32_t *places);

/* Those of some documents, which ascend, that are in a range, as bits. */
uint64_t overlap_in_range(const uint32_t *docs, uint32_t count, uint32_t range);

#endif
