/* How the bounds of limits.h hang together. That each is kept is tested where it is kept. */
#include <check.h>
#include <limits.h>
#include <stdint.h>

#include "base/limits.h"

START_TEST(blocks_divide_evenly)
{
    ck_assert_int_eq(LEDE_BLOCK_POSTINGS % LEDE_SUB_BLOCK_POSTINGS, 0);
    ck_assert_int_eq(LEDE_BLOCK_POSTINGS & (LEDE_BLOCK_POSTINGS - 1), 0);
    ck_assert_int_eq(LEDE_SUPER_BLOCKS & (LEDE_SUPER_BLOCKS - 1), 0);
    /* A super row's walk stays small: an ordinal inside it fits 16 bits. */
    ck_assert_int_le(LEDE_BLOCK_POSTINGS * LEDE_SUPER_BLOCKS, UINT16_MAX);
}
END_TEST

START_TEST(bounds_fit_the_fields_that_hold_them)
{
    ck_assert_int_le(LEDE_TERM_BYTES_MAX, UINT8_MAX);
    ck_assert_int_le(LEDE_KEYWORD_VALUES_MAX, UINT8_MAX);
    ck_assert_int_le(LEDE_FIELD_NAME_BYTES_MAX, UINT8_MAX);
    ck_assert_int_le(LEDE_ID_BYTES_MAX, UINT16_MAX);
    ck_assert_int_le(LEDE_URL_BYTES_MAX, UINT16_MAX);
    ck_assert_int_le(LEDE_KEYWORD_BYTES_MAX, UINT16_MAX);
    ck_assert_int_ge(LEDE_FILE_NAME_BYTES_MAX, NAME_MAX + 1);
    ck_assert_int_eq(LEDE_PATH_BYTES_MAX, PATH_MAX);
}
END_TEST

START_TEST(every_document_is_below_the_end)
{
    ck_assert_uint_eq(DOC_END, INT32_MAX);
    ck_assert_uint_lt(LEDE_SEGMENT_DOCS_MAX, DOC_END);
    /* Documents of all segments together, and a document's positions with the gap, fit 64 and 32 bits. */
    ck_assert_uint_le((uint64_t)LEDE_SEGMENT_DOCS_MAX * LEDE_SEGMENTS_MAX, UINT64_MAX / 2);
    ck_assert_uint_lt((uint64_t)LEDE_DOCUMENT_TOKENS_MAX + LEDE_POSITION_GAP, UINT32_MAX);
}
END_TEST

START_TEST(parts_are_no_more_than_the_whole)
{
    ck_assert_int_le(LEDE_QUERY_PHRASE_TERMS_MAX, LEDE_QUERY_TERMS_MAX);
    ck_assert_int_le(LEDE_SNIPPET_BYTES_MAX, LEDE_SNIPPET_SCAN_BYTES);
}
END_TEST

Suite *suite_limits(void)
{
    Suite *suite = suite_create("limits");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, blocks_divide_evenly);
    tcase_add_test(basics, bounds_fit_the_fields_that_hold_them);
    tcase_add_test(basics, every_document_is_below_the_end);
    tcase_add_test(basics, parts_are_no_more_than_the_whole);
    suite_add_tcase(suite, basics);
    return suite;
}
