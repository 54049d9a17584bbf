/* What two or more of some lists have, against a count of each document's lists. */
#include <check.h>
#include <stdlib.h>

#include "base/cpu.h"
#include "query/overlap.h"
#include "support/list_model.h"
#include "support/rng.h"

enum { LISTS_MAX = 8, ROUNDS = 60 };

static const uint32_t dfs[] = {1, 2, 64, 255, 256, 257, 511, 512, 513, 1000, 5000};
enum { DF_COUNT = sizeof dfs / sizeof dfs[0] };

struct fixture {
    struct list_model models[LISTS_MAX];
    struct stored_list stored;
    struct postings_cursor cursor;
    struct lane lanes[LISTS_MAX];
    uint32_t count, kept, doc_count;
    uint8_t *counts; /* by document: lists that have it */
};

/* The last list keeps no documents in every other round. */
static void fixture_init(struct fixture *fixture, uint32_t round, struct rng *rng)
{
    *fixture = (struct fixture){.count = 1 + (uint32_t)rng_below(rng, LISTS_MAX)};
    for (uint32_t i = 0; i < fixture->count; i++) {
        fixture->models[i] = list_model_new(dfs[rng_below(rng, DF_COUNT)],
            (enum list_style)rng_below(rng, STYLE_COUNT), false, rng_next(rng));
        const struct list_model *model = &fixture->models[i];
        fixture->doc_count =
            model->doc_count > fixture->doc_count ? model->doc_count : fixture->doc_count;
    }
    fixture->counts = calloc(fixture->doc_count, 1);
    ck_assert_ptr_nonnull(fixture->counts);
    for (uint32_t i = 0; i < fixture->count; i++) {
        const struct list_model *model = &fixture->models[i];
        fixture->lanes[i].docs = model->docs;
        fixture->lanes[i].doc_count = model->list.count;
        for (uint32_t j = 0; j < model->list.count; j++) {
            fixture->counts[model->docs[j]]++;
        }
    }
    struct lane *last = &fixture->lanes[fixture->count - 1];
    fixture->stored = stored_list_new(&fixture->models[fixture->count - 1]);
    fixture->stored.source.doc_count = fixture->doc_count;
    postings_cursor_init(&fixture->cursor, &fixture->stored.source, &fixture->stored.entry);
    last->leaf.cursor = &fixture->cursor;
    if (round % 2 == 0) {
        last->docs = NULL;
        last->doc_count = 0;
    }
    for (uint32_t i = 0; i < fixture->count; i++) {
        fixture->kept += fixture->lanes[i].doc_count;
    }
}

static void fixture_release(struct fixture *fixture)
{
    for (uint32_t i = 0; i < fixture->count; i++) {
        list_model_free(&fixture->models[i]);
    }
    stored_list_free(&fixture->stored);
    free(fixture->counts);
}

static void check(const struct fixture *fixture, const struct bitpack_ops *ops, uint32_t round)
{
    struct overlap overlap;
    struct arena arena;
    lede_error error;
    arena_init(&arena);
    ck_assert_int_eq(
        overlap_init(&overlap, fixture->count, fixture->kept, ops, &arena, &error), LEDE_OK);
    for (uint32_t i = 0; i < fixture->count; i++) {
        overlap_add(&overlap, &fixture->lanes[i]);
    }
    ck_assert_uint_eq(overlap.kept, fixture->kept);
    uint32_t found = 0;
    for (uint32_t doc = 0; doc < fixture->doc_count; doc++) {
        const bool is_there = found < overlap.count && overlap.docs[found] == doc;
        if (is_there != (fixture->counts[doc] > 1)) {
            ck_abort_msg("%s, round %u: document %u is in %u lists", ops->name, round, doc,
                fixture->counts[doc]);
        }
        const uint64_t word = overlap_in_range(overlap.docs, overlap.count, doc / LEDE_RANGE_DOCS);
        ck_assert_int_eq((word >> doc % LEDE_RANGE_DOCS & 1) != 0, is_there);
        found += is_there;
    }
    ck_assert_uint_eq(found, overlap.count);
    arena_release(&arena);
}

START_TEST(documents_of_two_lists_are_found_once)
{
    const struct bitpack_ops *ops;
    struct rng rng;
    rng_init(&rng, 23);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct fixture fixture;
        fixture_init(&fixture, round, &rng);
        for (size_t i = 0; (ops = bitpack_ops_at(i)) != NULL; i++) {
            if ((ops->cpu_needs & ~cpu_features()) == 0) {
                check(&fixture, ops, round);
            }
        }
        fixture_release(&fixture);
    }
}
END_TEST

Suite *suite_overlap(void)
{
    Suite *suite = suite_create("overlap");
    TCase *model = tcase_create("model");
    tcase_set_timeout(model, 60);
    tcase_add_test(model, documents_of_two_lists_are_found_once);
    suite_add_tcase(suite, model);
    return suite;
}
