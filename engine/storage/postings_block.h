/* postings_block.h -- where a block of a list lies.
 *
 * By number, whatever the cursor stands on. What rows say is checked.
 */
#ifndef STORAGE_POSTINGS_BLOCK_H
#define STORAGE_POSTINGS_BLOCK_H

#include "storage/postings_cursor.h"

struct postings_block {
    struct span
        frequencies; /* less one, a block of numbers (codec/block.h); none of a list of one document */
    struct span positions; /* empty where the index has none */
    uint32_t count;        /* documents */
};

/* False where there is no block `block`, or its rows or bytes are wrong. */
bool postings_block_find(const struct postings_cursor *cursor, uint32_t block,
    struct postings_block *block_out) MUST_CHECK;

#endif
