/* The document is laid out: a byte a position. Only the bytes that were set are looked at and cleared. */
#include "storage/adjacency.h"

#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/attr.h"

enum { ROOM_MIN = 1024 };

void adjacency_release(struct adjacency *adjacency)
{
    mem_free(adjacency->places);
    mem_free(adjacency->added);
    adjacency_init(adjacency);
}

/* Room for `position` and the one behind it, and for one more added. */
static lede_status make_room(struct adjacency *adjacency, uint32_t position)
{
    const size_t needed = (size_t)position + 2;
    if (needed > adjacency->position_count) {
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
    }
    if (adjacency->added_count == adjacency->added_capacity) {
        const uint32_t capacity =
            adjacency->added_capacity == 0 ? ROOM_MIN : adjacency->added_capacity * 2;
        uint32_t *added = mem_resize(adjacency->added, capacity * sizeof *added);
        if (added == NULL) {
            return LEDE_ERR_NOMEM;
        }
        adjacency->added = added;
        adjacency->added_capacity = capacity;
    }
    return LEDE_OK;
}

lede_status adjacency_add(struct adjacency *adjacency, uint32_t place, uint32_t position)
{
    DASSERT(place < LEDE_PAIR_TERMS_MAX);
    DASSERT(position < ADJACENCY_POSITION_END);
    if (UNLIKELY((size_t)position + 2 > adjacency->position_count ||
                 adjacency->added_count == adjacency->added_capacity) &&
        make_room(adjacency, position) != LEDE_OK) {
        return LEDE_ERR_NOMEM;
    }
    /* Two words at one position come from no writer; each position is added once all the same. */
    if (LIKELY(adjacency->places[position] == 0)) {
        adjacency->added[adjacency->added_count++] = position;
    }
    adjacency->places[position] = (uint8_t)(place + 1);
    return LEDE_OK;
}

void adjacency_find(struct adjacency *adjacency)
{
    memset(adjacency->followers, 0, sizeof adjacency->followers);
    adjacency->firsts = 0;
    for (uint32_t i = 0; i < adjacency->added_count; i++) {
        const uint8_t *at = adjacency->places + adjacency->added[i];
        if (at[1] != 0) {
            adjacency->followers[at[0] - 1] |= UINT64_C(1) << (at[1] - 1);
            adjacency->firsts |= UINT64_C(1) << (at[0] - 1);
        }
    }
    for (uint32_t i = 0; i < adjacency->added_count; i++) {
        adjacency->places[adjacency->added[i]] = 0;
    }
    adjacency->added_count = 0;
}
