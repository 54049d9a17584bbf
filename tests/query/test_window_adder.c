/* Windows added up whole against scoring each of their documents by the formula. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/bits.h"
#include "query/window_adder.h"
#include "support/kernels.h"
#include "support/list_segment.h"
#include "support/random_formula.h"

enum { ROUNDS = 8, WISHES = 6 };

struct work {
    struct list_segment *lists;
    struct bm25 bm25;
    struct plan_leaf leaves[SEGMENT_LISTS_MAX];
    struct lane lanes[SEGMENT_LISTS_MAX];
    struct lane *pointers[SEGMENT_LISTS_MAX];
    struct lane_set set;
    struct eligible eligible;
    struct offering offering;
    struct window_adder adder;
    struct lede_counters counters;
    struct arena arena;
    uint64_t expected[LEDE_WINDOW_DOCS]; /* keys of what is in the living ranges, best first */
    size_t expected_count;
    uint64_t seed;
};

static void make_lanes(struct work *work, const struct score_ops *ops)
{
    struct segment *segment = &work->lists->segment;
    for (uint32_t i = 0; i < work->lists->list_count; i++) {
        const struct leaf leaf = {.plan = &work->leaves[i],
            .bm25 = &work->bm25,
            .lengths = &segment->lengths,
            .counters = &work->counters,
            .cursor = &work->lists->cursors[i]};
        work->pointers[i] = &work->lanes[i];
        lane_init(&work->lanes[i], &leaf, LANE_NO_ORDINAL, segment);
        ck_assert_int_eq(
            lane_make_codes(&work->lanes[i], segment, ops, false, &work->arena), LEDE_OK);
    }
}

static void expect_window(struct work *work, uint32_t window, uint64_t alive)
{
    const struct list_segment *lists = work->lists;
    const uint32_t base = window * LEDE_WINDOW_DOCS;
    work->expected_count = 0;
    for (uint32_t doc = base; doc < base + LEDE_WINDOW_DOCS && doc < SEGMENT_DOCS; doc++) {
        uint64_t score = 0;
        for (uint32_t i = 0; i < lists->list_count; i++) {
            const uint32_t place = lists->places[i][doc];
            if (place != UINT32_MAX) {
                score += bm25_share(&work->bm25, work->leaves[i].scaled_weight,
                    (float)lists->models[i].frequencies[place], lists->lengths[doc]);
            }
        }
        if (score > 0 && (alive >> (doc - base) / 64 & 1) != 0 &&
            eligible_has(&work->eligible, doc)) {
            work->expected[work->expected_count++] = score << 32 | doc;
        }
    }
    qsort(work->expected, work->expected_count, sizeof *work->expected, random_formula_key_order);
}

/* The `k` best of those not below `floor`. */
static void check_window(struct work *work, uint32_t window, uint64_t alive, struct rng *rng)
{
    static const size_t ks[] = {1, 10, 100, LEDE_WINDOW_DOCS};
    static uint64_t keys[LEDE_WINDOW_DOCS];
    uint32_t sums[LEDE_WINDOW_RANGES] = {0};
    struct topk topk;
    expect_window(work, window, alive);
    const size_t k = ks[rng_below(rng, sizeof ks / sizeof ks[0])];
    const uint64_t some =
        work->expected_count == 0 ? 0 : work->expected[rng_below(rng, work->expected_count)];
    const uint64_t floor = rng_below(rng, 2) == 0 ? 0 : some;
    for (uint32_t i = 0; i < LEDE_WINDOW_RANGES; i++) {
        for (uint32_t j = 0; j < work->set.count; j++) {
            sums[i] += lane_bound(work->pointers[j], window * LEDE_WINDOW_RANGES + i);
        }
    }
    topk_init(&topk, keys, k, floor);
    work->offering.topk = &topk;
    work->adder.seen = 0;
    ck_assert_int_eq(window_adder_run(&work->adder, window, alive, sums), LEDE_OK);
    ck_assert_uint_eq(work->offering.batch.count, 0);
    ck_assert_uint_ge(work->adder.seen, topk.count);
    topk_sort(&topk);
    size_t expected = 0;
    while (expected < k && expected < work->expected_count && work->expected[expected] >= floor) {
        expected++;
    }
    ck_assert_msg(topk.count == expected, "seed %llu, %s: %zu of %zu",
        (unsigned long long)work->seed, work->adder.ops->name, topk.count, expected);
    for (size_t i = 0; i < expected; i++) {
        ck_assert_msg(keys[i] == work->expected[i], "seed %llu, %s: hit %zu",
            (unsigned long long)work->seed, work->adder.ops->name, i);
    }
}

static void check_variant(struct work *work, const struct score_ops *ops, struct rng *rng)
{
    struct list_segment *lists = work->lists;
    list_segment_rewind(lists, bitpack_ops_for(ops->cpu_needs));
    arena_init(&work->arena);
    make_lanes(work, ops);
    work->set = (struct lane_set){.lanes = work->pointers, .count = lists->list_count};
    work->eligible = (struct eligible){.segment = &lists->segment, .end = SEGMENT_DOCS};
    work->offering.batch.count = 0;
    work->offering.scorer = (struct scorer){.set = &work->set,
        .segment = &lists->segment,
        .ops = ops,
        .counters = &work->counters,
        .window = SCORER_NO_WINDOW};
    work->adder = (struct window_adder){.ops = ops,
        .set = &work->set,
        .eligible = &work->eligible,
        .offering = &work->offering,
        .arena = &work->arena,
        .range_bytes = LEDE_RANGE_DOCS * sizeof(uint32_t)};
    for (uint32_t wish = 0; wish < WISHES; wish++) {
        /* Most ranges, or as few as are left of a window. */
        const uint64_t alive =
            rng_below(rng, 2) == 0 ? ~(rng_next(rng) & rng_next(rng)) : rng_next(rng);
        check_window(work,
            (uint32_t)rng_below(rng, lists->segment.ranges.stride / LEDE_WINDOW_RANGES), alive,
            rng);
    }
    arena_release(&work->arena);
}

START_TEST(a_window_has_the_best_of_the_formula)
{
    struct rng rng;
    struct work *work = calloc(1, sizeof *work);
    ck_assert_ptr_nonnull(work);
    work->seed = 1300 + (uint64_t)_i;
    rng_init(&rng, work->seed);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t wanted[SEGMENT_LISTS_MAX];
        const uint32_t count = 1 + (uint32_t)rng_below(&rng, SEGMENT_LISTS_MAX);
        for (uint32_t i = 0; i < count; i++) {
            wanted[i] = 1 + (uint32_t)rng_below(&rng, SEGMENT_DOCS / (1 + rng_skewed(&rng, 8)));
        }
        work->lists = list_segment_new(wanted, count, (uint32_t)rng_below(&rng, 3), &rng);
        random_formula(&work->bm25, work->leaves, work->lists->list_count, &rng);
        for (uint32_t i = 0; i < count; i++) { /* the first lanes are to matter most */
            work->leaves[i].scaled_weight /= (float)(1 + i);
        }
        const struct score_ops *ops;
        for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
            check_variant(work, ops, &rng);
        }
        list_segment_free(work->lists);
    }
    free(work);
}
END_TEST

Suite *suite_window_adder(void)
{
    Suite *suite = suite_create("window_adder");
    TCase *random = tcase_create("random");
    tcase_set_timeout(random, 60);
    tcase_add_loop_test(random, a_window_has_the_best_of_the_formula, 0, 12);
    suite_add_tcase(suite, random);
    return suite;
}
