/* snapshot.h -- the segments of one commit, open, and their statistics as a whole.
 *
 * Reference-counted and immutable. A snapshot opened from an older one shares the segments that
 * both have.
 */
#ifndef STORAGE_SNAPSHOT_H
#define STORAGE_SNAPSHOT_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/status.h"
#include "storage/manifest.h"
#include "storage/segment.h"

struct shared_segment {
    atomic_uint references;
    struct segment *segment;
};

struct snapshot {
    atomic_uint references;
    struct manifest manifest;
    struct shared_segment **segments; /* manifest.segment_count of them, in its order */
    uint64_t live_count;              /* N */
    uint64_t live_length;             /* summed lengths of live documents */
};

/* Open the last commit of `dir`. `previous` may be NULL; where its commit is still the last one,
 * *snapshot_out is `previous` with a reference more. Goes round again where a file vanished
 * because a newer commit came. */
lede_status snapshot_open(const char *dir, struct snapshot *previous,
    struct snapshot **snapshot_out, lede_error *error) MUST_CHECK;
void snapshot_hold(struct snapshot *snapshot);
void snapshot_drop(struct snapshot *snapshot); /* closes with the last reference; NULL is fine */

static inline const struct segment *snapshot_segment(const struct snapshot *snapshot, uint32_t i)
{
    return snapshot->segments[i]->segment;
}

#endif
