/* batch.h -- the documents that a writer holds in memory until they become a segment.
 *
 * Terms and documents are in their tables, the texts to store in a spool. What the batch holds, and what
 * flushing it will need besides, is counted: batch_held_bytes.
 */
#ifndef INDEX_BATCH_H
#define INDEX_BATCH_H

#include "base/arena.h"
#include "base/buf.h"
#include "index/doc_table.h"
#include "index/inverters.h"
#include "index/spool.h"
#include "index/writer.h"
#include "storage/manifest.h"
#include "text/analyzer.h"

/* The scratch file of the records to store, in the index's directory. */
#define RECORDS_SCRATCH_NAME "records.scratch"

struct batch {
    const struct manifest *manifest; /* borrowed: keyword fields, and whether texts are stored */
    struct inverters inverters;
    struct doc_table docs;
    struct spool records;
    struct arena scratch; /* for one document */
    struct buf record;    /* of one document */
};

/* All borrowed until release. `spool_path` is the scratch file's. On failure the batch can only be released. */
lede_status batch_init(struct batch *batch, struct crew *crew, struct analyzer *analyzer,
    const struct manifest *manifest, const char *spool_path, uint64_t memory_bytes,
    lede_error *error) MUST_CHECK;
void batch_release(struct batch *batch); /* a zeroed one is fine */
void batch_reset(struct batch *batch);   /* empty, for going on */

/* Add a document that document_check has passed, with its id as valid UTF-8. added_out->replaced is true
 * where an earlier one of the batch has died. LEDE_ERR_LIMIT where its record is too long once it is valid
 * UTF-8, which leaves the batch as it was; after any other failure it can only be released. */
lede_status batch_add(struct batch *batch, const struct document *document, struct span id,
    struct added *added_out, lede_error *error) MUST_CHECK;

/* Wait until every document is inverted: before a flush, and to know the words. */
lede_status batch_settle(struct batch *batch, lede_error *error) MUST_CHECK;

size_t batch_held_bytes(const struct batch *batch);

#endif
