/* The growable buffer: its maximum, its stickiness, its growth. */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "support/fail.h"

START_TEST(holds_what_was_appended)
{
    struct buf buf;
    buf_init(&buf, 1000);
    ck_assert_int_eq(buf_append(&buf, "news", 4), LEDE_OK);
    ck_assert_int_eq(buf_append_u8(&buf, 0xfe), LEDE_OK);
    ck_assert_int_eq(buf_append_le16(&buf, 0x1234), LEDE_OK);
    ck_assert_int_eq(buf_append_le32(&buf, 0x12345678), LEDE_OK);
    ck_assert_int_eq(buf_append_le64(&buf, 0x123456789abcdef0), LEDE_OK);
    ck_assert_int_eq(buf_append_zeros(&buf, 2), LEDE_OK);
    ck_assert_int_eq(buf_append(&buf, NULL, 0), LEDE_OK);
    static const uint8_t expected[] = {'n', 'e', 'w', 's', 0xfe, 0x34, 0x12, 0x78, 0x56, 0x34, 0x12,
        0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12, 0, 0};
    ck_assert_uint_eq(buf_span(&buf).size, sizeof expected);
    ck_assert_mem_eq(buf_span(&buf).bytes, expected, sizeof expected);
    buf_release(&buf);
}
END_TEST

START_TEST(takes_its_maximum_and_not_one_byte_more)
{
    const size_t max = (size_t)_i;
    struct buf buf;
    buf_init(&buf, max);
    for (size_t i = 0; i < max; i++) {
        ck_assert_int_eq(buf_append_u8(&buf, (uint8_t)i), LEDE_OK);
        ck_assert_uint_le(buf.capacity, max);
    }
    ck_assert_int_eq(buf_append(&buf, "", 0), LEDE_OK);
    ck_assert_int_eq(buf_append_u8(&buf, 0), LEDE_ERR_LIMIT);
    ck_assert_uint_eq(buf.size, max);
    ck_assert_uint_le(buf.capacity, max);
    buf_release(&buf);
}
END_TEST

START_TEST(size_that_would_wrap_is_refused)
{
    struct buf buf;
    buf_init(&buf, 100);
    ck_assert_int_eq(buf_append(&buf, "abc", 3), LEDE_OK);
    ck_assert_ptr_null(buf_extend(&buf, SIZE_MAX));
    ck_assert_int_eq(buf.status, LEDE_ERR_LIMIT);
    ck_assert_uint_eq(buf.size, 3);
    buf_release(&buf);
}
END_TEST

START_TEST(after_a_failure_nothing_is_appended_until_reset)
{
    struct buf buf;
    buf_init(&buf, 4);
    ck_assert_int_eq(buf_append(&buf, "news", 4), LEDE_OK);
    ck_assert_int_eq(buf_append(&buf, "x", 1), LEDE_ERR_LIMIT);
    ck_assert_int_eq(buf_append(&buf, "", 0), LEDE_ERR_LIMIT);
    ck_assert_int_eq(buf_append_varint(&buf, 1), LEDE_ERR_LIMIT);
    ck_assert_ptr_null(buf_reserve(&buf, 0));
    ck_assert_mem_eq(buf.data, "news", 4);
    buf_reset(&buf);
    ck_assert_int_eq(buf_append(&buf, "lede", 4), LEDE_OK);
    ck_assert_mem_eq(buf.data, "lede", 4);
    buf_release(&buf);
}
END_TEST

START_TEST(reserve_does_not_change_the_size)
{
    struct buf buf;
    buf_init(&buf, SIZE_MAX);
    uint8_t *at = buf_reserve(&buf, 500);
    ck_assert_ptr_nonnull(at);
    memset(at, 'x', 500);
    ck_assert_uint_eq(buf.size, 0);
    ck_assert_ptr_eq(buf_extend(&buf, 500), at);
    ck_assert_uint_eq(buf.size, 500);
    buf_release(&buf);
    ck_assert_ptr_null(buf.data);
    ck_assert_uint_eq(buf.max, SIZE_MAX);
}
END_TEST

START_TEST(growth_doubles)
{
    struct fail_memory memory;
    struct buf buf;
    fail_memory_begin(&memory, FAIL_NEVER, FAIL_ONCE);
    buf_init(&buf, SIZE_MAX);
    for (size_t i = 0; i < 1 << 16; i++) {
        ck_assert_int_eq(buf_append_u8(&buf, (uint8_t)i), LEDE_OK);
    }
    ck_assert_uint_eq(memory.asked, 11); /* 64, 128, ... 65536 */
    buf_release(&buf);
    ck_assert_int_eq(memory.live_blocks, 0);
    fail_memory_end();
}
END_TEST

START_TEST(without_memory_keeps_what_it_has)
{
    struct fail_memory memory;
    struct buf buf;
    fail_memory_begin(&memory, 1, FAIL_ONCE);
    buf_init(&buf, 1 << 20);
    ck_assert_int_eq(buf_append(&buf, "news", 4), LEDE_OK);
    ck_assert_int_eq(buf_append_zeros(&buf, 1000), LEDE_ERR_NOMEM);
    ck_assert_int_eq(buf_append(&buf, "x", 1), LEDE_ERR_NOMEM);
    ck_assert_uint_eq(buf.size, 4);
    ck_assert_mem_eq(buf.data, "news", 4);
    buf_release(&buf);
    ck_assert_int_eq(memory.live_blocks, 0);
    fail_memory_end();
}
END_TEST

START_TEST(varints_come_back_through_the_cursor)
{
    struct buf buf;
    buf_init(&buf, 10000);
    for (uint32_t shift = 0; shift < 64; shift++) {
        ck_assert_int_eq(buf_append_varint(&buf, (UINT64_C(1) << shift) - 1), LEDE_OK);
        ck_assert_int_eq(buf_append_varint(&buf, UINT64_C(1) << shift), LEDE_OK);
    }
    ck_assert_int_eq(buf_append_varint(&buf, UINT64_MAX), LEDE_OK);
    struct cursor cursor = cursor_of(buf_span(&buf));
    for (uint32_t shift = 0; shift < 64; shift++) {
        ck_assert_uint_eq(cursor_varint(&cursor), (UINT64_C(1) << shift) - 1);
        ck_assert_uint_eq(cursor_varint(&cursor), UINT64_C(1) << shift);
    }
    ck_assert_uint_eq(cursor_varint(&cursor), UINT64_MAX);
    ck_assert(!cursor.failed);
    ck_assert_uint_eq(cursor_left(&cursor), 0);
    buf_release(&buf);
}
END_TEST

Suite *suite_buf(void)
{
    Suite *suite = suite_create("buf");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, holds_what_was_appended);
    tcase_add_test(basics, reserve_does_not_change_the_size);
    tcase_add_test(basics, varints_come_back_through_the_cursor);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_add_loop_test(limits, takes_its_maximum_and_not_one_byte_more, 0, 200);
    tcase_add_test(limits, size_that_would_wrap_is_refused);
    tcase_add_test(limits, after_a_failure_nothing_is_appended_until_reset);
    tcase_add_test(limits, growth_doubles);
    tcase_add_test(limits, without_memory_keeps_what_it_has);
    suite_add_tcase(suite, limits);
    return suite;
}
