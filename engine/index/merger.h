/* merger.h -- keeps the segments of a writer few: merges some of them (merge.h) when there are many of a size
 * (merge_policy.h), or all when that is asked for.
 *
 * A merge reads segments of the set, which stay in it and in commits until it has ended; then what it made takes
 * their place, documents that were deleted meanwhile are deleted there too, and files that no commit names
 * are removed. So whatever happens on the way, nothing but time is lost.
 *
 * Threads: a merge may run in a thread of its own. All functions are for the writer's thread.
 */
#ifndef INDEX_MERGER_H
#define INDEX_MERGER_H

#include <stdbool.h>

#include "base/crew.h"
#include "base/status.h"
#include "index/segment_set.h"
#include "storage/manifest.h"

struct merge_task;

struct merger {
    const char *dir;           /* borrowed, as are the next two */
    struct manifest *manifest; /* options, and numbers for new segments */
    struct segment_set *set;
    struct crew *crew;     /* borrowed: compresses the texts of merges that the writer waits for */
    bool is_in_background; /* merges run in a thread */
    bool is_off;           /* no merges but those asked for: one could not write */
    struct merge_task *task; /* that runs; NULL: none */
};

/* Look after the set: take over a merge that has ended, begin one that is due; wait where segments come faster than they are
 * merged (merge_policy_is_behind), so that their number is bounded. Where merges fail for want of
 * space they are let be, and indexing goes on; LEDE_ERR_CORRUPT where a segment cannot be read, LEDE_ERR_NOMEM. */
lede_status merger_tidy(struct merger *merger, lede_error *error) MUST_CHECK;

/* Wait until no merge is due, doing what is left with the crew. Fails as merger_tidy does. */
lede_status merger_finish(struct merger *merger, lede_error *error) MUST_CHECK;

/* Merge all segments to one without deleted documents; but not to one of more documents than a segment has. */
lede_status merger_merge_all(struct merger *merger, lede_error *error) MUST_CHECK;

/* End what runs, without its result. */
void merger_stop(struct merger *merger);

#endif
