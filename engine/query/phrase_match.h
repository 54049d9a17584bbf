/* phrase_match.h -- which documents have a phrase: one asked for, or all of a window.
 *
 * A document that has all words, in a title those of the title lists, and is in the pair lists of the phrase
 * (phrase_pairs.h) is a candidate; then positions tell (phrase_fit.h), unless the pairs settle it.
 */
#ifndef QUERY_PHRASE_MATCH_H
#define QUERY_PHRASE_MATCH_H

#include "base/arena.h"
#include "query/phrase_fit.h"
#include "query/phrase_pairs.h"

struct phrase_match;

/* `words` (kept), a word for each leaf of the node, whose slots are kept (ascending offsets, at least two).
 * `pairs` as bound, and not absent. NULL: no memory. */
struct phrase_match *phrase_match_new(struct arena *arena, struct phrase_word *words,
    const struct plan_node *node, const struct phrase_pairs *pairs) MUST_CHECK;

/* A phrase in a segment. */
struct bound_phrase {
    struct phrase_word *words; /* by leaf of the node */
    struct phrase_pairs pairs;
    struct phrase_match *match;
};

/* How many documents the shortest list has that those with the phrase are in. */
uint32_t phrase_match_cost(const struct phrase_match *match);

/* Whether candidate `doc` has the phrase. Documents may come in any order. */
bool phrase_match_has(struct phrase_match *match, uint32_t doc);

/* Which of `count` candidates, which ascend, have the phrase. Their numbers, from 0, go to `kept`, which has room for
 * count; returns how many. */
uint32_t phrase_match_keep(
    struct phrase_match *match, const uint32_t *docs, uint32_t count, uint32_t *kept);

/* Add the documents in [first, end) that have the phrase to `words`, whose first bit is document `first`, a multiple
 * of LEDE_WINDOW_DOCS, and which are all 0; words[-1] is scratch. */
void phrase_match_fill(struct phrase_match *match, uint32_t first, uint32_t end, uint64_t *words);

/* The lists that candidates are in, the shortest first. */
struct postings_cursor **phrase_match_lists(const struct phrase_match *match, uint32_t *count_out);

#endif
