/* Terms are ordered by what they can give: the first ones decide whether the others matter. */
#include "query/window_adder.h"

#include <string.h>

#include "base/bits.h"

enum {
    RANGE = LEDE_RANGE_DOCS,
    /* A window with so many ranges left is added up whole. */
    WHOLE_WINDOW_RANGES = WINDOW_ADDER_RANGES,
    /* Looking a document up in a list takes as long as adding so many of the list's. */
    LOOKUP_COST = 3,
};

/* Add a lane's shares in documents [first, end) to the window's scores; `base` is its first document. */
static void add_lane(
    struct window_adder *adder, struct lane *lane, uint32_t base, uint32_t first, uint32_t end)
{
    struct postings_cursor *cursor = lane->leaf.cursor;
    uint32_t shares[LEDE_BLOCK_POSTINGS];
    (void)postings_cursor_place(cursor, first);
    while (cursor->doc < end) {
        const uint32_t count = postings_cursor_run(cursor, end);
        if (!lane_shares(lane, adder->ops, count, shares)) {
            return;
        }
        adder->ops->accumulate(adder->scores, cursor->docs + cursor->index, count, base, shares);
        if (cursor->index + count < cursor->block_size) {
            return;
        }
        (void)postings_cursor_next_block(cursor);
    }
}

/* Offer those documents of a range that reach the threshold. */
static void offer_range(struct window_adder *adder, uint32_t range, const uint32_t *scores)
{
    uint32_t places[RANGE + SCORE_FILTER_SLACK];
    const uint32_t base = range * RANGE;
    const uint32_t threshold = topk_least_score(adder->offering->topk, base + RANGE - 1);
    const uint32_t found = adder->ops->filter(scores, RANGE, threshold > 0 ? threshold : 1, places);
    if (found == 0) {
        return;
    }
    const uint64_t allowed = eligible_in_range(adder->eligible, range);
    for (uint32_t i = 0; i < found; i++) {
        if ((allowed >> places[i] & 1) != 0) {
            adder->seen++;
            topk_offer(
                adder->offering->topk, (uint64_t)scores[places[i]] << 32 | (base + places[i]));
        }
    }
}

/* The ranges of `alive` in which documents can still reach the threshold with what is to come; these documents, by range,
 * go to `docs`, and how many there are to *count_out: a window's or more where such as have no term yet can. */
static uint64_t still_alive(const struct window_adder *adder, uint32_t window, uint64_t alive,
    const uint32_t *to_come, uint64_t *docs, uint32_t *count_out)
{
    const uint32_t last = window * LEDE_WINDOW_DOCS + LEDE_WINDOW_DOCS - 1;
    const uint32_t threshold = topk_least_score(adder->offering->topk, last);
    uint32_t count = 0;
    for (uint64_t left = alive; left != 0; left &= left - 1) {
        const uint32_t place = lowest_bit64(left);
        if (to_come[place] >= threshold) { /* also documents that have no term yet */
            count += LEDE_WINDOW_DOCS;
            continue;
        }
        docs[place] =
            adder->ops->reaching(adder->scores + (size_t)place * RANGE, threshold - to_come[place]);
        count += popcount64(docs[place]);
        alive &= docs[place] != 0 ? ~UINT64_C(0) : ~(left & -left);
    }
    *count_out = count;
    return alive;
}

/* Score what is left of a window in lanes from `first_lane` on, document by document. */
static void offer_rest(struct window_adder *adder, uint32_t window, uint32_t first_lane,
    uint64_t alive, const uint32_t *to_come, const uint64_t *docs)
{
    adder->offering->scorer.first_lane = first_lane;
    for (; alive != 0; alive &= alive - 1) {
        const uint32_t place = lowest_bit64(alive);
        const uint32_t range = window * LEDE_WINDOW_RANGES + place;
        const uint64_t left = docs[place] & eligible_in_range(adder->eligible, range);
        adder->seen += popcount64(left);
        offering_add_range(
            adder->offering, range, left, adder->scores + (size_t)place * RANGE, to_come[place]);
    }
    offering_flush(adder->offering);
    adder->offering->scorer.first_lane = 0;
}

/* Documents of a window that a lane has on average. */
static uint32_t lane_docs_a_window(const struct window_adder *adder, const struct lane *lane)
{
    return (uint32_t)((uint64_t)lane->leaf.cursor->entry.df * LEDE_WINDOW_DOCS /
                      adder->offering->scorer.segment->meta.doc_count);
}

/* Add a lane in the ranges of `alive` that have its term; where many live, in the whole window. Returns the ranges whose
 * scores were touched. */
static uint64_t add_lane_alive(
    struct window_adder *adder, struct lane *lane, uint32_t window, uint64_t alive)
{
    const uint32_t base = window * LEDE_WINDOW_DOCS;
    if (popcount64(alive) >= WHOLE_WINDOW_RANGES) {
        add_lane(adder, lane, base, base, base + LEDE_WINDOW_DOCS);
        return ~UINT64_C(0);
    }
    alive &= lane_ranges(lane, window);
    for (uint64_t left = alive; left != 0;) {
        const uint32_t first = lowest_bit64(left);
        uint32_t end = first;
        for (; end < LEDE_WINDOW_RANGES && (left >> end & 1) != 0; end++) {
            left &= ~(UINT64_C(1) << end);
        }
        add_lane(adder, lane, base, base + first * RANGE, base + end * RANGE);
    }
    return alive;
}

/* The numbers of a range to 0. The size is one that the compiler does not know: for so few bytes gcc makes
 * `rep stos` of a memset, which takes five times as long as the library's. */
static void clear_range(uint32_t *numbers, size_t range_bytes)
{
    memset(numbers, 0, range_bytes);
}

lede_status window_adder_run(
    struct window_adder *adder, uint32_t window, uint64_t alive, const uint32_t *sums)
{
    const size_t first_range = (size_t)window * LEDE_WINDOW_RANGES;
    uint32_t to_come[LEDE_WINDOW_RANGES];
    uint64_t docs[LEDE_WINDOW_RANGES];
    uint64_t touched = 0;
    if (adder->scores == NULL) {
        adder->scores = arena_zalloc(adder->arena, LEDE_WINDOW_DOCS, sizeof *adder->scores);
    }
    if (adder->scores == NULL) {
        return LEDE_ERR_NOMEM;
    }
    memcpy(to_come, sums, sizeof to_come);
    for (uint32_t i = 0; i < adder->set->count && alive != 0; i++) {
        struct lane *lane = adder->set->lanes[i];
        if (i > 0 && lane->is_dense) {
            uint32_t count;
            alive = still_alive(adder, window, alive, to_come, docs, &count);
            if (count < lane_docs_a_window(adder, lane) / LOOKUP_COST) {
                offer_rest(adder, window, i, alive, to_come, docs);
                alive = 0;
                break;
            }
        }
        touched |= add_lane_alive(adder, lane, window, alive);
        for (uint64_t left = alive; left != 0; left &= left - 1) {
            const uint32_t place = lowest_bit64(left);
            to_come[place] -= lane_bound(lane, (uint32_t)first_range + place);
        }
    }
    for (; alive != 0; alive &= alive - 1) {
        const uint32_t place = lowest_bit64(alive);
        offer_range(adder, (uint32_t)first_range + place, adder->scores + (size_t)place * RANGE);
    }
    if (touched == ~UINT64_C(0)) {
        memset(adder->scores, 0, LEDE_WINDOW_DOCS * sizeof *adder->scores);
    }
    for (; touched != ~UINT64_C(0) && touched != 0; touched &= touched - 1) {
        clear_range(adder->scores + (size_t)lowest_bit64(touched) * RANGE, adder->range_bytes);
    }
    return LEDE_OK;
}
