/* term_entry.h -- where a term's list lies and what it is like: what the dictionary says of a term. */
#ifndef STORAGE_TERM_ENTRY_H
#define STORAGE_TERM_ENTRY_H

#include <stdint.h>

#include "base/limits.h"

struct term_entry {
    uint32_t df;                               /* documents, >= 1 */
    uint64_t cf;                               /* occurrences, >= df */
    uint32_t max_tf;                           /* largest frequency */
    uint32_t min_length;                       /* smallest length of its documents */
    uint32_t single_doc;                       /* df == 1: the document (its tf is max_tf) */
    uint64_t postings_offset, postings_size;   /* in SECTION_POSTINGS; size 0 where df == 1 */
    uint64_t rows_offset, rows_size;           /* in SECTION_BLOCK_ROWS; size 0 where one block */
    uint64_t positions_offset, positions_size; /* in SECTION_POSITIONS; size 0 without positions */
};

static inline uint32_t term_entry_blocks(const struct term_entry *entry)
{
    return entry->df / LEDE_BLOCK_POSTINGS + (entry->df % LEDE_BLOCK_POSTINGS != 0);
}

#endif
