#include "index/inverter.h"

#include <check.h>
#include <string.h>

#include "base/limits.h"

struct fixture {
    struct analyzer *analyzer;
    struct term_table terms;
};

static void fixture_init(struct fixture *fixture)
{
    term_table_init(&fixture->terms);
    ck_assert_int_eq(analyzer_new("english", &fixture->analyzer, NULL), LEDE_OK);
}

static void fixture_release(struct fixture *fixture)
{
    term_table_release(&fixture->terms);
    analyzer_free(fixture->analyzer);
}

static struct inverted invert(
    struct fixture *fixture, uint32_t doc, const char *title, const char *body, uint32_t token_max)
{
    struct inverted inverted;
    ck_assert_int_eq(
        invert_document(fixture->analyzer, &fixture->terms, doc, span_of(title, strlen(title)),
            span_of(body, strlen(body)), token_max, &inverted),
        LEDE_OK);
    return inverted;
}

/* The first position of a term in its first document. */
static uint64_t first_position(struct fixture *fixture, const char *term)
{
    uint32_t number;
    struct buf chain;
    buf_init(&chain, SIZE_MAX);
    const uint32_t count = fixture->terms.term_count;
    ck_assert_int_eq(
        term_table_find(&fixture->terms, (const uint8_t *)term, (uint32_t)strlen(term), &number),
        LEDE_OK);
    ck_assert_msg(number < count, "no term \"%s\"", term);
    ck_assert_int_eq(term_table_chain(&fixture->terms, number, &chain), LEDE_OK);
    struct cursor cursor = cursor_of(buf_span(&chain));
    (void)cursor_varint(&cursor);
    const uint64_t position = cursor_varint(&cursor) - 1;
    buf_release(&chain);
    return position;
}

START_TEST(title_words_come_first_and_body_words_behind_a_gap)
{
    struct fixture fixture;
    fixture_init(&fixture);
    const struct inverted inverted =
        invert(&fixture, 0, "Summit Minsk", "bank river", LEDE_DOCUMENT_TOKENS_MAX);
    ck_assert_uint_eq(inverted.title_length, 2);
    ck_assert_uint_eq(inverted.length, 4);
    ck_assert_uint_eq(first_position(&fixture, "summit"), 0);
    ck_assert_uint_eq(first_position(&fixture, "minsk"), 1);
    ck_assert_uint_eq(first_position(&fixture, "bank"), 2 + LEDE_POSITION_GAP);
    ck_assert_uint_eq(first_position(&fixture, "river"), 3 + LEDE_POSITION_GAP);
    fixture_release(&fixture);
}
END_TEST

START_TEST(a_body_without_a_title_begins_at_zero)
{
    struct fixture fixture;
    fixture_init(&fixture);
    const struct inverted inverted = invert(&fixture, 0, " - ", "bank", LEDE_DOCUMENT_TOKENS_MAX);
    ck_assert_uint_eq(inverted.title_length, 0);
    ck_assert_uint_eq(first_position(&fixture, "bank"), 0);
    ck_assert(!fixture.terms.terms[0].in_title);
    fixture_release(&fixture);
}
END_TEST

START_TEST(words_beyond_the_limit_are_left_out_and_told)
{
    struct fixture fixture;
    fixture_init(&fixture);
    struct inverted inverted = invert(&fixture, 0, "one two", "three four", 4);
    ck_assert(!inverted.was_cut);
    inverted = invert(&fixture, 1, "one two", "three four five", 4);
    ck_assert(inverted.was_cut);
    ck_assert_uint_eq(inverted.length, 4);
    inverted = invert(&fixture, 2, "one two", "three", 1);
    ck_assert(inverted.was_cut);
    ck_assert_uint_eq(inverted.length, 1);
    ck_assert_uint_eq(inverted.title_length, 1);
    fixture_release(&fixture);
}
END_TEST

START_TEST(invalid_bytes_are_told)
{
    struct fixture fixture;
    fixture_init(&fixture);
    ck_assert(!invert(&fixture, 0, "caf\xc3\xa9", "bar", LEDE_DOCUMENT_TOKENS_MAX).was_invalid);
    ck_assert(invert(&fixture, 1, "caf\xe9", "bar", LEDE_DOCUMENT_TOKENS_MAX).was_invalid);
    ck_assert(invert(&fixture, 2, "cafe", "b\xff r", LEDE_DOCUMENT_TOKENS_MAX).was_invalid);
    fixture_release(&fixture);
}
END_TEST

Suite *suite_inverter(void)
{
    Suite *suite = suite_create("inverter");
    TCase *tcase = tcase_create("basics");
    tcase_add_test(tcase, title_words_come_first_and_body_words_behind_a_gap);
    tcase_add_test(tcase, a_body_without_a_title_begins_at_zero);
    tcase_add_test(tcase, words_beyond_the_limit_are_left_out_and_told);
    tcase_add_test(tcase, invalid_bytes_are_told);
    suite_add_tcase(suite, tcase);
    return suite;
}
