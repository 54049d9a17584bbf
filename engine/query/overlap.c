#include "query/overlap.h"

enum { BLOCK = LEDE_BLOCK_POSTINGS };

/* Documents that ascend. */
struct list {
    const uint32_t *docs;
    uint32_t count;
};

/* How many of the first `count` documents are below `target`. */
static uint32_t below(const uint32_t *docs, uint32_t count, uint32_t target)
{
    uint32_t found = 0;
    while (count > 0) {
        const uint32_t half = (count + 1) / 2;
        found += half & (0u - (uint32_t)(docs[found + half - 1] < target));
        count -= half;
    }
    return found;
}

/* Documents of `few` that `many` has, into `both`; returns how many. */
static uint32_t intersect(
    struct list few, struct list many, const struct bitpack_ops *ops, uint32_t *both)
{
    uint32_t found = 0;
    for (uint32_t i = 0, at = 0; i < few.count && at < many.count; at += BLOCK) {
        const uint32_t size = many.count - at < BLOCK ? many.count - at : BLOCK;
        const uint32_t last = many.docs[at + size - 1];
        if (last < few.docs[i]) {
            continue;
        }
        const uint32_t left = few.count - i < BLOCK ? few.count - i : BLOCK;
        const uint32_t here = below(few.docs + i, left, last + 1);
        uint32_t places[BLOCK];
        ops->locate(many.docs + at, size, few.docs + i, here, places);
        for (uint32_t j = 0; j < here; j++) {
            both[found] = few.docs[i + j];
            found += places[j] != UINT32_MAX;
        }
        i += here;
        at -= here == BLOCK ? BLOCK : 0; /* of this block there may be more to look for */
    }
    return found;
}

/* The union of two arrays, into `all`; returns its size. */
static uint32_t unite(struct list a, struct list b, uint32_t *all)
{
    uint32_t count = 0;
    uint32_t i = 0;
    uint32_t j = 0;
    while (i < a.count && j < b.count) {
        const uint32_t first = a.docs[i];
        const uint32_t second = b.docs[j];
        all[count++] = first < second ? first : second;
        i += first <= second;
        j += second <= first;
    }
    for (; i < a.count; i++) {
        all[count++] = a.docs[i];
    }
    for (; j < b.count; j++) {
        all[count++] = b.docs[j];
    }
    return count;
}

lede_status overlap_make(struct overlap *overlap, const struct lane *const *lanes,
    uint32_t lane_count, const struct bitpack_ops *ops, struct arena *arena, lede_error *error)
{
    uint32_t most = 0; /* no pair has more, nor, twice over, all of them */
    for (uint32_t i = 0; i < lane_count; i++) {
        most += lanes[i]->doc_count;
    }
    uint32_t *both = arena_array(arena, most, sizeof *both);
    uint32_t *all = arena_array(arena, most, sizeof *all);
    *overlap = (struct overlap){.docs = arena_array(arena, most, sizeof *overlap->docs)};
    if (both == NULL || all == NULL || overlap->docs == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t j = 1; j < lane_count; j++) {
        for (uint32_t i = 0; i < j; i++) {
            const struct list a = {lanes[i]->docs, lanes[i]->doc_count};
            const struct list b = {lanes[j]->docs, lanes[j]->doc_count};
            const uint32_t found = a.count < b.count ? intersect(a, b, ops, both)
                                                     : intersect(b, a, ops, both);
            if (found > 0) {
                uint32_t *before = overlap->docs;
                overlap->count = unite((struct list){before, overlap->count},
                    (struct list){both, found}, all);
                overlap->docs = all;
                all = before;
            }
        }
    }
    return LEDE_OK;
}

uint64_t overlap_in_range(const struct overlap *overlap, uint32_t range)
{
    const uint32_t first = range * LEDE_RANGE_DOCS;
    uint64_t word = 0;
    for (uint32_t i = below(overlap->docs, overlap->count, first);
         i < overlap->count && overlap->docs[i] - first < LEDE_RANGE_DOCS; i++) {
        word |= UINT64_C(1) << (overlap->docs[i] - first);
    }
    return word;
}
