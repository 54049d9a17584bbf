/* merge_policy.h -- which segments of an index are worth merging now.
 *
 * Segments are in *tiers* by the size of what is alive in them: those up to MERGE_TIER_BYTES, those up to
 * MERGE_TIER_FANOUT times that, and so on. As many of one tier as the fanout become one of the next. So a document is
 * rewritten once a tier, and there are fewer than the fanout of each: some 30 segments where the largest is a
 * thousand times the smallest. A segment of which more than half is deleted is written anew by itself.
 *
 * Merges take time, in which there are more. Whoever makes segments waits where a tier has MERGE_TIER_PATIENCE that no
 * merge has taken yet. So there are never more of a tier than these and those of the merge that runs: 30.
 *
 * Source: the log-structured merge tree (O'Neil, Cheng, Gawlick & O'Neil, 1996), tiered as in Lucene's first policy; its
 * ConcurrentMergeScheduler likewise has the writer wait where merges lag behind.
 */
#ifndef INDEX_MERGE_POLICY_H
#define INDEX_MERGE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

enum {
    MERGE_TIER_FANOUT = 10,
    MERGE_TIER_BYTES = 1 << 20,
    MERGE_TIER_PATIENCE = 2 * MERGE_TIER_FANOUT,
};

struct merge_candidate {
    uint64_t size_bytes;
    uint32_t doc_count; /* deleted ones among them */
    uint32_t live_count;
    uint32_t place; /* whatever the caller knows it by */
};

/* Order `candidates` so that those to be merged now come first: the smallest. Their number; 0: none. At most
 * `count_max` of them, which is the fanout or more, and no more than LEDE_SEGMENT_DOCS_MAX documents. */
uint32_t merge_policy_choose(
    struct merge_candidate *candidates, uint32_t count, uint32_t count_max);

/* Whether a tier of `candidates`, those that no merge reads, is so full that no more should come. They are sorted. */
bool merge_policy_is_behind(struct merge_candidate *candidates, uint32_t count);

/* The same as merge_policy_choose where all are to become one segment: the smallest, as many as count_max; 0 where `count` is
 * one and nothing of it is deleted, or where there are none. */
uint32_t merge_policy_choose_all(
    struct merge_candidate *candidates, uint32_t count, uint32_t count_max);

#endif
