/* Matches of random lists, as bits and as an array, against asking every list for every document. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "query/match_set.h"
#include "support/kernels.h"
#include "support/list_segment.h"

enum { ROUNDS = 6 };

/* On either side of where an array is made, and of blocks. */
static const uint32_t dfs[] = {
    1, 2, 40, 255, 256, 257, 700, SEGMENT_DOCS / 64, SEGMENT_DOCS / 64 + 1, 5000, 40000};
enum { DFS = sizeof dfs / sizeof dfs[0] };

/* What is asked for, and what was made of it. */
struct work {
    struct list_segment *lists;
    struct binder binder;
    struct lede_counters counters;
    struct arena arena;
    struct match_set set;
    uint32_t first, end;
    uint64_t seed;
};

static bool matches(const struct work *work, uint32_t doc)
{
    bool all = doc >= work->first && doc < work->end &&
               !deletions_has(&work->lists->segment.deletions, doc);
    for (uint32_t i = 0; i < work->lists->list_count; i++) {
        all = all && work->lists->places[i][doc] != UINT32_MAX;
    }
    return all;
}

static void check_bits(const struct work *work)
{
    const struct match_set *set = &work->set;
    uint64_t count = 0;
    for (uint32_t doc = 0; doc < work->lists->segment.ranges.stride * 64; doc++) {
        const bool expected = doc < SEGMENT_DOCS && matches(work, doc);
        if ((set->words[doc / 64] >> doc % 64 & 1) != expected) {
            ck_abort_msg(
                "seed %llu: document %u, bit %d", (unsigned long long)work->seed, doc, !expected);
        }
        count += expected;
    }
    ck_assert_uint_eq(set->count, count);
    ck_assert_ptr_null(match_set_places(set, &work->lists->cursors[0]));
}

static void check_places(const struct work *work, uint32_t list)
{
    const struct match_set *set = &work->set;
    const uint32_t *places = match_set_places(set, &work->lists->cursors[list]);
    const bool is_dense = work->lists->cursors[list].dense.words != NULL;
    ck_assert((places == NULL) == is_dense);
    for (uint64_t i = 0; !is_dense && i < set->count; i++) {
        if (places[i] != work->lists->places[list][set->docs[i]]) {
            ck_abort_msg("seed %llu: document %u of list %u, place %u",
                (unsigned long long)work->seed, set->docs[i], list, places[i]);
        }
    }
}

static void check_array(const struct work *work)
{
    const struct match_set *set = &work->set;
    struct postings_cursor other;
    uint64_t count = 0;
    for (uint32_t doc = 0; doc < SEGMENT_DOCS; doc++) {
        const bool is_found = count < set->count && set->docs[count] == doc;
        if (is_found != matches(work, doc)) {
            ck_abort_msg(
                "seed %llu: document %u, found %d", (unsigned long long)work->seed, doc, is_found);
        }
        count += is_found;
    }
    ck_assert_uint_eq(set->count, count);
    for (uint32_t i = 0; i < work->lists->list_count; i++) {
        check_places(work, i);
    }
    ck_assert_ptr_null(match_set_places(set, &other));
}

static void check_set(struct work *work, const struct bitpack_ops *ops)
{
    struct postings_cursor *cursors[SEGMENT_LISTS_MAX];
    struct list_segment *lists = work->lists;
    lede_error error;
    uint32_t shortest = UINT32_MAX;
    list_segment_rewind(lists, ops);
    for (uint32_t i = 0; i < lists->list_count; i++) {
        const uint32_t df = lists->stored[i].entry.df;
        cursors[i] = &lists->cursors[i];
        shortest = df < shortest ? df : shortest;
    }
    const struct match_conditions conditions = {.lists = cursors, .list_count = lists->list_count};
    arena_init(&work->arena);
    binder_init(&work->binder, &work->arena, NULL, NULL, &work->counters);
    binder_begin(&work->binder, &lists->segment, NULL);
    ck_assert_int_eq(
        match_set_make(&work->set, &work->binder, &conditions, work->first, work->end, &error),
        LEDE_OK);
    ck_assert_int_eq(
        work->set.docs != NULL, lists->list_count > 1 && shortest <= SEGMENT_DOCS / 64);
    ck_assert_int_eq(work->set.words != NULL, work->set.docs == NULL);
    (work->set.docs != NULL ? check_array : check_bits)(work);
    arena_release(&work->arena);
}

static void check_kernels(struct work *work)
{
    const struct bitpack_ops *ops;
    for (size_t i = 0; (ops = kernels_bitpack_ops(&i)) != NULL;) {
        check_set(work, ops);
    }
}

static void draw_interval(struct work *work, struct rng *rng)
{
    work->first = rng_below(rng, 2) == 0 ? 0 : (uint32_t)rng_below(rng, SEGMENT_DOCS);
    work->end = SEGMENT_DOCS;
    if (rng_below(rng, 2) == 0) {
        work->end = work->first + 1 + (uint32_t)rng_below(rng, SEGMENT_DOCS - work->first);
    }
}

START_TEST(matches_are_in_all_lists)
{
    struct rng rng;
    struct work work = {.seed = 600 + (uint64_t)_i};
    rng_init(&rng, work.seed);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t wanted[SEGMENT_LISTS_MAX];
        const uint32_t count = (uint32_t)rng_below(&rng, SEGMENT_LISTS_MAX + 1);
        const uint32_t live_in = (uint32_t)rng_below(&rng, 4);
        for (uint32_t i = 0; i < count; i++) {
            wanted[i] = 5000 + (uint32_t)rng_below(&rng, SEGMENT_DOCS - 5000);
        }
        /* One is shorter at most, so that documents are in all of them. */
        wanted[rng_below(&rng, SEGMENT_LISTS_MAX)] = dfs[rng_below(&rng, DFS)];
        work.lists = list_segment_new(wanted, count, live_in, &rng);
        for (uint32_t i = 0; i < 3; i++) {
            draw_interval(&work, &rng);
            check_kernels(&work);
        }
        list_segment_free(work.lists);
    }
}
END_TEST

Suite *suite_match_set(void)
{
    Suite *suite = suite_create("match_set");
    TCase *random = tcase_create("random");
    tcase_set_timeout(random, 60);
    tcase_add_loop_test(random, matches_are_in_all_lists, 0, 12);
    suite_add_tcase(suite, random);
    return suite;
}
