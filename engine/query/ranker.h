/* ranker.h -- the best documents of a segment by score, without scoring them all.
 *
 * For conditions of the form  required terms and phrases, optional terms, filters, exclusions: so words side
 * by side, words with a plus, phrases, a lone word. Everything else is for the matcher (matcher.h), which
 * finds the same hits by looking at every match.
 *
 *     overlaps   documents with two of the rarer terms are offered (overlap.h): of these terms ranges then count one
 *     bounds     each term's codes are turned to levels and added up, a sum for each range of 64 documents
 *     best first the ranges with the largest sums are evaluated: then the threshold is nearly final
 *     the rest   from the newest range to the oldest, those whose sum can still reach it
 *
 * A lone term that has no codes is ranked by its list alone (list_ranker.h).
 * Where terms are required, the documents that have all of them are found first (match_set.h): few are ranked without
 * ranges (match_ranker.h), otherwise ranges without one are closed. Evaluating ranges: of the documents that can reach the
 * threshold by the bounds of the terms they have (candidates.h), exact scores are computed (scorer.h); phrases are looked
 * for only where the score would do. A window of which most ranges are alive is added up whole, term at a time.
 *
 * Nothing is lost: sums of bounds are no smaller than scores (lane.h) of documents not offered yet, and a range is passed over only where
 * its best possible key (topk.h) is below the least that is kept.
 */
#ifndef QUERY_RANKER_H
#define QUERY_RANKER_H

#include "query/match_set.h"
#include "query/shape.h"
#include "query/topk.h"

struct ranked {
    bool done;     /* false: the plan cannot be ranked here, and nothing was offered */
    bool saw_all;  /* `seen` is all */
    uint64_t seen; /* documents that were found to match */
};

/* Offer to `topk` the best documents of [first, end) in the segment the binder is at, as keys of score and
 * document. `matches`: the documents there that match, where they are known; NULL otherwise. */
lede_status ranker_run(struct binder *binder, const struct shape *shape,
    const struct match_set *matches, uint32_t first, uint32_t end, struct topk *topk,
    struct ranked *ranked_out, lede_error *error) MUST_CHECK;

#endif
