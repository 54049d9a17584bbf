/* phrase_pairs.h -- what the pair lists of a segment (storage/pair_lists.h) say of a phrase.
 *
 * The documents of a phrase are among those of each of its pairs: two words one behind the other that are both
 * frequent in the segment. Of a phrase of two words they are exactly those of its pair.
 */
#ifndef QUERY_PHRASE_PAIRS_H
#define QUERY_PHRASE_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include "query/bind.h"

struct phrase_pairs {
    /* One for each different pair, at its list's beginning; the binder's. They score nothing. */
    struct postings_cursor **cursors;
    uint32_t count;
    /* By leaf of the phrase: each document of the lists has the word, so that its own list has to be walked
     * for the score only. All false in a title. Cursors are to be trusted with documents, not with words:
     * in a damaged segment a word's list may lack the document. */
    bool *is_covered;
    bool is_absent; /* no document of the segment has the phrase; nothing above is set */
    bool
        is_exact; /* each document that is in all lists has the phrase: positions need not be looked at */
};

/* The pairs of a PLAN_PHRASE in the binder's segment; none where the segment has no pair lists, or where the
 * phrase has no two frequent words side by side. */
lede_status phrase_pairs_bind(struct binder *binder, const struct plan_node *node,
    struct phrase_pairs *pairs_out, lede_error *error) MUST_CHECK;

#endif
