/* phrase_iter.h -- documents in which words stand in a row; scores as its words together do.
 *
 * Candidates have all words; `matches` then reads positions, those of the rarest word first. In a title,
 * candidates are those of the title lists, and a word's positions in the title are the first ones of its
 * text list: titles come before bodies, with a gap that no phrase bridges.
 */
#ifndef QUERY_PHRASE_ITER_H
#define QUERY_PHRASE_ITER_H

#include "base/arena.h"
#include "query/leaf.h"

/* A distinct word of the phrase. */
struct phrase_word {
    struct leaf leaf; /* its documents and share */
    struct postings_cursor
        *positions_at; /* whose positions: the leaf's cursor, or the text list's */
};

/* `words` (kept) and `slots` (kept, ascending offsets, at least two). *status becomes LEDE_ERR_NOMEM where a
 * document's positions find no room, and the iterator ends. NULL: no memory. */
struct doc_iter *phrase_iter_new(struct arena *arena, struct phrase_word *words,
    uint32_t word_count, const struct plan_slot *slots, uint32_t slot_count,
    lede_status *status) MUST_CHECK;

/* Whether document `doc`, which has all the words, has the phrase. Documents may come in any order; not to be
 * mixed with walking the iterator. */
bool phrase_iter_verify(struct doc_iter *iter, uint32_t doc);

#endif
