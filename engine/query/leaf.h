/* leaf.h -- a term of the query in one segment: its cursor, and what a document's share of the score is.
 *
 * With a title boost, occurrences in the title count more: the term's title list is walked beside the text
 * list. Borrows everything; a cursor has one leaf.
 */
#ifndef QUERY_LEAF_H
#define QUERY_LEAF_H

#include "base/status.h"
#include "query/bm25.h"
#include "query/doc_iter.h"
#include "storage/lengths.h"
#include "storage/postings.h"

struct leaf {
    const struct plan_leaf *plan;
    const struct bm25 *bm25;
    const struct lengths *lengths;
    struct lede_counters *counters;
    struct postings_cursor *cursor;
    struct postings_cursor *title; /* NULL: occurrences in the title count as others */
};

/* Occurrences in the title of `doc`, where the cursor stands; 0 without a title cursor. */
static inline uint32_t leaf_title_tf(struct leaf *leaf, uint32_t doc)
{
    if (leaf->title == NULL) {
        return 0;
    }
    if (leaf->title->doc != doc && postings_cursor_place(leaf->title, doc) != doc) {
        return 0;
    }
    return postings_cursor_frequency(leaf->title);
}

/* The share of the document that the cursor stands on. */
static inline uint32_t leaf_share(struct leaf *leaf)
{
    const uint32_t doc = leaf->cursor->doc;
    const uint32_t tf = postings_cursor_lone_frequency(leaf->cursor);
    const float frequency =
        leaf->title == NULL ? (float)tf : bm25_title_tf(leaf->bm25, tf, leaf_title_tf(leaf, doc));
    leaf->counters->postings_scored++;
    leaf->counters->lengths_touched++;
    return bm25_share(
        leaf->bm25, leaf->plan->scaled_weight, frequency, lengths_at(leaf->lengths, doc));
}

/* The shares of `count` documents of the cursor's block from the one it stands on, as
 * postings_cursor_run gave them; count <= LEDE_BLOCK_POSTINGS. False where the frequencies are damaged:
 * the cursor has ended. */
bool leaf_shares(struct leaf *leaf, uint32_t count, uint32_t *shares);

static inline void leaf_explain(struct leaf *leaf, struct part_sink *sink)
{
    const uint32_t doc = leaf->cursor->doc;
    sink->add(sink, leaf->plan, postings_cursor_frequency(leaf->cursor), leaf_title_tf(leaf, doc),
        lengths_at(leaf->lengths, doc), leaf_share(leaf));
}

#endif
