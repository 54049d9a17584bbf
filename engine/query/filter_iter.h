/* filter_iter.h -- documents that a column admits: an interval of numbers (dates, or all documents), or the
 * values of a keyword field. They do not score.
 *
 * A keyword filter takes every document for a candidate and reads the column when asked: good beside
 * something rarer, a scan of the column when alone.
 */
#ifndef QUERY_FILTER_ITER_H
#define QUERY_FILTER_ITER_H

#include "base/arena.h"
#include "query/doc_iter.h"
#include "storage/keywords.h"

/* [first, end). NULL: no memory. */
struct doc_iter *interval_iter_new(struct arena *arena, uint32_t first, uint32_t end) MUST_CHECK;

/* Documents below doc_count with one of `ordinals` (ascending, borrowed). NULL: no memory. */
struct doc_iter *keyword_iter_new(struct arena *arena, const struct keyword_column *column,
    const uint32_t *ordinals, uint32_t ordinal_count, uint32_t doc_count) MUST_CHECK;

#endif
