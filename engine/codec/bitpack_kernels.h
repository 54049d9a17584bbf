/* bitpack_kernels.h -- the variants of bitpack.h, one file each, for bitpack.c's list of them only.
 *
 * Every kernel takes any alignment, any count up to LEDE_BLOCK_POSTINGS and any width 0..32, reads at
 * most LEDE_READ_PADDING bytes past the packed ones, writes `count` values and nothing else, and gives
 * what the scalar one gives for all inputs.
 */
#ifndef CODEC_BITPACK_KERNELS_H
#define CODEC_BITPACK_KERNELS_H

#include "base/ascending.h"
#include "base/attr.h"
#include "base/bits.h"
#include "codec/bitpack.h"

extern const struct bitpack_ops bitpack_scalar;
#if defined(__x86_64__)
extern const struct bitpack_ops bitpack_avx2;
extern const struct bitpack_ops bitpack_avx512;
#elif defined(__aarch64__)
extern const struct bitpack_ops bitpack_neon;
#endif

/* The loops that more than one variant has use of: compiled with the instructions that each may use. */

/* Add to the values whose marks are set; returns how many there are. */
ALWAYS_INLINE uint32_t add_marked(
    uint32_t *values, uint32_t count, const uint64_t *marks, const uint32_t *additions)
{
    uint32_t added = 0;
    for (uint32_t first = 0; first < count; first += 64) {
        uint64_t left = marks[first / 64];
        left &= count - first < 64 ? (UINT64_C(1) << (count - first)) - 1 : ~UINT64_C(0);
        for (; left != 0; left &= left - 1) {
            values[first + lowest_bit64(left)] += additions[added++];
        }
    }
    return added;
}

enum { LOCATED_MIN = 4 }; /* fewer are sooner searched than a whole block prepared for them */

/* locate, by bisection of what lies behind the one before. */
ALWAYS_INLINE uint32_t locate_walking(const uint32_t *docs, uint32_t count, const uint32_t *wanted,
    uint32_t first, uint32_t end, uint32_t base, uint32_t *found, uint32_t *places)
{
    uint32_t at = 0; /* docids before it are below the wanted one */
    uint32_t kept = 0;
    for (uint32_t i = first; i < end && at < count; i++) {
        at += count_below(docs + at, count - at, wanted[i]);
        if (at < count) {
            found[kept] = i;
            places[kept] = base + at;
            kept += docs[at] == wanted[i];
        }
    }
    return kept;
}

/* meet, where one of the lists is long. */
ALWAYS_INLINE bool meet_walking(const uint32_t *first, uint32_t first_count, const uint32_t *second,
    uint32_t second_count, uint32_t distance)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < first_count; i++) {
        const uint32_t wanted = first[i] + distance;
        while (at < second_count && (int32_t)(second[at] - wanted) < 0) {
            at++;
        }
        if (at == second_count) {
            return false;
        }
        if (second[at] == wanted) {
            return true;
        }
    }
    return false;
}

#endif
