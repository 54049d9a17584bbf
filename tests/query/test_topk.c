/* The k largest keys against sorting all of them. */

#include <check.h>
#include <stdlib.h>

#include "query/topk.h"
#include "support/rng.h"

static int descending(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left;
    const uint64_t b = *(const uint64_t *)right;
    return (a < b) - (a > b);
}

START_TEST(keeps_what_sorting_puts_first)
{
    const uint64_t seed = rng_seed(0x746f706b);
    struct rng rng;
    rng_init(&rng, seed);
    for (int round = 0; round < 2000; round++) {
        uint64_t all[300], keys[300];
        const size_t count = rng_next(&rng) % 300;
        const size_t k = 1 + rng_next(&rng) % 299;
        const uint64_t range = round % 3 == 0 ? 20 : UINT64_MAX;
        const uint64_t floor = round % 4 == 0 ? range / 2 : 0;
        struct topk topk;
        topk_init(&topk, keys, k, floor);
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
            const uint64_t key = rng_next(&rng) % range;
            topk_offer(&topk, key);
            if (key >= floor) {
                all[kept++] = key;
            }
        }
        qsort(all, kept, sizeof *all, descending);
        const size_t expected = kept < k ? kept : k;
        ck_assert_msg(
            topk.count == expected, "seed %llu round %d", (unsigned long long)seed, round);
        ck_assert(topk_is_full(&topk) == (expected == k));
        topk_sort(&topk);
        for (size_t i = 0; i < expected; i++) {
            ck_assert_msg(keys[i] == all[i], "seed %llu round %d place %zu",
                (unsigned long long)seed, round, i);
        }
    }
}
END_TEST

START_TEST(least_is_the_smallest_kept_once_full)
{
    uint64_t keys[2];
    struct topk topk;
    topk_init(&topk, keys, 2, 3);
    topk_offer(&topk, 2);
    ck_assert_uint_eq(topk.count, 0);
    topk_offer(&topk, 9);
    ck_assert_uint_eq(topk.least, 3);
    topk_offer(&topk, 5);
    ck_assert_uint_eq(topk.least, 5);
    topk_offer(&topk, 7);
    ck_assert_uint_eq(topk.least, 7);
}
END_TEST

Suite *suite_topk(void)
{
    Suite *suite = suite_create("topk");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, keeps_what_sorting_puts_first);
    tcase_add_test(basics, least_is_the_smallest_kept_once_full);
    suite_add_tcase(suite, basics);
    return suite;
}
