#include "index/inverter.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "support/fail.h"
#include "support/rng.h"

struct fixture {
    struct analyzer *analyzer;
    struct inverter inverter;
};

static void fixture_init(struct fixture *fixture)
{
    ck_assert_int_eq(analyzer_new("english", &fixture->analyzer, NULL), LEDE_OK);
    inverter_init(&fixture->inverter, fixture->analyzer);
}

static void fixture_release(struct fixture *fixture)
{
    inverter_release(&fixture->inverter);
    analyzer_free(fixture->analyzer);
}

static struct inverted invert(
    struct fixture *fixture, uint32_t doc, const char *title, const char *body, uint32_t token_max)
{
    struct inverted inverted;
    ck_assert_int_eq(inverter_add(&fixture->inverter, doc, span_of(title, strlen(title)),
                         span_of(body, strlen(body)), token_max, &inverted),
        LEDE_OK);
    return inverted;
}

/* The first position of a term in its first document. */
static uint32_t first_position(struct fixture *fixture, const char *term, enum chain_part part)
{
    uint32_t number;
    struct chain_walk walk;
    struct term_table *terms = &fixture->inverter.terms;
    const uint32_t count = terms->term_count;
    ck_assert_int_eq(
        term_table_find(terms, (const uint8_t *)term, (uint32_t)strlen(term), &number), LEDE_OK);
    ck_assert_msg(number < count, "no term \"%s\"", term);
    chain_walk_begin(&walk, &terms->terms[number].chains[part]);
    ck_assert_msg(chain_walk_next(&walk), "\"%s\" does not occur there", term);
    return walk.position;
}

START_TEST(title_words_come_first_and_body_words_behind_a_gap)
{
    struct fixture fixture;
    fixture_init(&fixture);
    const struct inverted inverted =
        invert(&fixture, 0, "Summit Minsk", "bank river", LEDE_DOCUMENT_TOKENS_MAX);
    ck_assert_uint_eq(inverted.title_length, 2);
    ck_assert_uint_eq(inverted.length, 4);
    ck_assert_uint_eq(first_position(&fixture, "summit", CHAIN_TITLE), 0);
    ck_assert_uint_eq(first_position(&fixture, "minsk", CHAIN_TITLE), 1);
    ck_assert_uint_eq(first_position(&fixture, "bank", CHAIN_BODY), 2 + LEDE_POSITION_GAP);
    ck_assert_uint_eq(first_position(&fixture, "river", CHAIN_BODY), 3 + LEDE_POSITION_GAP);
    fixture_release(&fixture);
}
END_TEST

START_TEST(a_body_without_a_title_begins_at_zero)
{
    struct fixture fixture;
    fixture_init(&fixture);
    const struct inverted inverted = invert(&fixture, 0, " - ", "bank", LEDE_DOCUMENT_TOKENS_MAX);
    ck_assert_uint_eq(inverted.title_length, 0);
    ck_assert_uint_eq(first_position(&fixture, "bank", CHAIN_BODY), 0);
    ck_assert_ptr_null(fixture.inverter.terms.terms[0].chains[CHAIN_TITLE].first);
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

/* What the analyzer says of a text, one token after the other, is what the chains have. */
static void compare_with_analyzer(
    struct fixture *fixture, struct analyzer *other, uint32_t doc, struct span text)
{
    struct inverted inverted;
    struct token token;
    struct chain_walk walk;
    struct term_table *terms = &fixture->inverter.terms;
    uint32_t count = 0;
    ck_assert_int_eq(inverter_add(&fixture->inverter, doc, span_of("", 0), text,
                         LEDE_DOCUMENT_TOKENS_MAX, &inverted),
        LEDE_OK);
    const uint32_t term_count = terms->term_count;
    analyzer_begin(other, (const char *)text.bytes, text.size);
    while (analyzer_next(other, &token)) {
        uint32_t number;
        ck_assert_int_eq(term_table_find(terms, token.term, token.term_length, &number), LEDE_OK);
        ck_assert_uint_lt(number, term_count);
        chain_walk_begin(&walk, &terms->terms[number].chains[CHAIN_BODY]);
        bool is_there = false;
        while (!is_there && chain_walk_next(&walk)) {
            is_there = walk.doc == doc && walk.position == token.position;
        }
        ck_assert_msg(is_there, "document %u has no \"%.*s\" at %u", doc, (int)token.term_length,
            (const char *)token.term, token.position);
        count++;
    }
    ck_assert_uint_eq(inverted.length, count);
    ck_assert_uint_eq(terms->term_count, term_count);
    ck_assert_int_eq(inverted.was_invalid, analyzer_saw_invalid(other));
}

/* Words of every length and script, with what is no term, broken bytes and repetitions. */
START_TEST(terms_and_positions_are_those_of_the_analyzer)
{
    static const char *const pieces[] = {"the ", "Running ", "U.S. ", "2.5bn ", "don't ",
        "\u00e9conomies ", "\u0438\u043d\u0444\u043e\u0440\u043c\u0430\u0446\u0438\u044f ",
        "\u5317\u4eac ", "\u00ad", "-", "\xff", "1,000,000 ", "a", "bc", "defgh", "ijklmnop ", " ",
        "internationalization", "\u0e44\u0e17\u0e22", "\u00ad\u200d "};
    enum { PIECES = sizeof pieces / sizeof pieces[0], DOCUMENTS = 300 };
    struct fixture fixture;
    struct analyzer *other;
    struct rng rng;
    fixture_init(&fixture);
    ck_assert_int_eq(analyzer_new("english", &other, NULL), LEDE_OK);
    rng_init(&rng, rng_seed(11));
    for (uint32_t doc = 0; doc < DOCUMENTS; doc++) {
        struct buf text;
        buf_init(&text, SIZE_MAX);
        const uint64_t size = rng_below(&rng, 200);
        for (uint64_t i = 0; i < size; i++) {
            const char *piece = pieces[rng_below(&rng, PIECES)];
            ck_assert_int_eq(buf_append(&text, piece, strlen(piece)), LEDE_OK);
        }
        compare_with_analyzer(&fixture, other, doc, buf_span(&text));
        buf_release(&text);
    }
    analyzer_free(other);
    fixture_release(&fixture);
}
END_TEST

static lede_status fill(struct fixture *fixture)
{
    struct inverted inverted;
    for (uint32_t doc = 0; doc < 40; doc++) {
        char text[128];
        const int size = snprintf(text, sizeof text,
            "word%u w%u internationalization%u the and of to", doc, doc * 7, doc % 5);
        const lede_status status = inverter_add(&fixture->inverter, doc, span_of("Title", 5),
            span_of(text, (size_t)size), LEDE_DOCUMENT_TOKENS_MAX, &inverted);
        if (status != LEDE_OK) {
            return status;
        }
    }
    return LEDE_OK;
}

START_TEST(no_memory_is_told_and_nothing_leaks)
{
    for (uint64_t at = 0;; at++) {
        struct fail_memory memory;
        struct fixture fixture;
        fixture_init(&fixture);
        fail_memory_begin(&memory, at, FAIL_ONCE);
        const lede_status status = fill(&fixture);
        inverter_release(&fixture.inverter);
        fail_memory_end();
        ck_assert_int_eq(memory.live_blocks, 0);
        fixture_release(&fixture);
        if (memory.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            break;
        }
        ck_assert_int_eq(status, LEDE_ERR_NOMEM);
    }
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
    tcase_add_test(tcase, terms_and_positions_are_those_of_the_analyzer);
    tcase_add_test(tcase, no_memory_is_told_and_nothing_leaks);
    suite_add_tcase(suite, tcase);
    return suite;
}
