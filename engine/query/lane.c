/* The table is made by the kernel that makes shares, so that a bound is a share of its own: exact where the
 * frequency is, and ties with the threshold are seen as ties. In single precision a quotient tf / (tf + K)
 * can fall by a rounding where tf grows: rows are made monotone from one frequency to the next, and codes
 * that stand for several frequencies get the slack of bm25_bound. */
#include "query/lane.h"

#include <string.h>

enum {
    /* Codes up to this one stand for exactly one frequency, their number. */
    EXACT_TF_CODES = 8,
    /* A term in a quarter of the ranges or more. */
    DENSE_SHARE = 4,
};

static void bound_row(const struct lane *lane, const struct range_scale *scale, uint32_t max_tf,
    uint32_t *row)
{
    for (uint32_t i = 0; i < RANGE_LENGTH_CODES; i++) {
        row[i] = bm25_bound(
            lane->leaf.bm25, lane->leaf.plan->scaled_weight, max_tf, scale->lengths[i]);
    }
}

static void make_table(
    struct lane *lane, const struct range_scale *scale, const struct score_ops *ops)
{
    const struct leaf *leaf = &lane->leaf;
    const uint32_t list_max = leaf->cursor->entry.max_tf;
    const bool is_plain = leaf->title == NULL;
    uint32_t lengths[RANGE_LENGTH_CODES * EXACT_TF_CODES];
    uint32_t frequencies[RANGE_LENGTH_CODES * EXACT_TF_CODES];
    memset(lane->bounds, 0, RANGE_LENGTH_CODES * sizeof *lane->bounds);
    if (is_plain) {
        for (uint32_t i = 0; i < RANGE_LENGTH_CODES * EXACT_TF_CODES; i++) {
            frequencies[i] = i / RANGE_LENGTH_CODES + 1;
            lengths[i] = scale->lengths[i % RANGE_LENGTH_CODES];
        }
        ops->shares(leaf->bm25, leaf->plan->scaled_weight, frequencies, lengths,
            RANGE_LENGTH_CODES * EXACT_TF_CODES, lane->bounds + RANGE_LENGTH_CODES);
    }
    for (uint32_t code = is_plain ? EXACT_TF_CODES + 1 : 1; code < RANGE_TF_CODES; code++) {
        bound_row(lane, scale, range_code_tf(code, list_max),
            lane->bounds + (size_t)code * RANGE_LENGTH_CODES);
    }
    uint32_t *bounds = lane->bounds;
    for (uint32_t i = RANGE_LENGTH_CODES; i < RANGE_CODES; i++) {
        const uint32_t below = i < 2 * RANGE_LENGTH_CODES ? 1 : bounds[i - RANGE_LENGTH_CODES];
        bounds[i] = bounds[i] > below ? bounds[i] : below;
    }
    lane->most = bounds[range_code(scale, list_max, leaf->cursor->entry.min_length)];
}

/* The code that bounds what either code bounds. */
static uint8_t join_codes(uint8_t a, uint8_t b)
{
    if (a == 0 || b == 0) {
        return a | b;
    }
    const uint8_t tf = a >> 4 > b >> 4 ? a >> 4 : b >> 4;
    const uint8_t length = (a & 15) < (b & 15) ? a & 15 : b & 15;
    return (uint8_t)(tf << 4 | length);
}

/* Codes of the decoded block's documents, an eighth of it at a time. */
static void code_block(
    const struct postings_cursor *cursor, const struct range_scale *scale, uint8_t *codes)
{
    for (uint32_t sub = 0; sub * LEDE_SUB_BLOCK_POSTINGS < cursor->block_size; sub++) {
        const struct block_bound bound = postings_cursor_sub_bound(cursor, sub);
        const uint8_t code = range_code(scale, bound.max_tf, bound.min_length);
        const uint32_t *docs = cursor->docs + sub * LEDE_SUB_BLOCK_POSTINGS;
        const uint32_t left = cursor->block_size - sub * LEDE_SUB_BLOCK_POSTINGS;
        const uint32_t count = left < LEDE_SUB_BLOCK_POSTINGS ? left : LEDE_SUB_BLOCK_POSTINGS;
        /* Only the first range may have documents of an eighth before. */
        uint8_t *first = &codes[docs[0] / LEDE_RANGE_DOCS];
        const uint8_t joined = join_codes(*first, code);
        for (uint32_t i = 0; i < count; i++) {
            codes[docs[i] / LEDE_RANGE_DOCS] = code;
        }
        *first = joined;
    }
}

static lede_status make_codes(
    struct lane *lane, const struct segment *segment, struct arena *arena)
{
    struct postings_cursor *cursor = lane->leaf.cursor;
    uint8_t *codes = arena_zalloc(arena, segment->ranges.stride, 1);
    if (codes == NULL) {
        return LEDE_ERR_NOMEM;
    }
    while (cursor->doc != DOC_END) {
        code_block(cursor, &segment->ranges.scale, codes);
        (void)postings_cursor_next_block(cursor);
    }
    lane->codes = codes;
    return LEDE_OK;
}

lede_status lane_init(struct lane *lane, const struct leaf *leaf, uint32_t ordinal,
    const struct segment *segment, const struct score_ops *ops, struct arena *arena)
{
    lane->leaf = *leaf;
    lane->codes =
        ordinal == LANE_NO_ORDINAL ? NULL : range_bounds_find(&segment->ranges, ordinal);
    lane->is_dense =
        (uint64_t)leaf->cursor->entry.df * DENSE_SHARE * LEDE_RANGE_DOCS >= segment->meta.doc_count;
    lane->bits = 0;
    make_table(lane, &segment->ranges.scale, ops);
    return lane->codes != NULL ? LEDE_OK : make_codes(lane, segment, arena);
}

bool lane_always_scores(const struct lane *lane)
{
    const struct bm25 *bm25 = lane->leaf.bm25;
    const float tf = bm25->title_extra < 0 ? bm25_title_tf(bm25, 1, 1) : 1;
    return bm25_share(bm25, lane->leaf.plan->scaled_weight, tf, LEDE_DOCUMENT_TOKENS_MAX) > 0;
}

bool lane_shares(struct lane *lane, const struct score_ops *ops, uint32_t count, uint32_t *shares)
{
    struct leaf *leaf = &lane->leaf;
    struct postings_cursor *cursor = leaf->cursor;
    uint32_t lengths[LEDE_BLOCK_POSTINGS];
    if (leaf->title != NULL) {
        return leaf_shares(leaf, count, shares);
    }
    if (!cursor->has_frequencies && !postings_cursor_load_frequencies(cursor)) {
        return false;
    }
    ops->lengths(leaf->lengths, cursor->docs + cursor->index, count, lengths);
    ops->shares(leaf->bm25, leaf->plan->scaled_weight, cursor->frequencies + cursor->index,
        lengths, count, shares);
    leaf->counters->postings_scored += count;
    leaf->counters->lengths_touched += count;
    return true;
}
