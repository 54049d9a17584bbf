/* phrase_fit.h -- whether the words of a document stand as in a phrase, by their positions.
 *
 * The word that occurs least proposes where the phrase may begin, and word by word those beginnings are kept at which it
 * fits, until there are none. Of most documents the two words that occur least tell that they do not have the phrase:
 * phrase_fit_two compares these alone (but not two that pair lists have side by side already).
 *
 * Documents come in groups; where they are in the lists with the words' positions is the caller's to find. In a title
 * those are the text lists, and a word's positions in the title are the first ones: titles come before bodies, with a
 * gap that no phrase bridges.
 */
#ifndef QUERY_PHRASE_FIT_H
#define QUERY_PHRASE_FIT_H

#include "base/arena.h"
#include "query/leaf.h"
#include "storage/occurrences.h"

/* Documents of a group. */
enum { PHRASE_GROUP_DOCS = 256 };

/* A distinct word of the phrase. */
struct phrase_word {
    struct leaf leaf; /* its documents and share */
    struct postings_cursor
        *positions_at;               /* whose positions: the leaf's cursor, or the text list's */
    struct occurrences *occurrences; /* of positions_at */
};

struct phrase_fit {
    struct phrase_word *words;
    uint32_t word_count;
    const struct plan_slot **slots; /* those of words that occur least first */
    uint32_t slot_count;
    const struct bitpack_ops *bitpack;
    bool is_title;
    /* By word the places of the group's documents in positions_at. Of the words of the first
     * two slots for phrase_fit_two, of all for phrase_fit_all. */
    uint32_t **places;
    uint32_t starts[POSITION_RUN_MAX], others[POSITION_RUN_MAX],
        kept[POSITION_RUN_MAX]; /* scratch */
};

/* `words` (kept), a word for each leaf of the node, whose slots are kept. is_covered: as in phrase_pairs.h. False: no
 * memory. */
bool phrase_fit_init(struct phrase_fit *fit, struct arena *arena, struct phrase_word *words,
    const struct plan_node *node, const bool *is_covered) MUST_CHECK;

/* Which of the group's `count` documents have the two words as the phrase has them; of a phrase of more words also where
 * only phrase_fit_all tells. Their numbers go to `kept`; returns how many. */
uint32_t phrase_fit_two(
    struct phrase_fit *fit, const uint32_t *docs, uint32_t count, uint32_t *kept);

/* Whether document `doc`, number `at` of the group, has the phrase. */
bool phrase_fit_all(struct phrase_fit *fit, uint32_t doc, uint32_t at);

#endif
