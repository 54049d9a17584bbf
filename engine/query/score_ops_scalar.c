/* The specification: one posting, sum or range after the other. */
#include "query/score_ops_kernels.h"

static void shares(const struct bm25 *bm25, float weight, const uint32_t *frequencies,
    const uint32_t *lengths, uint32_t count, uint32_t *shares)
{
    const struct bm25 copy = *bm25; // the compiler knows then that no share is stored over it
    shares_each(&copy, weight, frequencies, lengths, count, shares);
}

static void lengths(
    const struct lengths *lengths, const uint32_t *docs, uint32_t count, uint32_t *found)
{
    lengths_each(lengths, docs, count, found);
}

static void accumulate(
    uint32_t *sums, const uint32_t *docs, uint32_t count, uint32_t base, const uint32_t *shares)
{
    accumulate_each(sums, docs, count, base, shares);
}

static uint32_t filter(const uint32_t *sums, uint32_t count, uint32_t threshold, uint32_t *places)
{
    return filter_each(sums, 0, count, threshold, 0, places);
}

static uint32_t largest(const uint32_t *sums, uint32_t count)
{
    uint32_t largest = 0;
    for (uint32_t i = 0; i < count; i++) {
        largest = sums[i] > largest ? sums[i] : largest;
    }
    return largest;
}

static void add_bounds(uint32_t *sums, const uint8_t *codes, uint32_t count, const uint32_t *table)
{
    add_bounds_each(sums, codes, count, table);
}

static uint64_t reaching(const uint32_t *sums, uint32_t threshold)
{
    uint64_t reached = 0;
    for (uint32_t i = 0; i < 64; i++) {
        reached |= (uint64_t)(sums[i] >= threshold) << i;
    }
    return reached;
}

const struct score_ops score_ops_scalar = {
    .name = "scalar",
    .cpu_needs = 0,
    .shares = shares,
    .lengths = lengths,
    .accumulate = accumulate,
    .filter = filter,
    .largest = largest,
    .add_bounds = add_bounds,
    .reaching = reaching,
};
