/* Bounds are shares of documents that may not exist, computed as shares are. Where T is 1 such a document is no longer
 * than any of the range and has as many occurrences: its share is no smaller, as rounding is monotone, and equal
 * to that of a document which is there if D is its length. Elsewhere the inequality is one of real numbers, and
 * a bound gets what single precision may have taken from it. */
#include "query/lane.h"

#include <string.h>

enum {
    /* A term in a quarter of the ranges or more. */
    DENSE_SHARE = 4,
    /* Lists up to this long are coded document by document, for their lengths are soon fetched where all lengths fit a
     * cache; in larger segments those of one block, which have no rows, and the others by their rows. */
    EXACT_CODES_DF_MAX = 2048,
    EXACT_CODES_DOCS_MAX = 1 << 19,
};

static bool is_coded_exactly(const struct segment *segment, uint32_t df)
{
    return df <= LEDE_BLOCK_POSTINGS ||
           (df <= EXACT_CODES_DF_MAX && segment->meta.doc_count <= EXACT_CODES_DOCS_MAX);
}

/* More than the difference that five roundings on either side can make, and two of a unit; but no more than the
 * term's whole weight, which no share exceeds: so sums of bounds stay below 2^31, as those of weights do. */
static uint32_t with_slack(uint32_t share, uint32_t weight)
{
    const uint32_t slack = share + (share >> 20) + 2;
    return slack < weight ? slack : weight;
}

static void make_table(
    struct lane *lane, const struct range_scale *scale, const struct score_ops *ops)
{
    const struct leaf *leaf = &lane->leaf;
    const struct bm25 *bm25 = leaf->bm25;
    /* A damaged entry may say 0. */
    const uint32_t list_max = leaf->cursor->entry.max_tf > 0 ? leaf->cursor->entry.max_tf : 1;
    const bool is_plain = leaf->title == NULL;
    /* The largest quotient of tf is 1. */
    const uint32_t weight = (uint32_t)(int32_t)(leaf->plan->scaled_weight + 0.5f);
    uint32_t lengths[RANGE_D_CODES];
    uint32_t frequencies[RANGE_D_CODES];
    memset(lane->bounds, 0, RANGE_D_CODES * sizeof *lane->bounds);
    for (uint32_t t_code = 1; t_code < RANGE_T_CODES; t_code++) {
        const uint32_t t = range_code_t(t_code, list_max);
        uint32_t *row = lane->bounds + (size_t)t_code * RANGE_D_CODES;
        for (uint32_t d = 0; d < RANGE_D_CODES; d++) {
            frequencies[d] = t;
            lengths[d] = scale->words[d] < INT32_MAX / t ? t * scale->words[d] : INT32_MAX;
        }
        if (is_plain) {
            ops->shares(bm25, leaf->plan->scaled_weight, frequencies, lengths, RANGE_D_CODES, row);
        } else {
            const float boosted = bm25_title_tf(bm25, t, bm25->title_extra > 0 ? t : 0);
            for (uint32_t d = 0; d < RANGE_D_CODES; d++) {
                row[d] = bm25_share(bm25, leaf->plan->scaled_weight, boosted, lengths[d]);
            }
        }
        for (uint32_t d = 0; d < RANGE_D_CODES; d++) {
            row[d] = is_plain && t == 1 ? row[d] + (row[d] == 0) : with_slack(row[d], weight);
        }
    }
    lane->most = lane->bounds[range_code(scale, list_max, leaf->cursor->entry.min_length)];
}

/* Codes of the decoded block's documents, an eighth of it at a time. */
static void code_eighths(const struct postings_cursor *cursor, uint8_t *codes)
{
    for (uint32_t sub = 0; sub * LEDE_SUB_BLOCK_POSTINGS < cursor->block_size; sub++) {
        const uint8_t code = postings_cursor_sub_code(cursor, sub);
        const uint32_t *docs = cursor->docs + sub * LEDE_SUB_BLOCK_POSTINGS;
        const uint32_t left = cursor->block_size - sub * LEDE_SUB_BLOCK_POSTINGS;
        const uint32_t count = left < LEDE_SUB_BLOCK_POSTINGS ? left : LEDE_SUB_BLOCK_POSTINGS;
        /* Only the first range may have documents of an eighth before. */
        uint8_t *first = &codes[docs[0] / LEDE_RANGE_DOCS];
        const uint8_t joined = range_code_join(*first, code);
        for (uint32_t i = 0; i < count; i++) {
            codes[docs[i] / LEDE_RANGE_DOCS] = code;
        }
        *first = joined;
    }
}

/* Codes of the decoded block's documents, one by one. */
static void code_documents(
    struct lane *lane, const struct range_scale *scale, const struct score_ops *ops, uint8_t *codes)
{
    struct postings_cursor *cursor = lane->leaf.cursor;
    uint32_t lengths[LEDE_BLOCK_POSTINGS];
    if (!cursor->has_frequencies && !postings_cursor_load_frequencies(cursor)) {
        return;
    }
    ops->lengths(lane->leaf.lengths, cursor->docs, cursor->block_size, lengths);
    for (uint32_t i = 0; i < cursor->block_size; i++) {
        uint8_t *code = &codes[cursor->docs[i] / LEDE_RANGE_DOCS];
        *code = range_code_join(*code, range_code(scale, cursor->frequencies[i], lengths[i]));
    }
}

static lede_status make_codes(struct lane *lane, const struct segment *segment,
    const struct score_ops *ops, struct arena *arena)
{
    struct postings_cursor *cursor = lane->leaf.cursor;
    uint8_t *codes = arena_zalloc(arena, segment->ranges.stride, 1);
    if (codes == NULL) {
        return LEDE_ERR_NOMEM;
    }
    const bool is_exact = is_coded_exactly(segment, cursor->entry.df);
    while (cursor->doc != DOC_END) {
        if (is_exact) {
            code_documents(lane, &segment->ranges.scale, ops, codes);
        } else {
            code_eighths(cursor, codes);
        }
        (void)postings_cursor_next_block(cursor);
    }
    lane->codes = codes;
    return LEDE_OK;
}

lede_status lane_init(struct lane *lane, const struct leaf *leaf, uint32_t ordinal,
    const struct segment *segment, const struct score_ops *ops, struct arena *arena)
{
    lane->leaf = *leaf;
    lane->codes = ordinal == LANE_NO_ORDINAL ? NULL : range_bounds_find(&segment->ranges, ordinal);
    lane->is_dense =
        (uint64_t)leaf->cursor->entry.df * DENSE_SHARE * LEDE_RANGE_DOCS >= segment->meta.doc_count;
    lane->is_implied = false;
    make_table(lane, &segment->ranges.scale, ops);
    return lane->codes != NULL ? LEDE_OK : make_codes(lane, segment, ops, arena);
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
    ops->shares(leaf->bm25, leaf->plan->scaled_weight, cursor->frequencies + cursor->index, lengths,
        count, shares);
    leaf->counters->postings_scored += count;
    leaf->counters->lengths_touched += count;
    return true;
}
