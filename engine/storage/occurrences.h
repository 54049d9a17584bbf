/* occurrences.h -- where in its documents a term occurs: the frequencies and positions of a list, block by block.
 *
 * FORMAT.md, "Postings" and "Positions". Documents are told by their block and their place in it. A block's frequencies
 * are summed once; a document's positions are then found without those of the others, and come as they are decoded,
 * not copied. About 4 KiB, so it belongs in an arena. Allocates nothing.
 *
 * Bytes that are no list never lead outside the sections; positions of such may be any numbers.
 */
#ifndef STORAGE_OCCURRENCES_H
#define STORAGE_OCCURRENCES_H

#include "storage/positions.h"
#include "storage/postings_cursor.h"

/* Sticky: on bytes that are no list `status` becomes LEDE_ERR_CORRUPT; ask once at the end. */
struct occurrences {
    const struct postings_cursor *list;
    lede_status status;
    uint32_t block;      /* whose frequencies are summed; UINT32_MAX: none */
    uint32_t block_size; /* its documents */
    /* Occurrences in the block before each of its documents, and in all of it. */
    uint32_t firsts[1 + LEDE_BLOCK_POSTINGS];
    struct positions_reader positions;
};

/* Some of a document's positions: values[i] - base, ascending, modulo 2^32. Borrowed from the occurrences until
 * they are asked for others. */
struct position_run {
    const uint32_t *values;
    uint32_t base;
    uint32_t count;              /* at least 1 */
    uint32_t left, next, before; /* for occurrences_more: how many are behind them, and where */
};

/* `list` is kept, is positioned by others, and has to be sound: LEDE_OK. */
void occurrences_init(struct occurrences *occurrences, const struct postings_cursor *list);

/* What is behind occurrences_at. */
bool occurrences_find(
    struct occurrences *occurrences, uint32_t block, uint32_t index, struct position_run *run_out);

/* Positions of document `index` of block `block` (both as the cursor has them), all of them or the first
 * POSITION_RUN_MAX. False where there are none, or on corruption. */
static inline bool occurrences_at(
    struct occurrences *occurrences, uint32_t block, uint32_t index, struct position_run *run_out)
{
    if (LIKELY(block == occurrences->block && index < occurrences->block_size)) {
        const struct positions_reader *positions = &occurrences->positions;
        const uint32_t first = occurrences->firsts[index];
        const uint32_t end = occurrences->firsts[index + 1];
        if (LIKELY(first >= positions->low && end <= positions->high && first < end) &&
            end - first <= POSITION_RUN_MAX) {
            const uint32_t *values = positions_sums(positions, first);
            run_out->values = values;
            run_out->base = values[-1] + 1;
            run_out->count = end - first;
            run_out->left = 0;
            return true;
        }
    }
    return occurrences_find(occurrences, block, index, run_out);
}

/* Those behind a run of which some are left; others of the same block may have been asked for in between. */
bool occurrences_more(struct occurrences *occurrences, struct position_run *run);

/* The positions of the document that the list's cursor stands on, ascending, into `positions` of at least `capacity`
 * values: as many as fit; the number there are is returned, 0 where the index has none, and on corruption, which includes
 * positions that reach DOC_END. */
uint32_t occurrences_read(struct occurrences *occurrences, uint32_t *positions, uint32_t capacity);

#endif
