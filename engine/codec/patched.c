/* Choosing: how many values need each width is counted once; from it follows for each narrower width how
 * many exceptions there would be, and their high parts are as wide as the largest value's. */
#include "codec/patched.h"

#include <string.h>

#include "base/assert.h"
#include "base/bits.h"
#include "base/limits.h"

enum { LANES = 4 };

struct patched patched_choose(
    const uint32_t *values, uint32_t count, uint32_t exceptions_max, size_t saving_bytes)
{
    /* Neighbours mostly have the same width: they are counted apart, so that none waits for the one before. */
    uint32_t with_widths[LANES][33] = {{0}};
    uint32_t largest = 0;
    for (uint32_t i = 0; i < count; i++) {
        with_widths[i % LANES][bit_width32(values[i])]++;
        largest = values[i] > largest ? values[i] : largest;
    }
    struct patched best = {.width = bit_width32(largest)};
    size_t best_bytes = patched_bytes(best, count);
    const uint32_t plain_width = best.width;
    uint32_t exceptions = 0;
    for (uint32_t width = plain_width; width-- > 0;) {
        for (uint32_t lane = 0; lane < LANES; lane++) {
            exceptions += with_widths[lane][width + 1];
        }
        if (exceptions > exceptions_max) {
            break;
        }
        const struct patched head = {
            .width = width,
            .exceptions = exceptions,
            .high_width = bit_width32((largest >> width) - 1),
        };
        const size_t bytes = patched_bytes(head, count) + saving_bytes;
        if (bytes < best_bytes || (bytes == best_bytes && best.exceptions == 0)) {
            best = head;
            best_bytes = bytes;
        }
    }
    return best;
}

void patched_encode(const uint32_t *values, uint32_t count, struct patched head, uint8_t *bytes)
{
    if (head.exceptions == 0) {
        bitpack_pack(values, count, head.width, bytes);
        return;
    }
    uint32_t low[LEDE_BLOCK_POSTINGS];
    uint32_t high[LEDE_BLOCK_POSTINGS];
    uint8_t places[LEDE_BLOCK_POSTINGS];
    uint32_t found = 0;
    ASSERT(count <= LEDE_BLOCK_POSTINGS);
    for (uint32_t i = 0; i < count; i++) {
        low[i] = values[i] & ((UINT32_C(1) << head.width) - 1);
    }
    /* Every value is written down, and the next one over it unless it is an exception: which are is not foreseen. */
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t above = values[i] >> head.width;
        places[found] = (uint8_t)i;
        high[found] = above - 1;
        found += above != 0;
    }
    ASSERT(found == head.exceptions);
    bitpack_pack(low, count, head.width, bytes);
    uint8_t *at = bytes + bitpack_bytes(count, head.width);
    memcpy(at, places, found);
    bitpack_pack(high, found, head.high_width, at + found);
}

bool patched_decode(const struct bitpack_ops *ops, const uint8_t *bytes, uint32_t count,
    struct patched head, uint32_t *values)
{
    ops->unpack(bytes, count, head.width, values);
    if (head.exceptions == 0) {
        return true;
    }
    uint32_t high[LEDE_BLOCK_POSTINGS];
    const uint8_t *places = bytes + bitpack_bytes(count, head.width);
    ops->unpack(places + head.exceptions, head.exceptions, head.high_width, high);
    for (uint32_t i = 0; i < head.exceptions; i++) {
        if (places[i] >= count) {
            return false;
        }
        values[places[i]] += (high[i] + 1) << head.width;
    }
    return true;
}

uint32_t patched_get(const uint8_t *bytes, uint32_t count, struct patched head, uint32_t index)
{
    const uint32_t low = bitpack_get(bytes, index, head.width);
    const uint8_t *places = bytes + bitpack_bytes(count, head.width);
    const uint8_t *place =
        head.exceptions == 0 ? NULL : memchr(places, (int)index, head.exceptions);
    if (place == NULL) {
        return low;
    }
    const uint8_t *high = places + head.exceptions;
    return low +
           ((bitpack_get(high, (uint64_t)(place - places), head.high_width) + 1) << head.width);
}
