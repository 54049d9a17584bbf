/* merge_columns.h -- dates and ids of a merged segment.
 *
 * Memory   dates: 8 bytes a document and the section; ids: 11 bytes a document.
 */
#ifndef INDEX_MERGE_COLUMNS_H
#define INDEX_MERGE_COLUMNS_H

#include "base/status.h"
#include "index/merge_docs.h"
#include "index/segment_file.h"

lede_status merge_dates_write(struct segment_file *file, const struct merge_docs *docs) MUST_CHECK;
lede_status merge_ids_write(struct segment_file *file, const struct merge_docs *docs) MUST_CHECK;

#endif
