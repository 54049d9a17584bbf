/* matcher.h -- the matches of a plan in an interval of one segment, in batches.
 *
 * The plan's root is taken apart: what excludes and what filters by a column is asked per document; what
 * remains is walked in one of four ways:
 *
 *     a term                    block by block
 *     an AND of terms           cursors, rarest first
 *     an OR of terms            term at a time into a window of LEDE_WINDOW_DOCS sums
 *     anything else             iterators (doc_iter.h)
 *
 * All give the same documents with the same scores. Deleted documents never come.
 */
#ifndef QUERY_MATCHER_H
#define QUERY_MATCHER_H

#include "query/bind.h"
#include "query/docset.h"

/* Matches in ascending order; scores are 0 where they were not asked for. */
struct batch {
    uint32_t count;
    uint32_t docs[LEDE_WINDOW_DOCS];
    uint32_t scores[LEDE_WINDOW_DOCS];
};

struct matcher;

/* Matches in documents [first, end) of the segment the binder is at; *matcher_out lies in its arena and is
 * NULL where there can be none. */
lede_status matcher_new(struct binder *binder, uint32_t first, uint32_t end, bool wants_scores,
    struct matcher **matcher_out, lede_error *error) MUST_CHECK;

/* The next batch, of at least one match; false at the end. */
bool matcher_next(struct matcher *matcher, struct batch *batch);

#endif
