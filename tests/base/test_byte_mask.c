/* What is said of 32 bytes, against a loop. */
#include <check.h>

#include "base/byte_mask.h"
#include "support/rng.h"

START_TEST(bits_say_what_a_loop_says)
{
    struct rng rng;
    rng_init(&rng, 8);
    for (unsigned turn = 0; turn < 20000; turn++) {
        uint8_t bytes[BYTE_MASK_BYTES];
        const uint64_t range = turn % 2 == 0 ? 4 : 256;
        const uint8_t value = (uint8_t)(rng_below(&rng, range) + (turn % 4 == 0 ? 252 : 0));
        const uint32_t count = (uint32_t)rng_below(&rng, BYTE_MASK_BYTES + 1);
        uint32_t equal = 0, at_least = 0, sum = 0;
        for (uint32_t i = 0; i < BYTE_MASK_BYTES; i++) {
            bytes[i] = (uint8_t)(rng_below(&rng, range) + (turn % 4 == 0 ? 252 : 0));
            equal |= (uint32_t)(bytes[i] == value) << i;
            at_least |= (uint32_t)(bytes[i] >= value) << i;
            sum += i < count ? bytes[i] : 0;
        }
        ck_assert_uint_eq(bytes_equal(bytes, value), equal);
        ck_assert_uint_eq(bytes_at_least(bytes, value), at_least);
        ck_assert_uint_eq(bytes_sum(bytes, count), sum);
    }
}
END_TEST

Suite *suite_byte_mask(void)
{
    Suite *suite = suite_create("byte_mask");
    TCase *tcase = tcase_create("all");
    tcase_add_test(tcase, bits_say_what_a_loop_says);
    suite_add_tcase(suite, tcase);
    return suite;
}
