#include "query/loners.h"

enum {
    /* Lists are searched for documents that have several as far as they have one of so many together. */
    OVERLAP_SHARE = 32,
    OVERLAP_LANES_MAX = 64, /* each two are intersected */
    /* What decoding a block and evaluating a range take, beside looking a document up. */
    BLOCK_COST = 60,
    RANGE_COST = 120,
};

uint32_t loners_kept_most(const struct segment *segment)
{
    return segment->meta.doc_count / OVERLAP_SHARE;
}

lede_status loners_find(struct loners *loners, const struct lane_set *set,
    const struct segment *segment, struct arena *arena, lede_error *error)
{
    const uint32_t kept_most = loners_kept_most(segment);
    uint32_t kept = 0;
    uint32_t count = 0;
    loners->set = set;
    for (uint32_t i = 0; i < set->count; i++) {
        struct lane *lane = set->lanes[i];
        if (lane->docs != NULL && lane->doc_count <= kept_most - kept &&
            count < OVERLAP_LANES_MAX) {
            kept += lane->doc_count;
            lane->is_alone = true;
            count++;
        }
    }
    const lede_status status =
        overlap_init(&loners->overlap, count + 1, kept, segment->postings.bitpack, arena, error);
    for (uint32_t i = 0; i < set->count && status == LEDE_OK; i++) {
        if (set->lanes[i]->is_alone) {
            overlap_add(&loners->overlap, set->lanes[i]);
        }
    }
    return status;
}

struct lane *loners_worth_adding(const struct loners *loners, uint64_t ranges)
{
    struct lane *rarest = NULL;
    for (uint32_t i = 0; i < loners->set->count; i++) {
        struct lane *lane = loners->set->lanes[i];
        if (!lane->is_alone &&
            (rarest == NULL || lane->leaf.cursor->entry.df < rarest->leaf.cursor->entry.df)) {
            rarest = lane;
        }
    }
    if (rarest == NULL) {
        return NULL;
    }
    const uint64_t kept = loners->overlap.kept;
    const uint64_t blocks = rarest->leaf.cursor->block_count;
    const uint64_t cost = kept + BLOCK_COST * (blocks < kept ? blocks : kept);
    return cost < RANGE_COST * ranges ? rarest : NULL;
}

void loners_add(struct loners *loners, struct lane *lane)
{
    lane->is_alone = true;
    overlap_add(&loners->overlap, lane);
}
