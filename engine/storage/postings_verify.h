/* postings_verify.h -- look at every byte of a list. */
#ifndef STORAGE_POSTINGS_VERIFY_H
#define STORAGE_POSTINGS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/postings_cursor.h"
#include "storage/range_bounds.h"

/* Walk a whole list and check every invariant: order, counts, rows with their codes, positions. `scale`
 * is the segment's, `lengths` has doc_count values. On the first fault false, and a sentence without the
 * term's name in `message`. */
bool postings_verify(const struct postings_source *source, const struct term_entry *entry,
    const struct range_scale *scale, const uint32_t *lengths, char *message, size_t message_size);

/* Whether the row of the decoded block, if there is one, has the codes that its documents make. False where
 * frequencies are damaged, too. */
bool postings_verify_codes(
    struct postings_cursor *cursor, const struct range_scale *scale, const uint32_t *lengths);

#endif
