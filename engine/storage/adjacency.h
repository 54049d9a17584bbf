/* adjacency.h -- which of a document's frequent words stand next to each other.
 *
 * A segment's frequent words have *places*, 0 to LEDE_PAIR_TERMS_MAX - 1. Their positions in a document are
 * added in any order; then adjacency_find says for which ordered pairs of places some position of the second
 * is one behind a position of the first. A title and its body are LEDE_POSITION_GAP apart, so no pair stands
 * across.
 *
 * Memory   a byte a position of the longest document.
 * Cost     a byte written a position added, and what lies between the first position and the last one is walked over,
 *          32 bytes at a time.
 */
#ifndef STORAGE_ADJACENCY_H
#define STORAGE_ADJACENCY_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/assert.h"
#include "base/attr.h"
#include "base/byte_mask.h"
#include "base/limits.h"
#include "base/status.h"

/* No position of a document that we indexed reaches it. */
enum { ADJACENCY_POSITION_END = LEDE_DOCUMENT_TOKENS_MAX + LEDE_POSITION_GAP + 1 };

struct adjacency {
    uint8_t *places;       /* by position: place of the word there plus 1; 0: another word */
    size_t position_count; /* room; none, or BYTE_MASK_BYTES and more behind `end` */
    size_t end;            /* one past the last position added */
    /* What adjacency_find found: bit j of followers[i] for the pair (i, j); bit i of firsts where
     * followers[i] is not 0. */
    uint64_t followers[LEDE_PAIR_TERMS_MAX];
    uint64_t firsts;
};

static_assert(LEDE_PAIR_TERMS_MAX <= 64, "places are bits of a word");

static inline void adjacency_init(struct adjacency *adjacency)
{
    *adjacency = (struct adjacency){0};
}

void adjacency_release(struct adjacency *adjacency);

/* Make room for positions up to `position`. */
lede_status adjacency_make_room(struct adjacency *adjacency, uint32_t position) MUST_CHECK;

/* The word at `place` stands at `position`, below ADJACENCY_POSITION_END, of the document at hand.
 * LEDE_ERR_NOMEM without a message. */
MUST_CHECK static inline lede_status adjacency_add(
    struct adjacency *adjacency, uint32_t place, uint32_t position)
{
    DASSERT(place < LEDE_PAIR_TERMS_MAX);
    DASSERT(position < ADJACENCY_POSITION_END);
    if (UNLIKELY((size_t)position + 1 + BYTE_MASK_BYTES > adjacency->position_count) &&
        adjacency_make_room(adjacency, position) != LEDE_OK) {
        return LEDE_ERR_NOMEM;
    }
    const size_t end = (size_t)position + 1;
    adjacency->end = end > adjacency->end ? end : adjacency->end;
    adjacency->places[position] = (uint8_t)(place + 1);
    return LEDE_OK;
}

/* Find the pairs of the document, and be ready for the next one. */
void adjacency_find(struct adjacency *adjacency);

#endif
