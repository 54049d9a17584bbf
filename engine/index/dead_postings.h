/* dead_postings.h -- how many documents of a list are deleted, and how often the term is in them.
 *
 * Cost     the blocks that hold deleted documents; others are passed by their rows.
 */
#ifndef INDEX_DEAD_POSTINGS_H
#define INDEX_DEAD_POSTINGS_H

#include <stdint.h>

#include "base/status.h"
#include "storage/segment.h"

/* The first document >= doc of a segment whose bit is set, or DOC_END. */
uint32_t dead_postings_next(const struct segment *segment, const uint64_t *bitmap, uint32_t doc);

/* df and cf of what `bitmap`, a bit a document, takes from a list; ordinal 0. LEDE_ERR_CORRUPT where the list
 * cannot be read. */
lede_status dead_postings_count(const struct segment *segment, const uint64_t *bitmap,
    const struct term_entry *entry, struct deletion_term *dead_out, lede_error *error) MUST_CHECK;

#endif
