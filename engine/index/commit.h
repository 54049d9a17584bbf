/* commit.h -- a new manifest for the segments there are, all or nothing.
 *
 * In this order, each step durable before the next: the deletions files; the directory, so that the
 * names of new segments last; the manifest, whose replacement is the commit. Then files that only the commit
 * before needed are removed; readers who have them mapped keep them.
 *
 * A sync that failed is not tried again, here or later: what it was to make durable may be lost while
 * the system says it is not.
 */
#ifndef INDEX_COMMIT_H
#define INDEX_COMMIT_H

#include <stdbool.h>

#include "base/status.h"
#include "index/segment_set.h"
#include "storage/manifest.h"

/* True where the set differs from what `manifest` names. */
bool commit_is_due(const struct manifest *manifest, const struct segment_set *set);

/* Commit. On success *manifest is the new one, and segments without a live document have left the set.
 * On failure both are as they were, and the last commit is what readers see; but where the manifest was
 * replaced and could not be made durable, *is_torn_out becomes true: either commit may be what a crash
 * leaves, so no file of either may be removed. */
lede_status commit_write(const char *dir, struct manifest *manifest, struct segment_set *set,
    bool *is_torn_out, lede_error *error) MUST_CHECK;

#endif
