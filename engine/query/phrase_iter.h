/* phrase_iter.h -- documents in which words stand in a row; scores as its words together do.
 *
 * Candidates have all words, and are in the pair lists of the phrase; `matches` then reads positions, those of
 * the rarest word first, where pairs do not settle it (phrase_pairs.h). In a title,
 * candidates are those of the title lists, and a word's positions in the title are the first ones of its
 * text list: titles come before bodies, with a gap that no phrase bridges.
 */
#ifndef QUERY_PHRASE_ITER_H
#define QUERY_PHRASE_ITER_H

#include "base/arena.h"
#include "query/leaf.h"
#include "query/phrase_pairs.h"

/* A distinct word of the phrase. */
struct phrase_word {
    struct leaf leaf; /* its documents and share */
    struct postings_cursor
        *positions_at; /* whose positions: the leaf's cursor, or the text list's */
};

/* `words` (kept), a word for each leaf of the node, whose slots are kept (ascending offsets, at least two).
 * `pairs` as bound, and not absent. *status becomes LEDE_ERR_NOMEM where a
 * document's positions find no room, and the iterator ends. NULL: no memory. */
struct doc_iter *phrase_iter_new(struct arena *arena, struct phrase_word *words,
    const struct plan_node *node, const struct phrase_pairs *pairs, lede_status *status) MUST_CHECK;

/* A phrase in a segment. */
struct bound_phrase {
    struct phrase_word *words; /* by leaf of the node */
    struct phrase_pairs pairs;
    struct doc_iter *iter;
};

/* Go to the first candidate: before that the iterator stands nowhere. */
void phrase_iter_begin(struct doc_iter *iter);

/* Whether document `doc`, which has all the words and is in the lists of all pairs, has the phrase. Documents may come in any order; not to be
 * mixed with walking the iterator. */
bool phrase_iter_verify(struct doc_iter *iter, uint32_t doc);

#endif
