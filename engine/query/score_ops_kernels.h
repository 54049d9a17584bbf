/* score_ops_kernels.h -- the variants of score_ops.h, one file each, for score_ops.c's list of them, and the
 * loops that more than one file has use of, each compiled with the instructions that its file may use.
 */
#ifndef QUERY_SCORE_OPS_KERNELS_H
#define QUERY_SCORE_OPS_KERNELS_H

#include "base/attr.h"
#include "query/score_ops.h"

extern const struct score_ops score_ops_scalar;
#if defined(__x86_64__)
extern const struct score_ops score_ops_avx2;
extern const struct score_ops score_ops_avx512;
#elif defined(__aarch64__)
extern const struct score_ops score_ops_neon;
#endif

ALWAYS_INLINE void shares_each(const struct bm25 *bm25, float weight, const uint32_t *frequencies,
    const uint32_t *lengths, uint32_t count, uint32_t *shares)
{
    for (uint32_t i = 0; i < count; i++) {
        shares[i] = bm25_share(bm25, weight, (float)frequencies[i], lengths[i]);
    }
}

ALWAYS_INLINE void lengths_each(
    const struct lengths *lengths, const uint32_t *docs, uint32_t count, uint32_t *found)
{
    const uint8_t *bytes = lengths->bytes;
    if (lengths->width_bytes == 2) {
#pragma GCC unroll 4
        for (uint32_t i = 0; i < count; i++) {
            found[i] = load_le16(bytes + (size_t)docs[i] * 2);
        }
    } else {
#pragma GCC unroll 4
        for (uint32_t i = 0; i < count; i++) {
            found[i] = load_le32(bytes + (size_t)docs[i] * 4);
        }
    }
}

ALWAYS_INLINE void accumulate_each(
    uint32_t *sums, const uint32_t *docs, uint32_t count, uint32_t base, const uint32_t *shares)
{
#pragma GCC unroll 4
    for (uint32_t i = 0; i < count; i++) {
        sums[docs[i] - base] += shares[i];
    }
}

/* From `first` on; returns how many there are in all, of which `found` were before. */
ALWAYS_INLINE uint32_t filter_each(const uint32_t *sums, uint32_t first, uint32_t count,
    uint32_t threshold, uint32_t found, uint32_t *places)
{
    for (uint32_t i = first; i < count; i++) {
        places[found] = i;
        found += sums[i] >= threshold;
    }
    return found;
}

ALWAYS_INLINE void add_levels_each(
    uint8_t *levels, const uint8_t *codes, uint32_t count, const uint8_t *table)
{
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
        if (load_le64(codes + i) == 0) { /* a rare term is in few ranges */
            continue;
        }
#pragma GCC unroll 8
        for (uint32_t j = 0; j < 8; j++) {
            const uint32_t level = (uint32_t)levels[i + j] + table[codes[i + j]];
            levels[i + j] = level < 255 ? (uint8_t)level : 255;
        }
    }
    for (; i < count; i++) {
        const uint32_t level = (uint32_t)levels[i] + table[codes[i]];
        levels[i] = level < 255 ? (uint8_t)level : 255;
    }
}

ALWAYS_INLINE void raise_levels_each(
    uint8_t *levels, const uint8_t *codes, uint32_t count, const uint8_t *table)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t level = table[codes[i]];
        levels[i] = levels[i] > level ? levels[i] : level;
    }
}

#endif
