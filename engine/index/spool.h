/* spool.h -- bytes put aside in order and read back at any place: in memory while they are few, in a
 * scratch file of the index's directory when they are many.
 *
 * Used for what a segment needs late: stored records (wanted in order of date) and positions (wanted
 * behind the postings). A scratch file is never synced; a writer that dies leaves it, and the next one
 * sweeps it.
 */
#ifndef INDEX_SPOOL_H
#define INDEX_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/span.h"
#include "base/status.h"
#include "storage/container.h"

struct spool {
    const char *path; /* of the scratch file; borrowed until release */
    struct buf memory;
    struct file_writer file;
    struct mapping map;
    uint64_t size;       /* bytes appended */
    size_t memory_bytes; /* kept in memory at most */
    bool has_file;
};

/* Beyond `memory_bytes` the spool goes to `path`. */
void spool_init(struct spool *spool, const char *path, size_t memory_bytes);
void spool_release(struct spool *spool); /* removes the file */

lede_status spool_append(
    struct spool *spool, const void *bytes, size_t size, lede_error *error) MUST_CHECK;

/* All that was appended, borrowed until reset or release; nothing may be appended after. */
lede_status spool_bytes(struct spool *spool, struct span *bytes_out, lede_error *error) MUST_CHECK;

/* Append what `bytes` holds and empty it; *base grows by as much. */
lede_status spool_drain(
    struct spool *spool, struct buf *bytes, uint64_t *base, lede_error *error) MUST_CHECK;

/* Append all of it to the section at hand, which empties it. */
lede_status spool_move(
    struct spool *spool, struct container_writer *container, lede_error *error) MUST_CHECK;

/* Let go of the pages that spool_bytes has brought to memory; they come again when they are read. */
void spool_forget(const struct spool *spool);

void spool_reset(struct spool *spool); /* empty, for appending again; removes the file */

size_t spool_held_bytes(const struct spool *spool);

#endif
