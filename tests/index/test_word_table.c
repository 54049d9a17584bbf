#include "index/word_table.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "support/fail.h"

/* A word with what must be readable behind it. */
struct padded {
    uint8_t bytes[WORD_TABLE_BYTES_MAX + WORD_KEY_BYTES];
    struct span span;
};

static void make_word(struct padded *word, uint32_t number, size_t size)
{
    memset(word->bytes, 'x', sizeof word->bytes);
    (void)snprintf((char *)word->bytes, 12, "%011u", number);
    word->bytes[11] = 'x';
    if (size < 11) {
        memmove(word->bytes, word->bytes + 11 - size, size);
    }
    word->span = span_of(word->bytes, size);
}

static uint32_t find(const struct word_table *table, const struct padded *word)
{
    return word_table_find(table, word_key_of(word->span), word->span);
}

static lede_status add(struct word_table *table, const struct padded *word, uint32_t value)
{
    return word_table_add(table, word_key_of(word->span), word->span, value);
}

START_TEST(a_word_is_found_with_what_was_added)
{
    enum { WORDS = 5000 };
    static const size_t sizes[] = {5, 15, 16, 17, 40, WORD_TABLE_BYTES_MAX};
    enum { SIZES = sizeof sizes / sizeof sizes[0] };
    struct word_table table;
    struct padded word;
    word_table_init(&table);
    make_word(&word, 1, 5);
    ck_assert_uint_eq(find(&table, &word), WORD_UNKNOWN);
    for (uint32_t i = 0; i < WORDS; i++) {
        for (uint32_t k = 0; k < SIZES; k++) {
            make_word(&word, i, sizes[k]);
            ck_assert_uint_eq(find(&table, &word), WORD_UNKNOWN);
            ck_assert_int_eq(add(&table, &word, i * SIZES + k), LEDE_OK);
        }
    }
    for (uint32_t i = 0; i < WORDS; i++) {
        for (uint32_t k = 0; k < SIZES; k++) {
            make_word(&word, i, sizes[k]);
            ck_assert_uint_eq(find(&table, &word), i * SIZES + k);
        }
    }
    word_table_release(&table);
}
END_TEST

START_TEST(words_that_differ_by_their_end_or_their_length_differ)
{
    struct word_table table;
    struct padded word;
    word_table_init(&table);
    for (size_t size = 1; size <= 40; size++) {
        memset(word.bytes, 'a', sizeof word.bytes);
        word.span = span_of(word.bytes, size);
        ck_assert_uint_eq(find(&table, &word), WORD_UNKNOWN);
        ck_assert_int_eq(add(&table, &word, (uint32_t)size), LEDE_OK);
        word.bytes[size - 1] = 'b';
        ck_assert_uint_eq(find(&table, &word), WORD_UNKNOWN);
    }
    for (size_t size = 1; size <= 40; size++) {
        memset(word.bytes, 'a', sizeof word.bytes);
        word.span = span_of(word.bytes, size);
        ck_assert_uint_eq(find(&table, &word), size);
    }
    word_table_release(&table);
}
END_TEST

static lede_status fill(struct word_table *table)
{
    struct padded word;
    for (uint32_t i = 0; i < 600; i++) {
        make_word(&word, i, i % 2 == 0 ? 8 : 30);
        const lede_status status = add(table, &word, i);
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
        struct word_table table;
        fail_memory_begin(&memory, at, FAIL_ONCE);
        word_table_init(&table);
        const lede_status status = fill(&table);
        word_table_release(&table);
        fail_memory_end();
        ck_assert_int_eq(memory.live_blocks, 0);
        if (memory.failed == 0) {
            ck_assert_int_eq(status, LEDE_OK);
            break;
        }
        ck_assert_int_eq(status, LEDE_ERR_NOMEM);
    }
}
END_TEST

Suite *suite_word_table(void)
{
    Suite *suite = suite_create("word_table");
    TCase *tcase = tcase_create("basics");
    tcase_add_test(tcase, a_word_is_found_with_what_was_added);
    tcase_add_test(tcase, words_that_differ_by_their_end_or_their_length_differ);
    tcase_add_test(tcase, no_memory_is_told_and_nothing_leaks);
    suite_add_tcase(suite, tcase);
    return suite;
}
