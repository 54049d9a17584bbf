/* Sums of bounds are coarse until a range is looked at; one that was evaluated, or that holds nothing, is closed. */
#include "query/ranker.h"

#include "base/bits.h"
#include "base/cpu.h"
#include "query/candidates.h"
#include "query/list_ranker.h"
#include "query/loners.h"
#include "query/match_ranker.h"
#include "query/range_sums.h"
#include "query/window_adder.h"

enum {
    RANGE = LEDE_RANGE_DOCS,
    /* Ranges that are evaluated first: at least so many, and one for every two hits that are wanted. */
    FIRST_RANGES_MIN = 12,
    /* When one of so many ranges was evaluated, but at least so many of them, it is asked how many more there are. */
    STAGE_SHARE = 32,
    STAGE_RANGES_MIN = 64,
    /* An array of a document in so many of the segment, or more, is ranked by ranges. */
    ARRAY_SHARE = 256,
    /* So many documents are sooner scored than codes made for terms that have none. */
    CODELESS_MATCHES_MAX = 4096,
};

struct ranker {
    struct binder *binder;
    const struct segment *segment;
    const struct score_ops *ops;
    struct offering *offering; /* of documents that wait for the scorer */
    struct lane_set set;
    bool is_selective; /* a match is one of those allowed, which are few */
    struct eligible eligible;
    struct window_adder adder;
    uint32_t window_count;
    struct range_sums sums;
    struct topk *topk;
    uint64_t seen;
    uint64_t evaluated; /* ranges */
    lede_status status; /* LEDE_ERR_NOMEM */
};

/* ---- few documents ---- */

/* The least scores that documents need to be kept, for the ranges `alive` of a window; at least 1. */
static void find_thresholds(
    const struct ranker *ranker, uint32_t window, uint64_t alive, uint32_t *thresholds)
{
    for (; alive != 0; alive &= alive - 1) {
        const uint32_t place = lowest_bit64(alive);
        const uint32_t least =
            topk_least_score(ranker->topk, window * LEDE_WINDOW_DOCS + place * RANGE + RANGE - 1);
        thresholds[place] = least > 0 ? least : 1;
    }
}

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
        for (uint64_t docs = ranker->eligible.allowed[range]; docs != 0;) {
            const uint32_t bit = bit_width64(docs) - 1;
            docs ^= UINT64_C(1) << bit;
            if (ranker->offering->batch.count == SCORER_DOCS_MAX) {
                offer_matches(ranker);
            }
            offering_add(ranker->offering, range * RANGE + bit, 0, ranker->sums.exact[place], 0);
        }
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
        docs[place] &= eligible_in_range(&ranker->eligible, first_range + place);
        ranker->seen += popcount64(docs[place]);
        offering_add_range(
            ranker->offering, first_range + place, docs[place], NULL, ranker->sums.exact[place]);
    }
    offering_flush(ranker->offering);
    ranker->offering->scorer.window = SCORER_NO_WINDOW;
}

/* Ranges `alive` of a window; they are done then. */
static void evaluate(struct ranker *ranker, uint32_t window, uint64_t alive)
{
    ranker->evaluated += popcount64(alive);
    if (ranker->is_selective) {
        evaluate_matches(ranker, window, alive);
    } else if (popcount64(alive) >= WINDOW_ADDER_RANGES ||
               ranker->set.count > CANDIDATE_LANES_MAX) {
        const lede_status status =
            window_adder_run(&ranker->adder, window, alive, ranker->sums.exact);
        ranker->status = status == LEDE_OK ? ranker->status : status;
    } else {
        evaluate_few(ranker, window, alive);
    }
    range_sums_done(&ranker->sums, window, alive);
}

/* ---- all of it ---- */

/* Windows from the newest; in each, the ranges whose level is at least `floor` and whose sum reaches the threshold. False
 * where it is left off, behind `limit` ranges. */
static bool evaluate_reaching(struct ranker *ranker, uint32_t floor, uint64_t limit)
{
    const uint64_t before = ranker->evaluated;
    uint32_t score = 0; /* that is needed, and the level that it takes */
    uint32_t level = floor;
    for (uint32_t window = ranker->window_count; window-- > 0;) {
        if (ranker->sums.largest[window] < level) {
            continue;
        }
        if (ranker->evaluated - before >= limit) {
            offer_matches(ranker);
            return false;
        }
        const uint32_t last = window * LEDE_WINDOW_DOCS + LEDE_WINDOW_DOCS - 1;
        const uint32_t threshold = topk_least_score(ranker->topk, last);
        const uint64_t alive =
            range_sums_reaching(&ranker->sums, window, floor, threshold > 0 ? threshold : 1);
        if (alive != 0) {
            evaluate(ranker, window, alive);
        }
        if (score != (uint32_t)(ranker->topk->least >> 32)) {
            score = (uint32_t)(ranker->topk->least >> 32);
            const uint32_t needed = range_sums_level(&ranker->sums, score);
            level = needed > floor ? needed : floor;
        }
    }
    offer_matches(ranker);
    return true;
}

/* Those with the largest levels. */
static void evaluate_first(struct ranker *ranker)
{
    const uint32_t half = (uint32_t)(ranker->topk->k / 2);
    const uint32_t wanted = half > FIRST_RANGES_MIN ? half : FIRST_RANGES_MIN;
    if (wanted < ranker->window_count * LEDE_WINDOW_RANGES) {
        (void)evaluate_reaching(
            ranker, range_sums_level_of_rank(&ranker->sums, wanted), UINT64_MAX);
    }
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
        status = lane_set_match(
            set, ranker->binder, shape, ranker->eligible.first, ranker->eligible.end, own, error);
        *matches = own;
    }
    if (status == LEDE_OK && ranker->is_selective && !ranker->offering->verifies) {
        ranker->seen = (*matches)->count;
    }
    return status;
}

static lede_status make_sums(struct ranker *ranker, lede_error *error)
{
    const struct range_limits limits = {.lanes = ranker->set.lanes,
        .lane_count = ranker->set.count,
        .allowed = ranker->eligible.allowed,
        .is_selective = ranker->is_selective,
        .first = ranker->eligible.first,
        .end = ranker->eligible.end};
    return range_sums_make(
        &ranker->sums, &limits, ranker->window_count, ranker->ops, ranker->binder->arena, error);
}

/* Most of the ranking where no term is required. That many ranges are left turns out once there is a threshold and some of them
 * were evaluated: then there may be more loners. */
static lede_status rank_with_loners(struct ranker *ranker, struct loners *loners, lede_error *error)
{
    const uint32_t least = (uint32_t)(ranker->topk->least >> 32);
    const uint32_t share = ranker->window_count * LEDE_WINDOW_RANGES / STAGE_SHARE;
    const uint32_t stage = share > STAGE_RANGES_MIN ? share : STAGE_RANGES_MIN;
    bool has_grown = false;
    lede_status status = LEDE_OK;
    if (loners->overlap.kept > 0) {
        status = loners_grow(
            loners, range_sums_count(&ranker->sums, least > 0 ? least : 1), &has_grown, error);
    }
    evaluate_first(ranker);
    for (has_grown = true; status == LEDE_OK && has_grown;) {
        has_grown = false;
        if (!evaluate_reaching(ranker, 1, stage)) {
            status = loners_grow(
                loners, range_sums_estimate(&ranker->sums, ranker->topk->least), &has_grown, error);
        }
    }
    return status;
}

/* Codes where they are needed; sums; hits. */
static lede_status rank_by_ranges(
    struct ranker *ranker, const struct match_set *matches, lede_error *error)
{
    struct arena *arena = ranker->binder->arena;
    const struct lane_set *set = &ranker->set;
    const bool overlaps = matches == NULL && set->count > 1;
    const uint32_t kept_most = loners_kept_most(ranker->segment);
    for (uint32_t i = 0; i < set->count; i++) {
        struct lane *lane = set->lanes[i];
        const bool keeps_docs = overlaps && lane->leaf.cursor->entry.df <= kept_most;
        if ((!ranker->is_selective || matches->count > CODELESS_MATCHES_MAX) &&
            lane_make_codes(lane, ranker->segment, ranker->ops, keeps_docs, arena) != LEDE_OK) {
            return lede_fail_nomem(error);
        }
    }
    struct loners loners = {.set = set,
        .eligible = &ranker->eligible,
        .sums = &ranker->sums,
        .offering = ranker->offering,
        .arena = arena};
    lede_status status = overlaps ? loners_find(&loners, error) : LEDE_OK;
    if (status == LEDE_OK) {
        status = make_sums(ranker, error);
    }
    if (status == LEDE_OK && overlaps) {
        status = rank_with_loners(ranker, &loners, error);
    } else if (status == LEDE_OK) {
        evaluate_first(ranker);
    }
    if (status != LEDE_OK) {
        return status;
    }
    (void)evaluate_reaching(ranker, 1, UINT64_MAX);
    ranker->seen += loners.seen;
    struct lede_counters *counters = ranker->binder->counters;
    counters->ranges_skipped +=
        (uint64_t)ranker->window_count * LEDE_WINDOW_RANGES - ranker->evaluated;
    counters->ranges_scored += ranker->evaluated;
    return ranker->status == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}

/* A term alone that has no codes. */
static bool is_lone_list(const struct lane_set *set)
{
    return set->count == 1 && set->phrase_count == 0 && set->lanes[0]->codes == NULL;
}

/* By the way that suits what matches: few by their own bounds, otherwise by those of ranges. */
static lede_status rank(struct ranker *ranker, const struct match_set *matches, lede_error *error)
{
    struct arena *arena = ranker->binder->arena;
    struct match_set bits;
    if (matches != NULL && matches->docs != NULL) {
        if (matches->count * ARRAY_SHARE <= ranker->segment->meta.doc_count) {
            return match_ranker_run(ranker->offering, matches, arena, error);
        }
        const lede_status status = match_set_spread(matches, ranker->binder, &bits, error);
        if (status != LEDE_OK) {
            return status;
        }
        matches = &bits;
    }
    ranker->eligible.allowed = matches == NULL ? NULL : matches->words;
    return is_lone_list(&ranker->set)
               ? list_ranker_run(ranker->offering, &ranker->eligible, arena, &ranker->seen, error)
               : rank_by_ranges(ranker, matches, error);
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
        .eligible = {.segment = binder->segment, .first = first, .end = end},
        .window_count = binder->segment->ranges.stride / LEDE_WINDOW_RANGES,
        .topk = topk,
    };
    const uint64_t floor = topk->least;
    struct offering offering;
    struct match_set own;
    bool none = false;
    ranker.offering = &offering;
    ranker.adder = (struct window_adder){.ops = ops,
        .set = &ranker.set,
        .eligible = &ranker.eligible,
        .offering = &offering,
        .arena = binder->arena,
        .range_bytes = RANGE * sizeof(uint32_t)};
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
    ranked_out->seen = ranker.seen + ranker.adder.seen + offering.seen;
    ranked_out->saw_all = (ranker.is_selective && !offering.verifies) || (floor == 0 && has_room);
    return status;
}
