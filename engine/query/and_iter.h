/* and_iter.h -- documents that all children have; scores added.
 *
 * The child with the fewest candidates leads, the others are sought after it. Cost: a seek in each child
 * for every candidate of the first that the ones before had too.
 */
#ifndef QUERY_AND_ITER_H
#define QUERY_AND_ITER_H

#include "base/arena.h"
#include "query/doc_iter.h"

/* `children`: count >= 1, which the iterator moves from now on; the array is kept and reordered. NULL: no
 * memory. */
struct doc_iter *and_iter_new(
    struct arena *arena, struct doc_iter **children, uint32_t count) MUST_CHECK;

#endif
