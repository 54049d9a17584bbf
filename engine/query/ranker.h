/* ranker.h -- the best documents of a segment by score, without scoring them all.
 *
 * For conditions of the form  required terms and phrases, optional terms, filters, exclusions: so words side
 * by side, words with a plus, phrases, a lone word. Everything else is for the matcher (matcher.h), which
 * finds the same hits by looking at every match.
 *
 *     bounds     each term's codes are turned to units and added up, a sum for each range of 64 documents
 *     best first the ranges with the largest sums are evaluated: then the threshold is nearly final
 *     the rest   from the newest range to the oldest, those whose sum can still reach it
 *
 * Evaluating a range: where terms are required, their documents are intersected, one word each, and what is left
 * is scored; phrases are looked for only where the score would do. Where none is, exact shares are added term at a
 * time, the largest bound first, until what is to come cannot lift any document over the threshold. A
 * window of which most ranges are alive is added up whole.
 *
 * Nothing is lost: sums of bounds are no smaller than scores (lane.h), and a range is passed over only where
 * its best possible key (topk.h) is below the least that is kept.
 */
#ifndef QUERY_RANKER_H
#define QUERY_RANKER_H

#include "query/bind.h"
#include "query/topk.h"

/* Offer to `topk` the best documents of [first, end) in the segment the binder is at, as keys of score and
 * document. *done_out becomes false, and nothing is offered, where the plan is not of the form above.
 * *seen_out: documents that were found to match, which may be fewer than there are. */
lede_status ranker_run(struct binder *binder, uint32_t first, uint32_t end, struct topk *topk,
    uint64_t *seen_out, bool *done_out, lede_error *error) MUST_CHECK;

#endif
