/* random_formula.c */
#include "support/random_formula.h"

#include <math.h>

#include "support/list_segment.h"

void random_formula(
    struct bm25 *bm25_out, struct plan_leaf *leaves, uint32_t count, struct rng *rng)
{
    const struct bm25_options options = {.k1 = rng_below(rng, 3) == 0 ? 0.9 : rng_real(rng) * 3,
        .b = rng_real(rng),
        .title_boost = 1};
    double weights[SEGMENT_LISTS_MAX];
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += weights[i] = ldexp(1 + rng_real(rng), (int)rng_below(rng, 5));
    }
    bm25_init(bm25_out, &options, 100 + 900 * rng_real(rng), sum, count);
    for (uint32_t i = 0; i < count; i++) {
        leaves[i].scaled_weight = bm25_scaled_weight(bm25_out, weights[i]);
    }
}

int random_formula_key_order(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left;
    const uint64_t b = *(const uint64_t *)right;
    return (a < b) - (a > b);
}
