/* flush.h -- a batch to a segment file.
 *
 * Sections in the file: stored documents, postings, positions, pairs, then what searches touch first, close
 * together: block rows, dictionaries, lengths, dates, ids, keywords, meta.
 *
 * Cost     two readings of the postings of words that occur in titles, one of all others.
 */
#ifndef INDEX_FLUSH_H
#define INDEX_FLUSH_H

#include <stdint.h>

#include "base/status.h"
#include "index/batch.h"
#include "storage/manifest.h"

/* Write the live documents of the batch (at least one) as segment `number` of the index in `dir`. The batch
 * is as before but for its spool, to which nothing can be added until batch_reset. On failure no file is left
 * where that could be prevented. */
lede_status flush_batch(struct batch *batch, const char *dir, uint64_t number,
    struct manifest_segment *entry_out, lede_error *error) MUST_CHECK;

#endif
