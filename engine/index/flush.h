/* flush.h -- a batch to a segment file.
 *
 * Sections in the file: stored documents, postings, positions, pairs, then what searches touch first, close
 * together: block rows, dictionaries, lengths, dates, ids, keywords, meta.
 *
 * The file is written under a temporary name, synced and renamed. It belongs to no commit yet: until a
 * manifest names it, it is a leftover like any other.
 *
 * Cost     two readings of the postings of words that occur in titles, one of all others.
 */
#ifndef INDEX_FLUSH_H
#define INDEX_FLUSH_H

#include <stdint.h>

#include "base/status.h"
#include "index/batch.h"
#include "storage/manifest.h"

/* Scratch files of a writer, in the index's directory. */
#define RECORDS_SCRATCH_NAME   "records.scratch"
#define POSITIONS_SCRATCH_NAME "positions.scratch"
#define RANGES_SCRATCH_NAME    "ranges.scratch"

/* Write the live documents of the batch (at least one) as segment `number` of the index in `dir`. The batch
 * is as before but for its spool, to which nothing can be added until batch_reset. On failure no file is left
 * where that could be prevented. */
lede_status flush_batch(struct batch *batch, const char *dir, uint64_t number,
    struct manifest_segment *entry_out, lede_error *error) MUST_CHECK;

#endif
