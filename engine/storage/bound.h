/* bound.h -- a bound on the scores of a sub-block in one byte.
 *
 * The byte says: no posting here has a larger frequency than bound_tf() or a shorter document than
 * bound_length(), given the largest frequency and the smallest length of the whole block. High four
 * bits: the frequency 0..14, or 15 for "the block's largest". Low four bits: c such that no document is
 * shorter than min_length * 2^(c/2), in integers as bound.c has it. Both are rounded in the safe
 * direction, so the bound holds for every k1, b and boost.
 */
#ifndef STORAGE_BOUND_H
#define STORAGE_BOUND_H

#include <stdint.h>

uint8_t bound_encode(uint32_t max_tf, uint32_t min_length, uint32_t block_min_length);

static inline uint32_t bound_tf(uint8_t bound, uint32_t block_max_tf)
{
    const uint32_t code = bound >> 4;
    return code == 15 || code > block_max_tf ? block_max_tf : code;
}

uint32_t bound_length(uint8_t bound, uint32_t block_min_length);

#endif
