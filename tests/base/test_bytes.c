/* Fixed-width loads and stores at any alignment, arithmetic that says when it overflows, and bits. */
#include <check.h>
#include <stdint.h>

#include "base/bits.h"
#include "base/bytes.h"
#include "support/guard.h"

START_TEST(loads_are_little_endian_and_read_no_byte_more)
{
    static const uint8_t bytes[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
    struct guard guard;
    guard_init_copy(&guard, bytes, sizeof bytes, GUARD_BEHIND);
    ck_assert_uint_eq(load_le16(guard.bytes + 6), 0xefcd);
    ck_assert_uint_eq(load_le32(guard.bytes + 4), 0xefcdab89);
    ck_assert_uint_eq(load_le64(guard.bytes), 0xefcdab8967452301);
    ck_assert_uint_eq(load_be64(guard.bytes), 0x0123456789abcdef);
    guard_release(&guard);
}
END_TEST

START_TEST(stores_come_back_at_every_alignment)
{
    uint8_t bytes[32] = {0};
    for (size_t at = 0; at < 8; at++) {
        store_le16(bytes + at, 0xfedc);
        ck_assert_uint_eq(load_le16(bytes + at), 0xfedc);
        store_le32(bytes + at, 0xfedcba98);
        ck_assert_uint_eq(load_le32(bytes + at), 0xfedcba98);
        store_le64(bytes + at, 0xfedcba9876543210);
        ck_assert_uint_eq(load_le64(bytes + at), 0xfedcba9876543210);
        ck_assert_uint_eq(bytes[at], 0x10);
    }
}
END_TEST

START_TEST(sum_that_overflows_is_refused_and_out_untouched)
{
    size_t out = 7;
    ck_assert(!add_checked(SIZE_MAX, 1, &out));
    ck_assert(!add_checked(SIZE_MAX / 2 + 1, SIZE_MAX / 2 + 1, &out));
    ck_assert_uint_eq(out, 7);
    ck_assert(add_checked(SIZE_MAX - 1, 1, &out));
    ck_assert_uint_eq(out, SIZE_MAX);
}
END_TEST

START_TEST(product_that_overflows_is_refused_and_out_untouched)
{
    size_t out = 7;
    ck_assert(!mul_checked(SIZE_MAX, 2, &out));
    ck_assert(!mul_checked((size_t)1 << 32, (size_t)1 << 32, &out));
    ck_assert_uint_eq(out, 7);
    ck_assert(mul_checked(SIZE_MAX, 1, &out));
    ck_assert_uint_eq(out, SIZE_MAX);
    ck_assert(mul_checked(SIZE_MAX, 0, &out));
    ck_assert_uint_eq(out, 0);
}
END_TEST

START_TEST(bit_widths_are_those_of_the_highest_bit)
{
    ck_assert_uint_eq(bit_width32(0), 0);
    ck_assert_uint_eq(bit_width64(0), 0);
    for (uint32_t bit = 0; bit < 64; bit++) {
        const uint64_t power = UINT64_C(1) << bit;
        ck_assert_uint_eq(bit_width64(power), bit + 1);
        ck_assert_uint_eq(bit_width64(power | (power - 1)), bit + 1);
        ck_assert_uint_eq(lowest_bit64(power | UINT64_C(1) << 63), bit);
        ck_assert_uint_eq(popcount64(power - 1), bit);
        if (bit < 32) {
            ck_assert_uint_eq(bit_width32((uint32_t)power), bit + 1);
        }
    }
    ck_assert_uint_eq(popcount64(UINT64_MAX), 64);
}
END_TEST

START_TEST(rounding_up_stops_at_the_next_multiple)
{
    ck_assert_uint_eq(round_up(0, 64), 0);
    ck_assert_uint_eq(round_up(1, 64), 64);
    ck_assert_uint_eq(round_up(64, 64), 64);
    ck_assert_uint_eq(round_up(65, 64), 128);
    ck_assert_uint_eq(round_up(5, 1), 5);
}
END_TEST

Suite *suite_bytes(void)
{
    Suite *suite = suite_create("bytes");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, loads_are_little_endian_and_read_no_byte_more);
    tcase_add_test(basics, stores_come_back_at_every_alignment);
    tcase_add_test(basics, bit_widths_are_those_of_the_highest_bit);
    tcase_add_test(basics, rounding_up_stops_at_the_next_multiple);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, sum_that_overflows_is_refused_and_out_untouched);
    tcase_add_test(limits, product_that_overflows_is_refused_and_out_untouched);
    suite_add_tcase(suite, limits);
    return suite;
}
