/* frequent_terms.h -- the terms of a segment that are in the most documents: those whose pairs get lists of their
 * own (storage/pair_lists.h).
 */
#ifndef INDEX_FREQUENT_TERMS_H
#define INDEX_FREQUENT_TERMS_H

#include <stdint.h>

#include "base/limits.h"

struct frequent_term {
    uint32_t
        number; /* whoever offers it knows it by that: place of its group in the list of terms */
    uint32_t ordinal; /* in the dictionary */
    uint32_t documents;
};

/* The terms in the most documents, ascending by them until frequent_terms_order. */
struct frequent_terms {
    struct frequent_term terms[LEDE_PAIR_TERMS_MAX];
    uint32_t count;
    uint32_t count_max;
    uint32_t documents_min; /* a term in fewer documents is not frequent */
};

/* For a segment of `doc_count` documents: a term for each LEDE_PAIR_TERM_DOCS, LEDE_PAIR_TERMS_MAX at most. */
void frequent_terms_init(struct frequent_terms *frequent, uint32_t doc_count);

/* Terms are offered in the dictionary's order; of those in as many the first is kept. */
void frequent_terms_offer(struct frequent_terms *frequent, const struct frequent_term *term);

/* Put them in the dictionary's order: nothing is offered any more. */
void frequent_terms_order(struct frequent_terms *frequent);

#endif
