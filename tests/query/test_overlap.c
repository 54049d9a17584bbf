/* Overlaps of random lanes against counting, document by document, how many lanes have it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "query/overlap.h"
#include "support/guard.h"
#include "support/kernels.h"
#include "support/list_model.h"
#include "support/rng.h"

enum { LANES_MAX = 7, DOCS_MAX = 1 << 18, ROUNDS = 40 };

/* Around blocks, of which one has 256, and around several of them. */
static const uint32_t counts[] = {
    0, 1, 2, 40, 255, 256, 257, 300, 511, 512, 513, 767, 768, 769, 1025, 4000};
enum { COUNTS = sizeof counts / sizeof counts[0] };

/* Lanes that keep their documents, in memory that ends with them, and how many lanes have each document. */
struct fixture {
    struct lane lanes[LANES_MAX];
    struct guard docs[LANES_MAX];
    uint32_t lane_count, kept;
    uint8_t had[DOCS_MAX];
    uint64_t seed;
};

static struct list_model random_model(uint32_t df, struct rng *rng)
{
    const struct list_model model =
        list_model_new(df, (enum list_style)rng_below(rng, STYLE_COUNT), false, rng_next(rng));
    ck_assert_uint_le(model.doc_count, DOCS_MAX);
    return model;
}

static void note(struct fixture *fixture, const uint32_t *docs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        fixture->had[docs[i]]++;
    }
}

/* One more lane that keeps documents: new ones, or some or all of those of the lane before. */
static void add_lane(struct fixture *fixture, struct rng *rng)
{
    const uint32_t at = fixture->lane_count++;
    const uint32_t count = counts[rng_below(rng, COUNTS)];
    struct list_model model = random_model(count + 1, rng);
    struct lane *lane = &fixture->lanes[at];
    uint32_t kept = count;
    if (at > 0 && rng_below(rng, 3) == 0) {
        const struct lane *before = &fixture->lanes[at - 1];
        const uint64_t one_in = 1 + rng_below(rng, 3);
        kept = 0;
        for (uint32_t i = 0; i < before->doc_count && kept < count; i++) {
            model.docs[kept] = before->docs[i];
            kept += rng_below(rng, one_in) == 0;
        }
    }
    guard_init_copy(&fixture->docs[at], model.docs, kept * sizeof *model.docs, GUARD_BEHIND);
    lane->docs = (uint32_t *)(void *)fixture->docs[at].bytes;
    lane->doc_count = kept;
    fixture->kept += kept;
    note(fixture, lane->docs, kept);
    list_model_free(&model);
}

static void make_fixture(struct fixture *fixture, uint32_t lane_count, struct rng *rng)
{
    memset(fixture, 0, sizeof *fixture);
    while (fixture->lane_count < lane_count) {
        add_lane(fixture, rng);
    }
}

static void release_fixture(struct fixture *fixture)
{
    for (uint32_t i = 0; i < fixture->lane_count; i++) {
        guard_release(&fixture->docs[i]);
    }
}

/* What is found are the documents that two lanes had so far. */
static void check_found(const struct fixture *fixture, const struct overlap *overlap)
{
    uint32_t at = 0;
    for (uint32_t doc = 0; doc < DOCS_MAX; doc++) {
        const bool is_found = at < overlap->count && overlap->docs[at] == doc;
        if (is_found != (fixture->had[doc] > 1)) {
            ck_abort_msg("seed %llu, %s: document %u of %u lanes, found %d",
                (unsigned long long)fixture->seed, overlap->ops->name, doc, fixture->had[doc],
                is_found);
        }
        at += is_found;
    }
    ck_assert_uint_eq(at, overlap->count);
}

/* Some documents, of the lane or not, are found in the lanes that keep theirs. */
static void check_places(struct fixture *fixture, const struct overlap *overlap, struct rng *rng)
{
    static uint32_t docs[DOCS_MAX];
    static uint32_t places[DOCS_MAX];
    const uint64_t one_in = 1 + rng_skewed(rng, 10);
    for (uint32_t i = 0; i < fixture->lane_count; i++) {
        const struct lane *lane = &fixture->lanes[i];
        uint32_t count = 0;
        uint32_t at = 0;
        for (uint32_t doc = 0; doc < DOCS_MAX; doc++) {
            if (fixture->had[doc] > 0 && rng_below(rng, one_in) == 0) {
                docs[count++] = doc;
            }
        }
        overlap_places(overlap, lane, docs, count, places);
        for (uint32_t j = 0; j < count; j++) {
            while (at < lane->doc_count && lane->docs[at] < docs[j]) {
                at++;
            }
            const bool is_there = at < lane->doc_count && lane->docs[at] == docs[j];
            ck_assert_msg(places[j] == (is_there ? at : LANE_NO_PLACE), "seed %llu: place %u is %u",
                (unsigned long long)fixture->seed, at, places[j]);
        }
    }
}

static void init(struct overlap *overlap, const struct fixture *fixture, uint32_t lane_count,
    const struct bitpack_ops *ops, struct arena *arena)
{
    lede_error error;
    ck_assert_int_eq(
        overlap_init(overlap, lane_count, fixture->kept / 2, ops, arena, &error), LEDE_OK);
}

START_TEST(documents_of_two_lanes_are_found)
{
    struct rng rng;
    struct fixture *fixture = calloc(1, sizeof *fixture);
    ck_assert_ptr_nonnull(fixture);
    rng_init(&rng, 300 + (uint64_t)_i);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        make_fixture(fixture, (uint32_t)rng_below(&rng, LANES_MAX + 1), &rng);
        fixture->seed = 300 + (uint64_t)_i;
        const struct bitpack_ops *ops;
        for (size_t i = 0; (ops = kernels_bitpack_ops(&i)) != NULL;) {
            struct arena arena;
            struct overlap overlap;
            lede_error error;
            arena_init(&arena);
            init(&overlap, fixture, fixture->lane_count, ops, &arena);
            for (uint32_t j = 0; j < fixture->lane_count; j++) {
                ck_assert_int_eq(overlap_add(&overlap, &fixture->lanes[j], &error), LEDE_OK);
            }
            check_found(fixture, &overlap);
            ck_assert_uint_eq(overlap.kept, fixture->kept);
            check_places(fixture, &overlap, &rng);
            arena_release(&arena);
        }
        release_fixture(fixture);
    }
    free(fixture);
}
END_TEST

/* The list of the last lane is asked. */
START_TEST(the_last_lane_need_not_keep_its_documents)
{
    struct rng rng;
    struct fixture *fixture = calloc(1, sizeof *fixture);
    ck_assert_ptr_nonnull(fixture);
    rng_init(&rng, 400 + (uint64_t)_i);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct arena arena;
        struct overlap overlap;
        lede_error error;
        struct postings_cursor cursor;
        struct lane last = {.leaf.cursor = &cursor};
        make_fixture(fixture, (uint32_t)rng_below(&rng, LANES_MAX), &rng);
        fixture->seed = 400 + (uint64_t)_i;
        struct list_model model = random_model(1 + counts[rng_below(&rng, COUNTS)], &rng);
        struct stored_list stored = stored_list_new(&model);
        if (!stored.source.has_dense) {
            stored.source.doc_count = DOCS_MAX;
        }
        postings_cursor_init(&cursor, &stored.source, &stored.entry);
        arena_init(&arena);
        init(&overlap, fixture, fixture->lane_count + 1, bitpack_ops_for(cpu_features()), &arena);
        for (uint32_t j = 0; j < fixture->lane_count; j++) {
            ck_assert_int_eq(overlap_add(&overlap, &fixture->lanes[j], &error), LEDE_OK);
        }
        check_found(fixture, &overlap);
        note(fixture, model.docs, model.list.count);
        ck_assert_int_eq(overlap_add(&overlap, &last, &error), LEDE_OK);
        check_found(fixture, &overlap);
        arena_release(&arena);
        stored_list_free(&stored);
        list_model_free(&model);
        release_fixture(fixture);
    }
    free(fixture);
}
END_TEST

START_TEST(a_range_has_its_documents)
{
    enum { DOCS = 400, RANGES = DOCS * 40 / LEDE_RANGE_DOCS + 2 };
    struct rng rng;
    rng_init(&rng, 500);
    for (uint32_t count = 0; count <= DOCS; count++) {
        uint32_t docs[DOCS];
        uint64_t expected[RANGES] = {0};
        const uint64_t gap_max = 1 + rng_below(&rng, 40);
        uint32_t doc = (uint32_t)rng_below(&rng, 100);
        for (uint32_t i = 0; i < count; i++) {
            docs[i] = doc;
            expected[doc / LEDE_RANGE_DOCS] |= UINT64_C(1) << doc % LEDE_RANGE_DOCS;
            doc += 1 + (uint32_t)rng_below(&rng, gap_max);
        }
        struct guard guard;
        guard_init_copy(&guard, docs, count * sizeof *docs, GUARD_BEHIND);
        for (uint32_t range = 0; range < RANGES; range++) {
            const uint64_t word =
                overlap_in_range((const uint32_t *)(void *)guard.bytes, count, range);
            ck_assert_msg(word == expected[range], "%u documents, range %u", count, range);
        }
        guard_release(&guard);
    }
}
END_TEST

Suite *suite_overlap(void)
{
    Suite *suite = suite_create("overlap");
    TCase *random = tcase_create("random");
    tcase_set_timeout(random, 60);
    tcase_add_loop_test(random, documents_of_two_lanes_are_found, 0, 8);
    tcase_add_loop_test(random, the_last_lane_need_not_keep_its_documents, 0, 8);
    tcase_add_test(random, a_range_has_its_documents);
    suite_add_tcase(suite, random);
    return suite;
}
