/* byte_mask.h -- questions about 32 bytes at once, answered as bits: bit i speaks of byte i.
 *
 * On x86-64 by SSE2, which every such processor has, elsewhere by a loop that is what they mean. All read
 * BYTE_MASK_BYTES bytes.
 */
#ifndef BASE_BYTE_MASK_H
#define BASE_BYTE_MASK_H

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { BYTE_MASK_BYTES = 32 };

#if defined(__SSE2__)

static inline __m128i byte_mask_half(const uint8_t *bytes, int half)
{
    return _mm_loadu_si128((const __m128i *)(const void *)bytes + half);
}

static inline uint32_t byte_mask_join(__m128i low, __m128i high)
{
    return (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16;
}

/* Which are `value`. */
static inline uint32_t bytes_equal(const uint8_t *bytes, uint8_t value)
{
    const __m128i all = _mm_set1_epi8((char)value);
    return byte_mask_join(_mm_cmpeq_epi8(byte_mask_half(bytes, 0), all),
        _mm_cmpeq_epi8(byte_mask_half(bytes, 1), all));
}

/* Which are `value` or more. */
static inline uint32_t bytes_at_least(const uint8_t *bytes, uint8_t value)
{
    const __m128i all = _mm_set1_epi8((char)value);
    const __m128i low = byte_mask_half(bytes, 0);
    const __m128i high = byte_mask_half(bytes, 1);
    return byte_mask_join(
        _mm_cmpeq_epi8(_mm_max_epu8(low, all), low), _mm_cmpeq_epi8(_mm_max_epu8(high, all), high));
}

/* The sum of the first `count` <= 32. */
static inline uint32_t bytes_sum(const uint8_t *bytes, uint32_t count)
{
    static const uint8_t kept[64] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255};
    const uint8_t *mask = kept + BYTE_MASK_BYTES - count;
    const __m128i zero = _mm_setzero_si128();
    const __m128i low = _mm_and_si128(byte_mask_half(bytes, 0), byte_mask_half(mask, 0));
    const __m128i high = _mm_and_si128(byte_mask_half(bytes, 1), byte_mask_half(mask, 1));
    const __m128i sums = _mm_add_epi32(_mm_sad_epu8(low, zero), _mm_sad_epu8(high, zero));
    return (uint32_t)_mm_cvtsi128_si32(sums) + (uint32_t)_mm_cvtsi128_si32(_mm_srli_si128(sums, 8));
}

#else

static inline uint32_t bytes_equal(const uint8_t *bytes, uint8_t value)
{
    uint32_t mask = 0;
    for (uint32_t i = 0; i < BYTE_MASK_BYTES; i++) {
        mask |= (uint32_t)(bytes[i] == value) << i;
    }
    return mask;
}

static inline uint32_t bytes_at_least(const uint8_t *bytes, uint8_t value)
{
    uint32_t mask = 0;
    for (uint32_t i = 0; i < BYTE_MASK_BYTES; i++) {
        mask |= (uint32_t)(bytes[i] >= value) << i;
    }
    return mask;
}

static inline uint32_t bytes_sum(const uint8_t *bytes, uint32_t count)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += bytes[i];
    }
    return sum;
}

#endif

#endif
