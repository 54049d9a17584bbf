/* Sums of bounds are coarse until a range is looked at; one that was evaluated, or that holds nothing, is closed. Terms are ordered by what they can give: the first ones decide whether the others matter. */
#include "query/ranker.h"

#include <string.h>

#include "base/bits.h"
#include "base/cpu.h"
#include "query/candidates.h"
#include "query/match_ranker.h"
#include "query/overlap.h"
#include "query/range_sums.h"

enum {
    RANGE = LEDE_RANGE_DOCS,
    /* Ranges that are evaluated first: at least so many, and one for every two hits that are wanted. */
    FIRST_RANGES_MIN = 12,
    /* A window with so many living ranges of its 64 is added up whole. */
    WHOLE_WINDOW_RANGES = 28,
    /* Looking a document up in a list takes as long as adding so many of the list's. */
    LOOKUP_COST = 3,
    /* An array of a document in so many of the segment, or more, is ranked by ranges. */
    ARRAY_SHARE = 256,
    /* So many documents are sooner scored than codes made for terms that have none. */
    CODELESS_MATCHES_MAX = 4096,
    /* Lists are searched for documents that have several as far as they have one of so many together. */
    OVERLAP_SHARE = 32,
    OVERLAP_LANES_MAX = 64, /* each two are intersected */
    /* What decoding a block and evaluating a range take, beside looking a document up. */
    BLOCK_COST = 60,
    RANGE_COST = 120,
};

struct ranker {
    struct binder *binder;
    const struct segment *segment;
    const struct score_ops *ops;
    struct offering *offering; /* of documents that wait for the scorer */
    struct lane_set set;
    bool is_selective;       /* a match is one of `allowed`, which are few */
    const uint64_t *allowed; /* by range: documents that can match; NULL: all that have a term */
    const uint32_t *offered; /* documents that were offered already, ascending */
    uint32_t offered_count;
    uint32_t first, end; /* documents */
    uint32_t window_count;
    struct range_sums sums;
    struct topk *topk;
    uint64_t seen;
    uint64_t evaluated; /* ranges */
    uint32_t *scores;   /* of a window's documents, all 0 between uses; made when first needed */
    size_t range_bytes; /* of the numbers of a range */
    lede_status status; /* LEDE_ERR_NOMEM */
};

/* ---- the threshold ---- */

/* The least sum that a document no higher than `last` needs to be kept. */
static uint32_t threshold_for(const struct ranker *ranker, uint32_t last)
{
    const uint32_t score = (uint32_t)(ranker->topk->least >> 32);
    const bool ties_win = last >= (uint32_t)ranker->topk->least;
    return ties_win ? score : score + 1;
}

/* The same for the ranges `alive` of a window; at least 1. */
static void find_thresholds(
    const struct ranker *ranker, uint32_t window, uint64_t alive, uint32_t *thresholds)
{
    for (; alive != 0; alive &= alive - 1) {
        const uint32_t place = lowest_bit64(alive);
        const uint32_t least =
            threshold_for(ranker, window * LEDE_WINDOW_DOCS + place * RANGE + RANGE - 1);
        thresholds[place] = least > 0 ? least : 1;
    }
}

/* Documents of range `range` that may be hits at all. */
static uint64_t allowed_docs(const struct ranker *ranker, uint32_t range)
{
    const struct deletions *deletions = &ranker->segment->deletions;
    const uint32_t base = range * RANGE;
    if (ranker->allowed != NULL) {
        return ranker->allowed[range];
    }
    uint64_t docs = ~UINT64_C(0);
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
    return ranker->offered_count == 0
               ? docs
               : docs & ~overlap_in_range(ranker->offered, ranker->offered_count, range);
}

/* ---- few documents ---- */

static void swap(uint32_t *a, uint32_t *b)
{
    const uint32_t kept = *a;
    *a = *b;
    *b = kept;
}

/* Matches were put into the batch from the newest on: turn it around, and offer. */
static void offer_matches(struct ranker *ranker)
{
    struct scorer_batch *batch = &ranker->offering->batch;
    for (uint32_t low = 0, high = batch->count; low + 1 < high; low++) {
        high--;
        swap(&batch->docs[low], &batch->docs[high]);
        swap(&batch->to_come[low], &batch->to_come[high]);
    }
    offering_flush(ranker->offering);
}

/* Ranges `alive` of a window whose matches are known; they are scored when there are enough, of whatever windows. */
static void evaluate_matches(struct ranker *ranker, uint32_t window, uint64_t alive)
{
    while (alive != 0) {
        const uint32_t place = bit_width64(alive) - 1;
        const uint32_t range = window * LEDE_WINDOW_RANGES + place;
        alive ^= UINT64_C(1) << place;
        for (uint64_t docs = ranker->allowed[range]; docs != 0;) {
            const uint32_t bit = bit_width64(docs) - 1;
            docs ^= UINT64_C(1) << bit;
            if (ranker->offering->batch.count == SCORER_DOCS_MAX) {
                offer_matches(ranker);
            }
            offering_add(ranker->offering, range * RANGE + bit, 0, ranker->sums.exact[place], 0);
        }
    }
}

/* Put the documents `docs` of range `range` among those that wait. `scores`: what they have already, by document of the
 * range (NULL: nothing). */
static void add_docs(
    struct ranker *ranker, uint32_t range, uint64_t docs, const uint32_t *scores, uint32_t to_come)
{
    for (; docs != 0; docs &= docs - 1) {
        const uint32_t place = lowest_bit64(docs);
        offering_add(ranker->offering, range * RANGE + place, scores == NULL ? 0 : scores[place],
            to_come, 0);
    }
}

/* Few ranges of a window live: those of their documents are scored that bounds allow to reach the threshold. */
static void evaluate_few(struct ranker *ranker, uint32_t window, uint64_t alive)
{
    const uint32_t first_range = window * LEDE_WINDOW_RANGES;
    uint32_t thresholds[LEDE_WINDOW_RANGES];
    uint64_t docs[LEDE_WINDOW_RANGES];
    find_thresholds(ranker, window, alive, thresholds);
    const uint64_t found =
        candidates_find(&ranker->set, window, alive, ranker->sums.exact, thresholds, docs);
    ranker->offering->scorer.window = window;
    for (uint64_t left = found; left != 0; left &= left - 1) {
        const uint32_t place = lowest_bit64(left);
        docs[place] &= allowed_docs(ranker, first_range + place);
        ranker->seen += popcount64(docs[place]);
        add_docs(ranker, first_range + place, docs[place], NULL, ranker->sums.exact[place]);
    }
    offering_flush(ranker->offering);
    ranker->offering->scorer.window = SCORER_NO_WINDOW;
}

/* ---- many documents ---- */

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

/* The ranges of `alive` in which documents can still reach the threshold with what is to come; these documents, by range,
 * go to `docs`, and how many there are to *count_out: a window's or more where such as have no term yet can. */
static uint64_t still_alive(const struct ranker *ranker, uint32_t window, uint64_t alive,
    const uint32_t *to_come, uint64_t *docs, uint32_t *count_out)
{
    const uint32_t last = window * LEDE_WINDOW_DOCS + LEDE_WINDOW_DOCS - 1;
    const uint32_t threshold = threshold_for(ranker, last);
    uint32_t count = 0;
    for (uint64_t left = alive; left != 0; left &= left - 1) {
        const uint32_t place = lowest_bit64(left);
        if (to_come[place] >= threshold) { /* also documents that have no term yet */
            count += LEDE_WINDOW_DOCS;
            continue;
        }
        docs[place] = ranker->ops->reaching(
            ranker->scores + (size_t)place * RANGE, threshold - to_come[place]);
        count += popcount64(docs[place]);
        alive &= docs[place] != 0 ? ~UINT64_C(0) : ~(left & -left);
    }
    *count_out = count;
    return alive;
}

/* Score what is left of a window in lanes from `first_lane` on, document by document. */
static void offer_rest(struct ranker *ranker, uint32_t window, uint32_t first_lane, uint64_t alive,
    const uint32_t *to_come, const uint64_t *docs)
{
    ranker->offering->scorer.first_lane = first_lane;
    for (; alive != 0; alive &= alive - 1) {
        const uint32_t place = lowest_bit64(alive);
        const uint32_t range = window * LEDE_WINDOW_RANGES + place;
        const uint64_t left = docs[place] & allowed_docs(ranker, range);
        ranker->seen += popcount64(left);
        add_docs(ranker, range, left, ranker->scores + (size_t)place * RANGE, to_come[place]);
    }
    offering_flush(ranker->offering);
    ranker->offering->scorer.first_lane = 0;
}

/* Documents of a window that a lane has on average. */
static uint32_t lane_docs_a_window(const struct ranker *ranker, const struct lane *lane)
{
    return (uint32_t)((uint64_t)lane->leaf.cursor->entry.df * LEDE_WINDOW_DOCS /
                      ranker->segment->meta.doc_count);
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
    alive &= lane_ranges(lane, window);
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

/* The numbers of a range to 0. The size is one that the compiler does not know: for so few bytes gcc makes
 * `rep stos` of a memset, which takes five times as long as the library's. */
static void clear_range(uint32_t *numbers, size_t range_bytes)
{
    memset(numbers, 0, range_bytes);
}

/* Many ranges live: exact shares are added, in the whole window while they are so many. */
static void evaluate_many(struct ranker *ranker, uint32_t window, uint64_t alive)
{
    const size_t first_range = (size_t)window * LEDE_WINDOW_RANGES;
    uint32_t to_come[LEDE_WINDOW_RANGES];
    uint64_t docs[LEDE_WINDOW_RANGES];
    uint64_t touched = 0;
    if (ranker->scores == NULL) {
        ranker->scores =
            arena_zalloc(ranker->binder->arena, LEDE_WINDOW_DOCS, sizeof *ranker->scores);
    }
    if (ranker->scores == NULL) {
        ranker->status = LEDE_ERR_NOMEM;
        return;
    }
    memcpy(to_come, ranker->sums.exact, sizeof to_come);
    for (uint32_t i = 0; i < ranker->set.count && alive != 0; i++) {
        struct lane *lane = ranker->set.lanes[i];
        if (i > 0 && lane->is_dense) {
            uint32_t count;
            alive = still_alive(ranker, window, alive, to_come, docs, &count);
            if (count < lane_docs_a_window(ranker, lane) / LOOKUP_COST) {
                offer_rest(ranker, window, i, alive, to_come, docs);
                alive = 0;
                break;
            }
        }
        touched |= add_lane_alive(ranker, lane, window, alive);
        for (uint64_t left = alive; left != 0; left &= left - 1) {
            const uint32_t place = lowest_bit64(left);
            to_come[place] -= lane_bound(lane, (uint32_t)first_range + place);
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
        clear_range(ranker->scores + (size_t)lowest_bit64(touched) * RANGE, ranker->range_bytes);
    }
}

/* Ranges `alive` of a window; they are done then. */
static void evaluate(struct ranker *ranker, uint32_t window, uint64_t alive)
{
    ranker->evaluated += popcount64(alive);
    if (ranker->is_selective) {
        evaluate_matches(ranker, window, alive);
    } else if (popcount64(alive) >= WHOLE_WINDOW_RANGES ||
               ranker->set.count > CANDIDATE_LANES_MAX) {
        evaluate_many(ranker, window, alive);
    } else {
        evaluate_few(ranker, window, alive);
    }
    range_sums_done(&ranker->sums, window, alive);
}

/* ---- all of it ---- */

/* Windows from the newest; in each, the ranges whose level is at least `floor` and whose sum reaches the threshold. */
static void evaluate_reaching(struct ranker *ranker, uint32_t floor)
{
    for (uint32_t window = ranker->window_count; window-- > 0;) {
        const uint32_t last = window * LEDE_WINDOW_DOCS + LEDE_WINDOW_DOCS - 1;
        const uint32_t threshold = threshold_for(ranker, last);
        const uint64_t alive =
            range_sums_reaching(&ranker->sums, window, floor, threshold > 0 ? threshold : 1);
        if (alive != 0) {
            evaluate(ranker, window, alive);
        }
    }
    offer_matches(ranker);
}

static void rank_ranges(struct ranker *ranker)
{
    const uint32_t half = (uint32_t)(ranker->topk->k / 2);
    const uint32_t wanted = half > FIRST_RANGES_MIN ? half : FIRST_RANGES_MIN;
    if (wanted < ranker->window_count * LEDE_WINDOW_RANGES) {
        evaluate_reaching(ranker, range_sums_level_of_rank(&ranker->sums, wanted));
    }
    evaluate_reaching(ranker, 1);
    struct lede_counters *counters = ranker->binder->counters;
    counters->ranges_skipped += ranker->window_count * LEDE_WINDOW_RANGES - ranker->evaluated;
    counters->ranges_scored += ranker->evaluated;
}

/* ---- setting up ---- */

/* What is required, or restricts, as a set of matches: where it is not known yet in *own. */
static lede_status find_matches(struct ranker *ranker, const struct shape *shape,
    struct match_set *own, const struct match_set **matches, lede_error *error)
{
    const struct lane_set *set = &ranker->set;
    const bool restricts = shape->filter_count + shape->exclusion_count > 0;
    lede_status status = LEDE_OK;
    /* A lone term is ranked by its codes: all of its documents match. */
    ranker->is_selective = set->phrase_count > 0 || (set->required_count > 0 && set->count > 1);
    ranker->offering->verifies = *matches == NULL && set->phrase_count > 0;
    if (*matches == NULL && (ranker->is_selective || restricts)) {
        status = lane_set_match(set, ranker->binder, shape, ranker->first, ranker->end, own, error);
        *matches = own;
    }
    if (status == LEDE_OK && ranker->is_selective && !ranker->offering->verifies) {
        ranker->seen = (*matches)->count;
    }
    return status;
}

/* Those of the documents with two of the rarer terms that are allowed, in their place. */
static void drop_forbidden(const struct ranker *ranker, struct match_set *matches)
{
    uint32_t kept = 0;
    for (uint64_t i = 0; i < matches->count; i++) {
        const uint32_t doc = matches->docs[i];
        matches->docs[kept] = doc;
        kept += (allowed_docs(ranker, doc / RANGE) >> doc % RANGE & 1) != 0;
    }
    matches->count = kept;
}

/* Offer what was found of the overlap, and not yet. */
static lede_status offer_found(
    struct ranker *ranker, const struct overlap *overlap, lede_error *error)
{
    struct arena *arena = ranker->binder->arena;
    if (overlap->count == ranker->offered_count) {
        return LEDE_OK;
    }
    struct match_set matches = {
        .docs = arena_array(arena, overlap->count, sizeof *matches.docs), .count = overlap->count};
    uint32_t *offered = arena_array(arena, overlap->count, sizeof *offered);
    if (matches.docs == NULL || offered == NULL) {
        return lede_fail_nomem(error);
    }
    memcpy(matches.docs, overlap->docs, overlap->count * sizeof *offered);
    memcpy(offered, overlap->docs, overlap->count * sizeof *offered);
    drop_forbidden(ranker, &matches);
    ranker->seen += matches.count;
    ranker->offered = offered;
    ranker->offered_count = overlap->count;
    if (matches.count == 0) {
        return LEDE_OK;
    }
    const lede_status status = match_ranker_run(ranker->offering, &matches, arena, error);
    ranker->offering->scorer.places = NULL;
    return status;
}

/* So many documents are kept of rarer terms, together. */
static uint32_t most_kept(const struct ranker *ranker)
{
    return ranker->segment->meta.doc_count / OVERLAP_SHARE;
}

/* Offer the documents that have two or more of the rarer terms: then ranges are bounded by one of those terms alone. In a
 * large segment of short documents, some of 64 documents have each of them and hardly any has two. */
static lede_status offer_overlap(struct ranker *ranker, struct overlap *overlap, lede_error *error)
{
    const struct lane_set *set = &ranker->set;
    uint32_t kept = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        struct lane *lane = set->lanes[i];
        if (lane->docs != NULL && lane->doc_count <= most_kept(ranker) - kept &&
            count < OVERLAP_LANES_MAX) {
            kept += lane->doc_count;
            lane->is_alone = true;
            count++;
        }
    }
    /* One more may be added (worth_adding). */
    const lede_status status = overlap_init(
        overlap, count + 1, kept, ranker->segment->postings.bitpack, ranker->binder->arena, error);
    for (uint32_t i = 0; i < set->count && status == LEDE_OK; i++) {
        if (set->lanes[i]->is_alone) {
            overlap_add(overlap, set->lanes[i]);
        }
    }
    return status == LEDE_OK ? offer_found(ranker, overlap, error) : status;
}

/* The least frequent of the terms that are not alone yet, if looking those of the others up in its list is sooner done than
 * evaluating the ranges that can reach the threshold; NULL otherwise. */
static struct lane *worth_adding(const struct ranker *ranker, const struct overlap *overlap)
{
    struct lane *rarest = NULL;
    for (uint32_t i = 0; i < ranker->set.count; i++) {
        struct lane *lane = ranker->set.lanes[i];
        if (!lane->is_alone &&
            (rarest == NULL || lane->leaf.cursor->entry.df < rarest->leaf.cursor->entry.df)) {
            rarest = lane;
        }
    }
    if (rarest == NULL || overlap->kept == 0) {
        return NULL;
    }
    const uint32_t least = (uint32_t)(ranker->topk->least >> 32);
    const uint64_t ranges = range_sums_count(&ranker->sums, least > 0 ? least : 1);
    const uint64_t blocks = rarest->leaf.cursor->block_count;
    const uint64_t cost =
        overlap->kept + BLOCK_COST * (blocks < overlap->kept ? blocks : overlap->kept);
    return cost < RANGE_COST * ranges ? rarest : NULL;
}

/* Codes where they are needed; sums; hits. */
static lede_status rank_by_ranges(
    struct ranker *ranker, const struct match_set *matches, lede_error *error)
{
    struct arena *arena = ranker->binder->arena;
    const struct lane_set *set = &ranker->set;
    ranker->allowed = matches == NULL ? NULL : matches->words;
    const bool overlaps = matches == NULL && set->count > 1;
    for (uint32_t i = 0; i < set->count; i++) {
        struct lane *lane = set->lanes[i];
        const bool keeps_docs = overlaps && lane->leaf.cursor->entry.df <= most_kept(ranker);
        if ((!ranker->is_selective || matches->count > CODELESS_MATCHES_MAX) &&
            lane_make_codes(lane, ranker->segment, ranker->ops, keeps_docs, arena) != LEDE_OK) {
            return lede_fail_nomem(error);
        }
    }
    struct overlap overlap;
    lede_status status = overlaps ? offer_overlap(ranker, &overlap, error) : LEDE_OK;
    if (status != LEDE_OK) {
        return status;
    }
    const struct range_limits limits = {.lanes = set->lanes,
        .lane_count = set->count,
        .allowed = ranker->allowed,
        .is_selective = ranker->is_selective,
        .first = ranker->first,
        .end = ranker->end};
    status =
        range_sums_make(&ranker->sums, &limits, ranker->window_count, ranker->ops, arena, error);
    if (status != LEDE_OK) {
        return status;
    }
    struct lane *added = overlaps ? worth_adding(ranker, &overlap) : NULL;
    if (added != NULL) {
        added->is_alone = true;
        overlap_add(&overlap, added);
        status = offer_found(ranker, &overlap, error);
        if (status == LEDE_OK) {
            status = range_sums_make(
                &ranker->sums, &limits, ranker->window_count, ranker->ops, arena, error);
        }
        if (status != LEDE_OK) {
            return status;
        }
    }
    rank_ranges(ranker);
    return ranker->status == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}

/* By the bounds of matches where they are few, otherwise by those of ranges. */
static lede_status rank(struct ranker *ranker, const struct match_set *matches, lede_error *error)
{
    struct match_set bits;
    if (matches == NULL || matches->docs == NULL) {
        return rank_by_ranges(ranker, matches, error);
    }
    if (matches->count * ARRAY_SHARE <= ranker->segment->meta.doc_count) {
        return match_ranker_run(ranker->offering, matches, ranker->binder->arena, error);
    }
    const lede_status status = match_set_spread(matches, ranker->binder, &bits, error);
    return status == LEDE_OK ? rank_by_ranges(ranker, &bits, error) : status;
}

lede_status ranker_run(struct binder *binder, const struct shape *shape,
    const struct match_set *matches, uint32_t first, uint32_t end, struct topk *topk,
    struct ranked *ranked_out, lede_error *error)
{
    const struct score_ops *ops = score_ops_for(cpu_features());
    struct ranker ranker = {
        .binder = binder,
        .segment = binder->segment,
        .ops = ops,
        .first = first,
        .end = end,
        .window_count = binder->segment->ranges.stride / LEDE_WINDOW_RANGES,
        .topk = topk,
        .range_bytes = RANGE * sizeof(uint32_t),
    };
    const uint64_t floor = topk->least;
    struct offering offering;
    struct match_set own;
    bool none = false;
    ranker.offering = &offering;
    *ranked_out = (struct ranked){.done = true, .saw_all = true};
    lede_status status =
        first < end ? lane_set_bind(&ranker.set, binder, shape, &none, error) : LEDE_OK;
    if (status != LEDE_OK || none || first >= end) {
        return status;
    }
    if (!lane_set_always_scores(&ranker.set)) {
        ranked_out->done = false;
        return LEDE_OK;
    }
    offering.topk = topk;
    offering.seen = 0;
    offering.batch.count = 0;
    offering.scorer = (struct scorer){.set = &ranker.set,
        .segment = binder->segment,
        .ops = ops,
        .counters = binder->counters,
        .window = SCORER_NO_WINDOW};
    status = find_matches(&ranker, shape, &own, &matches, error);
    if (status == LEDE_OK) {
        status = rank(&ranker, matches, error);
    }
    /* While there is room nothing is passed over, and for all documents there always is. */
    const bool has_room = !topk_is_full(topk) || topk->k == binder->segment->meta.doc_count;
    ranked_out->seen = ranker.seen + offering.seen;
    ranked_out->saw_all = (ranker.is_selective && !offering.verifies) || (floor == 0 && has_room);
    return status;
}
