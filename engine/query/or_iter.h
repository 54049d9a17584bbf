/* or_iter.h -- documents that any child has; the scores of those that match added.
 *
 * The children are a heap by document. Cost: for each document, a step in the heap for each child on it.
 */
#ifndef QUERY_OR_ITER_H
#define QUERY_OR_ITER_H

#include "base/arena.h"
#include "query/doc_iter.h"

/* `children`: count >= 1, which the iterator moves from now on; the array is kept and reordered. NULL: no
 * memory. */
struct doc_iter *or_iter_new(
    struct arena *arena, struct doc_iter **children, uint32_t count) MUST_CHECK;

#endif
