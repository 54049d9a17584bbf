/* merge_postings.h -- the lists of one term in the segments that are merged, as one list, block by block.
 *
 * Documents get their new numbers, deleted ones are left out. The lists are merged run by run: as many postings of
 * one list are taken as stand before the next of all others, so that where segments do not interleave they follow
 * each other as they are.
 *
 * Memory   a cursor and its positions, some 6 KiB a segment, and the positions of one block.
 */
#ifndef INDEX_MERGE_POSTINGS_H
#define INDEX_MERGE_POSTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "index/merge_docs.h"
#include "storage/occurrences.h"
#include "storage/postings.h"

struct merge_input {
    struct postings_cursor cursor;
    struct occurrences occurrences; /* of the cursor */
    const uint32_t *numbers;
    uint32_t number; /* of the document it stands on; DOC_END at the end */
    uint32_t source;
};

struct merge_postings {
    const struct merge_docs *docs;
    lede_status status;    /* sticky: LEDE_ERR_CORRUPT, LEDE_ERR_NOMEM */
    uint32_t fault_source; /* where it is LEDE_ERR_CORRUPT */
    bool has_positions;
    uint32_t input_count;
    uint32_t heap_count;
    uint32_t *positions; /* of the block */
    size_t position_count, position_capacity;
    uint32_t
        heap[MERGE_SOURCES_MAX]; /* inputs that are not at their end, the lowest number first */
    uint32_t block_docs[LEDE_BLOCK_POSTINGS];
    uint32_t block_frequencies[LEDE_BLOCK_POSTINGS];
    struct merge_input inputs[MERGE_SOURCES_MAX];
};

/* Large: on the heap. */
void merge_postings_init(struct merge_postings *merged, const struct merge_docs *docs);
void merge_postings_release(struct merge_postings *merged);

/* Lists of the next term: begin, add one for each source that has it, start. */
void merge_postings_begin(struct merge_postings *merged, bool has_positions);
void merge_postings_add(
    struct merge_postings *merged, uint32_t source, const struct term_entry *entry);
void merge_postings_start(struct merge_postings *merged);

/* The next block, full but for the last one, borrowed until the next call. False at the end: ask for status. */
bool merge_postings_next(struct merge_postings *merged, struct posting_block *block_out);

/* Tell what went wrong; LEDE_OK where nothing did. */
lede_status merge_postings_status(
    const struct merge_postings *merged, struct span term, lede_error *error) MUST_CHECK;

#endif
