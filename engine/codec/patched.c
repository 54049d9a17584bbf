/* Choosing: for each narrower width it is counted how many values are wider, until they are too many; their high
 * parts are as wide as the largest value's. Each pass is a few instructions for several values at once, which is
 * less work than a count of every width in one pass, value by value. */
#include "codec/patched.h"

#include <string.h>

#include "base/assert.h"
#include "base/bits.h"
#include "base/limits.h"

static uint32_t largest_of(const uint32_t *values, uint32_t count)
{
    uint32_t largest = 0;
    for (uint32_t i = 0; i < count; i++) {
        largest = values[i] > largest ? values[i] : largest;
    }
    return largest;
}

static uint32_t count_wider(const uint32_t *values, uint32_t count, uint32_t width)
{
    uint32_t wider = 0;
    for (uint32_t i = 0; i < count; i++) {
        wider += values[i] >> width != 0;
    }
    return wider;
}

struct patched patched_choose(
    const uint32_t *values, uint32_t count, uint32_t exceptions_max, size_t saving_bytes)
{
    const uint32_t largest = largest_of(values, count);
    struct patched best = {.width = bit_width32(largest)};
    size_t best_bytes = patched_bytes(best, count);
    for (uint32_t width = best.width; width-- > 0;) {
        const uint32_t exceptions = count_wider(values, count, width);
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
