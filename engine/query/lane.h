/* lane.h -- a scoring term of the query in one segment, with a bound on its share in every range.
 *
 * Codes (storage/range_bounds.h) are the stored ones where the term is frequent, and otherwise made here, where asked
 * for, in one pass over its documents, from their frequencies and lengths or from the codes of eighths of blocks.
 * The table turns a code into units: no posting of a range has a larger share, for the query's k1, b and boosts.
 */
#ifndef QUERY_LANE_H
#define QUERY_LANE_H

#include "query/leaf.h"
#include "query/score_ops.h"
#include "storage/postings_frequencies.h"
#include "storage/segment.h"

struct lane {
    struct leaf leaf;
    const uint8_t *codes; /* by range; 0: the term is not there. NULL: there are none */
    uint32_t *docs;       /* the list's documents, where they were kept; NULL otherwise */
    uint32_t doc_count;   /* of them: fewer than the list says where it is damaged */
    uint32_t most;        /* no share is larger */
    bool is_implied;      /* documents have the term that meet the other conditions */
    bool is_alone; /* documents that are still to be found have no other lane of which this holds */
    bool is_dense; /* it is in most ranges: worth asking first whether it matters */
    uint32_t
        bounds[RANGE_CODES]; /* by code; 0 for codes without occurrences, otherwise at least 1 */
    /* Of the window at hand, by range: its documents, and the place in the list of the first of them (lane_open). */
    uint64_t words[LEDE_WINDOW_RANGES];
    uint32_t starts[LEDE_WINDOW_RANGES];
    struct postings_frequencies frequencies;
};

/* `ordinal`: the term's place in the text dictionary, LANE_NO_ORDINAL where the list is no text list. Only stored codes
 * are there. */
#define LANE_NO_ORDINAL UINT32_MAX
void lane_init(
    struct lane *lane, const struct leaf *leaf, uint32_t ordinal, const struct segment *segment);

/* Make codes, in `arena`, where there are none, and with `keeps_docs` keep the documents that are decoded for it.
 * LEDE_ERR_NOMEM; damage shows in the cursor. */
lede_status lane_make_codes(struct lane *lane, const struct segment *segment,
    const struct score_ops *ops, bool keeps_docs, struct arena *arena) MUST_CHECK;

/* Keep the list's documents. LEDE_ERR_NOMEM; damage shows in the cursor. */
lede_status lane_keep_docs(struct lane *lane, struct arena *arena) MUST_CHECK;

/* No document of the range has a larger share. */
static inline uint32_t lane_bound(const struct lane *lane, uint32_t range)
{
    return lane->codes == NULL ? lane->most : lane->bounds[lane->codes[range]];
}

/* No document at `place` or in the same eighth of a block has a larger share; of a list of several blocks. */
static inline uint32_t lane_bound_at(const struct lane *lane, uint32_t place)
{
    return lane->bounds[postings_cursor_code_at(lane->leaf.cursor, place)];
}

/* The document at `place`, which is `doc`, has no larger share; LANE_NO_PLACE: it is not in the list. */
#define LANE_NO_PLACE UINT32_MAX
static inline uint32_t lane_bound_of(const struct lane *lane, uint32_t place, uint32_t doc)
{
    if (place == LANE_NO_PLACE) {
        return 0;
    }
    const uint32_t by_range = lane_bound(lane, doc / LEDE_RANGE_DOCS);
    if (lane->leaf.cursor->block_count <= 1) {
        return by_range;
    }
    const uint32_t by_place = lane_bound_at(lane, place);
    return by_place < by_range ? by_place : by_range;
}

/* The ranges of a window that can have the term, as bits. */
uint64_t lane_ranges(const struct lane *lane, uint32_t window);

/* Fill words and starts for the ranges of `window` that bits of `ranges` stand for. */
void lane_open(struct lane *lane, uint32_t window, uint64_t ranges);

/* Whether every posting's share is above 0, so that a sum of 0 says that no term is there. */
bool lane_always_scores(const struct lane *lane);

/* The shares of the documents of the decoded block from the one the cursor stands on, `count` of them. False
 * where the frequencies are damaged. */
bool lane_shares(struct lane *lane, const struct score_ops *ops, uint32_t count, uint32_t *shares);

#endif
