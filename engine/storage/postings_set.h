/* postings_set.h -- the documents of a list as bits, wherever the cursor stands.
 *
 * A *stretch* of documents is filled whole: blocks that are bit strings or runs go to its words as they
 * are, others are decoded and their documents set bit by bit. The bits of a dense list are in the file.
 *
 * Afterwards a cursor stands on some document or at the end: place it (postings_cursor_place).
 */
#ifndef STORAGE_POSTINGS_SET_H
#define STORAGE_POSTINGS_SET_H

#include "storage/postings_cursor.h"

/* Documents [first, end); first is a multiple of 64. */
struct stretch {
    uint32_t first, end;
    uint64_t
        *words; /* the first bit is document `first`; words[-1] is there, too, and is scratch */
};

static inline uint32_t stretch_words(const struct stretch *stretch)
{
    return (stretch->end - stretch->first + 63) / 64;
}

/* Add the list's documents to the words. False: there are none (of a dense list, which is not looked through, it is
 * not told). */
bool postings_set_add(struct postings_cursor *cursor, struct stretch *stretch);

/* Take from the words what the list does not have. Blocks without a document of the words are passed, few documents
 * are looked for one by one. `others` has as many words, and others[-1]: scratch. */
void postings_set_retain(struct postings_cursor *cursor, struct stretch *stretch, uint64_t *others);

#endif
