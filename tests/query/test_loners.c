/* Documents with two loners, as more terms become such, against counting which lists have each document. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "query/loners.h"
#include "support/kernels.h"
#include "support/list_segment.h"
#include "support/random_formula.h"

enum { ROUNDS = 8 };

struct work {
    struct list_segment *lists;
    struct bm25 bm25;
    struct plan_leaf leaves[SEGMENT_LISTS_MAX];
    struct lane lanes[SEGMENT_LISTS_MAX];
    struct lane *pointers[SEGMENT_LISTS_MAX];
    struct lane_set set;
    struct eligible eligible;
    struct range_sums sums;
    struct offering offering;
    struct loners loners;
    struct topk topk;
    struct lede_counters counters;
    struct arena arena;
    uint64_t keys[SEGMENT_DOCS];     /* offered, */
    uint64_t expected[SEGMENT_DOCS]; /* and what should have been, best first */
    uint8_t closed[SEGMENT_DOCS];    /* when its range was closed it had not been offered */
    uint8_t has_two[SEGMENT_DOCS];
    uint64_t seed;
};

/* Those that are rare keep their documents, as the ranker asks for it. */
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
        ck_assert_int_eq(lane_make_codes(&work->lanes[i], segment, ops,
                             leaf.cursor->entry.df <= loners_kept_most(segment), &work->arena),
            LEDE_OK);
    }
}

static uint64_t key_of(const struct work *work, uint32_t doc)
{
    const struct list_segment *lists = work->lists;
    uint64_t score = 0;
    for (uint32_t i = 0; i < lists->list_count; i++) {
        const uint32_t place = lists->places[i][doc];
        if (place != UINT32_MAX) {
            score += bm25_share(&work->bm25, work->leaves[i].scaled_weight,
                (float)lists->models[i].frequencies[place], lists->lengths[doc]);
        }
    }
    return score << 32 | doc;
}

/* What has two of the lanes that are alone was offered, unless its range was closed before; once, and with its score. */
static void check_offered(struct work *work)
{
    const struct list_segment *lists = work->lists;
    size_t count = 0;
    uint32_t offered = 0;
    for (uint32_t doc = 0; doc < SEGMENT_DOCS; doc++) {
        uint32_t had = 0;
        for (uint32_t i = 0; i < lists->list_count; i++) {
            had += work->lanes[i].is_alone && lists->places[i][doc] != UINT32_MAX;
        }
        if (had < 2) {
            continue;
        }
        ck_assert_msg(work->eligible.offered[offered++] == doc, "seed %llu: %u is not offered",
            (unsigned long long)work->seed, doc);
        const bool is_deleted =
            lists->segment.deletions.deleted_count > 0 &&
            (lists->segment.deletions.bitmap.bytes[doc / 8] >> doc % 8 & 1) != 0;
        if (!is_deleted && !work->closed[doc]) {
            work->has_two[doc] = 1;
            work->expected[count++] = key_of(work, doc);
        }
    }
    ck_assert_uint_eq(offered, work->eligible.offered_count);
    ck_assert_uint_eq(work->topk.count, count);
    ck_assert_uint_eq(work->loners.seen, count);
    memcpy(work->keys + SEGMENT_DOCS - count, work->topk.keys, count * sizeof *work->keys);
    uint64_t *keys = work->keys + SEGMENT_DOCS - count;
    qsort(keys, count, sizeof *keys, random_formula_key_order);
    qsort(work->expected, count, sizeof *keys, random_formula_key_order);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(keys[i] == work->expected[i], "seed %llu: %llx is %llx",
            (unsigned long long)work->seed, (unsigned long long)work->expected[i],
            (unsigned long long)keys[i]);
    }
}

/* As if some ranges had been evaluated: what they have is not offered any more. */
static void close_some(struct work *work, struct rng *rng)
{
    for (uint32_t window = 0; window < work->sums.window_count; window++) {
        const uint64_t done = rng_next(rng) & rng_next(rng);
        range_sums_done(&work->sums, window, done);
        for (uint64_t left = done; left != 0; left &= left - 1) {
            const uint32_t first = (window * LEDE_WINDOW_RANGES + lowest_bit64(left)) * 64;
            for (uint32_t doc = first; doc < first + 64 && doc < SEGMENT_DOCS; doc++) {
                work->closed[doc] = !work->has_two[doc];
            }
        }
    }
}

static void check_variant(struct work *work, const struct score_ops *ops, struct rng *rng)
{
    struct list_segment *lists = work->lists;
    lede_error error;
    static uint64_t room[SEGMENT_DOCS];
    list_segment_rewind(lists, bitpack_ops_for(ops->cpu_needs));
    arena_init(&work->arena);
    make_lanes(work, ops);
    memset(work->closed, 0, sizeof work->closed);
    memset(work->has_two, 0, sizeof work->has_two);
    topk_init(&work->topk, room, SEGMENT_DOCS, 0);
    work->set = (struct lane_set){.lanes = work->pointers, .count = lists->list_count};
    work->eligible = (struct eligible){.segment = &lists->segment, .end = SEGMENT_DOCS};
    work->sums = (struct range_sums){0};
    work->offering.topk = &work->topk;
    work->offering.batch.count = 0;
    work->offering.scorer = (struct scorer){.set = &work->set,
        .segment = &lists->segment,
        .ops = ops,
        .counters = &work->counters,
        .window = SCORER_NO_WINDOW};
    work->loners = (struct loners){.set = &work->set,
        .eligible = &work->eligible,
        .sums = &work->sums,
        .offering = &work->offering,
        .arena = &work->arena};
    ck_assert_int_eq(loners_find(&work->loners, &error), LEDE_OK);
    check_offered(work);
    const struct range_limits limits = {
        .lanes = work->pointers, .lane_count = lists->list_count, .end = SEGMENT_DOCS};
    ck_assert_int_eq(
        range_sums_make(&work->sums, &limits, lists->segment.ranges.stride / LEDE_WINDOW_RANGES,
            ops, &work->arena, &error),
        LEDE_OK);
    bool has_grown = true;
    while (has_grown) {
        close_some(work, rng);
        ck_assert_int_eq(loners_grow(&work->loners, UINT32_MAX, &has_grown, &error), LEDE_OK);
        check_offered(work);
    }
    ck_assert_int_eq(loners_grow(&work->loners, 0, &has_grown, &error), LEDE_OK);
    ck_assert(!has_grown);
    arena_release(&work->arena);
}

START_TEST(documents_with_two_are_offered_once)
{
    static const uint32_t dfs[] = {1, 200, 256, 257, 900, 3000, 7000, 30000};
    struct rng rng;
    struct work *work = calloc(1, sizeof *work);
    ck_assert_ptr_nonnull(work);
    work->seed = 1200 + (uint64_t)_i;
    rng_init(&rng, work->seed);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t wanted[SEGMENT_LISTS_MAX];
        const uint32_t count = 2 + (uint32_t)rng_below(&rng, SEGMENT_LISTS_MAX - 1);
        for (uint32_t i = 0; i < count; i++) {
            wanted[i] = dfs[rng_below(&rng, sizeof dfs / sizeof dfs[0])];
        }
        work->lists = list_segment_new(wanted, count, (uint32_t)rng_below(&rng, 3), &rng);
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

Suite *suite_loners(void)
{
    Suite *suite = suite_create("loners");
    TCase *random = tcase_create("random");
    tcase_set_timeout(random, 60);
    tcase_add_loop_test(random, documents_with_two_are_offered_once, 0, 12);
    suite_add_tcase(suite, random);
    return suite;
}
