/* Bits to documents: a table gives the places of the ones in a byte; eight are widened, moved by the byte's
 * first document and stored, of which as many count as there are ones. What is stored beyond must lie
 * within the result, so the last words go bit by bit, as do all where there are few ones a word.
 */
#include <immintrin.h>

#include "base/attr.h"
#include "base/cpu.h"
#include "codec/byte_places.h"
#include "codec/wordset_kernels.h"

/* Fewer documents a word are faster one by one. */
enum { DENSE_ONES = 8 };

static void set_bits(uint64_t *words, uint32_t at, const uint8_t *bits, uint32_t bit_count)
{
    set_shifted(words, at, bits, bit_count);
}

ALWAYS_INLINE __m256i load(const uint64_t *words)
{
    return _mm256_loadu_si256((const __m256i *)words);
}

ALWAYS_INLINE __m256i load_others(const void *others, uint32_t i)
{
    return _mm256_loadu_si256((const __m256i *)((const uint8_t *)others + (size_t)i * 8));
}

static void intersect(uint64_t *words, const void *others, uint32_t word_count)
{
    uint32_t i = 0;
    for (; i + 4 <= word_count; i += 4) {
        _mm256_storeu_si256(
            (__m256i *)(words + i), _mm256_and_si256(load(words + i), load_others(others, i)));
    }
    for (; i < word_count; i++) {
        words[i] &= other_word(others, i);
    }
}

static void subtract(uint64_t *words, const void *others, uint32_t word_count)
{
    uint32_t i = 0;
    for (; i + 4 <= word_count; i += 4) {
        _mm256_storeu_si256(
            (__m256i *)(words + i), _mm256_andnot_si256(load_others(others, i), load(words + i)));
    }
    for (; i < word_count; i++) {
        words[i] &= ~other_word(others, i);
    }
}

static void unite(uint64_t *words, const void *others, uint32_t word_count)
{
    uint32_t i = 0;
    for (; i + 4 <= word_count; i += 4) {
        _mm256_storeu_si256(
            (__m256i *)(words + i), _mm256_or_si256(load(words + i), load_others(others, i)));
    }
    for (; i < word_count; i++) {
        words[i] |= other_word(others, i);
    }
}

/* Here the compiler has an instruction for it. */
static uint64_t count(const uint64_t *words, uint32_t word_count)
{
    return count_each(words, word_count);
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
    __m256i start = _mm256_set1_epi32((int)first);
    for (uint32_t byte = 0; byte < 8; byte++) {
        const uint32_t ones = (uint32_t)(word >> 8 * byte) & 0xff;
        const __m128i row = _mm_loadl_epi64((const __m128i *)(byte_places + ones));
        const __m256i found = _mm256_add_epi32(_mm256_cvtepu8_epi32(row), start);
        _mm256_storeu_si256((__m256i *)docs, found);
        docs += _mm_popcnt_u32(ones);
        start = _mm256_add_epi32(start, _mm256_set1_epi32(8));
    }
}

static uint32_t docs(const uint64_t *words, uint32_t word_count, uint32_t base, uint32_t *docs)
{
    const uint32_t total = (uint32_t)count_each(words, word_count);
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

const struct wordset_ops wordset_avx2 = {
    .name = "avx2",
    .cpu_needs = CPU_AVX2,
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
