/* ascii_word.h -- the next word of a text where 64 bytes of it say all there is to know.
 *
 * The bytes are classified at once, a bit for each; where words begin and end is then counted, and does not wait for
 * bytes. The result is the tokenizer's own (tokenizer.h), or none: where a byte up to the word's end is not ASCII, where
 * the byte behind the word could be one inside it (an apostrophe, dot or comma with something of a word behind it),
 * or where word and gap do not end inside the 64 bytes.
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

enum {
    ASCII_WINDOW_BYTES = 64,
    ASCII_WINDOW_PADDING = 16, /* bytes that can be read behind any of them */
};

/* What 64 bytes are; bit i speaks of byte i. */
struct ascii_window {
    uint64_t letters;
    uint64_t taken;  /* letters and digits */
    uint64_t others; /* not ASCII */
    /* A word that ends before it may go on with it: an apostrophe, dot or comma that something of a word, or not ASCII,
     * is behind. */
    uint64_t inner;
    uint8_t lower[ASCII_WINDOW_BYTES + ASCII_WINDOW_PADDING]; /* the bytes, letters in lower case */
};

/* Bytes [start, end) behind where it was looked for. */
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

/* The four vectors' highest bits. */
static inline uint64_t ascii_mask(const __m128i *vectors)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < ASCII_WINDOW_BYTES / sizeof *vectors; i++) {
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(vectors[i]) << 16 * i;
    }
    return mask;
}

/* Look at the 64 bytes at `text`. */
static inline void ascii_window_read(struct ascii_window *window, const uint8_t *text)
{
    __m128i bytes[4], letters[4], digits[4], inner[4];
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = _mm_loadu_si128((const __m128i *)(const void *)text + i);
        letters[i] = ascii_letters(bytes[i]);
        digits[i] = ascii_digits(bytes[i]);
        inner[i] = ascii_inner(bytes[i]);
        _mm_storeu_si128((__m128i *)(void *)window->lower + i,
            _mm_or_si128(bytes[i], _mm_and_si128(letters[i], _mm_set1_epi8(0x20))));
    }
    window->letters = ascii_mask(letters);
    window->taken = window->letters | ascii_mask(digits);
    window->others = ascii_mask(bytes);
    window->inner = ascii_mask(inner) & (window->taken | window->others) >> 1;
}

/* Find it from byte `at` < 64 of the window on; false: not so, or none begins there. */
static inline bool ascii_word_find(
    const struct ascii_window *window, uint32_t at, struct ascii_word *word_out)
{
    const uint64_t taken = window->taken >> at;
    if (taken == 0) {
        return false;
    }
    const uint32_t start = lowest_bit64(taken);
    const uint64_t from_start = UINT64_MAX << start;
    /* The last byte ends none: what is behind it is not seen. */
    const uint64_t ends = ~taken & from_start & (UINT64_MAX >> 1 >> at);
    if (ends == 0) {
        return false;
    }
    const uint64_t end = ends & (0u - ends);
    const uint64_t doubts =
        (window->others >> at & (end | (end - 1))) | (window->inner >> at & end);
    if (doubts != 0) {
        return false;
    }
    word_out->start = start;
    word_out->end = lowest_bit64(ends);
    word_out->is_number = (window->letters >> at & from_start & (end - 1)) == 0;
    return true;
}

#endif

#endif
