/* wordset_kernels.h -- the variants of wordset.h, one file each, for wordset.c's list of them, and the loops
 * that more than one file has use of.
 *
 * The loops are static and inline: each file compiles them with the instructions that it may use.
 */
#ifndef CODEC_WORDSET_KERNELS_H
#define CODEC_WORDSET_KERNELS_H

#include "base/attr.h"
#include "base/bits.h"
#include "base/bytes.h"
#include "codec/wordset.h"

extern const struct wordset_ops wordset_scalar;
#if defined(__x86_64__)
extern const struct wordset_ops wordset_avx2;
extern const struct wordset_ops wordset_avx512;
#elif defined(__aarch64__)
extern const struct wordset_ops wordset_neon;
#endif

/* All ones in the first `count` bits, count 0..63. */
ALWAYS_INLINE uint64_t first_bits(uint32_t count)
{
    return (UINT64_C(1) << count) - 1;
}

/* Word i of those of a file. */
ALWAYS_INLINE uint64_t other_word(const void *others, uint32_t i)
{
    return load_le64((const uint8_t *)others + (size_t)i * sizeof(uint64_t));
}

/* Bits of the string from bit 64 * i - skew on are word i; what goes over is carried to the next word. */
ALWAYS_INLINE void set_shifted(
    uint64_t *words, uint32_t at, const uint8_t *bits, uint32_t bit_count)
{
    const uint32_t skew = at % 64;
    uint64_t carry = 0;
    if (bit_count == 0) {
        return;
    }
    words += at / 64;
    for (; bit_count >= 64; bit_count -= 64, bits += 8) {
        const uint64_t word = load_le64(bits);
        *words++ |= carry | word << skew;
        carry = skew == 0 ? 0 : word >> (64 - skew);
    }
    const uint64_t word = bit_count == 0 ? 0 : load_le64(bits) & first_bits(bit_count);
    if (skew + bit_count > 0) {
        *words |= carry | word << skew;
    }
    if (skew + bit_count > 64) {
        words[1] |= word >> (64 - skew);
    }
}

ALWAYS_INLINE uint64_t count_each(const uint64_t *words, uint32_t word_count)
{
    uint64_t found = 0;
#pragma GCC unroll 4
    for (uint32_t i = 0; i < word_count; i++) {
        found += popcount64(words[i]);
    }
    return found;
}

ALWAYS_INLINE uint32_t count_bits_each(const uint8_t *bits, uint32_t first, uint32_t end)
{
    if (first >= end) {
        return 0;
    }
    bits += first / 8;
    uint32_t skew = first % 8;
    uint32_t left = end - first;
    uint32_t found = 0;
    for (; left > 64 - skew; left -= 64 - skew, bits += 8, skew = 0) {
        found += popcount64(load_le64(bits) >> skew);
    }
    return found + popcount64(load_le64(bits) >> skew << (64 - left));
}

ALWAYS_INLINE uint32_t look_up_each(const uint64_t *words, const uint32_t *starts,
    const uint32_t *bits, uint32_t count, uint32_t *found, uint32_t *places)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t word = words[bits[i] / 64];
        const uint32_t bit = bits[i] % 64;
        found[kept] = i;
        places[kept] = starts[bits[i] / 64] + popcount64(word & first_bits(bit));
        kept += (uint32_t)(word >> bit & 1);
    }
    return kept;
}

ALWAYS_INLINE uint32_t docs_of_word(uint64_t word, uint32_t first, uint32_t *docs)
{
    uint32_t found = 0;
    for (; word != 0; word &= word - 1) {
        docs[found++] = first + lowest_bit64(word);
    }
    return found;
}

ALWAYS_INLINE void starts_each(
    const uint64_t *words, uint32_t word_count, uint32_t first, uint32_t *starts)
{
    for (uint32_t i = 0; i < word_count; i++) {
        starts[i] = first;
        first += popcount64(words[i]);
    }
}

/* The words at both ends by a mask, those between by `count`. */
ALWAYS_INLINE uint64_t count_between(const uint64_t *words, uint64_t first, uint64_t end,
    uint64_t (*count)(const uint64_t *words, uint32_t word_count))
{
    if (first >= end) {
        return 0;
    }
    const uint64_t last = (end - 1) / 64;
    const uint64_t low = ~UINT64_C(0) << first % 64;
    const uint64_t high = ~UINT64_C(0) >> (63 - (end - 1) % 64);
    words += first / 64;
    const uint32_t steps = (uint32_t)(last - first / 64);
    if (steps == 0) {
        return popcount64(words[0] & low & high);
    }
    return popcount64(words[0] & low) + count(words + 1, steps - 1) +
           popcount64(words[steps] & high);
}

#endif
