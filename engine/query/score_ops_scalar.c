/* The specification: one posting, sum or range after the other. */
#include "base/bits.h"
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

static uint64_t reaching(const uint32_t *sums, uint32_t threshold)
{
    uint64_t reached = 0;
    for (uint32_t i = 0; i < 64; i++) {
        reached |= (uint64_t)(sums[i] >= threshold) << i;
    }
    return reached;
}

static void add_levels(uint8_t *levels, const uint8_t *codes, uint32_t count, const uint8_t *table)
{
    add_levels_each(levels, codes, count, table);
}

static void raise_levels(
    uint8_t *levels, const uint8_t *codes, uint32_t count, const uint8_t *table)
{
    raise_levels_each(levels, codes, count, table);
}

static void largest_levels(const uint8_t *levels, uint32_t word_count, uint8_t *largest)
{
    for (uint32_t i = 0; i < word_count; i++) {
        uint8_t most = 0;
        for (uint32_t j = 0; j < 64; j++) {
            const uint8_t level = levels[(size_t)i * 64 + j];
            most = level > most ? level : most;
        }
        largest[i] = most;
    }
}

static uint64_t levels_reaching(const uint8_t *levels, uint32_t least)
{
    uint64_t reached = 0;
    for (uint32_t i = 0; i < 64; i++) {
        reached |= (uint64_t)(levels[i] >= least) << i;
    }
    return reached;
}

static uint32_t count_levels(
    const uint8_t *levels, const uint64_t *words, uint32_t word_count, uint32_t least)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < word_count; i++) {
        count += popcount64(levels_reaching(levels + (size_t)i * 64, least) & words[i]);
    }
    return count;
}

const struct score_ops score_ops_scalar = {
    .name = "scalar",
    .cpu_needs = 0,
    .shares = shares,
    .lengths = lengths,
    .accumulate = accumulate,
    .filter = filter,
    .reaching = reaching,
    .add_levels = add_levels,
    .raise_levels = raise_levels,
    .largest_levels = largest_levels,
    .levels_reaching = levels_reaching,
    .count_levels = count_levels,
};
