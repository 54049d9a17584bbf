/* merge_terms.h -- the dictionaries of several segments walked in step: each term once, with who has it. */
#ifndef INDEX_MERGE_TERMS_H
#define INDEX_MERGE_TERMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "index/merge_docs.h"
#include "storage/termdict.h"

struct merge_terms {
    const struct merge_docs *docs;
    unsigned field;
    uint32_t holder_count;
    uint32_t holders[MERGE_SOURCES_MAX];  /* sources that have the term at hand */
    uint64_t prefixes[MERGE_SOURCES_MAX]; /* by source: the first bytes of its term as a number */
    struct termdict_walk walks[MERGE_SOURCES_MAX];
};

/* Large: on the heap. Stands before the first term. */
void merge_terms_begin(struct merge_terms *terms, const struct merge_docs *docs, unsigned field);

/* Go to the next term. LEDE_ERR_NOT_FOUND, without a message, behind the last; LEDE_ERR_CORRUPT. */
lede_status merge_terms_next(struct merge_terms *terms, lede_error *error) MUST_CHECK;

/* The term at hand, and what its i-th holder's dictionary says of it. */
static inline struct span merge_terms_term(const struct merge_terms *terms)
{
    const struct termdict_walk *walk = &terms->walks[terms->holders[0]];
    return span_of(walk->term, walk->term_length);
}

static inline const struct termdict_hit *merge_terms_hit(
    const struct merge_terms *terms, uint32_t i)
{
    return &terms->walks[terms->holders[i]].hit;
}

#endif
