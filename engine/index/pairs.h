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

#include "base/status.h"
#include "index/frequent_terms.h"
#include "storage/container.h"
#include "storage/range_bounds.h"

struct flush_input;
struct term_list;

/* Write SECTION_PAIRS, or nothing where there are no frequent terms. `scale` is the segment's. Puts the
 * terms in the dictionary's order. */
lede_status pairs_write(struct frequent_terms *frequent, const struct term_list *terms,
    const struct flush_input *input, const struct range_scale *scale,
    struct container_writer *container, lede_error *error) MUST_CHECK;

#endif
