/* merge_pairs.h -- SECTION_PAIRS of a merged segment.
 *
 * Which words are frequent is decided for the merged segment (pairs.h), so the pairs of the parts are no use: those
 * words' lists in the parts are walked side by side, document by document in the new order. Finding them touches nothing of the
 * file that is written, so that another thread may go on with it.
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

struct merge_pairs;

/* Find the pairs of the frequent terms of `lists`, whose names are in `names` (merge_lists.h), and make their lists, in
 * scratch files. *pairs_out is owned: merge_pairs_free; NULL on failure and where there are no frequent terms.
 * LEDE_ERR_BUSY where *is_cancelled becomes true. */
lede_status merge_pairs_make(struct list_writer *lists, const struct merge_docs *docs,
    const atomic_bool *is_cancelled, const struct buf *names, struct merge_pairs **pairs_out,
    lede_error *error) MUST_CHECK;
void merge_pairs_free(struct merge_pairs *pairs); /* NULL is fine */

/* Write the section. */
lede_status merge_pairs_write(
    struct merge_pairs *pairs, struct container_writer *container, lede_error *error) MUST_CHECK;

#endif
