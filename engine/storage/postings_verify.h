/* postings_verify.h -- look at every byte of a list. */
#ifndef STORAGE_POSTINGS_VERIFY_H
#define STORAGE_POSTINGS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/postings_cursor.h"

/* Walk a whole list and check every invariant: order, counts, rows, bounds against lengths, positions.
 * `lengths` has doc_count values. On the first fault false, and a sentence without the term's
 * name in `message`. */
bool postings_verify(const struct postings_source *source, const struct term_entry *entry,
    const uint32_t *lengths, char *message, size_t message_size);

#endif
