/* optpfd.h -- OptPFD, a code that the size of lists is compared with.
 *
 * Yan, Ding, Suel: "Inverted index compression and query processing with optimized document ordering", WWW 2009. A block
 * is 128 numbers: a word of head, the b low bits of each, and of those that need more (the exceptions) the
 * distances of their places and their high parts, in words of Simple16 (Zhang, Long, Suel, WWW 2008). Of all b the one with
 * the fewest bytes is taken. As in the authors' code, b is one of 0..16, 20, 32, and everything is whole words of 32 bits.
 */
#ifndef OPTPFD_H
#define OPTPFD_H

#include <stddef.h>
#include <stdint.h>

enum {
    OPTPFD_BLOCK = 128,
    /* Head, 128 numbers of 32 bits; where there are exceptions, the block is smaller. */
    OPTPFD_WORDS_MAX = 1 + OPTPFD_BLOCK,
};

/* Encode 128 numbers. Returns the words written, at most OPTPFD_WORDS_MAX. */
size_t optpfd_encode(const uint32_t *numbers, uint32_t *words);

/* Decode them. Returns the words read; 0 where they are no block. At least OPTPFD_WORDS_MAX are readable. */
size_t optpfd_decode(const uint32_t *words, uint32_t *numbers);

#endif
