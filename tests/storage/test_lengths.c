#include <check.h>
#include <string.h>

#include "storage/lengths.h"

static void check_round_trip(const uint32_t *values, uint32_t count, uint32_t width)
{
    struct buf section;
    struct lengths lengths;
    buf_init(&section, SIZE_MAX);
    ck_assert_int_eq(lengths_write(values, count, &section), LEDE_OK);
    ck_assert_uint_eq(section.size, (size_t)count * width);
    ck_assert_int_eq(lengths_open(&lengths, buf_span(&section), count, NULL), LEDE_OK);
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_uint_eq(lengths_at(&lengths, i), values[i]);
    }
    buf_release(&section);
}

START_TEST(short_lengths_take_two_bytes)
{
    check_round_trip((const uint32_t[]){0, 1, 65535, 300}, 4, 2);
}
END_TEST

START_TEST(one_long_length_makes_all_take_four)
{
    check_round_trip((const uint32_t[]){0, 65536, UINT32_MAX, 7}, 4, 4);
}
END_TEST

START_TEST(no_documents_have_no_bytes)
{
    check_round_trip(NULL, 0, 2);
}
END_TEST

START_TEST(a_section_of_another_size_is_refused)
{
    static const uint8_t bytes[64];
    struct lengths lengths;
    lede_error error;
    for (size_t size = 0; size < sizeof bytes; size++) {
        const lede_status status = lengths_open(&lengths, span_of(bytes, size), 10, &error);
        ck_assert_int_eq(status, size == 20 || size == 40 ? LEDE_OK : LEDE_ERR_CORRUPT);
    }
    ck_assert_ptr_nonnull(strstr(error.message, "lengths: "));
}
END_TEST

Suite *suite_lengths(void)
{
    Suite *suite = suite_create("lengths");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, short_lengths_take_two_bytes);
    tcase_add_test(basics, one_long_length_makes_all_take_four);
    tcase_add_test(basics, no_documents_have_no_bytes);
    tcase_add_test(basics, a_section_of_another_size_is_refused);
    suite_add_tcase(suite, basics);
    return suite;
}
