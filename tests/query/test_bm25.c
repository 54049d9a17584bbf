/* The formula: fixed point against double over wide ranges. */

#include <check.h>
#include <math.h>

#include "query/bm25.h"
#include "support/rng.h"

static double between(struct rng *rng, double least, double most)
{
    return least + (most - least) * ((double)(rng_next(rng) >> 11) / 9007199254740992.0);
}

/* Powers of two with a random mantissa: all magnitudes alike. */
static uint32_t any_size(struct rng *rng, unsigned bits_max)
{
    const unsigned bits = 1 + (unsigned)(rng_next(rng) % bits_max);
    return (uint32_t)(rng_next(rng) & ((UINT64_C(1) << bits) - 1)) | 1u << (bits - 1);
}

START_TEST(idf_is_the_formula)
{
    ck_assert_double_eq_tol(bm25_idf(1000, 10), log(1 + 990.5 / 10.5), 1e-12);
    ck_assert_double_eq_tol(bm25_idf(10, 10), log(1 + 0.5 / 10.5), 1e-12);
    ck_assert(bm25_idf(5, 9) > 0); /* of damaged statistics */
    ck_assert(bm25_idf(1000, 10) > bm25_idf(1000, 11));
}
END_TEST

/* A query of some terms with random statistics; the sum in units against the sum in double. */
START_TEST(sums_in_units_are_sums_in_double)
{
    const uint64_t seed = rng_seed(0x626d3235);
    struct rng rng;
    rng_init(&rng, seed);
    uint32_t precise = 0;
    for (int round = 0; round < 50000; round++) {
        const struct bm25_options options = {.k1 = round % 7 == 0 ? 0 : between(&rng, 0, 5),
            .b = round % 5 == 0 ? (double)(round % 2) : between(&rng, 0, 1),
            .title_boost = round % 3 == 0 ? 1 : between(&rng, 0, 20)};
        const uint32_t terms = 1 + (uint32_t)(rng_next(&rng) % 12);
        const uint64_t documents = any_size(&rng, 30) + UINT64_C(1);
        const double average = between(&rng, 1, 2000);
        double weights[12], sum = 0;
        for (uint32_t i = 0; i < terms; i++) {
            weights[i] = between(&rng, 0.01, 3) * (options.k1 + 1) *
                         bm25_idf(documents, 1 + rng_next(&rng) % documents);
            sum += weights[i];
        }
        struct bm25 bm25;
        bm25_init(&bm25, &options, average, sum, terms);
        uint64_t units = 0;
        double exact = 0;
        const uint32_t length = any_size(&rng, 20);
        for (uint32_t i = 0; i < terms; i++) {
            const uint32_t tf = any_size(&rng, 12);
            const uint32_t title_tf = (uint32_t)(rng_next(&rng) % (tf + 1));
            units += bm25_share(&bm25, bm25_scaled_weight(&bm25, weights[i]),
                bm25_title_tf(&bm25, tf, title_tf), length);
            exact += bm25_exact(&bm25, weights[i], tf, title_tf, length);
        }
        ck_assert_msg(units < UINT64_C(1) << 31, "seed %llu round %d: overflow",
            (unsigned long long)seed, round);
        if (bm25_is_precise((uint32_t)units, terms)) {
            precise++;
            const double value = bm25_value(&bm25, (uint32_t)units);
            ck_assert_msg(fabs(value - exact) <= 2e-6 * exact,
                "seed %llu round %d: %.17g, not %.17g", (unsigned long long)seed, round, value,
                exact);
        }
    }
    ck_assert_uint_gt(precise, 40000);
}
END_TEST

START_TEST(scale_is_the_largest_that_fits)
{
    const struct bm25_options options = {.k1 = 1.2, .b = 0.75, .title_boost = 1};
    struct bm25 bm25;
    bm25_init(&bm25, &options, 100, 50, 3);
    ck_assert_int_eq(bm25.scale_bits, 25); /* 50 * 2^25 < 2^31 <= 50 * 2^26 */
    ck_assert_double_ge(ldexp(1, bm25.scale_bits), 1 << 20);
    bm25_init(&bm25, &options, 100, 0, 3);
    ck_assert_uint_eq(bm25_share(&bm25, bm25_scaled_weight(&bm25, 0), 3, 100), 0);
}
END_TEST

START_TEST(no_frequency_is_no_share)
{
    const struct bm25_options options = {.k1 = 0, .b = 0, .title_boost = 0};
    struct bm25 bm25;
    bm25_init(&bm25, &options, 100, 2, 1);
    const float scaled = bm25_scaled_weight(&bm25, 2);
    /* All in the title, which counts nothing: 0 / 0 is not asked. */
    ck_assert_uint_eq(bm25_share(&bm25, scaled, bm25_title_tf(&bm25, 3, 3), 10), 0);
    ck_assert(bm25_exact(&bm25, 2, 3, 3, 10) == 0);
    ck_assert_double_eq_tol(
        bm25_value(&bm25, bm25_share(&bm25, scaled, bm25_title_tf(&bm25, 4, 3), 10)), 2, 1e-6);
}
END_TEST

Suite *suite_bm25(void)
{
    Suite *suite = suite_create("bm25");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, idf_is_the_formula);
    tcase_add_test(basics, scale_is_the_largest_that_fits);
    tcase_add_test(basics, no_frequency_is_no_share);
    suite_add_tcase(suite, basics);
    TCase *model = tcase_create("model");
    tcase_add_test(model, sums_in_units_are_sums_in_double);
    suite_add_tcase(suite, model);
    return suite;
}
