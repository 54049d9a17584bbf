/* A bound is the share that a code's quotient makes. With the parameters that the codes were made with it is computed as
 * shares are: no share is larger, since products and roundings are monotone, and that of a document with this very
 * quotient is equal. With others a quotient is multiplied by what it can grow (range_bounds.h), and the bound gets what
 * single precision may have taken from it. */
#include "query/lane.h"

#include <math.h>
#include <string.h>

#include "base/bits.h"
#include "storage/postings_places.h"

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

/* By how much a quotient of the scale can be larger with the query's parameters; at least 1. */
static double growth(const struct leaf *leaf, const struct range_scale *scale)
{
    const struct bm25 *bm25 = leaf->bm25;
    double most = 1;
    if (scale->length_free > bm25->length_free) {
        most = fmax(most, scale->length_free / (double)bm25->length_free);
    }
    if (scale->length_factor > bm25->length_factor) {
        most = fmax(most, scale->length_factor / (double)bm25->length_factor);
    }
    /* Occurrences in the title count more, or less: f / (f + K) with f <= boost * tf. */
    return leaf->title != NULL && bm25->title_extra > 0 ? most * (1 + (double)bm25->title_extra)
                                                        : most;
}

/* bounds[i] = weight * quotients[i] rounded as a share is, at least 1: so written that the compiler makes vectors of it. */
static void make_exact(uint32_t *bounds, const float *quotients, float weight)
{
    for (uint32_t code = 0; code < RANGE_CODES; code++) {
        const int32_t bound = (int32_t)(weight * quotients[code] + 0.5f);
        bounds[code] = (uint32_t)(bound > 1 ? bound : 1);
    }
}

/* What the list's largest frequency in its shortest document would score. In single precision a quotient need not grow
 * with the frequency: of 2047 and 2048 occurrences the larger number's can be the smaller by one rounding. */
static uint32_t most_of_list(const struct leaf *leaf, uint32_t weight)
{
    const struct term_entry *entry = &leaf->cursor->entry;
    const uint32_t share =
        bm25_share(leaf->bm25, leaf->plan->scaled_weight, (float)entry->max_tf, entry->min_length);
    return entry->max_tf > 1 ? with_slack(share, weight) : share;
}

static void make_table(struct lane *lane, const struct range_scale *scale)
{
    const struct leaf *leaf = &lane->leaf;
    const struct bm25 *bm25 = leaf->bm25;
    const float scaled_weight = leaf->plan->scaled_weight;
    /* The largest quotient of tf is 1. */
    const uint32_t weight = (uint32_t)(int32_t)(scaled_weight + 0.5f);
    if (leaf->title == NULL && bm25->length_free == scale->length_free &&
        bm25->length_factor == scale->length_factor) {
        make_exact(lane->bounds, scale->quotients, scaled_weight);
    } else {
        const double factor = growth(leaf, scale);
        for (uint32_t code = 1; code < RANGE_CODES; code++) {
            const float grown = (float)fmin(1, scale->quotients[code] * factor);
            const uint32_t bound =
                with_slack((uint32_t)(int32_t)(scaled_weight * grown + 0.5f), weight);
            lane->bounds[code] = bound > 0 ? bound : 1;
        }
    }
    lane->bounds[0] = 0;
    lane->most = leaf->title == NULL ? most_of_list(leaf, weight) : weight;
}

/* Codes of the decoded block's documents, an eighth of it at a time. */
static void code_eighths(const struct postings_cursor *cursor, uint8_t *codes)
{
    for (uint32_t sub = 0; sub * LEDE_SUB_BLOCK_POSTINGS < cursor->block_size; sub++) {
        const uint8_t code = postings_cursor_sub_code(cursor, sub);
        const uint32_t *docs = cursor->docs + (size_t)sub * LEDE_SUB_BLOCK_POSTINGS;
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

lede_status lane_make_codes(struct lane *lane, const struct segment *segment,
    const struct score_ops *ops, bool keeps_docs, struct arena *arena)
{
    struct postings_cursor *cursor = lane->leaf.cursor;
    if (lane->codes != NULL) {
        return LEDE_OK;
    }
    uint8_t *codes = arena_zalloc(arena, segment->ranges.stride, 1);
    uint32_t *docs = keeps_docs ? arena_array(arena, cursor->entry.df, sizeof *docs) : NULL;
    if (codes == NULL || (keeps_docs && docs == NULL)) {
        return LEDE_ERR_NOMEM;
    }
    const bool is_exact = is_coded_exactly(segment, cursor->entry.df);
    uint32_t count = 0;
    for (uint32_t doc = postings_cursor_place(cursor, 0); doc != DOC_END;
         doc = postings_cursor_next_block(cursor)) {
        if (is_exact) {
            code_documents(lane, &segment->ranges.scale, ops, codes);
        } else {
            code_eighths(cursor, codes);
        }
        if (keeps_docs) {
            memcpy(docs + count, cursor->docs, cursor->block_size * sizeof *docs);
            count += cursor->block_size;
        }
    }
    lane->codes = codes;
    lane->docs = docs;
    lane->doc_count = count;
    return LEDE_OK;
}

lede_status lane_keep_docs(struct lane *lane, struct arena *arena)
{
    struct postings_cursor *cursor = lane->leaf.cursor;
    uint32_t *docs = arena_array(arena, cursor->entry.df, sizeof *docs);
    if (docs == NULL) {
        return LEDE_ERR_NOMEM;
    }
    uint32_t count = 0;
    for (uint32_t doc = postings_cursor_place(cursor, 0); doc != DOC_END;
         doc = postings_cursor_next_block(cursor)) {
        memcpy(docs + count, cursor->docs, cursor->block_size * sizeof *docs);
        count += cursor->block_size;
    }
    lane->docs = docs;
    lane->doc_count = count;
    return LEDE_OK;
}

void lane_init(
    struct lane *lane, const struct leaf *leaf, uint32_t ordinal, const struct segment *segment)
{
    lane->leaf = *leaf;
    lane->codes = ordinal == LANE_NO_ORDINAL ? NULL : range_bounds_find(&segment->ranges, ordinal);
    lane->is_dense =
        (uint64_t)leaf->cursor->entry.df * DENSE_SHARE * LEDE_RANGE_DOCS >= segment->meta.doc_count;
    lane->is_implied = false;
    lane->is_alone = false;
    lane->docs = NULL;
    lane->doc_count = 0;
    postings_frequencies_init(&lane->frequencies, leaf->cursor);
    make_table(lane, &segment->ranges.scale);
}

/* The ranges of a window whose codes are not 0. */
static uint64_t codes_present(const uint8_t *codes)
{
    uint64_t present = 0;
    for (uint32_t eight = 0; eight < LEDE_WINDOW_RANGES; eight += 8) {
        present |= (uint64_t)gather_high_bits(bytes_not_zero(load_le64(codes + eight))) << eight;
    }
    return present;
}

uint64_t lane_ranges(const struct lane *lane, uint32_t window)
{
    return lane->codes == NULL ? ~UINT64_C(0)
                               : codes_present(lane->codes + (size_t)window * LEDE_WINDOW_RANGES);
}

void lane_open(struct lane *lane, uint32_t window, uint64_t ranges)
{
    const uint64_t present = ranges & lane_ranges(lane, window);
    for (uint64_t left = ranges & ~present; left != 0; left &= left - 1) {
        lane->words[lowest_bit64(left)] = 0;
    }
    postings_places_ranges(
        lane->leaf.cursor, window * LEDE_WINDOW_DOCS, present, lane->words, lane->starts);
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
