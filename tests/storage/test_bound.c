/* The byte bounds what it was made from, in the safe direction, and not loosely. */
#include <check.h>

#include "storage/bound.h"

START_TEST(bounds_hold_for_all_small_and_many_large_values)
{
    static const uint32_t lengths[] = {0, 1, 2, 3, 5, 7, 10, 49, 50, 51, 99, 100, 141, 142, 181,
        182, 1000, 65534, 65535, 65536, 1000000, UINT32_MAX};
    const uint32_t count = sizeof lengths / sizeof lengths[0];
    for (uint32_t b = 0; b < count; b++) {
        for (uint32_t l = b; l < count; l++) {
            for (uint32_t tf = 1; tf < 40; tf++) {
                for (uint32_t more = 0; more < 20; more++) {
                    const uint8_t bound = bound_encode(tf, lengths[l], lengths[b]);
                    const uint32_t high = bound_tf(bound, tf + more);
                    const uint32_t low = bound_length(bound, lengths[b]);
                    if (high < tf || high > tf + more || low > lengths[l] || low < lengths[b]) {
                        ck_abort_msg("tf %u of %u, length %u of %u: %u, %u", tf, tf + more,
                            lengths[l], lengths[b], high, low);
                    }
                }
            }
        }
    }
}
END_TEST

START_TEST(frequencies_below_fifteen_are_exact)
{
    for (uint32_t tf = 1; tf < 15; tf++) {
        ck_assert_uint_eq(bound_tf(bound_encode(tf, 100, 100), 1000), tf);
    }
    ck_assert_uint_eq(bound_tf(bound_encode(15, 100, 100), 1000), 1000);
}
END_TEST

START_TEST(lengths_are_at_most_half_an_octave_low)
{
    for (uint32_t length = 50; length < 9000; length++) {
        const uint32_t low = bound_length(bound_encode(1, length, 50), 50);
        ck_assert_uint_le(low, length);
        ck_assert_msg(
            (uint64_t)low * 1000 + 1500 > (uint64_t)length * 707, "%u for %u", low, length);
    }
}
END_TEST

Suite *suite_bound(void)
{
    Suite *suite = suite_create("bound");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, bounds_hold_for_all_small_and_many_large_values);
    tcase_add_test(basics, frequencies_below_fifteen_are_exact);
    tcase_add_test(basics, lengths_are_at_most_half_an_octave_low);
    suite_add_tcase(suite, basics);
    return suite;
}
