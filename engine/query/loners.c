#include "query/loners.h"

enum {
    /* Lists are searched for documents that have several as far as they have one of so many together. */
    OVERLAP_SHARE = 32,
    OVERLAP_LANES_MAX = 64, /* each two are intersected */
    /* A list that one of so many documents has, or more, is not kept. */
    GROWN_SHARE = 4,
    /* What decoding a block and evaluating a range take, beside looking a document up. */
    BLOCK_COST = 60,
    RANGE_COST = 120,
    /* The same for a document that is found, and one that is looked up beyond those kept from the start: these are many. */
    FOUND_COST = 100,
    DENSE_COST = 12,
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
    *loners = (struct loners){.set = set, .segment = segment, .arena = arena};
    for (uint32_t i = 0; i < set->count; i++) {
        struct lane *lane = set->lanes[i];
        if (lane->docs != NULL && lane->doc_count <= kept_most - kept &&
            count < OVERLAP_LANES_MAX) {
            kept += lane->doc_count;
            lane->is_alone = true;
            count++;
        }
    }
    lede_status status =
        overlap_init(&loners->overlap, set->count, kept, segment->postings.bitpack, arena, error);
    for (uint32_t i = 0; i < set->count && status == LEDE_OK; i++) {
        if (set->lanes[i]->is_alone) {
            status = overlap_add(&loners->overlap, set->lanes[i], error);
        }
    }
    return status;
}

/* The least frequent of the lanes that are not alone yet, without `except`; NULL: there is none. */
static struct lane *rarest(const struct lane_set *set, const struct lane *except)
{
    struct lane *found = NULL;
    for (uint32_t i = 0; i < set->count; i++) {
        struct lane *lane = set->lanes[i];
        if (!lane->is_alone && lane != except &&
            (found == NULL || lane->leaf.cursor->entry.df < found->leaf.cursor->entry.df)) {
            found = lane;
        }
    }
    return found;
}

static lede_status add(struct loners *loners, struct lane *lane, lede_error *error)
{
    lane->is_alone = true;
    return overlap_add(&loners->overlap, lane, error);
}

/* `base`, which has no documents yet, is what they are looked up from, beside those that others keep; NULL: others alone. */
static uint64_t cost_of(
    const struct loners *loners, const struct lane *base, const struct lane *next)
{
    const struct postings_cursor *list = next->leaf.cursor;
    uint64_t kept = loners->overlap.kept;
    uint64_t cost = 0;
    if (base != NULL) {
        const uint64_t df = base->leaf.cursor->entry.df;
        kept += df;
        cost = df * DENSE_COST + df * list->entry.df / loners->segment->meta.doc_count * FOUND_COST;
    }
    return cost + kept + BLOCK_COST * (list->block_count < kept ? list->block_count : kept);
}

lede_status loners_grow(struct loners *loners, uint64_t ranges, bool *grown_out, lede_error *error)
{
    const bool is_first = loners->overlap.lane_count == 0;
    struct lane *base = is_first ? rarest(loners->set, NULL) : loners->last;
    struct lane *next = rarest(loners->set, base);
    *grown_out = false;
    if (next == NULL ||
        (base != NULL &&
            base->leaf.cursor->entry.df > loners->segment->meta.doc_count / GROWN_SHARE) ||
        loners->overlap.lane_count >= OVERLAP_LANES_MAX ||
        cost_of(loners, base, next) >= RANGE_COST * ranges) {
        return LEDE_OK;
    }
    lede_status status = LEDE_OK;
    if (base != NULL && lane_keep_docs(base, loners->arena) != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    if (is_first) {
        status = add(loners, base, error);
    }
    if (status == LEDE_OK) {
        status = add(loners, next, error);
    }
    loners->last = next;
    *grown_out = true;
    return status;
}
