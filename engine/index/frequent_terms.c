#include "index/frequent_terms.h"

#include <stdlib.h>

void frequent_terms_init(struct frequent_terms *frequent, uint32_t doc_count)
{
    const uint32_t count_max = doc_count / LEDE_PAIR_TERM_DOCS;
    *frequent = (struct frequent_terms){
        .count_max = count_max < LEDE_PAIR_TERMS_MAX ? count_max : LEDE_PAIR_TERMS_MAX,
        .documents_min = doc_count / LEDE_PAIR_DF_SHARE + 1,
    };
}

void frequent_terms_offer(struct frequent_terms *frequent, const struct frequent_term *term)
{
    struct frequent_term *terms = frequent->terms;
    if (term->documents < frequent->documents_min || frequent->count_max == 0) {
        return;
    }
    uint32_t at = frequent->count;
    if (frequent->count == frequent->count_max) {
        if (terms[0].documents >= term->documents) {
            return;
        }
        /* The rarest goes, the last of several. */
        for (at = 0; at + 1 < frequent->count && terms[at + 1].documents < term->documents; at++) {
            terms[at] = terms[at + 1];
        }
        terms[at] = *term;
        return;
    }
    for (; at > 0 && terms[at - 1].documents >= term->documents; at--) {
        terms[at] = terms[at - 1];
    }
    terms[at] = *term;
    frequent->count++;
}

static int compare_ordinals(const void *a, const void *b)
{
    const struct frequent_term *first = a;
    const struct frequent_term *second = b;
    return (first->ordinal > second->ordinal) - (first->ordinal < second->ordinal);
}

void frequent_terms_order(struct frequent_terms *frequent)
{
    qsort(frequent->terms, frequent->count, sizeof frequent->terms[0], compare_ordinals);
}
