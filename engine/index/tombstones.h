/* tombstones.h -- the deleted documents of a segment while a writer adds to them, and the deletions file
 * they become.
 *
 * The file says for each term how much its df and cf shrink. That is counted here, once a commit, by
 * walking every list of the segment from deleted document to deleted document; blocks without one
 * are passed by their rows.
 *
 * Memory   a bit a document from the first deletion on.
 * Cost     of encoding: the dictionaries, and the blocks that hold deleted documents.
 */
#ifndef INDEX_TOMBSTONES_H
#define INDEX_TOMBSTONES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "storage/segment.h"

struct tombstones {
    uint64_t *bitmap; /* NULL: as the segment's deletions file says */
    uint32_t deleted_count;
    bool is_changed; /* since the commit */
};

void tombstones_init(struct tombstones *tombstones, const struct segment *segment);
void tombstones_release(struct tombstones *tombstones);

bool tombstones_has(
    const struct tombstones *tombstones, const struct segment *segment, uint32_t doc);

/* Room for adding; then tombstones_add cannot fail. */
lede_status tombstones_reserve(
    struct tombstones *tombstones, const struct segment *segment) MUST_CHECK;
void tombstones_add(struct tombstones *tombstones, uint32_t doc); /* one that is not there yet */

/* A copy of the bits, one a document; *bitmap_out is owned, and NULL where none is deleted. */
lede_status tombstones_copy(const struct tombstones *tombstones, const struct segment *segment,
    uint64_t **bitmap_out) MUST_CHECK;

/* The deletions file of all that are there now, appended to `file`. LEDE_ERR_CORRUPT where the segment's
 * lists cannot be read. */
lede_status tombstones_encode(const struct tombstones *tombstones, const struct segment *segment,
    struct buf *file, lede_error *error) MUST_CHECK;

#endif
