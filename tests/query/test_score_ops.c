/* Every variant against the plain statement of what it does; shares bit for bit. */
#include <check.h>
#include <string.h>

#include "base/limits.h"
#include "query/score_ops.h"
#include "support/guard.h"
#include "support/kernels.h"
#include "support/rng.h"

enum { COUNT_MAX = 300, SUM_MAX = 0x7fffffff };

/* The next variant that this processor has, from *i on; NULL: no more. */
/* A copy of numbers that ends where a page is missing. */
static uint32_t *guarded(struct guard *guard, const uint32_t *numbers, uint32_t count)
{
    guard_init_copy(guard, numbers, count * sizeof *numbers, GUARD_BEHIND);
    return (uint32_t *)(void *)guard->bytes;
}

static const struct bm25_options formulas[] = {
    {.k1 = 0.9, .b = 0.4, .title_boost = 1},
    {.k1 = 1.2, .b = 0.75, .title_boost = 3},
    {.k1 = 0, .b = 0.5, .title_boost = 1},
    {.k1 = 2, .b = 0, .title_boost = 1},
    {.k1 = 1.5, .b = 1, .title_boost = 0},
    {.k1 = LEDE_K1_MAX, .b = 1, .title_boost = LEDE_TITLE_BOOST_MAX},
};

/* Small numbers, zeros, and what only a damaged file has. */
static uint32_t any_number(struct rng *rng, uint32_t round)
{
    static const uint32_t extremes[] = {0, 1, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff,
        0xffffff7f, 0xffffff80, 0x01000001, 0x81000080};
    if (round % 3 == 2 && rng_below(rng, 6) == 0) {
        return extremes[rng_below(rng, sizeof extremes / sizeof extremes[0])];
    }
    return (uint32_t)rng_skewed(rng, round % 3 == 0 ? 12 : 31);
}

START_TEST(shares_are_those_of_the_formula)
{
    struct rng rng;
    rng_init(&rng, 10 + (uint64_t)_i);
    uint32_t frequencies[COUNT_MAX];
    uint32_t lengths[COUNT_MAX];
    uint32_t expected[COUNT_MAX];
    for (uint32_t count = 0; count <= COUNT_MAX; count++) {
        struct bm25 bm25;
        const double weight = 0.001 + 50 * rng_real(&rng);
        bm25_init(&bm25, &formulas[_i], 1 + 2000 * rng_real(&rng), weight * (1 + count % 4), 8);
        const float scaled = bm25_scaled_weight(&bm25, weight);
        for (uint32_t i = 0; i < count; i++) {
            frequencies[i] = any_number(&rng, count);
            lengths[i] = any_number(&rng, count);
            expected[i] = bm25_share(&bm25, scaled, (float)frequencies[i], lengths[i]);
        }
        struct guard f;
        struct guard l;
        struct guard out;
        const uint32_t *in_f = guarded(&f, frequencies, count);
        const uint32_t *in_l = guarded(&l, lengths, count);
        const struct score_ops *ops;
        for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
            uint32_t *shares = guarded(&out, lengths, count);
            ops->shares(&bm25, scaled, in_f, in_l, count, shares);
            ck_assert_msg(
                memcmp(shares, expected, out.size) == 0, "%s: %u shares", ops->name, count);
            memcpy(shares, frequencies, out.size);
            ops->shares(&bm25, scaled, shares, in_l, count, shares); // in place
            ck_assert_msg(
                memcmp(shares, expected, out.size) == 0, "%s: %u in place", ops->name, count);
            memcpy(shares, lengths, out.size);
            ops->shares(&bm25, scaled, in_f, shares, count, shares);
            ck_assert_msg(
                memcmp(shares, expected, out.size) == 0, "%s: %u in place", ops->name, count);
            guard_release(&out);
        }
        guard_release(&f);
        guard_release(&l);
    }
}
END_TEST

/* Also the last documents, behind which there is only the padding. */
START_TEST(lengths_are_those_of_the_documents)
{
    const uint32_t width = _i == 0 ? 2 : 4;
    enum { DOCS = 5000 };
    struct rng rng;
    rng_init(&rng, 20);
    struct guard section;
    guard_init(&section, DOCS * width + LEDE_READ_PADDING, GUARD_BEHIND);
    rng_fill(&rng, section.bytes, section.size);
    const struct lengths lengths = {.bytes = section.bytes, .width_bytes = width};
    for (uint32_t count = 0; count <= COUNT_MAX; count++) {
        uint32_t docs[COUNT_MAX];
        for (uint32_t i = 0; i < count; i++) {
            docs[i] = count % 2 == 0 ? DOCS - count + i : (uint32_t)rng_below(&rng, DOCS);
        }
        struct guard in;
        struct guard out;
        const uint32_t *in_docs = guarded(&in, docs, count);
        const struct score_ops *ops;
        for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
            uint32_t *found = guarded(&out, docs, count);
            ops->lengths(&lengths, in_docs, count, found);
            for (uint32_t at = 0; at < count; at++) {
                if (found[at] != lengths_at(&lengths, docs[at])) {
                    ck_abort_msg("%s: width %u, %u of %u", ops->name, width, at, count);
                }
            }
            guard_release(&out);
        }
        guard_release(&in);
    }
    guard_release(&section);
}
END_TEST

START_TEST(shares_are_added_where_documents_are)
{
    struct rng rng;
    rng_init(&rng, 30);
    for (uint32_t count = 0; count <= COUNT_MAX; count++) {
        const uint32_t base = rng_next32(&rng);
        uint32_t docs[COUNT_MAX];
        uint32_t shares[COUNT_MAX];
        uint32_t before[COUNT_MAX * 4];
        uint32_t expected[COUNT_MAX * 4];
        uint32_t room = 0;
        rng_fill(&rng, shares, sizeof shares);
        rng_fill(&rng, before, sizeof before);
        memcpy(expected, before, sizeof before);
        for (uint32_t i = 0; i < count; i++) {
            room += (uint32_t)rng_below(&rng, 4);
            expected[room] += shares[i];
            docs[i] = base + room++;
        }
        struct guard sums;
        const struct score_ops *ops;
        for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
            struct guard d;
            struct guard s;
            uint32_t *sum = guarded(&sums, before, room);
            ops->accumulate(sum, guarded(&d, docs, count), count, base, guarded(&s, shares, count));
            ck_assert_msg(memcmp(sum, expected, sums.size) == 0, "%s: %u docs", ops->name, count);
            guard_release(&sums);
            guard_release(&d);
            guard_release(&s);
        }
    }
}
END_TEST

static const uint32_t thresholds[] = {0, 1, 2, 100, 0x40000000, 0x7ffffff0, 0x7fffffff, 0x80000000};

static void make_sums(
    uint32_t *sums, uint32_t count, uint32_t threshold, uint32_t round, struct rng *rng)
{
    for (uint32_t i = 0; i < count; i++) {
        const int64_t near = rng_between(rng, (int64_t)threshold - 2, (int64_t)threshold + 1);
        const bool is_near = rng_below(rng, 1 + round % 40) == 0;
        sums[i] = is_near ? (uint32_t)(near < 0         ? 0
                                       : near > SUM_MAX ? SUM_MAX
                                                        : near)
                          : (uint32_t)rng_below(rng, (uint64_t)threshold / 2 + 1);
    }
}

START_TEST(filter_gives_the_places_that_reach_the_threshold)
{
    const uint32_t threshold = thresholds[_i];
    struct rng rng;
    rng_init(&rng, 40 + (uint64_t)_i);
    for (uint32_t count = 0; count <= COUNT_MAX; count++) {
        uint32_t sums[COUNT_MAX];
        uint32_t expected[COUNT_MAX];
        uint32_t expected_count = 0;
        make_sums(sums, count, threshold, count, &rng);
        for (uint32_t i = 0; i < count; i++) {
            if (sums[i] >= threshold) {
                expected[expected_count++] = i;
            }
        }
        struct guard in;
        struct guard out;
        const uint32_t *in_sums = guarded(&in, sums, count);
        const struct score_ops *ops;
        for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
            guard_init(&out, (count + SCORE_FILTER_SLACK) * sizeof *sums, GUARD_BEHIND);
            uint32_t *places = (uint32_t *)(void *)out.bytes;
            const uint32_t found = ops->filter(in_sums, count, threshold, places);
            ck_assert_msg(found == expected_count, "%s: %u of %u reach %u, not %u", ops->name,
                found, count, threshold, expected_count);
            ck_assert_msg(memcmp(places, expected, found * sizeof *places) == 0, "%s: places of %u",
                ops->name, count);
            guard_release(&out);
        }
        guard_release(&in);
    }
}
END_TEST

START_TEST(reaching_is_a_bit_for_each_sum)
{
    const uint32_t threshold = thresholds[_i];
    struct rng rng;
    rng_init(&rng, 50 + (uint64_t)_i);
    for (uint32_t round = 0; round < 400; round++) {
        uint32_t sums[64];
        uint64_t expected = 0;
        make_sums(sums, 64, threshold, round, &rng);
        for (uint32_t i = 0; i < 64; i++) {
            expected |= (uint64_t)(sums[i] >= threshold) << i;
        }
        struct guard in;
        const uint32_t *in_sums = guarded(&in, sums, 64);
        const struct score_ops *ops;
        for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
            ck_assert_msg(
                ops->reaching(in_sums, threshold) == expected, "%s: round %u", ops->name, round);
        }
        guard_release(&in);
    }
}
END_TEST

/* Levels, codes and a table, of a number of ranges. */
struct level_case {
    uint8_t table[256], codes[COUNT_MAX], before[COUNT_MAX], expected[COUNT_MAX];
};

/* Half of the levels are so small that sums do not saturate; there are stretches without the term. */
static void make_levels(struct level_case *made, uint32_t count, struct rng *rng)
{
    rng_fill(rng, made->table, sizeof made->table);
    rng_fill(rng, made->codes, sizeof made->codes);
    rng_fill(rng, made->before, sizeof made->before);
    made->table[0] = 0;
    for (uint32_t i = 0; i < count; i++) {
        made->before[i] = count % 2 == 0 ? made->before[i] : made->before[i] / 4;
        made->codes[i] = (uint8_t)(count % 4 == 3 && i / 70 % 2 == 0 ? 0 : made->codes[i]);
    }
}

/* With every variant, adding where `adds`, otherwise raising. */
static void check_levels(const struct level_case *made, uint32_t count, bool adds)
{
    struct guard in;
    struct guard rows;
    struct guard out;
    guard_init_copy(&in, made->codes, count, GUARD_BEHIND);
    guard_init_copy(&rows, made->table, sizeof made->table, GUARD_BEHIND);
    const struct score_ops *ops;
    for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
        guard_init_copy(&out, made->before, count, GUARD_BEHIND);
        (adds ? ops->add_levels : ops->raise_levels)(out.bytes, in.bytes, count, rows.bytes);
        ck_assert_msg(
            memcmp(out.bytes, made->expected, count) == 0, "%s: %u ranges", ops->name, count);
        guard_release(&out);
    }
    guard_release(&in);
    guard_release(&rows);
}

START_TEST(levels_are_added_by_their_codes)
{
    struct rng rng;
    rng_init(&rng, 60);
    for (uint32_t count = 0; count <= COUNT_MAX; count++) {
        struct level_case made;
        make_levels(&made, count, &rng);
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t level = (uint32_t)made.before[i] + made.table[made.codes[i]];
            made.expected[i] = (uint8_t)(level > 255 ? 255 : level);
        }
        check_levels(&made, count, true);
    }
}
END_TEST

START_TEST(levels_are_raised_by_their_codes)
{
    struct rng rng;
    rng_init(&rng, 61);
    for (uint32_t count = 0; count <= COUNT_MAX; count++) {
        struct level_case made;
        make_levels(&made, count, &rng);
        for (uint32_t i = 0; i < count; i++) {
            const uint8_t level = made.table[made.codes[i]];
            made.expected[i] = level > made.before[i] ? level : made.before[i];
        }
        check_levels(&made, count, false);
    }
}
END_TEST

/* Every code alone, in every place of a vector: each entry of a table is found. */
START_TEST(every_code_has_its_entry)
{
    uint8_t table[256];
    for (uint32_t code = 0; code < 256; code++) {
        table[code] = (uint8_t)(code * 167);
    }
    const struct score_ops *ops;
    for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
        for (uint32_t shift = 0; shift < 64; shift++) {
            uint8_t codes[256];
            uint8_t levels[256] = {0};
            uint8_t raised[256] = {0};
            for (uint32_t at = 0; at < 256; at++) {
                codes[at] = (uint8_t)(at + shift);
            }
            ops->add_levels(levels, codes, 256, table);
            ops->raise_levels(raised, codes, 256, table);
            for (uint32_t at = 0; at < 256; at++) {
                if (levels[at] != table[codes[at]] || raised[at] != table[codes[at]]) {
                    ck_abort_msg("%s: code %u gives %u and %u", ops->name, codes[at], levels[at],
                        raised[at]);
                }
            }
        }
    }
}
END_TEST

enum { WORDS_MAX = 9 };

START_TEST(the_largest_of_64_levels_is_found)
{
    struct rng rng;
    rng_init(&rng, 62);
    for (uint32_t round = 0; round < 300; round++) {
        uint8_t levels[WORDS_MAX * 64];
        uint8_t expected[WORDS_MAX] = {0};
        const uint32_t word_count = (uint32_t)rng_below(&rng, WORDS_MAX + 1);
        const uint64_t most = 1 + rng_below(&rng, 256);
        for (uint32_t i = 0; i < word_count * 64; i++) {
            levels[i] = (uint8_t)rng_below(&rng, most);
            expected[i / 64] = levels[i] > expected[i / 64] ? levels[i] : expected[i / 64];
        }
        struct guard in;
        struct guard out;
        guard_init_copy(&in, levels, (size_t)word_count * 64, GUARD_BEHIND);
        const struct score_ops *ops;
        for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
            guard_init(&out, word_count, GUARD_BEHIND);
            ops->largest_levels(in.bytes, word_count, out.bytes);
            ck_assert_msg(
                memcmp(out.bytes, expected, word_count) == 0, "%s: round %u", ops->name, round);
            guard_release(&out);
        }
        guard_release(&in);
    }
}
END_TEST

START_TEST(levels_that_reach_are_bits_and_counted)
{
    struct rng rng;
    rng_init(&rng, 70);
    for (uint32_t round = 0; round < 1024; round++) {
        const uint32_t least = round % 256;
        const uint32_t word_count = round / 256 * 3;
        uint8_t levels[WORDS_MAX * 64];
        uint64_t words[WORDS_MAX];
        uint32_t expected = 0;
        for (uint32_t i = 0; i < word_count * 64; i++) {
            const int64_t level = (int64_t)least + rng_between(&rng, -2, 2);
            levels[i] = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
        }
        rng_fill(&rng, words, sizeof words);
        struct guard in;
        struct guard open;
        guard_init_copy(&in, levels, (size_t)word_count * 64, GUARD_BEHIND);
        guard_init_copy(&open, words, word_count * sizeof *words, GUARD_BEHIND);
        const struct score_ops *ops;
        for (uint32_t word = 0; word < word_count; word++) {
            uint64_t bits = 0;
            for (uint32_t i = 0; i < 64; i++) {
                const uint64_t reaches = levels[word * 64 + i] >= least;
                bits |= reaches << i;
                expected += (uint32_t)(reaches & words[word] >> i & 1);
            }
            for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
                ck_assert_msg(ops->levels_reaching(in.bytes + (size_t)word * 64, least) == bits,
                    "%s: levels that reach %u", ops->name, least);
            }
        }
        for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) {
            const uint32_t found = ops->count_levels(
                in.bytes, (const uint64_t *)(void *)open.bytes, word_count, least);
            ck_assert_msg(found == expected, "%s: %u, not %u, reach %u of %u words", ops->name,
                found, expected, least, word_count);
        }
        guard_release(&in);
        guard_release(&open);
    }
}
END_TEST

START_TEST(no_features_give_scalar_and_all_give_the_first)
{
    ck_assert_str_eq(score_ops_for(0)->name, "scalar");
    ck_assert_ptr_eq(score_ops_for(UINT32_MAX), score_ops_at(0));
    size_t count = 0;
    while (score_ops_at(count) != NULL) {
        count++;
    }
    ck_assert_str_eq(score_ops_at(count - 1)->name, "scalar");
}
END_TEST

Suite *suite_score_ops(void)
{
    const int threshold_count = (int)(sizeof thresholds / sizeof thresholds[0]);
    Suite *suite = suite_create("score_ops");
    TCase *variants = tcase_create("variants");
    tcase_set_timeout(variants, 60);
    tcase_add_loop_test(
        variants, shares_are_those_of_the_formula, 0, (int)(sizeof formulas / sizeof formulas[0]));
    tcase_add_loop_test(variants, lengths_are_those_of_the_documents, 0, 2);
    tcase_add_test(variants, shares_are_added_where_documents_are);
    tcase_add_loop_test(
        variants, filter_gives_the_places_that_reach_the_threshold, 0, threshold_count);
    tcase_add_loop_test(variants, reaching_is_a_bit_for_each_sum, 0, threshold_count);
    tcase_add_test(variants, levels_are_added_by_their_codes);
    tcase_add_test(variants, levels_are_raised_by_their_codes);
    tcase_add_test(variants, every_code_has_its_entry);
    tcase_add_test(variants, the_largest_of_64_levels_is_found);
    tcase_add_test(variants, levels_that_reach_are_bits_and_counted);
    tcase_add_test(variants, no_features_give_scalar_and_all_give_the_first);
    suite_add_tcase(suite, variants);
    return suite;
}
