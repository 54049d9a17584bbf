/* pairs.h -- which frequent words of a batch stand next to each other, and where: the lists of
 * storage/pair_lists.h.
 *
 * While the text lists are written each is offered as a frequent term; the best are kept. Then, in each
 * table of the batch, their chains are walked side by side, document by document, and each pair that a
 * document has (storage/adjacency.h) gets it in a chain of its own, which chain_reader.h makes a list of.
 *
 * Memory   three to four bytes for each pair of a document, about 0.3 for each of the batch's tokens.
 * Cost     one more walk over the chains of the frequent terms.
 */
#ifndef INDEX_PAIRS_H
#define INDEX_PAIRS_H

#include <stdint.h>

#include "base/limits.h"
#include "base/status.h"
#include "storage/container.h"
#include "storage/range_bounds.h"

struct flush_input;
struct term_list;

struct frequent_term {
    uint32_t
        number; /* whoever offers it knows it by that: place of its group in the list of terms */
    uint32_t ordinal; /* in the dictionary */
    uint32_t documents;
};

/* The terms in the most documents, ascending by them until pairs_write. */
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

/* Write SECTION_PAIRS, or nothing where there are no frequent terms. `scale` is the segment's. Puts the
 * terms in the dictionary's order. */
lede_status pairs_write(struct frequent_terms *frequent, const struct term_list *terms,
    const struct flush_input *input, const struct range_scale *scale,
    struct container_writer *container, lede_error *error) MUST_CHECK;

#endif
