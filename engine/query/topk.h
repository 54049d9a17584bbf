/* topk.h -- the k largest of many 64-bit keys. Knows no score: whoever offers makes the key, so that a
 * larger one ranks first (score in the high half, document in the low one).
 *
 * A binary heap with the smallest kept key on top; until it is full keys are only appended. Offering costs
 * one comparison for a key that is not among the best so far.
 */
#ifndef QUERY_TOPK_H
#define QUERY_TOPK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct topk {
    uint64_t *keys; /* borrowed: room for k */
    size_t k;
    size_t count;
    uint64_t least; /* keys below are of no interest: the smallest kept one once k are kept */
};

/* k >= 1. Keys below `floor` are never kept. */
void topk_init(struct topk *topk, uint64_t *keys, size_t k, uint64_t floor);

void topk_insert(struct topk *topk, uint64_t key);

static inline void topk_offer(struct topk *topk, uint64_t key)
{
    if (key >= topk->least) {
        topk_insert(topk, key);
    }
}

/* Of keys with a score in the high half: the least score that a document no higher than `last` needs to be kept. */
static inline uint32_t topk_least_score(const struct topk *topk, uint32_t last)
{
    const uint32_t score = (uint32_t)(topk->least >> 32);
    const bool ties_win = last >= (uint32_t)topk->least;
    return ties_win ? score : score + 1;
}

static inline bool topk_is_full(const struct topk *topk)
{
    return topk->count == topk->k;
}

/* Order the kept keys, largest first. The heap is none after that: topk_init to use it again. */
void topk_sort(struct topk *topk);

#endif
