/* The best of a list, by codes of eighths of blocks, against scoring each of its documents by the formula. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "query/list_ranker.h"
#include "support/kernels.h"
#include "support/list_segment.h"
#include "support/random_formula.h"

enum { ROUNDS = 12, WISHES = 4 };

struct work {
    struct list_segment *lists;
    struct bm25 bm25;
    struct plan_leaf leaf;
    struct lane lane;
    struct lane_set set;
    struct eligible eligible;
    uint64_t *allowed;
    struct lede_counters counters;
    uint64_t keys[SEGMENT_DOCS]; /* of the documents that are eligible, best first */
    size_t key_count;
    uint64_t seed;
};

static void draw_formula(struct work *work, struct rng *rng)
{
    const struct bm25_options options = {.k1 = rng_below(rng, 3) == 0 ? 1.2 : rng_real(rng) * 3,
        .b = rng_below(rng, 3) == 0 ? 0.75 : rng_real(rng),
        .title_boost = 1};
    const double weight = ldexp(1 + rng_real(rng), (int)rng_below(rng, 5));
    bm25_init(&work->bm25, &options, 100 + 900 * rng_real(rng), weight, 1);
    work->leaf.scaled_weight = bm25_scaled_weight(&work->bm25, weight);
}

/* Sometimes dates, sometimes a filter. */
static void draw_eligible(struct work *work, struct rng *rng)
{
    work->eligible = (struct eligible){.segment = &work->lists->segment, .end = SEGMENT_DOCS};
    if (rng_below(rng, 3) == 0) {
        work->eligible.first = (uint32_t)rng_below(rng, SEGMENT_DOCS);
        work->eligible.end = work->eligible.first + 1 +
                             (uint32_t)rng_below(rng, SEGMENT_DOCS - work->eligible.first);
    } else if (rng_below(rng, 3) == 0) {
        for (uint32_t i = 0; i < work->lists->segment.ranges.stride; i++) {
            work->allowed[i] = rng_next(rng) & rng_next(rng);
        }
        work->eligible.allowed = work->allowed;
    }
}

static void score_list(struct work *work)
{
    const struct list_segment *lists = work->lists;
    const struct list_model *model = &lists->models[0];
    const struct deletions *deletions = &lists->segment.deletions;
    work->key_count = 0;
    for (uint32_t i = 0; i < model->list.count; i++) {
        const uint32_t doc = model->docs[i];
        const bool is_deleted =
            deletions->deleted_count > 0 && (deletions->bitmap.bytes[doc / 8] >> doc % 8 & 1) != 0;
        const bool is_allowed =
            work->eligible.allowed == NULL
                ? !is_deleted && doc >= work->eligible.first && doc < work->eligible.end
                : (work->eligible.allowed[doc / 64] >> doc % 64 & 1) != 0;
        if (is_allowed) {
            const uint64_t score = bm25_share(&work->bm25, work->leaf.scaled_weight,
                (float)model->frequencies[i], lists->lengths[doc]);
            work->keys[work->key_count++] = score << 32 | doc;
        }
    }
    qsort(work->keys, work->key_count, sizeof *work->keys, random_formula_key_order);
}

/* The `k` best of those not below `floor`; few of a long list are looked at. */
static void check_best(struct work *work, const struct score_ops *ops, size_t k, uint64_t floor)
{
    static uint64_t keys[SEGMENT_DOCS];
    struct topk topk;
    struct arena arena;
    lede_error error;
    uint64_t seen = 0;
    struct offering *offering = calloc(1, sizeof *offering);
    ck_assert_ptr_nonnull(offering);
    arena_init(&arena);
    topk_init(&topk, keys, k, floor);
    offering->topk = &topk;
    offering->scorer = (struct scorer){.set = &work->set,
        .segment = &work->lists->segment,
        .ops = ops,
        .counters = &work->counters,
        .window = SCORER_NO_WINDOW};
    ck_assert_int_eq(list_ranker_run(offering, &work->eligible, &arena, &seen, &error), LEDE_OK);
    ck_assert_uint_eq(offering->batch.count, 0);
    ck_assert_ptr_null(offering->scorer.places);
    topk_sort(&topk);
    size_t expected = 0;
    while (expected < k && expected < work->key_count && work->keys[expected] >= floor) {
        expected++;
    }
    ck_assert_msg(topk.count == expected, "seed %llu, %s: %zu of %zu",
        (unsigned long long)work->seed, ops->name, topk.count, expected);
    ck_assert_uint_ge(seen, expected);
    ck_assert_uint_le(seen, work->key_count);
    for (size_t i = 0; i < expected; i++) {
        if (keys[i] != work->keys[i]) {
            ck_abort_msg("seed %llu, %s: hit %zu of %zu: %llx is %llx",
                (unsigned long long)work->seed, ops->name, i, expected,
                (unsigned long long)work->keys[i], (unsigned long long)keys[i]);
        }
    }
    arena_release(&arena);
    free(offering);
}

static void check_variant(struct work *work, const struct score_ops *ops, struct rng *rng)
{
    static const size_t ks[] = {1, 2, 10, 100, 1000};
    struct list_segment *lists = work->lists;
    list_segment_rewind(lists, bitpack_ops_for(ops->cpu_needs));
    const struct leaf leaf = {.plan = &work->leaf,
        .bm25 = &work->bm25,
        .lengths = &lists->segment.lengths,
        .counters = &work->counters,
        .cursor = &lists->cursors[0]};
    lane_init(&work->lane, &leaf, LANE_NO_ORDINAL, &lists->segment);
    for (uint32_t wish = 0; wish < WISHES; wish++) {
        draw_eligible(work, rng);
        score_list(work);
        const uint64_t key = work->key_count == 0 ? 0 : work->keys[rng_below(rng, work->key_count)];
        const uint64_t floor = rng_below(rng, 2) == 0 ? 0 : key + rng_below(rng, 2);
        check_best(work, ops, ks[rng_below(rng, sizeof ks / sizeof ks[0])], floor);
    }
}

START_TEST(the_best_are_those_of_the_formula)
{
    static const uint32_t dfs[] = {1, 2, 30, 256, 257, 900, 5000, SEGMENT_DOCS / 2};
    struct rng rng;
    struct work *work = calloc(1, sizeof *work);
    ck_assert_ptr_nonnull(work);
    work->seed = 900 + (uint64_t)_i;
    rng_init(&rng, work->seed);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const uint32_t df = dfs[rng_below(&rng, sizeof dfs / sizeof dfs[0])];
        work->lists = list_segment_new(&df, 1, (uint32_t)rng_below(&rng, 3), &rng);
        work->allowed = calloc(work->lists->segment.ranges.stride, sizeof *work->allowed);
        ck_assert_ptr_nonnull(work->allowed);
        struct lane *pointer = &work->lane;
        work->set = (struct lane_set){.lanes = &pointer, .count = 1};
        draw_formula(work, &rng);
        const struct score_ops *ops;
        for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
            check_variant(work, ops, &rng);
        }
        free(work->allowed);
        list_segment_free(work->lists);
    }
    free(work);
}
END_TEST

Suite *suite_list_ranker(void)
{
    Suite *suite = suite_create("list_ranker");
    TCase *random = tcase_create("random");
    tcase_set_timeout(random, 60);
    tcase_add_loop_test(random, the_best_are_those_of_the_formula, 0, 12);
    suite_add_tcase(suite, random);
    return suite;
}
