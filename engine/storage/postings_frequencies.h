/* postings_frequencies.h -- how often a term occurs in documents known by their places in its list.
 *
 * Place p is the p-th document of the list, from 0 (postings_places.h gives them). Docids are not decoded: a block's
 * frequencies lie behind them, as far as their head says. One block's are kept decoded, 1 KiB; of a block in which
 * few are asked for they are looked up one by one.
 */
#ifndef STORAGE_POSTINGS_FREQUENCIES_H
#define STORAGE_POSTINGS_FREQUENCIES_H

#include "storage/postings_cursor.h"

struct postings_frequencies {
    struct postings_cursor *cursor; /* of the list; fails where its bytes are none */
    struct span bytes;              /* of block `block` */
    uint32_t block;                 /* UINT32_MAX: none */
    uint32_t count;                 /* in it */
    uint32_t lookups;               /* one by one, of this block */
    bool is_decoded;
    uint32_t numbers[LEDE_BLOCK_POSTINGS]; /* frequencies less one */
};

void postings_frequencies_init(
    struct postings_frequencies *frequencies, struct postings_cursor *cursor);

/* The frequencies at `count` places, which ascend, 1..entry.max_tf each; all 0 where the list is damaged. */
void postings_frequencies_read(struct postings_frequencies *frequencies, const uint32_t *places,
    uint32_t count, uint32_t *frequencies_out);

#endif
