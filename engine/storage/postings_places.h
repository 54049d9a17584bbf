/* postings_places.h -- where in a list documents are, wherever the cursor stands.
 *
 * A *place* is a number from 0, that of the document among those of the list (postings_frequencies.h reads
 * frequencies by place). *Ranges*, words of 64 documents, are looked up one by one, with the place of each one's first
 * document: the list's i-th document of a range has place start + i. Or single documents are looked up.
 *
 * Afterwards a cursor stands on some document or at the end: place it (postings_cursor_place).
 */
#ifndef STORAGE_POSTINGS_PLACES_H
#define STORAGE_POSTINGS_PLACES_H

#include "storage/postings_cursor.h"

/* The list's documents in several of the 64 times 64 documents from `first` on: for each bit i of `ranges` words[i]
 * and, where that is not 0, starts[i], the place in the list of the first of them. */
void postings_places_ranges(struct postings_cursor *cursor, uint32_t first, uint64_t ranges,
    uint64_t *words, uint32_t *starts);

/* Which of `count` documents, which ascend, the list has, and where: for each i, ascending, whose docs[i] it has, found[] gets
 * i and places[] its place. Returns how many. Both have room for `count`. */
uint32_t postings_places_find(struct postings_cursor *cursor, const uint32_t *docs, uint32_t count,
    uint32_t *found, uint32_t *places);

/* The same of documents of the segment in a dense list, without their places, which take longer there. */
uint32_t postings_places_keep(
    struct postings_cursor *cursor, const uint32_t *docs, uint32_t count, uint32_t *found);

#endif
