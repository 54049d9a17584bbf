/* index_dir.h -- the directory of an index: which of its files are ours, and which are leftovers.
 *
 * Names: manifest, lock, segment-N.seg, deletions-N-M.del, each of these but the lock with ".tmp" behind it
 * while it is written, and the writer's scratch files. Anything else is somebody's, and a directory that
 * holds something else and no manifest is not taken for an index.
 */
#ifndef INDEX_INDEX_DIR_H
#define INDEX_INDEX_DIR_H

#include <stdbool.h>

#include "base/status.h"
#include "storage/manifest.h"

enum index_dir_state {
    INDEX_DIR_ABSENT,
    INDEX_DIR_EMPTY,  /* or with nothing but leftovers of a writer that never committed */
    INDEX_DIR_INDEX,  /* there is a manifest */
    INDEX_DIR_FOREIGN /* no directory, or one of something else */
};

lede_status index_dir_look(
    const char *dir, enum index_dir_state *state_out, lede_error *error) MUST_CHECK;

/* Create the directory and make its name durable. One there already is fine. */
lede_status index_dir_create(const char *dir, lede_error *error) MUST_CHECK;

/* Remove files of ours that belong neither to the commit nor to the lock. The manifest on disk is
 * made durable first: it must not come to light later that an older one is what survived. Files that
 * cannot be removed stay for the next time. The caller holds the lock. */
lede_status index_dir_sweep(
    const char *dir, const struct manifest *manifest, lede_error *error) MUST_CHECK;

/* Remove one file of ours, as well as can be. */
void index_dir_remove(const char *dir, const char *name);

#endif
