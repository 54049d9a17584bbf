/* The checksum: known answers, and pieces give what the whole gives. */
#include <check.h>
#include <stdint.h>

#include "base/checksum.h"
#include "base/hash.h"
#include "support/fail.h"
#include "support/guard.h"
#include "support/rng.h"

/* XXH3's own test vector for no bytes: files depend on these never changing. */
START_TEST(values_are_those_of_xxh3)
{
    ck_assert_uint_eq(checksum_bytes("", 0), 0x2d06800538d394c2);
    ck_assert_uint_eq(checksum_bytes(NULL, 0), 0x2d06800538d394c2);
    ck_assert_uint_eq(checksum_bytes("lede", 4), hash_bytes("lede", 4));
    ck_assert_uint_ne(checksum_bytes("lede", 4), checksum_bytes("ledf", 4));
}
END_TEST

/* Lengths around XXH3's own borders (16, 128, 240, 256, 1024), in pieces of random size. */
START_TEST(pieces_give_what_the_whole_gives)
{
    const size_t size = (size_t)_i;
    struct rng rng;
    rng_init(&rng, size);
    struct guard guard;
    guard_init(&guard, size, GUARD_BEHIND);
    rng_fill(&rng, guard.bytes, size);
    struct checksum *checksum = checksum_new();
    ck_assert_ptr_nonnull(checksum);
    for (int round = 0; round < 3; round++) {
        checksum_reset(checksum);
        for (size_t at = 0; at < size;) {
            const size_t part = (size_t)rng_below(&rng, size - at + 1);
            checksum_add(checksum, guard.bytes + at, part);
            at += part;
        }
        ck_assert_uint_eq(checksum_value(checksum), checksum_bytes(guard.bytes, size));
    }
    checksum_free(checksum);
    guard_release(&guard);
}
END_TEST

START_TEST(value_can_be_asked_on_the_way)
{
    struct checksum *checksum = checksum_new();
    ck_assert_ptr_nonnull(checksum);
    ck_assert_uint_eq(checksum_value(checksum), checksum_bytes("", 0));
    checksum_add(checksum, NULL, 0);
    checksum_add(checksum, "le", 2);
    ck_assert_uint_eq(checksum_value(checksum), checksum_bytes("le", 2));
    checksum_add(checksum, "de", 2);
    ck_assert_uint_eq(checksum_value(checksum), checksum_bytes("lede", 4));
    checksum_free(checksum);
}
END_TEST

START_TEST(every_flipped_bit_changes_the_value)
{
    uint8_t bytes[300];
    struct rng rng;
    rng_init(&rng, 3);
    rng_fill(&rng, bytes, sizeof bytes);
    const uint64_t value = checksum_bytes(bytes, sizeof bytes);
    for (size_t bit = 0; bit < sizeof bytes * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert_msg(checksum_bytes(bytes, sizeof bytes) != value, "bit %zu", bit);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}
END_TEST

START_TEST(without_memory_there_is_none)
{
    struct fail_memory memory;
    fail_memory_begin(&memory, 0, FAIL_ONCE);
    ck_assert_ptr_null(checksum_new());
    struct checksum *checksum = checksum_new();
    checksum_free(checksum);
    checksum_free(NULL);
    ck_assert_int_eq(memory.live_blocks, 0);
    fail_memory_end();
}
END_TEST

Suite *suite_checksum(void)
{
    Suite *suite = suite_create("checksum");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, values_are_those_of_xxh3);
    tcase_add_loop_test(basics, pieces_give_what_the_whole_gives, 0, 600);
    tcase_add_loop_test(basics, pieces_give_what_the_whole_gives, 1020, 1030);
    tcase_add_test(basics, value_can_be_asked_on_the_way);
    tcase_add_test(basics, every_flipped_bit_changes_the_value);
    tcase_add_test(basics, without_memory_there_is_none);
    suite_add_tcase(suite, basics);
    return suite;
}
