/* As wordset_avx2.c where that pays: words are combined by pairs, ones are counted by bytes (which is how the
 * compiler does it too), and a table of places turns dense words into documents, by two stores of four. There is no
 * instruction that gathers the marks of bytes.
 */
#include <arm_neon.h>

#include "base/attr.h"
#include "base/cpu.h"
#include "codec/byte_places.h"
#include "codec/wordset_kernels.h"

enum { DENSE_ONES = 8 };

static void set_bits(uint64_t *words, uint32_t at, const uint8_t *bits, uint32_t bit_count)
{
    set_shifted(words, at, bits, bit_count);
}

ALWAYS_INLINE uint64x2_t load_others(const void *others, uint32_t i)
{
    return vreinterpretq_u64_u8(vld1q_u8((const uint8_t *)others + (size_t)i * 8));
}

static void intersect(uint64_t *words, const void *others, uint32_t word_count)
{
    uint32_t i = 0;
    for (; i + 2 <= word_count; i += 2) {
        vst1q_u64(words + i, vandq_u64(vld1q_u64(words + i), load_others(others, i)));
    }
    for (; i < word_count; i++) {
        words[i] &= other_word(others, i);
    }
}

static void subtract(uint64_t *words, const void *others, uint32_t word_count)
{
    uint32_t i = 0;
    for (; i + 2 <= word_count; i += 2) {
        vst1q_u64(words + i, vbicq_u64(vld1q_u64(words + i), load_others(others, i)));
    }
    for (; i < word_count; i++) {
        words[i] &= ~other_word(others, i);
    }
}

static void unite(uint64_t *words, const void *others, uint32_t word_count)
{
    uint32_t i = 0;
    for (; i + 2 <= word_count; i += 2) {
        vst1q_u64(words + i, vorrq_u64(vld1q_u64(words + i), load_others(others, i)));
    }
    for (; i < word_count; i++) {
        words[i] |= other_word(others, i);
    }
}

static uint64_t count(const uint64_t *words, uint32_t word_count)
{
    uint64x2_t found = vdupq_n_u64(0);
    uint32_t i = 0;
    for (; i + 2 <= word_count; i += 2) {
        const uint8x16_t ones = vcntq_u8(vreinterpretq_u8_u64(vld1q_u64(words + i)));
        found = vpadalq_u32(found, vpaddlq_u16(vpaddlq_u8(ones)));
    }
    return vaddvq_u64(found) + count_each(words + i, word_count - i);
}

static uint64_t count_range(const uint64_t *words, uint64_t first, uint64_t end)
{
    return count_between(words, first, end, count);
}

static uint32_t count_bits(const uint8_t *bits, uint32_t first, uint32_t end)
{
    return count_bits_each(bits, first, end);
}

static uint32_t look_up(const uint64_t *words, const uint32_t *starts, const uint32_t *bits,
    uint32_t count, uint32_t *found, uint32_t *places)
{
    return look_up_each(words, starts, bits, count, found, places);
}

/* Writes up to eight numbers beyond. */
ALWAYS_INLINE void docs_by_table(uint64_t word, uint32_t first, uint32_t *docs)
{
    for (uint32_t byte = 0; byte < 8; byte++) {
        const uint32_t ones = (uint32_t)(word >> 8 * byte) & 0xff;
        const uint16x8_t places = vmovl_u8(vcreate_u8(byte_places[ones]));
        const uint32x4_t start = vdupq_n_u32(first + 8 * byte);
        vst1q_u32(docs, vaddw_u16(start, vget_low_u16(places)));
        vst1q_u32(docs + 4, vaddw_u16(start, vget_high_u16(places)));
        docs += popcount64(ones);
    }
}

static uint32_t docs(const uint64_t *words, uint32_t word_count, uint32_t base, uint32_t *docs)
{
    const uint32_t total = (uint32_t)count(words, word_count);
    uint32_t found = 0;
    uint32_t i = 0;
    for (; total >= word_count * DENSE_ONES && i < word_count; i++) {
        const uint32_t ones = popcount64(words[i]);
        if (found + ones + 8 > total) {
            break;
        }
        docs_by_table(words[i], base + 64 * i, docs + found);
        found += ones;
    }
    for (; i < word_count; i++) {
        found += docs_of_word(words[i], base + 64 * i, docs + found);
    }
    return found;
}

static void starts(const uint64_t *words, uint32_t word_count, uint32_t first, uint32_t *starts)
{
    starts_each(words, word_count, first, starts);
}

const struct wordset_ops wordset_neon = {
    .name = "neon",
    .cpu_needs = CPU_NEON,
    .set_bits = set_bits,
    .intersect = intersect,
    .subtract = subtract,
    .unite = unite,
    .count = count,
    .count_range = count_range,
    .count_bits = count_bits,
    .look_up = look_up,
    .docs = docs,
    .starts = starts,
};
