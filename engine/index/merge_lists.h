/* merge_lists.h -- the terms and lists of the segments that are merged to those of one segment (list_writer.h).
 *
 * The dictionaries are walked in step, those of titles first, then those of the text. A term without a live document
 * is left out. Whether a title's term is an alias is decided anew: deletions may have taken the last body
 * that it was in.
 */
#ifndef INDEX_MERGE_LISTS_H
#define INDEX_MERGE_LISTS_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/status.h"
#include "index/list_writer.h"
#include "index/merge_docs.h"

/* Write all lists to `writer`. `names` gets the terms that were offered as frequent ones: length (u8) and bytes each;
 * frequent_term.number is the place of one there. LEDE_ERR_CORRUPT where a segment cannot be read. Stops
 * with LEDE_ERR_BUSY where *is_cancelled (may be NULL) becomes true. */
lede_status merge_lists_write(struct list_writer *writer, const struct merge_docs *docs,
    const atomic_bool *is_cancelled, struct buf *names, lede_error *error) MUST_CHECK;

#endif
