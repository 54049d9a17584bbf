/* merge_records.h -- SECTION_DOCUMENTS of a merged segment: the records of its parts, decompressed and compressed
 * anew with a dictionary of their own (stored.h).
 */
#ifndef INDEX_MERGE_RECORDS_H
#define INDEX_MERGE_RECORDS_H

#include <stdatomic.h>

#include "base/crew.h"
#include "base/status.h"
#include "index/merge_docs.h"
#include "storage/container.h"

/* `crew` (may be NULL) compresses. LEDE_ERR_BUSY where *is_cancelled (may be NULL) becomes true. */
lede_status merge_records_write(struct container_writer *container, struct crew *crew,
    const struct merge_docs *docs, const atomic_bool *is_cancelled, lede_error *error) MUST_CHECK;

#endif
