/* Sums of bounds live in one array for the segment; a range that was evaluated, or that holds nothing, has
 * the sum 0. Terms are ordered by what they can give: the first ones decide whether the others matter. */
#include "query/ranker.h"

#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "query/docset.h"
#include "query/lane.h"
#include "query/phrase_iter.h"
#include "query/range_sums.h"
#include "query/shape.h"
#include "storage/postings_set.h"

enum {
    RANGE = LEDE_RANGE_DOCS,
    /* Ranges that are evaluated first: at least so many, and one for every two hits that are wanted. */
    FIRST_RANGES_MIN = 12,
    /* A window with so many living ranges of its 64 is added up whole. */
    WHOLE_WINDOW_RANGES = 24,
};

struct ranker {
    struct binder *binder;
    const struct segment *segment;
    const struct score_ops *ops;
    struct lane *lanes; /* required ones, then optional ones */
    uint32_t required_count, lane_count;
    struct doc_iter **phrases; /* that must be in the documents found */
    uint32_t phrase_count;
    struct postings_cursor **pairs; /* lists that the documents found must be in, too */
    uint32_t pair_count;
    const uint64_t *allowed; /* by range: what filters, exclusions and pairs leave; NULL: all */
    uint32_t first, end;     /* documents */
    uint32_t window_count;
    struct range_sums sums;
    struct topk *topk;
    uint64_t seen;
    uint64_t evaluated; /* ranges */
    uint32_t *scores;   /* of a window's documents; all 0 between uses */
    size_t range_bytes; /* of the numbers of a range */
};

/* The numbers of a range to 0. The size is one that the compiler does not know: for so few bytes gcc makes
 * `rep stos` of a memset, which takes five times as long as the library's. */
static void clear_range(const struct ranker *ranker, uint32_t *numbers)
{
    memset(numbers, 0, ranker->range_bytes);
}

/* ---- the threshold ---- */

/* The least sum that a document no higher than `last` needs to be kept. */
static uint32_t threshold_for(const struct ranker *ranker, uint32_t last)
{
    const uint32_t score = (uint32_t)(ranker->topk->least >> 32);
    const bool ties_win = last >= (uint32_t)ranker->topk->least;
    return ties_win ? score : score + 1;
}

/* Documents of range `range` that may be hits at all. */
static uint64_t allowed_docs(const struct ranker *ranker, uint32_t range)
{
    const struct deletions *deletions = &ranker->segment->deletions;
    uint64_t docs = ranker->allowed == NULL ? ~UINT64_C(0) : ranker->allowed[range];
    const uint32_t base = range * RANGE;
    if (base >= ranker->end) { /* damaged codes promise documents that there are not */
        return 0;
    }
    if (deletions->deleted_count > 0) {
        docs &= ~load_le64(deletions->bitmap.bytes + (size_t)range * 8);
    }
    if (base < ranker->first) {
        docs &= ranker->first - base < 64 ? ~UINT64_C(0) << (ranker->first - base) : 0;
    }
    if (base + RANGE > ranker->end) {
        docs &= ~(~UINT64_C(0) << (ranker->end - base));
    }
    return docs;
}

/* ---- a range, terms required ---- */

/* The share of a lane in `doc`; 0 where it does not have the term. */
static uint32_t share_at(struct lane *lane, uint32_t doc)
{
    return postings_cursor_place(lane->leaf.cursor, doc) == doc ? leaf_share(&lane->leaf) : 0;
}

static bool has_phrases(const struct ranker *ranker, uint32_t doc)
{
    for (uint32_t i = 0; i < ranker->phrase_count; i++) {
        if (!phrase_iter_verify(ranker->phrases[i], doc)) {
            return false;
        }
    }
    return true;
}

/* The scores of `docs`, lane by lane, as long as a document can still reach the threshold; those that cannot
 * are taken out. */
static uint64_t score_docs(struct ranker *ranker, uint32_t range, uint64_t docs, uint32_t *scores)
{
    const uint32_t base = range * RANGE;
    const uint32_t threshold = threshold_for(ranker, base + RANGE - 1);
    uint32_t to_come = ranker->sums.numbers[range];
    for (uint64_t left = docs; left != 0; left &= left - 1) {
        scores[lowest_bit64(left)] = 0;
    }
    for (uint32_t i = 0; i < ranker->lane_count && docs != 0; i++) {
        struct lane *lane = &ranker->lanes[i];
        const uint8_t code = lane->codes[range];
        to_come -= lane->bounds[code];
        for (uint64_t left = code == 0 ? 0 : docs; left != 0; left &= left - 1) {
            const uint32_t place = lowest_bit64(left);
            scores[place] += share_at(lane, base + place);
            if (scores[place] + to_come < threshold) {
                docs &= ~(left & -left);
            }
        }
    }
    return docs;
}

/* Offer the best of `docs` of a range, which have all that is required. */
static void offer_docs(struct ranker *ranker, uint32_t range, uint64_t docs)
{
    const uint32_t base = range * RANGE;
    uint32_t scores[RANGE];
    ranker->seen += ranker->phrase_count == 0 ? popcount64(docs) : 0;
    docs = score_docs(ranker, range, docs, scores);
    for (; docs != 0; docs &= docs - 1) {
        const uint32_t place = lowest_bit64(docs);
        const uint64_t key = (uint64_t)scores[place] << 32 | (base + place);
        if (key >= ranker->topk->least && has_phrases(ranker, base + place)) {
            ranker->seen += ranker->phrase_count > 0;
            topk_offer(ranker->topk, key);
        }
    }
}

/* Ranges `alive` of a window where terms are required: their documents are intersected. */
static void evaluate_required(struct ranker *ranker, uint32_t window, uint64_t alive)
{
    const uint32_t first_range = window * LEDE_WINDOW_RANGES;
    uint64_t docs[LEDE_WINDOW_RANGES];
    uint64_t words[LEDE_WINDOW_RANGES];
    uint32_t starts[LEDE_WINDOW_RANGES];
    for (uint64_t left = alive; left != 0; left &= left - 1) {
        const uint32_t place = lowest_bit64(left);
        docs[place] = allowed_docs(ranker, first_range + place);
    }
    for (uint32_t i = 0; i < ranker->required_count && alive != 0; i++) {
        struct lane *lane = &ranker->lanes[i];
        if (lane->is_implied) {
            continue;
        }
        postings_set_ranges(lane->leaf.cursor, first_range * RANGE, alive, words, starts);
        for (uint64_t left = alive; left != 0; left &= left - 1) {
            const uint32_t place = lowest_bit64(left);
            docs[place] &= words[place];
            alive &= docs[place] != 0 ? ~UINT64_C(0) : ~(left & -left);
        }
    }
    for (; alive != 0; alive &= alive - 1) {
        const uint32_t place = lowest_bit64(alive);
        const uint32_t range = first_range + place;
        if (docs[place] != 0 &&
            ranker->sums.numbers[range] >= threshold_for(ranker, range * RANGE + RANGE - 1)) {
            offer_docs(ranker, range, docs[place]);
        }
    }
}

/* ---- a window, any term ---- */

/* Add a lane's shares in documents [first, end) to the window's scores; `base` is its first document. */
static void add_lane(
    struct ranker *ranker, struct lane *lane, uint32_t base, uint32_t first, uint32_t end)
{
    struct postings_cursor *cursor = lane->leaf.cursor;
    uint32_t shares[LEDE_BLOCK_POSTINGS];
    (void)postings_cursor_place(cursor, first);
    while (cursor->doc < end) {
        const uint32_t count = postings_cursor_run(cursor, end);
        if (!lane_shares(lane, ranker->ops, count, shares)) {
            return;
        }
        ranker->ops->accumulate(ranker->scores, cursor->docs + cursor->index, count, base, shares);
        if (cursor->index + count < cursor->block_size) {
            return;
        }
        (void)postings_cursor_next_block(cursor);
    }
}

/* Offer those documents of a range that reach the threshold. */
static void offer_range(struct ranker *ranker, uint32_t range, const uint32_t *scores)
{
    uint32_t places[RANGE + SCORE_FILTER_SLACK];
    const uint32_t base = range * RANGE;
    const uint32_t threshold = threshold_for(ranker, base + RANGE - 1);
    const uint32_t found =
        ranker->ops->filter(scores, RANGE, threshold > 0 ? threshold : 1, places);
    if (found == 0) {
        return;
    }
    const uint64_t allowed = allowed_docs(ranker, range);
    for (uint32_t i = 0; i < found; i++) {
        if ((allowed >> places[i] & 1) != 0) {
            ranker->seen++;
            topk_offer(ranker->topk, (uint64_t)scores[places[i]] << 32 | (base + places[i]));
        }
    }
}

/* The ranges of `alive` in which a document can still reach the threshold. */
static uint64_t still_alive(
    const struct ranker *ranker, uint32_t window, uint64_t alive, const uint32_t *to_come)
{
    const uint32_t last = window * LEDE_WINDOW_DOCS + LEDE_WINDOW_DOCS - 1;
    const uint32_t threshold = threshold_for(ranker, last);
    for (uint64_t left = alive; left != 0; left &= left - 1) {
        const uint32_t place = lowest_bit64(left);
        if (ranker->ops->largest(ranker->scores + (size_t)place * RANGE, RANGE) + to_come[place] <
            threshold) {
            alive &= ~(left & -left);
        }
    }
    return alive;
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

/* Add `bound` to the scores of a range's documents `docs`. */
static void add_bound(uint32_t *scores, uint64_t docs, uint32_t bound)
{
    for (; docs != 0; docs &= docs - 1) {
        scores[lowest_bit64(docs)] += bound;
    }
}

/* Few living ranges: their documents get the bounds of the terms they have, for which neither frequencies nor lengths
 * are read; those that could reach the threshold are scored. */
static void evaluate_few(struct ranker *ranker, uint32_t window, uint64_t alive)
{
    const uint32_t first_range = window * LEDE_WINDOW_RANGES;
    const uint64_t touched = alive;
    uint32_t to_come[LEDE_WINDOW_RANGES];
    uint64_t words[LEDE_WINDOW_RANGES];
    uint32_t starts[LEDE_WINDOW_RANGES];
    memcpy(to_come, ranker->sums.numbers + first_range, sizeof to_come);
    for (uint32_t i = 0; i < ranker->lane_count && alive != 0; i++) {
        struct lane *lane = &ranker->lanes[i];
        const uint8_t *codes = lane->codes + first_range;
        if (i > 0 && lane->is_dense) {
            alive = still_alive(ranker, window, alive, to_come);
        }
        const uint64_t ranges = alive & codes_present(codes);
        postings_set_ranges(lane->leaf.cursor, first_range * RANGE, ranges, words, starts);
        for (uint64_t left = ranges; left != 0; left &= left - 1) {
            const uint32_t place = lowest_bit64(left);
            const uint32_t bound = lane->bounds[codes[place]];
            add_bound(ranker->scores + (size_t)place * RANGE, words[place], bound);
            to_come[place] -= bound;
        }
    }
    for (; alive != 0; alive &= alive - 1) {
        const uint32_t place = lowest_bit64(alive);
        const uint32_t range = first_range + place;
        const uint32_t threshold = threshold_for(ranker, range * RANGE + RANGE - 1);
        uint64_t docs = ranker->ops->reaching(
            ranker->scores + (size_t)place * RANGE, threshold > 0 ? threshold : 1);
        docs &= docs == 0 ? 0 : allowed_docs(ranker, range);
        if (docs != 0) {
            offer_docs(ranker, range, docs);
        }
    }
    for (uint64_t left = touched; left != 0; left &= left - 1) {
        clear_range(ranker, ranker->scores + (size_t)lowest_bit64(left) * RANGE);
    }
}

/* Add a lane in the ranges of `alive` that have its term; where many live, in the whole window. Returns the ranges whose
 * scores were touched. */
static uint64_t add_lane_alive(
    struct ranker *ranker, struct lane *lane, uint32_t window, uint64_t alive)
{
    const uint32_t base = window * LEDE_WINDOW_DOCS;
    if (popcount64(alive) >= WHOLE_WINDOW_RANGES) {
        add_lane(ranker, lane, base, base, base + LEDE_WINDOW_DOCS);
        return ~UINT64_C(0);
    }
    alive &= codes_present(lane->codes + (size_t)window * LEDE_WINDOW_RANGES);
    for (uint64_t left = alive; left != 0;) {
        const uint32_t first = lowest_bit64(left);
        uint32_t end = first;
        for (; end < LEDE_WINDOW_RANGES && (left >> end & 1) != 0; end++) {
            left &= ~(UINT64_C(1) << end);
        }
        add_lane(ranker, lane, base, base + first * RANGE, base + end * RANGE);
    }
    return alive;
}

/* Many ranges live: exact shares are added, in the whole window while they are so many. */
static void evaluate_many(struct ranker *ranker, uint32_t window, uint64_t alive)
{
    const size_t first_range = (size_t)window * LEDE_WINDOW_RANGES;
    uint32_t to_come[LEDE_WINDOW_RANGES];
    uint64_t touched = 0;
    memcpy(to_come, ranker->sums.numbers + first_range, sizeof to_come);
    for (uint32_t i = 0; i < ranker->lane_count && alive != 0; i++) {
        struct lane *lane = &ranker->lanes[i];
        const uint8_t *codes = lane->codes + first_range;
        if (i > 0 && lane->is_dense) {
            alive = still_alive(ranker, window, alive, to_come);
        }
        touched |= add_lane_alive(ranker, lane, window, alive);
        for (uint64_t left = alive; left != 0; left &= left - 1) {
            const uint32_t place = lowest_bit64(left);
            to_come[place] -= lane->bounds[codes[place]];
        }
    }
    for (; alive != 0; alive &= alive - 1) {
        const uint32_t place = lowest_bit64(alive);
        offer_range(ranker, (uint32_t)first_range + place, ranker->scores + (size_t)place * RANGE);
    }
    if (touched == ~UINT64_C(0)) {
        memset(ranker->scores, 0, LEDE_WINDOW_DOCS * sizeof *ranker->scores);
    }
    for (; touched != ~UINT64_C(0) && touched != 0; touched &= touched - 1) {
        clear_range(ranker, ranker->scores + (size_t)lowest_bit64(touched) * RANGE);
    }
}

/* Ranges `alive` of a window; they are done then. */
static void evaluate(struct ranker *ranker, uint32_t window, uint64_t alive)
{
    const uint32_t first_range = window * LEDE_WINDOW_RANGES;
    ranker->evaluated += popcount64(alive);
    if (ranker->required_count > 0) {
        evaluate_required(ranker, window, alive);
    } else if (popcount64(alive) >= WHOLE_WINDOW_RANGES) {
        evaluate_many(ranker, window, alive);
    } else {
        evaluate_few(ranker, window, alive);
    }
    for (; alive != 0; alive &= alive - 1) {
        range_sums_done(&ranker->sums, first_range + lowest_bit64(alive));
    }
}

/* ---- all of it ---- */

/* Windows from the newest; in each, the ranges whose sum is at least `floor` and can reach the threshold. */
static void evaluate_reaching(struct ranker *ranker, uint32_t floor)
{
    for (uint32_t window = ranker->window_count; window-- > 0;) {
        const uint32_t first_range = window * LEDE_WINDOW_RANGES;
        const uint32_t base = first_range * RANGE;
        uint32_t threshold = threshold_for(ranker, base + LEDE_WINDOW_DOCS - 1);
        threshold = threshold > floor ? threshold : floor;
        const uint64_t alive = range_sums_reaching(&ranker->sums, window, threshold);
        if (alive != 0) {
            evaluate(ranker, window, alive);
        }
    }
}

static void rank(struct ranker *ranker)
{
    const uint32_t half = (uint32_t)(ranker->topk->k / 2);
    const uint32_t wanted = half > FIRST_RANGES_MIN ? half : FIRST_RANGES_MIN;
    if (wanted < ranker->window_count * LEDE_WINDOW_RANGES) {
        evaluate_reaching(ranker, range_sums_of_rank(&ranker->sums, wanted));
    }
    evaluate_reaching(ranker, 1);
    struct lede_counters *counters = ranker->binder->counters;
    counters->ranges_skipped += ranker->window_count * LEDE_WINDOW_RANGES - ranker->evaluated;
    counters->ranges_scored += ranker->evaluated;
}

/* ---- setting up ---- */

/* Add a lane. */
static lede_status add_leaf(
    struct ranker *ranker, const struct leaf *leaf, uint32_t term, lede_error *error)
{
    struct binder *binder = ranker->binder;
    const uint32_t ordinal = binder->plan->terms[term].field == FIELD_TEXT
                                 ? binder->hits[term]->ordinal
                                 : LANE_NO_ORDINAL;
    const lede_status status = lane_init(&ranker->lanes[ranker->lane_count], leaf, ordinal,
        ranker->segment, ranker->ops, binder->arena);
    if (status != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    ranker->lane_count++;
    return LEDE_OK;
}

/* *none_out: a required term is not there. */
static lede_status bind_terms(
    struct ranker *ranker, const struct shape *shape, bool *none_out, lede_error *error)
{
    for (uint32_t i = 0; i < shape->term_count; i++) {
        const struct plan_leaf *plan_leaf = &shape->terms[i]->leaves[0];
        struct leaf leaf;
        lede_status status = binder_leaf(ranker->binder, plan_leaf, &leaf, error);
        if (status == LEDE_OK && leaf.cursor != NULL) {
            status = add_leaf(ranker, &leaf, plan_leaf->term, error);
        } else if (status == LEDE_OK && i < shape->required_count) {
            *none_out = true;
        }
        if (status != LEDE_OK) {
            return status;
        }
        ranker->required_count += i < shape->required_count && leaf.cursor != NULL;
    }
    return LEDE_OK;
}

/* The words of a phrase are required terms, and share its cursors. */
static lede_status add_phrase(struct ranker *ranker, const struct plan_node *node,
    const struct bound_phrase *phrase, lede_error *error)
{
    ranker->phrases[ranker->phrase_count++] = phrase->iter;
    for (uint32_t i = 0; i < phrase->pairs.count; i++) {
        ranker->pairs[ranker->pair_count++] = phrase->pairs.cursors[i];
    }
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; status == LEDE_OK && i < node->leaf_count; i++) {
        status = add_leaf(ranker, &phrase->words[i].leaf, node->leaves[i].term, error);
        ranker->lanes[ranker->lane_count - 1].is_implied = phrase->pairs.is_covered[i];
    }
    return status;
}

/* Comes before other terms. *none_out: a phrase is in no document. */
static lede_status bind_phrases(
    struct ranker *ranker, const struct shape *shape, bool *none_out, lede_error *error)
{
    struct binder *binder = ranker->binder;
    uint32_t slots = 0;
    for (uint32_t i = 0; i < shape->phrase_count; i++) {
        slots += shape->phrases[i]->slot_count;
    }
    ranker->phrases = arena_array(binder->arena, shape->phrase_count, sizeof(struct doc_iter *));
    ranker->pairs = arena_array(binder->arena, slots, sizeof(struct postings_cursor *));
    if (ranker->phrases == NULL || ranker->pairs == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t i = 0; i < shape->phrase_count; i++) {
        struct bound_phrase phrase;
        lede_status status = binder_phrase(binder, shape->phrases[i], &phrase, error);
        if (status == LEDE_OK && phrase.iter == NULL) {
            *none_out = true;
            return LEDE_OK;
        }
        if (status == LEDE_OK) {
            status = add_phrase(ranker, shape->phrases[i], &phrase, error);
        }
        if (status != LEDE_OK) {
            return status;
        }
    }
    ranker->required_count = ranker->lane_count;
    return LEDE_OK;
}

/* Order lanes [first, end): required ones by documents, the fewest first; others by what they can give. */
static void sort_lanes(struct lane *lanes, uint32_t first, uint32_t end, bool by_documents)
{
    for (uint32_t i = first + 1; i < end; i++) {
        struct lane moved = lanes[i];
        uint32_t at = i;
        for (; at > first; at--) {
            const struct lane *other = &lanes[at - 1];
            if (by_documents ? other->leaf.cursor->entry.df <= moved.leaf.cursor->entry.df
                             : other->most >= moved.most) {
                break;
            }
            lanes[at] = *other;
        }
        lanes[at] = moved;
    }
}

/* What filters and exclusions are together, as a condition of its own. */
static lede_status join_conditions(struct ranker *ranker, const struct shape *shape,
    struct plan_node **condition_out, lede_error *error)
{
    struct arena *arena = ranker->binder->arena;
    struct plan_node *positive = arena_zalloc(arena, 1, sizeof *positive);
    struct plan_node *but = arena_zalloc(arena, 1, sizeof *but);
    struct plan_node **children =
        arena_array(arena, shape->exclusion_count + 1, sizeof(struct plan_node *));
    if (positive == NULL || but == NULL || children == NULL) {
        return lede_fail_nomem(error);
    }
    positive->kind = shape->filter_count > 0 ? PLAN_AND : PLAN_ALL;
    positive->children = shape->filters;
    positive->child_count = shape->filter_count;
    but->kind = PLAN_BUT;
    but->children = children;
    children[but->child_count++] = positive;
    for (uint32_t i = 0; i < shape->exclusion_count; i++) {
        children[but->child_count++] = shape->exclusions[i];
    }
    *condition_out = but;
    return LEDE_OK;
}

/* The documents of [first, end) that `docset` (NULL: all) and the pairs leave; no more than a docset's window. */
static void allow_window(const struct ranker *ranker, struct docset *docset, uint32_t first,
    uint32_t end, uint8_t *marks, uint64_t *allowed)
{
    struct docset_window window, others;
    memset(window.words, 0xff, sizeof window.words);
    if (docset != NULL) {
        docset_fill(docset, first, end, &window);
    }
    const struct stretch stretch = {
        .first = first, .end = end, .words = window.words, .marks = marks};
    for (uint32_t i = 0; i < ranker->pair_count; i++) {
        postings_set_retain(ranker->pairs[i], &stretch, others.words);
    }
    memcpy(allowed, window.words, stretch_words(&stretch) * sizeof *allowed);
}

/* The documents that filters, exclusions and pairs leave, by range. */
static lede_status bind_allowed(
    struct ranker *ranker, const struct shape *shape, bool *none_out, lede_error *error)
{
    struct binder *binder = ranker->binder;
    struct docset *docset = NULL;
    const bool is_restricted = shape->filter_count + shape->exclusion_count > 0;
    if (!is_restricted && ranker->pair_count == 0) {
        return LEDE_OK;
    }
    uint64_t *allowed =
        arena_zalloc(binder->arena, (size_t)ranker->window_count * LEDE_WINDOW_RANGES, sizeof *allowed);
    lede_status status = allowed == NULL ? lede_fail_nomem(error) : LEDE_OK;
    if (status == LEDE_OK && is_restricted) {
        struct plan_node *condition = NULL;
        status = join_conditions(ranker, shape, &condition, error);
        if (status == LEDE_OK) {
            status = docset_new(binder, condition, &docset, error);
        }
        *none_out = docset == NULL;
    }
    uint8_t *marks = binder_marks(binder, DOCSET_DOCS);
    status = status == LEDE_OK && marks == NULL ? lede_fail_nomem(error) : status;
    const uint32_t doc_count = ranker->segment->meta.doc_count;
    for (uint32_t at = 0; status == LEDE_OK && !*none_out && at < doc_count; at += DOCSET_DOCS) {
        const uint32_t left = doc_count - at;
        allow_window(ranker, docset, at, at + (left < DOCSET_DOCS ? left : DOCSET_DOCS), marks,
            allowed + at / 64);
    }
    ranker->allowed = allowed;
    return status;
}

static lede_status add_up(struct ranker *ranker, lede_error *error)
{
    struct arena *arena = ranker->binder->arena;
    const struct range_limits limits = {.lanes = ranker->lanes,
        .required_count = ranker->required_count,
        .lane_count = ranker->lane_count,
        .allowed = ranker->allowed,
        .first = ranker->first,
        .end = ranker->end};
    ranker->scores = arena_zalloc(arena, LEDE_WINDOW_DOCS, sizeof *ranker->scores);
    if (ranker->scores == NULL) {
        return lede_fail_nomem(error);
    }
    return range_sums_make(&ranker->sums, &limits, ranker->window_count, ranker->ops, arena, error);
}

/* Whether sums tell which documents have any term. */
static bool all_score(const struct ranker *ranker)
{
    for (uint32_t i = 0; i < ranker->lane_count; i++) {
        if (!lane_always_scores(&ranker->lanes[i])) {
            return false;
        }
    }
    return true;
}

lede_status ranker_run(struct binder *binder, uint32_t first, uint32_t end, struct topk *topk,
    uint64_t *seen_out, bool *done_out, lede_error *error)
{
    struct shape shape;
    bool is_ours = false;
    bool none = first >= end;
    lede_status status = shape_take(binder->arena, binder->plan, &shape, &is_ours, error);
    *done_out = false;
    if (status != LEDE_OK || !is_ours) {
        return status;
    }
    struct ranker ranker = {
        .binder = binder,
        .segment = binder->segment,
        .ops = score_ops_for(cpu_features()),
        .first = first,
        .end = end,
        .window_count = binder->segment->ranges.stride / LEDE_WINDOW_RANGES,
        .topk = topk,
        .range_bytes = RANGE * sizeof(uint32_t),
    };
    uint32_t lanes = shape.term_count;
    for (uint32_t i = 0; i < shape.phrase_count; i++) {
        lanes += shape.phrases[i]->leaf_count;
    }
    ranker.lanes = arena_array(binder->arena, lanes, sizeof *ranker.lanes);
    status = ranker.lanes == NULL ? lede_fail_nomem(error) : LEDE_OK;
    if (status == LEDE_OK && !none) {
        status = bind_phrases(&ranker, &shape, &none, error);
    }
    if (status == LEDE_OK && !none) {
        status = bind_terms(&ranker, &shape, &none, error);
    }
    if (status == LEDE_OK && !none) {
        status = bind_allowed(&ranker, &shape, &none, error);
    }
    if (status != LEDE_OK || (!none && !all_score(&ranker))) {
        return status;
    }
    if (!none && ranker.lane_count > 0) {
        sort_lanes(ranker.lanes, 0, ranker.required_count, true);
        sort_lanes(ranker.lanes, ranker.required_count, ranker.lane_count, false);
        status = add_up(&ranker, error);
        if (status != LEDE_OK) {
            return status;
        }
        rank(&ranker);
    }
    *done_out = true;
    *seen_out += ranker.seen;
    return LEDE_OK;
}
