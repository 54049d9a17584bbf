/* docset.h -- the documents that meet a condition, as sets of bits, a window at a time.
 *
 * Scores nothing. A window is DOCSET_DOCS documents; what counts matches (totals, facets) and
 * what restricts them (filters, exclusions) is done on sets, where a million documents a second per
 * megahertz are an `and` and a popcount.
 *
 *     a term        blocks of its list (storage/postings_set.h)
 *     AND, OR, BUT  on the sets of the children; an AND passes those blocks of a term that hold nothing of
 *                   what is left
 *     a phrase      candidates as an AND, then positions (phrase_match.h)
 *     dates         a run of bits
 *     the rest      an iterator (doc_iter.h)
 *
 * Deleted documents are no matter of this: docset_live takes them out.
 */
#ifndef QUERY_DOCSET_H
#define QUERY_DOCSET_H

#include "codec/wordset.h"
#include "query/bind.h"

enum { DOCSET_WORDS = 1024, DOCSET_DOCS = DOCSET_WORDS * 64 };

/* The word before the first is scratch: blocks begin before windows. */
struct docset_window {
    uint64_t before;
    uint64_t words[DOCSET_WORDS];
};

struct docset;

/* Of `node` in the segment that the binder is at; *docset_out lies in its arena, and is NULL where nothing
 * meets the condition. */
lede_status docset_new(struct binder *binder, const struct plan_node *node,
    struct docset **docset_out, lede_error *error) MUST_CHECK;

/* Set `window` to the documents in [first, end); first is a multiple of DOCSET_DOCS, end at most a window
 * further and no more than the segment's documents. Windows come in ascending order. */
void docset_fill(struct docset *docset, uint32_t first, uint32_t end, struct docset_window *window);

/* Take from words, whose first bit is document `first` (a multiple of 64), those before `from` and those
 * that were deleted. */
void docset_live(const struct segment *segment, uint32_t first, uint32_t from, uint64_t *words,
    uint32_t word_count);

#endif
