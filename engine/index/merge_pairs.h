/* merge_pairs.h -- SECTION_PAIRS of a merged segment.
 *
 * Which words are frequent is decided for the merged segment (pairs.h), so the pairs of the parts are no use: those
 * words' lists in the parts are walked side by side, document by document in the new order.
 *
 * Memory   a cursor of some 5 KiB for each frequent word and segment, and what pair_runs.h keeps.
 */
#ifndef INDEX_MERGE_PAIRS_H
#define INDEX_MERGE_PAIRS_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/status.h"
#include "index/list_writer.h"
#include "index/merge_docs.h"

/* Write the section, or nothing where there are no frequent terms, which are those of `lists`, named in `names`
 * (merge_lists.h). LEDE_ERR_BUSY where *is_cancelled becomes true. */
lede_status merge_pairs_write(struct list_writer *lists, const struct merge_docs *docs,
    const atomic_bool *is_cancelled, const struct buf *names, lede_error *error) MUST_CHECK;

#endif
