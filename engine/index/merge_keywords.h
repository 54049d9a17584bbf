/* merge_keywords.h -- SECTION_KEYWORDS of a merged segment, column by column.
 *
 * Values that live documents have are merged in order and numbered anew. Each column is gone through twice: for
 * its shape, which the section's head needs, and to write it.
 *
 * Memory   4 bytes a value of the column at hand in each segment.
 */
#ifndef INDEX_MERGE_KEYWORDS_H
#define INDEX_MERGE_KEYWORDS_H

#include "base/status.h"
#include "index/merge_docs.h"
#include "storage/container.h"
#include "storage/manifest.h"

/* Write the section with the manifest's fields. LEDE_ERR_CORRUPT where a segment's columns cannot be read. */
lede_status merge_keywords_write(struct container_writer *container, const struct merge_docs *docs,
    const struct manifest *manifest, lede_error *error) MUST_CHECK;

#endif
