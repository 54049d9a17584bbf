/* The document is laid out: a byte a position. */
#include "storage/adjacency.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"

enum { ROOM_MIN = 1024 };

void adjacency_release(struct adjacency *adjacency)
{
    mem_free(adjacency->places);
    adjacency_init(adjacency);
}

lede_status adjacency_make_room(struct adjacency *adjacency, uint32_t position)
{
    const size_t needed = (size_t)position + 1 + BYTE_MASK_BYTES;
    size_t count = adjacency->position_count == 0 ? ROOM_MIN : adjacency->position_count;
    while (count < needed) {
        count *= 2;
    }
    uint8_t *places = mem_resize(adjacency->places, count);
    if (places == NULL) {
        return LEDE_ERR_NOMEM;
    }
    memset(places + adjacency->position_count, 0, count - adjacency->position_count);
    adjacency->places = places;
    adjacency->position_count = count;
    return LEDE_OK;
}

void adjacency_find(struct adjacency *adjacency)
{
    memset(adjacency->followers, 0, sizeof adjacency->followers);
    adjacency->firsts = 0;
    for (size_t at = 0; at < adjacency->end; at += BYTE_MASK_BYTES) {
        /* Set where a word is, and where one is behind: of the last byte, the next 32 bytes' first says that. */
        const uint8_t *places = adjacency->places + at;
        const uint32_t words = bytes_at_least(places, 1);
        const uint64_t all = words | (uint64_t)(places[BYTE_MASK_BYTES] != 0) << BYTE_MASK_BYTES;
        for (uint64_t firsts = words & all >> 1; firsts != 0; firsts &= firsts - 1) {
            const uint8_t *first = places + lowest_bit64(firsts);
            adjacency->followers[first[0] - 1] |= UINT64_C(1) << (first[1] - 1);
            adjacency->firsts |= UINT64_C(1) << (first[0] - 1);
        }
    }
    if (adjacency->end > 0) {
        memset(adjacency->places, 0, adjacency->end);
    }
    adjacency->end = 0;
}
