/* Bounds: no share is above the one its range's code stands for, whatever the formula; stored codes are those
 * of the list; and codes that say anything at all lead nowhere they should not. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "query/lane.h"
#include "support/exact_check.h"
#include "support/guard.h"

enum { LENGTHS = 300, POSTINGS = 400, TABLE_ROUNDS = 300, FAULT_BYTES = 256 };

/* Check's own assertions write to a pipe also where they hold; this is for inner loops. */
static void expect(bool holds, const char *what, uint64_t a, uint64_t b, uint64_t seed)
{
    if (!holds) {
        ck_abort_msg("seed %llu: %s: %llu, %llu", (unsigned long long)seed, what,
            (unsigned long long)a, (unsigned long long)b);
    }
}

static struct bm25_options random_formula(struct rng *rng)
{
    static const double k1s[] = {0, 0.01, 0.9, 1.2, 5, 1000};
    static const double bs[] = {0, 0.4, 0.75, 1};
    static const double boosts[] = {0, 0.5, 1, 1, 3, 1000};
    const bool is_listed = rng_below(rng, 2) == 0;
    return (struct bm25_options){
        .k1 = is_listed ? k1s[rng_below(rng, 6)] : rng_real(rng) * 3,
        .b = is_listed ? bs[rng_below(rng, 4)] : rng_real(rng),
        .title_boost = boosts[rng_below(rng, 6)],
    };
}

/* ---- tables ---- */

/* A lane of a list that is only an entry: its codes are there, so that nothing is read. */
struct fixture {
    struct range_scale scale;
    struct segment segment;
    struct postings_cursor cursor, title;
    struct plan_leaf plan_leaf;
    struct bm25 bm25;
    struct lane lane;
};

static void random_scale(struct range_scale *scale, struct rng *rng)
{
    uint32_t lengths[LENGTHS];
    const uint32_t width = 1 + (uint32_t)rng_below(rng, 26);
    for (uint32_t i = 0; i < LENGTHS; i++) {
        lengths[i] = (uint32_t)rng_skewed(rng, width);
    }
    range_scale_choose(scale, lengths, 1 + (uint32_t)rng_below(rng, LENGTHS));
}

/* `weight_sum` is the query's, of which this term has `weight`. */
static void make_lane(struct fixture *fixture, const struct bm25_options *options, double average,
    double weight, double weight_sum, bool has_title)
{
    static const uint8_t ordinal[4] = {7};
    static const uint8_t codes[LEDE_WINDOW_RANGES] = {0};
    bm25_init(&fixture->bm25, options, average, weight_sum, 3);
    fixture->plan_leaf.scaled_weight = bm25_scaled_weight(&fixture->bm25, weight);
    fixture->segment.meta.doc_count = LEDE_WINDOW_RANGES * LEDE_RANGE_DOCS;
    fixture->segment.ranges = (struct range_bounds){.scale = fixture->scale,
        .ordinals = ordinal,
        .codes = codes,
        .term_count = 1,
        .stride = LEDE_WINDOW_RANGES};
    const struct leaf leaf = {.plan = &fixture->plan_leaf,
        .bm25 = &fixture->bm25,
        .cursor = &fixture->cursor,
        .title = has_title ? &fixture->title : NULL};
    lane_init(&fixture->lane, &leaf, 7, &fixture->segment);
}

struct posting {
    uint32_t tf, length;
    uint32_t share;
};

static struct posting random_posting(const struct fixture *fixture, bool has_title, struct rng *rng)
{
    const struct term_entry *entry = &fixture->cursor.entry;
    const uint32_t tf = 1 + (uint32_t)rng_below(rng, entry->max_tf);
    const uint32_t least = tf > entry->min_length ? tf : entry->min_length;
    struct posting posting = {.tf = tf, .length = least + (uint32_t)rng_skewed(rng, 24)};
    const uint32_t title_tf = has_title ? (uint32_t)rng_below(rng, tf + 1) : 0;
    const float frequency = has_title ? bm25_title_tf(&fixture->bm25, tf, title_tf) : (float)tf;
    posting.share =
        bm25_share(&fixture->bm25, fixture->plan_leaf.scaled_weight, frequency, posting.length);
    return posting;
}

START_TEST(no_share_is_above_its_bound)
{
    struct rng rng;
    struct fixture *fixture = calloc(1, sizeof *fixture);
    ck_assert_ptr_nonnull(fixture);
    rng_init(&rng, 500 + (uint64_t)_i);
    random_scale(&fixture->scale, &rng);
    const struct bm25_options options = random_formula(&rng);
    const bool has_title = options.title_boost != 1;
    const double weight = ldexp(1 + rng_real(&rng), (int)rng_below(&rng, 20) - 10);
    const double others = rng_below(&rng, 2) == 0 ? 0 : weight * rng_real(&rng) * 4;
    fixture->cursor.entry = (struct term_entry){.df = 100,
        .max_tf = 1 + (uint32_t)rng_skewed(&rng, 1 + (uint32_t)rng_below(&rng, 24)),
        .min_length = (uint32_t)rng_skewed(&rng, 12)};
    make_lane(fixture, &options, 0.5 + ldexp(rng_real(&rng), (int)rng_below(&rng, 20)), weight,
        weight + others, has_title);
    const uint32_t *bounds = fixture->lane.bounds;
    struct posting last = random_posting(fixture, has_title, &rng);
    for (uint32_t i = 0; i < POSTINGS; i++) {
        const struct posting posting = random_posting(fixture, has_title, &rng);
        const uint8_t code = range_code(&fixture->scale, posting.tf, posting.length);
        const uint8_t joined =
            range_code_join(code, range_code(&fixture->scale, last.tf, last.length));
        const uint8_t wider =
            range_code(&fixture->scale, posting.tf > last.tf ? posting.tf : last.tf,
                posting.length < last.length ? posting.length : last.length);
        const uint64_t seed = 500 + (uint64_t)_i;
        expect(bounds[code] >= 1, "bounds[code]", bounds[code], code, seed);
        expect(posting.share <= bounds[code], "its own", posting.share, bounds[code], seed);
        expect(posting.share <= bounds[joined], "joined", posting.share, bounds[joined], seed);
        expect(last.share <= bounds[joined], "joined", last.share, bounds[joined], seed);
        expect(posting.share <= bounds[wider], "of several", posting.share, bounds[wider], seed);
        expect(posting.share <= fixture->lane.most, "the list's", posting.share, fixture->lane.most,
            seed);
        expect(range_code_join(code, 0) == code && range_code_join(0, code) == code,
            "joined with none", code, 0, seed);
        last = posting;
    }
    free(fixture);
}
END_TEST

/* Where a quotient is near 1, roundings make some frequency's smaller than that of one below it. */
START_TEST(no_smaller_frequency_is_above_the_most)
{
    static const double k1s[] = {1e-6, 1e-4, 1e-3, 0.01, 0.1, 0.3, 1.2};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct rng rng;
    ck_assert_ptr_nonnull(fixture);
    rng_init(&rng, 31);
    random_scale(&fixture->scale, &rng);
    const struct bm25_options options = {.k1 = k1s[_i], .b = 0, .title_boost = 1};
    for (uint32_t tf = 2; tf <= 1 << 16; tf *= 2) {
        fixture->cursor.entry = (struct term_entry){.df = 100, .max_tf = tf, .min_length = 1};
        make_lane(fixture, &options, 100, 1, 1, false);
        for (uint32_t less = tf > 64 ? tf - 64 : 1; less <= tf; less++) {
            const uint32_t share =
                bm25_share(&fixture->bm25, fixture->plan_leaf.scaled_weight, (float)less, 1);
            expect(share <= fixture->lane.most, "share and most", share, fixture->lane.most, tf);
        }
    }
    free(fixture);
}
END_TEST

/* Sums are compared as signed numbers. The scale is made for weights; no bound may be above its weight. */
START_TEST(sums_of_bounds_stay_below_2_to_the_31)
{
    struct rng rng;
    struct fixture *fixture = calloc(1, sizeof *fixture);
    ck_assert_ptr_nonnull(fixture);
    rng_init(&rng, 900 + (uint64_t)_i);
    random_scale(&fixture->scale, &rng);
    fixture->cursor.entry =
        (struct term_entry){.df = 9, .max_tf = 1 + (uint32_t)_i, .min_length = 1};
    struct bm25_options options = random_formula(&rng);
    options.k1 = _i % 2 == 0 ? 0 : options.k1;
    /* As near to the largest sum of weights as there is. */
    const double weight_sum = 1 - 5.05e-7;
    const double part = _i % 3 == 0 ? 1 : rng_real(&rng);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < (part < 1 ? 2u : 1u); i++) {
        make_lane(fixture, &options, 100, weight_sum * (i == 0 ? part : 1 - part), weight_sum,
            options.title_boost != 1);
        uint32_t largest = 0;
        for (uint32_t code = 0; code < RANGE_CODES; code++) {
            largest = fixture->lane.bounds[code] > largest ? fixture->lane.bounds[code] : largest;
        }
        sum += largest;
    }
    expect(sum <= INT32_MAX, "sum of bounds", sum, INT32_MAX, 900 + (uint64_t)_i);
    free(fixture);
}
END_TEST

/* ---- lists ---- */

struct list {
    const struct segment *segment;
    unsigned field;
    struct termdict_hit hit;
    uint64_t seed;
};

/* The list's codes by the definition, each document looked at; `codes` has room for the stride. */
static void encode(const struct list *list, uint8_t *codes)
{
    const struct segment *segment = list->segment;
    const uint32_t doc_count = segment->meta.doc_count;
    uint32_t *docs = calloc(doc_count, sizeof *docs);
    uint32_t *frequencies = calloc(doc_count, sizeof *frequencies);
    uint32_t *lengths = calloc(doc_count, sizeof *lengths);
    uint32_t count = 0;
    struct postings_cursor cursor;
    ck_assert(docs != NULL && frequencies != NULL && lengths != NULL);
    for (uint32_t doc = 0; doc < doc_count; doc++) {
        lengths[doc] = lengths_at(&segment->lengths, doc);
    }
    postings_cursor_init(&cursor, &segment->postings, &list->hit.entry);
    for (; cursor.doc != DOC_END; (void)postings_cursor_next(&cursor)) {
        docs[count] = cursor.doc;
        frequencies[count++] = postings_cursor_frequency(&cursor);
    }
    memset(codes, 0, segment->ranges.stride);
    range_bounds_encode(&segment->ranges.scale, docs, frequencies, count, lengths, codes);
    free(docs);
    free(frequencies);
    free(lengths);
}

/* Codes bound each posting's share, and say where there is none. */
static void check_lane(const struct list *list, uint32_t ordinal,
    const struct bm25_options *options, struct arena *arena)
{
    const struct segment *segment = list->segment;
    struct postings_cursor cursor, walker;
    struct lede_counters counters = {0};
    struct bm25 bm25;
    struct lane lane;
    bm25_init(&bm25, options, 30, 3, 1);
    const struct plan_leaf plan_leaf = {.scaled_weight = bm25_scaled_weight(&bm25, 3)};
    struct leaf leaf = {.plan = &plan_leaf,
        .bm25 = &bm25,
        .lengths = &segment->lengths,
        .counters = &counters,
        .cursor = &cursor};
    postings_cursor_init(&cursor, &segment->postings, &list->hit.entry);
    postings_cursor_init(&walker, &segment->postings, &list->hit.entry);
    lane_init(&lane, &leaf, ordinal, segment);
    ck_assert_int_eq(
        lane_make_codes(&lane, segment, score_ops_for(cpu_features()), false, arena), LEDE_OK);
    leaf.cursor = &walker;
    for (uint32_t range = 0; range < segment->ranges.stride; range++) {
        const uint32_t end = (range + 1) * LEDE_RANGE_DOCS;
        expect((lane.codes[range] != 0) == (walker.doc < end), "is in the range", range,
            lane.codes[range], list->seed);
        for (; walker.doc < end; (void)postings_cursor_next(&walker)) {
            const uint32_t share = leaf_share(&leaf);
            const uint32_t bound = lane.bounds[lane.codes[range]];
            const uint32_t place = walker.block * LEDE_BLOCK_POSTINGS + walker.index;
            expect(share <= bound, "share and bound", share, bound, list->seed);
            expect(share <= lane.most, "share and most", share, lane.most, list->seed);
            if (cursor.block_count > 1) {
                expect(share <= lane_bound_at(&lane, place), "share and its eighth's bound", share,
                    lane_bound_at(&lane, place), list->seed);
            }
        }
    }
    ck_assert_uint_eq(walker.doc, DOC_END);
}

static void check_list(const struct list *list, struct rng *rng)
{
    const struct segment *segment = list->segment;
    const uint8_t *stored =
        list->field == FIELD_TEXT ? range_bounds_find(&segment->ranges, list->hit.ordinal) : NULL;
    struct arena arena;
    arena_init(&arena);
    if (list->field == FIELD_TEXT) {
        ck_assert_int_eq(
            stored != NULL, range_bounds_wanted(list->hit.entry.df, segment->meta.doc_count));
    }
    if (stored != NULL) {
        uint8_t *codes = calloc(segment->ranges.stride, 1);
        ck_assert_ptr_nonnull(codes);
        encode(list, codes);
        ck_assert_mem_eq(stored, codes, segment->ranges.stride);
        free(codes);
    }
    for (uint32_t i = 0; i < 4; i++) {
        const struct bm25_options options = random_formula(rng);
        check_lane(list, LANE_NO_ORDINAL, &options, &arena);
        if (stored != NULL) {
            check_lane(list, list->hit.ordinal, &options, &arena);
        }
    }
    arena_release(&arena);
}

START_TEST(codes_are_those_of_their_lists)
{
    struct exact_shape shape;
    struct exact_corpus corpus;
    struct rng rng;
    struct list list = {.seed = 40 + (uint64_t)_i};
    exact_shape_draw(&shape, list.seed);
    if (_i % 4 == 0) { /* lists without codes of more than a block: titles */
        shape.doc_count = 6000;
        shape.commit_every = shape.long_every = 0;
        shape.words_max = 5;
        shape.special_percent = 100;
        shape.title_max = 6;
    }
    exact_corpus_make(&corpus, &shape);
    rng_init(&rng, list.seed);
    for (uint32_t i = 0; i < corpus.snapshot->manifest.segment_count; i++) {
        list.segment = snapshot_segment(corpus.snapshot, i);
        for (uint32_t word = 0; word < 2 * EXACT_SPECIALS; word++) {
            char text[16];
            struct deletion_term deleted;
            const uint32_t length = (uint32_t)sprintf(text, "w%u", word);
            for (list.field = 0; list.field < FIELD_COUNT; list.field++) {
                if (segment_find_term(list.segment, list.field, (const uint8_t *)text, length,
                        &list.hit, &deleted, NULL) == LEDE_OK) {
                    check_list(&list, &rng);
                }
            }
        }
    }
    exact_corpus_remove(&corpus);
}
END_TEST

/* ---- damage ---- */

/* Random bounds for a segment, in memory of exactly their size. */
struct damage {
    struct guard codes, bitmap;
    struct segment *segment;
    struct span old_bitmap;
};

static void damage_init(struct damage *damage, struct segment *segment, struct rng *rng)
{
    struct range_bounds *ranges = &segment->ranges;
    *damage = (struct damage){.segment = segment, .old_bitmap = segment->deletions.bitmap};
    guard_init(&damage->codes, (size_t)ranges->term_count * ranges->stride, GUARD_BEHIND);
    rng_fill(rng, damage->codes.bytes, damage->codes.size);
    ranges->codes = damage->codes.bytes;
    if (segment->deletions.deleted_count > 0) {
        const struct span bitmap = segment->deletions.bitmap;
        guard_init_copy(&damage->bitmap, bitmap.bytes, bitmap.size, GUARD_BEHIND);
        segment->deletions.bitmap.bytes = damage->bitmap.bytes;
    }
}

static void damage_release(struct damage *damage)
{
    damage->segment->deletions.bitmap = damage->old_bitmap;
    guard_release(&damage->codes);
    guard_release(&damage->bitmap);
}

START_TEST(random_codes_lead_nowhere)
{
    struct exact_shape shape;
    struct exact_corpus corpus;
    struct exact_checker checker;
    struct rng rng;
    struct damage damages[64];
    char fault[FAULT_BYTES];
    exact_shape_draw(&shape, 70 + (uint64_t)_i);
    shape.doc_count = shape.doc_count < 200 ? 200 : shape.doc_count;
    shape.delete_percent = 10;
    shape.commit_every = shape.commit_every == 0 ? 0 : shape.doc_count / 2 + 1;
    exact_corpus_make(&corpus, &shape);
    exact_checker_init(&checker, &corpus);
    rng_init(&rng, 70 + (uint64_t)_i);
    const uint32_t segments = corpus.snapshot->manifest.segment_count;
    ck_assert_uint_le(segments, 64);
    for (uint32_t i = 0; i < segments; i++) {
        damage_init(&damages[i], corpus.snapshot->segments[i]->segment, &rng);
    }
    for (uint32_t i = 0; i < 60; i++) {
        struct exact_query query;
        struct exact_wish wish;
        exact_query_draw(&query, &corpus, &rng);
        exact_wish_draw(&wish, &rng);
        (void)exact_check_query(&checker, &query, fault); /* is whatever it is, but returns */
        (void)exact_check_wish(&checker, &query, &wish, fault);
    }
    for (uint32_t i = 0; i < segments; i++) {
        damage_release(&damages[i]);
    }
    exact_checker_release(&checker);
    exact_corpus_remove(&corpus);
}
END_TEST

START_TEST(a_section_of_any_bytes_opens_or_is_damaged)
{
    struct rng rng;
    rng_init(&rng, 1000 + (uint64_t)_i);
    for (uint32_t i = 0; i < 400; i++) {
        struct range_bounds bounds;
        struct guard guard;
        const uint32_t doc_count = (uint32_t)rng_skewed(&rng, 16);
        const uint32_t terms = (uint32_t)rng_below(&rng, 5);
        const uint32_t head = (64 + (2 + RANGE_CODES) * 4 + terms * 4 + 63) / 64 * 64;
        const bool is_sized = rng_below(&rng, 4) > 0;
        const size_t size = is_sized ? head + (size_t)terms * range_bounds_stride(doc_count)
                                     : (size_t)rng_below(&rng, 600);
        guard_init(&guard, size, GUARD_BEHIND);
        rng_fill(&rng, guard.bytes, size);
        if (size >= 4 && is_sized) {
            struct range_scale scale;
            random_scale(&scale, &rng);
            memcpy(guard.bytes, &(uint32_t){terms}, 4);
            memcpy(guard.bytes + 64, &scale.length_free, 4);
            memcpy(guard.bytes + 68, &scale.length_factor, 4);
            memcpy(guard.bytes + 72, scale.quotients, sizeof scale.quotients);
        }
        const bool is_damaged = is_sized && rng_below(&rng, 4) == 0;
        if (is_damaged) { /* a number that is none, too large, or below the one before */
            const uint32_t bits[] = {0x7fc00000, 0x40000000, 0xbf000000};
            memcpy(guard.bytes + 72 + 4 * (1 + rng_below(&rng, RANGE_CODES - 1)),
                &bits[rng_below(&rng, 3)], 4);
        }
        const lede_status status =
            range_bounds_open(&bounds, span_of(guard.bytes, size), doc_count, 3, NULL);
        expect(status == LEDE_OK || status == LEDE_ERR_CORRUPT, "status", status, 0, 1000);
        expect(status == LEDE_OK || !is_sized || terms > 3 || is_damaged, "a right size", terms,
            size, 1000);
        expect(status != LEDE_OK || !is_damaged, "a scale that is none", terms, size, 1000);
        for (uint32_t ordinal = 0; status == LEDE_OK && ordinal < 5; ordinal++) {
            const uint8_t *codes = range_bounds_find(
                &bounds, ordinal < terms ? load_le32(bounds.ordinals + 4 * ordinal) : ordinal);
            expect(codes == NULL ||
                       (codes >= guard.bytes && codes + bounds.stride <= guard.bytes + size),
                "codes inside", ordinal, size, 1000);
        }
        guard_release(&guard);
    }
}
END_TEST

Suite *suite_lane(void)
{
    Suite *suite = suite_create("lane");
    TCase *bounds = tcase_create("bounds");
    tcase_set_timeout(bounds, 300);
    tcase_add_loop_test(bounds, no_share_is_above_its_bound, 0, TABLE_ROUNDS);
    tcase_add_loop_test(bounds, no_smaller_frequency_is_above_the_most, 0, 7);
    tcase_add_loop_test(bounds, sums_of_bounds_stay_below_2_to_the_31, 0, 60);
    tcase_add_loop_test(bounds, codes_are_those_of_their_lists, 0, 12);
    suite_add_tcase(suite, bounds);
    TCase *damage = tcase_create("damage");
    tcase_set_timeout(damage, 300);
    tcase_add_loop_test(damage, random_codes_lead_nowhere, 0, 24);
    tcase_add_loop_test(damage, a_section_of_any_bytes_opens_or_is_damaged, 0, 4);
    suite_add_tcase(suite, damage);
    return suite;
}
