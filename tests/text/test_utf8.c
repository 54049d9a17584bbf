
#include <check.h>
#include <string.h>

#include "support/rng.h"
#include "text/utf8.h"

/* Ill-formed sequences and what they read as, U+FFFD written "?". Unicode 15, tables 3-8 to 3-11. */
static const struct {
    const char *bytes;
    const char *read;
} broken[] = {
    {"\x80", "?"},
    {"\xc0\xaf", "??"},
    {"\xe0\x80\xaf", "???"},
    {"\xf0\x80\x80\xaf", "????"},
    {"\xe2\x82"
     "A",
        "?A"},
    {"\xe2\x82", "?"},
    {"\xed\xa0\x80", "???"},
    {"\xed\xa0\x80\xed\xb0\x80", "??????"},
    {"\xf0\x9f\x98", "?"},
    {"\xf0\x9f\x98z", "?z"},
    {"\xf4\x90\x80\x80", "????"},
    {"\xf5\x80", "??"},
    {"\xff\xfe"
     "ab",
        "??ab"},
    {"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf"
     "A",
        "????A"},
    {"\xf4\x91\x92\x93\xff"
     "A\x80\xbf"
     "B",
        "?????A??B"},
    {"abcdefgh\xc3", "abcdefgh?"},
    {"\xc3\xa9\xc3(", "\xc3\xa9?("},
};

START_TEST(ill_formed_text_is_repaired_by_maximal_subparts)
{
    const size_t size = strlen(broken[_i].bytes);
    struct buf expected;
    buf_init(&expected, 1000);
    uint64_t expected_count = 0;
    for (const char *at = broken[_i].read; *at != '\0'; at++) {
        ck_assert_int_eq(
            *at == '?' ? buf_append(&expected, "\xef\xbf\xbd", 3) : buf_append(&expected, at, 1),
            LEDE_OK);
        expected_count += *at == '?';
    }
    struct buf out;
    buf_init(&out, 1000);
    uint64_t replaced = 0;
    ck_assert_int_eq(utf8_repair(broken[_i].bytes, size, &out, &replaced), LEDE_OK);
    ck_assert_uint_eq(replaced, expected_count);
    ck_assert_uint_eq(out.size, expected.size);
    ck_assert_mem_eq(out.data, expected.data, out.size);
    ck_assert(!utf8_is_valid(broken[_i].bytes, size));
    ck_assert(utf8_is_valid(out.data, out.size));
    buf_release(&out);
    buf_release(&expected);
}
END_TEST

START_TEST(every_scalar_value_survives_encoding_and_decoding)
{
    for (uint32_t point = 0; point <= 0x10ffff; point++) {
        if (point >= 0xd800 && point < 0xe000) {
            continue;
        }
        uint8_t bytes[UTF8_BYTES_MAX];
        const size_t size = utf8_encode(point, bytes);
        const struct utf8_char read = utf8_decode(bytes, bytes + size);
        if (!read.is_valid || read.point != point || read.size != size) {
            ck_abort_msg("U+%04X", point);
        }
        if (size > 1 && utf8_decode(bytes, bytes + size - 1).is_valid) {
            ck_abort_msg("U+%04X cut short", point);
        }
    }
}
END_TEST

START_TEST(a_replacement_character_as_written_is_valid)
{
    ck_assert(utf8_is_valid("\xef\xbf\xbd", 3));
    ck_assert(utf8_is_valid("", 0));
    ck_assert(utf8_is_valid("a\0b", 3));
}
END_TEST

START_TEST(valid_prefix_ends_at_the_first_ill_formed_byte)
{
    char text[64];
    for (size_t size = 1; size <= sizeof text; size++) {
        for (size_t place = 0; place < size; place++) {
            memset(text, 'a', sizeof text);
            text[place] = '\xff';
            ck_assert_uint_eq(utf8_valid_prefix(text, size), place);
        }
    }
}
END_TEST

START_TEST(repair_says_when_the_buffer_is_full)
{
    struct buf out;
    buf_init(&out, 4);
    uint64_t replaced = 0;
    ck_assert_int_eq(utf8_repair("ab\xff"
                                 "c",
                         4, &out, &replaced),
        LEDE_ERR_LIMIT);
    ck_assert_uint_eq(replaced, 0);
    buf_release(&out);
}
END_TEST

START_TEST(edges_do_not_cut_through_characters)
{
    const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"; /* 1, 2, 3, 4 bytes, 1 */
    static const size_t before[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    static const size_t after[] = {0, 1, 3, 3, 6, 6, 6, 10, 10, 10, 10, 11, 11};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        ck_assert_uint_eq(utf8_edge_before(text, 11, i), before[i]);
        ck_assert_uint_eq(utf8_edge_after(text, 11, i), after[i]);
    }
    ck_assert_uint_eq(utf8_cut(text, 11, 11), 11);
    ck_assert_uint_eq(utf8_cut(text, 11, 9), 6);
    ck_assert_uint_eq(utf8_cut("", 0, 0), 0);
}
END_TEST

START_TEST(edges_of_ill_formed_text_are_near)
{
    struct rng rng;
    rng_init(&rng, 1);
    for (int round = 0; round < 20000; round++) {
        uint8_t text[24];
        for (size_t i = 0; i < sizeof text; i++) {
            text[i] = (uint8_t)(rng_below(&rng, 3) == 0 ? rng_below(&rng, 256)
                                                        : 0x80 + rng_below(&rng, 0x80));
        }
        const size_t offset = rng_below(&rng, sizeof text + 1);
        const size_t before = utf8_edge_before(text, sizeof text, offset);
        const size_t after = utf8_edge_after(text, sizeof text, offset);
        ck_assert(before <= offset && offset - before <= 3);
        ck_assert(after >= offset && after - offset <= 3);
    }
}
END_TEST

Suite *suite_utf8(void)
{
    Suite *suite = suite_create("utf8");
    TCase *basics = tcase_create("basics");
    tcase_set_timeout(basics, 60); /* a busy machine */
    tcase_add_loop_test(basics, ill_formed_text_is_repaired_by_maximal_subparts, 0,
        sizeof broken / sizeof broken[0]);
    tcase_add_test(basics, every_scalar_value_survives_encoding_and_decoding);
    tcase_add_test(basics, a_replacement_character_as_written_is_valid);
    tcase_add_test(basics, valid_prefix_ends_at_the_first_ill_formed_byte);
    tcase_add_test(basics, edges_do_not_cut_through_characters);
    tcase_add_test(basics, edges_of_ill_formed_text_are_near);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_set_timeout(limits, 60); /* a busy machine */
    tcase_add_test(limits, repair_says_when_the_buffer_is_full);
    suite_add_tcase(suite, limits);
    return suite;
}
