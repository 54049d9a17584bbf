/* The best of a few matches, by bounds, batches and looking up places, against scoring each of them by the formula. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "query/match_ranker.h"
#include "support/kernels.h"
#include "support/list_segment.h"
#include "support/random_formula.h"

enum { ROUNDS = 12, WISHES = 4 };

struct work {
    struct list_segment *lists;
    struct bm25 bm25;
    struct plan_leaf leaves[SEGMENT_LISTS_MAX];
    struct lane lanes[SEGMENT_LISTS_MAX];
    struct lane *pointers[SEGMENT_LISTS_MAX];
    struct postings_cursor *required[SEGMENT_LISTS_MAX];
    uint32_t required_count;
    struct lane_set set;
    struct lede_counters counters;
    struct arena arena;
    struct match_set matches;
    uint64_t keys[SEGMENT_DOCS]; /* of the matches, best first */
    uint64_t seed;
};

/* Some have codes by range, as the matches' own lists need not. */
static void make_lane(struct work *work, uint32_t at, const struct score_ops *ops, bool has_codes)
{
    struct segment *segment = &work->lists->segment;
    const struct leaf leaf = {.plan = &work->leaves[at],
        .bm25 = &work->bm25,
        .lengths = &segment->lengths,
        .counters = &work->counters,
        .cursor = &work->lists->cursors[at]};
    work->pointers[at] = &work->lanes[at];
    lane_init(&work->lanes[at], &leaf, LANE_NO_ORDINAL, segment);
    if (has_codes) {
        ck_assert_int_eq(
            lane_make_codes(&work->lanes[at], segment, ops, false, &work->arena), LEDE_OK);
    }
}

/* What has all required lists; or without them what has any list, as an overlap is given. */
static void find_matches(struct work *work, struct rng *rng)
{
    struct list_segment *lists = work->lists;
    if (work->required_count > 0) {
        struct binder binder;
        lede_error error;
        const struct match_conditions conditions = {
            .lists = work->required, .list_count = work->required_count};
        binder_init(&binder, &work->arena, NULL, NULL, &work->counters);
        binder_begin(&binder, &lists->segment, NULL);
        ck_assert_int_eq(
            match_set_make(&work->matches, &binder, &conditions, 0, SEGMENT_DOCS, &error), LEDE_OK);
        ck_assert_ptr_nonnull(work->matches.docs);
        return;
    }
    const uint64_t one_in = 1 + rng_skewed(rng, 10);
    work->matches =
        (struct match_set){.docs = arena_array(&work->arena, SEGMENT_DOCS, sizeof(uint32_t))};
    ck_assert_ptr_nonnull(work->matches.docs);
    for (uint32_t doc = 0; doc < SEGMENT_DOCS; doc++) {
        bool is_listed = false;
        for (uint32_t i = 0; i < lists->list_count; i++) {
            is_listed = is_listed || lists->places[i][doc] != UINT32_MAX;
        }
        if (is_listed && rng_below(rng, one_in) == 0) {
            work->matches.docs[work->matches.count++] = doc;
        }
    }
}

static void score_matches(struct work *work)
{
    const struct list_segment *lists = work->lists;
    for (uint64_t i = 0; i < work->matches.count; i++) {
        const uint32_t doc = work->matches.docs[i];
        uint64_t score = 0;
        for (uint32_t j = 0; j < lists->list_count; j++) {
            const uint32_t place = lists->places[j][doc];
            if (place != UINT32_MAX) {
                score += bm25_share(&work->bm25, work->leaves[j].scaled_weight,
                    (float)lists->models[j].frequencies[place], lists->lengths[doc]);
            }
        }
        work->keys[i] = score << 32 | doc;
    }
    qsort(work->keys, work->matches.count, sizeof *work->keys, random_formula_key_order);
}

/* The `k` best of those not below `floor`. */
static void check_best(struct work *work, const struct score_ops *ops, size_t k, uint64_t floor)
{
    static uint64_t keys[SEGMENT_DOCS];
    struct topk topk;
    lede_error error;
    struct offering *offering = calloc(1, sizeof *offering);
    ck_assert_ptr_nonnull(offering);
    topk_init(&topk, keys, k, floor);
    offering->topk = &topk;
    offering->scorer = (struct scorer){.set = &work->set,
        .segment = &work->lists->segment,
        .ops = ops,
        .counters = &work->counters,
        .window = SCORER_NO_WINDOW};
    ck_assert_int_eq(match_ranker_run(offering, &work->matches, &work->arena, &error), LEDE_OK);
    ck_assert_uint_eq(offering->batch.count, 0);
    topk_sort(&topk);
    size_t expected = 0;
    while (expected < k && expected < work->matches.count && work->keys[expected] >= floor) {
        expected++;
    }
    ck_assert_msg(topk.count == expected, "seed %llu, %s: %zu of %zu",
        (unsigned long long)work->seed, ops->name, topk.count, expected);
    for (size_t i = 0; i < expected; i++) {
        if (keys[i] != work->keys[i]) {
            ck_abort_msg("seed %llu, %s: hit %zu of %zu: %llx is %llx",
                (unsigned long long)work->seed, ops->name, i, expected,
                (unsigned long long)work->keys[i], (unsigned long long)keys[i]);
        }
    }
    free(offering);
}

static void check_variant(struct work *work, const struct score_ops *ops, struct rng *rng)
{
    static const size_t ks[] = {1, 2, 10, 100, 1000};
    struct list_segment *lists = work->lists;
    list_segment_rewind(lists, bitpack_ops_for(ops->cpu_needs));
    arena_init(&work->arena);
    for (uint32_t i = 0; i < lists->list_count; i++) {
        make_lane(work, i, ops, rng_below(rng, 2) == 0);
        work->required[i] = &lists->cursors[i];
    }
    work->set = (struct lane_set){.lanes = work->pointers,
        .required_count = work->required_count,
        .count = lists->list_count};
    find_matches(work, rng);
    score_matches(work);
    for (uint32_t wish = 0; wish < WISHES && work->matches.count > 0; wish++) {
        const uint64_t key = work->keys[rng_below(rng, work->matches.count)];
        const uint64_t floor = rng_below(rng, 2) == 0 ? 0 : key + rng_below(rng, 2);
        check_best(work, ops, ks[rng_below(rng, sizeof ks / sizeof ks[0])], floor);
    }
    arena_release(&work->arena);
}

START_TEST(the_best_are_those_of_the_formula)
{
    static const uint32_t dfs[] = {1, 30, 256, 257, 900, SEGMENT_DOCS / 64};
    struct rng rng;
    struct work *work = calloc(1, sizeof *work);
    ck_assert_ptr_nonnull(work);
    work->seed = 700 + (uint64_t)_i;
    rng_init(&rng, work->seed);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t wanted[SEGMENT_LISTS_MAX];
        const uint32_t count = 2 + (uint32_t)rng_below(&rng, SEGMENT_LISTS_MAX - 1);
        wanted[0] = dfs[rng_below(&rng, sizeof dfs / sizeof dfs[0])];
        for (uint32_t i = 1; i < count; i++) {
            wanted[i] = 1 + (uint32_t)rng_below(&rng, SEGMENT_DOCS / (1 + rng_below(&rng, 60)));
        }
        work->lists = list_segment_new(wanted, count, (uint32_t)rng_below(&rng, 3), &rng);
        work->required_count = round % 3 == 0 ? 0 : 2 + (uint32_t)rng_below(&rng, count - 1);
        random_formula(&work->bm25, work->leaves, work->lists->list_count, &rng);
        const struct score_ops *ops;
        for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
            check_variant(work, ops, &rng);
        }
        list_segment_free(work->lists);
    }
    free(work);
}
END_TEST

Suite *suite_match_ranker(void)
{
    Suite *suite = suite_create("match_ranker");
    TCase *random = tcase_create("random");
    tcase_set_timeout(random, 60);
    tcase_add_loop_test(random, the_best_are_those_of_the_formula, 0, 12);
    suite_add_tcase(suite, random);
    return suite;
}
