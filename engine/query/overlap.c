#include "query/overlap.h"

#include <string.h>

#include "base/ascending.h"
#include "storage/postings_places.h"

enum { BLOCK = LEDE_BLOCK_POSTINGS };

/* Documents that ascend. */
struct list {
    const uint32_t *docs;
    uint32_t count;
};

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
        const uint32_t here = count_below(few.docs + i, left, last + 1);
        uint32_t numbers[BLOCK];
        uint32_t places[BLOCK];
        const uint32_t met =
            ops->locate(many.docs + at, size, few.docs, i, i + here, 0, numbers, places);
        for (uint32_t j = 0; j < met; j++) {
            both[found++] = few.docs[numbers[j]];
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

/* Documents of `few` that the lane's list has, into `both`; returns how many. */
static uint32_t keep_listed(
    struct list few, const struct lane *lane, uint32_t *places, uint32_t *both)
{
    const uint32_t found =
        postings_places_find(lane->leaf.cursor, few.docs, few.count, both, places);
    for (uint32_t i = 0; i < found; i++) {
        both[i] = few.docs[both[i]];
    }
    return found;
}

/* Make room for so many documents. */
static lede_status reserve(struct overlap *overlap, uint32_t kept, lede_error *error)
{
    if (kept <= overlap->capacity) {
        return LEDE_OK;
    }
    uint32_t *docs = arena_array(overlap->arena, kept, sizeof *docs);
    bool is_full = docs == NULL;
    for (uint32_t i = 0; i < 3; i++) {
        overlap->scratch[i] = arena_array(overlap->arena, kept, sizeof *docs);
        is_full = is_full || overlap->scratch[i] == NULL;
    }
    if (is_full) {
        return lede_fail_nomem(error);
    }
    if (overlap->count > 0) {
        memcpy(docs, overlap->docs, overlap->count * sizeof *docs);
    }
    overlap->docs = docs;
    overlap->capacity = kept;
    return LEDE_OK;
}

lede_status overlap_init(struct overlap *overlap, uint32_t lane_count, uint32_t kept,
    const struct bitpack_ops *ops, struct arena *arena, lede_error *error)
{
    *overlap = (struct overlap){
        .ops = ops, .arena = arena, .lanes = arena_array(arena, lane_count, sizeof(struct lane *))};
    return overlap->lanes == NULL ? lede_fail_nomem(error) : reserve(overlap, kept, error);
}

lede_status overlap_add(struct overlap *overlap, const struct lane *lane, lede_error *error)
{
    const struct list own = {lane->docs, lane->doc_count};
    overlap->kept = own.count;
    for (uint32_t i = 0; i < overlap->lane_count; i++) {
        overlap->kept += overlap->lanes[i]->doc_count;
    }
    const lede_status status = reserve(overlap, overlap->kept, error);
    if (status != LEDE_OK) {
        return status;
    }
    uint32_t *both = overlap->scratch[0];
    for (uint32_t i = 0; i < overlap->lane_count; i++) {
        const struct list other = {overlap->lanes[i]->docs, overlap->lanes[i]->doc_count};
        const uint32_t found =
            own.docs == NULL          ? keep_listed(other, lane, overlap->scratch[1], both)
            : own.count < other.count ? intersect(own, other, overlap->ops, both)
                                      : intersect(other, own, overlap->ops, both);
        if (found > 0) {
            uint32_t *before = overlap->docs;
            uint32_t *all = overlap->scratch[2];
            overlap->count =
                unite((struct list){before, overlap->count}, (struct list){both, found}, all);
            overlap->docs = all;
            overlap->scratch[2] = before;
        }
    }
    overlap->lanes[overlap->lane_count++] = lane;
    return LEDE_OK;
}

void overlap_places(const struct overlap *overlap, const struct lane *lane, const uint32_t *docs,
    uint32_t count, uint32_t *places)
{
    uint32_t i = 0;
    for (uint32_t j = 0; j < count; j++) {
        places[j] = LANE_NO_PLACE;
    }
    for (uint32_t at = 0; i < count && at < lane->doc_count; at += BLOCK) {
        const uint32_t size = lane->doc_count - at < BLOCK ? lane->doc_count - at : BLOCK;
        const uint32_t last = lane->docs[at + size - 1];
        while (i < count && docs[i] <= last) {
            const uint32_t left = count - i < BLOCK ? count - i : BLOCK;
            const uint32_t here = count_below(docs + i, left, last + 1);
            uint32_t numbers[BLOCK];
            uint32_t met_places[BLOCK];
            const uint32_t met = overlap->ops->locate(
                lane->docs + at, size, docs, i, i + here, at, numbers, met_places);
            for (uint32_t j = 0; j < met; j++) {
                places[numbers[j]] = met_places[j];
            }
            i += here;
        }
    }
}

uint64_t overlap_in_range(const uint32_t *docs, uint32_t count, uint32_t range)
{
    const uint32_t first = range * LEDE_RANGE_DOCS;
    uint64_t word = 0;
    for (uint32_t i = count_below(docs, count, first);
         i < count && docs[i] - first < LEDE_RANGE_DOCS; i++) {
        word |= UINT64_C(1) << (docs[i] - first);
    }
    return word;
}
