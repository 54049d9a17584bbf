/* ascii_word.h -- the next word of a text where 32 bytes of it say all there is to know.
 *
 * The bytes are classified at once, a bit for each; where the word begins and ends is then counted. The result
 * is the tokenizer's own (tokenizer.h), or none: where a byte up to the word's end is not ASCII, where the byte behind
 * the word could be one inside it (an apostrophe, dot or comma with something of a word behind it), or where word
 * and gap do not end inside the 32 bytes.
 *
 * By SSE2, which every x86-64 processor has; elsewhere there is none of it.
 */
#ifndef TEXT_ASCII_WORD_H
#define TEXT_ASCII_WORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bits.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#define ASCII_WORD_IS_THERE 1
#else
#define ASCII_WORD_IS_THERE 0
#endif

enum { ASCII_WORD_BYTES = 32 };

/* Bytes [start, end) of the 32. */
struct ascii_word {
    uint32_t start;
    uint32_t end;
    bool is_number; /* digits only */
};

#if ASCII_WORD_IS_THERE

static inline __m128i ascii_letters(__m128i bytes)
{
    const __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    return _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
        _mm_cmpgt_epi8(_mm_set1_epi8('z' + 1), lower));
}

static inline __m128i ascii_digits(__m128i bytes)
{
    return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('0' - 1)),
        _mm_cmpgt_epi8(_mm_set1_epi8('9' + 1), bytes));
}

/* Apostrophes, dots and commas. */
static inline __m128i ascii_inner(__m128i bytes)
{
    return _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\'')),
        _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8('.' ^ ',')), _mm_set1_epi8('.')));
}

static inline uint32_t ascii_mask(__m128i low, __m128i high)
{
    return (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16;
}

/* Find it in the 32 bytes at `text`; false: not so, or none begins there. */
static inline bool ascii_word_find(const uint8_t *text, struct ascii_word *word_out)
{
    const __m128i low = _mm_loadu_si128((const __m128i *)(const void *)text);
    const __m128i high = _mm_loadu_si128((const __m128i *)(const void *)text + 1);
    const uint32_t letters = ascii_mask(ascii_letters(low), ascii_letters(high));
    const uint32_t taken = letters | ascii_mask(ascii_digits(low), ascii_digits(high));
    const uint32_t others = ascii_mask(low, high);
    const uint32_t inner = ascii_mask(ascii_inner(low), ascii_inner(high));
    if (taken == 0) {
        return false;
    }
    const uint32_t start = lowest_bit32(taken);
    const uint32_t from_start = UINT32_MAX << start;
    const uint32_t ends = ~taken & from_start;
    /* The last byte is none: what is behind it is not seen. */
    if ((ends & INT32_MAX) == 0) {
        return false;
    }
    const uint32_t first_end = ends & (0u - ends);
    const uint32_t doubtful = others | (inner & (taken | others) >> 1 & from_start);
    if ((doubtful & (first_end | (first_end - 1))) != 0) {
        return false;
    }
    word_out->start = start;
    word_out->end = lowest_bit32(ends);
    word_out->is_number = (letters & from_start & (first_end - 1)) == 0;
    return true;
}

/* The 32 bytes at `from` in lower case. */
static inline void ascii_word_lower(const uint8_t *from, uint8_t *to)
{
    for (int half = 0; half < 2; half++) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)from + half);
        const __m128i bit = _mm_and_si128(ascii_letters(bytes), _mm_set1_epi8(0x20));
        _mm_storeu_si128((__m128i *)(void *)to + half, _mm_or_si128(bytes, bit));
    }
}

#endif

#endif
