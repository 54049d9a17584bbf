/* Candidates against adding up, for each document, the bounds of the lanes that it is in. */
#include <check.h>
#include <stdlib.h>

#include "base/cpu.h"
#include "query/candidates.h"
#include "support/list_segment.h"

enum { ROUNDS = 4, WISHES = 40, WINDOWS = (SEGMENT_DOCS - 1) / LEDE_WINDOW_DOCS + 1 };

struct work {
    struct list_segment *lists;
    struct lane lanes[SEGMENT_LISTS_MAX];
    struct lane *pointers[SEGMENT_LISTS_MAX];
    struct lane_set set;
    struct arena arena;
    uint32_t window;
    uint32_t sums[LEDE_WINDOW_RANGES], thresholds[LEDE_WINDOW_RANGES];
    uint64_t seed;
};

/* Bounds are small numbers, so that many sums are alike. Some lanes have no codes. */
static void make_lane(struct work *work, uint32_t at, const struct bm25 *bm25, struct rng *rng)
{
    static const struct plan_leaf plan_leaf = {.scaled_weight = 1};
    struct segment *segment = &work->lists->segment;
    struct lane *lane = &work->lanes[at];
    const struct leaf leaf = {.plan = &plan_leaf,
        .bm25 = bm25,
        .lengths = &segment->lengths,
        .cursor = &work->lists->cursors[at]};
    work->pointers[at] = lane;
    lane_init(lane, &leaf, LANE_NO_ORDINAL, segment);
    if (rng_below(rng, 4) != 0) {
        ck_assert_int_eq(
            lane_make_codes(lane, segment, score_ops_for(cpu_features()), false, &work->arena),
            LEDE_OK);
    }
    lane->is_dense = rng_below(rng, 2) == 0;
    lane->most = 1 + (uint32_t)rng_below(rng, 12);
    for (uint32_t code = 1; code < RANGE_CODES; code++) {
        lane->bounds[code] = 1 + (uint32_t)rng_below(rng, lane->most);
    }
}

/* Thresholds above 0, up to one that the range does not reach. */
static void draw_thresholds(struct work *work, struct rng *rng)
{
    work->window = (uint32_t)rng_below(rng, WINDOWS);
    for (uint32_t i = 0; i < LEDE_WINDOW_RANGES; i++) {
        work->sums[i] = 0;
        for (uint32_t j = 0; j < work->set.count; j++) {
            work->sums[i] += lane_bound(&work->lanes[j], work->window * LEDE_WINDOW_RANGES + i);
        }
        work->thresholds[i] = 1 + (uint32_t)rng_below(rng, work->sums[i] + 1);
    }
}

/* The documents of a range that reach its threshold. */
static uint64_t expected_docs(const struct work *work, uint32_t place)
{
    const uint32_t range = work->window * LEDE_WINDOW_RANGES + place;
    uint64_t found = 0;
    for (uint32_t i = 0; i < LEDE_RANGE_DOCS; i++) {
        const uint32_t doc = range * LEDE_RANGE_DOCS + i;
        uint32_t sum = 0;
        for (uint32_t j = 0; j < work->set.count && doc < SEGMENT_DOCS; j++) {
            sum +=
                work->lists->places[j][doc] != UINT32_MAX ? lane_bound(&work->lanes[j], range) : 0;
        }
        found |= (uint64_t)(sum >= work->thresholds[place]) << i;
    }
    return found;
}

/* Lanes have their documents of a range, and the place of the first. */
static void check_open(const struct work *work, uint32_t place)
{
    const uint32_t first = (work->window * LEDE_WINDOW_RANGES + place) * LEDE_RANGE_DOCS;
    for (uint32_t j = 0; j < work->set.count; j++) {
        const struct lane *lane = &work->lanes[j];
        uint64_t word = 0;
        uint32_t start = UINT32_MAX;
        for (uint32_t i = LEDE_RANGE_DOCS; i-- > 0;) {
            const uint32_t at =
                first + i < SEGMENT_DOCS ? work->lists->places[j][first + i] : UINT32_MAX;
            word |= (uint64_t)(at != UINT32_MAX) << i;
            start = at != UINT32_MAX ? at : start;
        }
        if (lane->words[place] != word || (word != 0 && lane->starts[place] != start)) {
            ck_abort_msg("seed %llu: lane %u is not open from %u on",
                (unsigned long long)work->seed, j, first);
        }
    }
}

static void check_window(struct work *work, uint64_t alive)
{
    uint64_t docs[LEDE_WINDOW_RANGES];
    const uint64_t found =
        candidates_find(&work->set, work->window, alive, work->sums, work->thresholds, docs);
    for (uint32_t place = 0; place < LEDE_WINDOW_RANGES; place++) {
        const uint64_t expected = (alive >> place & 1) != 0 ? expected_docs(work, place) : 0;
        if ((found >> place & 1) != (expected != 0) || (expected != 0 && docs[place] != expected)) {
            ck_abort_msg("seed %llu: %llx of range %u of window %u, found %llx",
                (unsigned long long)work->seed, (unsigned long long)expected, place, work->window,
                (unsigned long long)((found >> place & 1) != 0 ? docs[place] : 0));
        }
        if (expected != 0) {
            check_open(work, place);
        }
    }
}

START_TEST(candidates_are_in_lanes_that_add_up)
{
    struct rng rng;
    struct bm25 bm25;
    struct work *work = calloc(1, sizeof *work);
    ck_assert_ptr_nonnull(work);
    work->seed = 800 + (uint64_t)_i;
    rng_init(&rng, work->seed);
    bm25_init(&bm25, &(struct bm25_options){.k1 = 1, .b = 0.5, .title_boost = 1}, 100, 9, 3);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t wanted[SEGMENT_LISTS_MAX];
        const uint32_t count = 1 + (uint32_t)rng_below(&rng, CANDIDATE_LANES_MAX);
        for (uint32_t i = 0; i < count; i++) {
            wanted[i] = 1 + (uint32_t)rng_below(&rng, SEGMENT_DOCS / (1 + rng_below(&rng, 60)));
        }
        work->lists = list_segment_new(wanted, count, 0, &rng);
        list_segment_rewind(work->lists, bitpack_ops_for(cpu_features()));
        arena_init(&work->arena);
        for (uint32_t i = 0; i < count; i++) {
            make_lane(work, i, &bm25, &rng);
        }
        work->set = (struct lane_set){.lanes = work->pointers, .count = count};
        for (uint32_t wish = 0; wish < WISHES; wish++) {
            draw_thresholds(work, &rng);
            check_window(work, wish % 4 == 0 ? ~UINT64_C(0) : rng_next(&rng) & rng_next(&rng));
        }
        arena_release(&work->arena);
        list_segment_free(work->lists);
    }
    free(work);
}
END_TEST

Suite *suite_candidates(void)
{
    Suite *suite = suite_create("candidates");
    TCase *random = tcase_create("random");
    tcase_set_timeout(random, 60);
    tcase_add_loop_test(random, candidates_are_in_lanes_that_add_up, 0, 12);
    suite_add_tcase(suite, random);
    return suite;
}
