/* segment_set.h -- the segments that a writer knows: those of the last commit, and those flushed since.
 *
 * A document lives in one place at most: whoever adds one first looks here for its id and deletes what he
 * finds.
 */
#ifndef INDEX_SEGMENT_SET_H
#define INDEX_SEGMENT_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "index/tombstones.h"
#include "storage/manifest.h"
#include "storage/segment.h"

struct set_segment {
    struct manifest_segment entry; /* as in the last commit, or as flushed */
    struct segment *segment;
    struct tombstones tombstones;
    bool is_new;     /* in no commit yet */
    bool is_merging; /* a merge reads it: it stays, even without a live document */
};

struct segment_set {
    struct set_segment *segments;
    uint32_t count;
    uint32_t capacity;
    uint32_t lookups; /* of ids, since pages were let go; one that finds counts as several */
};

/* Open what the manifest names. */
lede_status segment_set_open(struct segment_set *set, const char *dir,
    const struct manifest *manifest, lede_error *error) MUST_CHECK;
void segment_set_close(struct segment_set *set); /* a zeroed one is fine */

/* Open a segment that was just flushed, and add it. */
lede_status segment_set_add(struct segment_set *set, const char *dir,
    const struct manifest_segment *entry, lede_error *error) MUST_CHECK;

/* Where a document lives. */
struct doc_place {
    struct set_segment *segment; /* NULL: nowhere; borrowed until the set changes */
    uint32_t doc;
};

/* Find the live document with this id, and make room for deleting it: tombstones_add then cannot fail. */
lede_status segment_set_find(struct segment_set *set, struct span id, struct doc_place *place_out,
    lede_error *error) MUST_CHECK;

/* Drop the i-th one; the others keep their order. */
void segment_set_remove(struct segment_set *set, uint32_t i);

#endif
