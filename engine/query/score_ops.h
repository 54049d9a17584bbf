/* score_ops.h -- the loops of ranking over arrays: shares, sums and levels, and which of them reach a threshold.
 *
 * Shares and sums are units of bm25.h, below 2^31; thresholds are at most 2^31. Sums wrap modulo 2^32 where a
 * caller lets them. Variants: scalar (the specification), AVX2, AVX-512 and NEON, alike on all inputs:
 * also the floating-point operations of a share, which each do in the scalar one's order and rounding.
 * Any count may be 0; no pointer needs an alignment beyond its type's.
 */
#ifndef QUERY_SCORE_OPS_H
#define QUERY_SCORE_OPS_H

#include <stddef.h>
#include <stdint.h>

#include "query/bm25.h"
#include "storage/lengths.h"

enum { SCORE_FILTER_SLACK = 16 };

struct score_ops {
    const char *name;
    uint32_t cpu_needs; /* enum cpu_feature */
    /* shares[i] = bm25_share(bm25, weight, (float)frequencies[i], lengths[i]), with a scaled weight below
     * 2^31. `shares` may be `frequencies` or `lengths`. */
    void (*shares)(const struct bm25 *bm25, float weight, const uint32_t *frequencies,
        const uint32_t *lengths, uint32_t count, uint32_t *shares);
    /* found[i] = the length of docs[i], a document that there is. Reads at most LEDE_READ_PADDING bytes
     * past the lengths. */
    void (*lengths)(
        const struct lengths *lengths, const uint32_t *docs, uint32_t count, uint32_t *found);
    /* sums[docs[i] - base] += shares[i]; docs ascend strictly. */
    void (*accumulate)(uint32_t *sums, const uint32_t *docs, uint32_t count, uint32_t base,
        const uint32_t *shares);
    /* The i with sums[i] >= threshold, ascending, and how many. `places` has room for count +
     * SCORE_FILTER_SLACK, all of which may be written. */
    uint32_t (*filter)(const uint32_t *sums, uint32_t count, uint32_t threshold, uint32_t *places);
    /* Bit i: whether sums[i] >= threshold, for i < 64. */
    uint64_t (*reaching)(const uint32_t *sums, uint32_t threshold);
    /* levels[i] += table[codes[i]], at most 255; table has 256 entries, of which the first is 0. */
    void (*add_levels)(uint8_t *levels, const uint8_t *codes, uint32_t count, const uint8_t *table);
    /* levels[i] = table[codes[i]] where that is more. */
    void (*raise_levels)(
        uint8_t *levels, const uint8_t *codes, uint32_t count, const uint8_t *table);
    /* largest[i] = the largest of levels[i * 64] and the 63 behind it, for i < word_count. */
    void (*largest_levels)(const uint8_t *levels, uint32_t word_count, uint8_t *largest);
    /* Bit i: whether levels[i] >= least, for i < 64; `least` is at most 255. */
    uint64_t (*levels_reaching)(const uint8_t *levels, uint32_t least);
    /* How many levels of `word_count` times 64 are at least `least` and have their bit set in `words`. */
    uint32_t (*count_levels)(
        const uint8_t *levels, const uint64_t *words, uint32_t word_count, uint32_t least);
};

/* The best variant for this processor; `features` is cpu_features(), or a part of it in tests. */
const struct score_ops *score_ops_for(uint32_t features);

/* Every variant compiled in, best first, scalar last; NULL past the end. */
const struct score_ops *score_ops_at(size_t i);

#endif
