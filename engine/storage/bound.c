/* Steps of half an octave: c says by how many the shortest document of a sub-block is above the shortest of
 * its block. The square root of 2 is 92681 / 65536, rounded down, in integers: reader and writer agree
 * on every machine. */
#include "storage/bound.h"

enum { TF_CODE_MAX = 15, LENGTH_CODE_MAX = 15, ROOT2_BY_65536 = 92681 };

static uint32_t length_at(uint32_t code, uint32_t block_min_length)
{
    uint64_t length = (uint64_t)block_min_length << (code / 2);
    if (code % 2 != 0) {
        length = length * ROOT2_BY_65536 >> 16;
    }
    return length > UINT32_MAX ? UINT32_MAX : (uint32_t)length;
}

uint8_t bound_encode(uint32_t max_tf, uint32_t min_length, uint32_t block_min_length)
{
    const uint32_t tf_code = max_tf < TF_CODE_MAX ? max_tf : TF_CODE_MAX;
    uint32_t length_code = LENGTH_CODE_MAX;
    while (length_code > 0 && length_at(length_code, block_min_length) > min_length) {
        length_code--;
    }
    return (uint8_t)(tf_code << 4 | length_code);
}

uint32_t bound_length(uint8_t bound, uint32_t block_min_length)
{
    return length_at(bound & 15, block_min_length);
}
