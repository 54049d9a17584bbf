#include "index/term_table.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "support/fail.h"
#include "support/rng.h"

static uint32_t find(struct term_table *table, const char *term)
{
    uint32_t number = UINT32_MAX;
    ck_assert_int_eq(
        term_table_find(table, (const uint8_t *)term, (uint32_t)strlen(term), &number), LEDE_OK);
    return number;
}

START_TEST(a_term_keeps_its_number)
{
    enum { TERMS = 5000 };
    struct term_table table;
    char term[16];
    term_table_init(&table);
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < TERMS; i++) {
            (void)snprintf(term, sizeof term, "term%u", i);
            ck_assert_uint_eq(find(&table, term), i);
        }
    }
    ck_assert_uint_eq(table.term_count, TERMS);
    term_table_release(&table);
}
END_TEST

START_TEST(terms_of_one_and_of_most_bytes_differ_by_their_last)
{
    struct term_table table;
    uint8_t term[LEDE_TERM_BYTES_MAX];
    uint32_t numbers[3];
    memset(term, 'x', sizeof term);
    term_table_init(&table);
    ck_assert_int_eq(term_table_find(&table, term, 1, &numbers[0]), LEDE_OK);
    ck_assert_int_eq(term_table_find(&table, term, LEDE_TERM_BYTES_MAX, &numbers[1]), LEDE_OK);
    term[LEDE_TERM_BYTES_MAX - 1] = 'y';
    ck_assert_int_eq(term_table_find(&table, term, LEDE_TERM_BYTES_MAX, &numbers[2]), LEDE_OK);
    ck_assert_uint_eq(table.term_count, 3);
    ck_assert_uint_eq(term_table_name(&table, numbers[1]).size, LEDE_TERM_BYTES_MAX);
    term_table_release(&table);
}
END_TEST

/* All bytes of a chain, less those that end its chunks; returns how many. */
static size_t read_bytes(const struct table_chain *chain, uint8_t *bytes)
{
    struct chain_walk walk;
    size_t size = 0;
    chain_walk_begin(&walk, chain);
    while (chain_walk_chunk(&walk)) {
        while (walk.at < walk.end && load_le16(walk.at) != CHAIN_END) {
            struct chain_item item;
            const uint8_t *behind = chain_item_read(walk.at, &item);
            memcpy(bytes + size, walk.at, (size_t)(behind - walk.at));
            size += (size_t)(behind - walk.at);
            walk.at = behind;
        }
    }
    return size;
}

/* What an occurrence in `doc`, 3 or behind it, adds to a chain whose last is in document 3 at position 4: where its chunk
 * has two bytes left, and where it has more. */
static void check_bytes(uint32_t doc, uint32_t position, const uint8_t *expected, size_t size)
{
    enum { LAST = 4 };
    for (uint32_t first = 0; first <= LAST; first += LAST - 1) {
        struct term_table table;
        uint8_t bytes[64];
        term_table_init(&table);
        const uint32_t term = find(&table, "minsk");
        const struct table_chain *chain = &table.terms[term].chains[CHAIN_BODY];
        for (uint32_t i = first; i <= LAST; i++) {
            ck_assert_int_eq(term_table_add(&table, term, CHAIN_BODY, 3, i), LEDE_OK);
        }
        ck_assert_uint_eq(chain->left > 2, first == 0);
        const size_t before = read_bytes(chain, bytes);
        ck_assert_int_eq(term_table_add(&table, term, CHAIN_BODY, doc, position), LEDE_OK);
        ck_assert_uint_eq(read_bytes(chain, bytes), before + size);
        ck_assert_mem_eq(bytes + before, expected, size);
        ck_assert_uint_ge(table_chain_bytes(chain), before + size);
        ck_assert_ptr_null(table.terms[term].chains[CHAIN_TITLE].first);
        term_table_release(&table);
    }
}

START_TEST(a_chain_is_deltas_and_marks_documents)
{
    static const uint8_t next[] = {1, 1, 2, 0};
    check_bytes(5, 128, next, sizeof next);
    static const uint8_t same[] = {248, 0};
    check_bytes(3, 128, same, sizeof same);
}
END_TEST

START_TEST(what_two_bytes_do_not_hold_takes_four)
{
    /* The largest numbers that fit, and the next ones. */
    static const uint8_t fits[] = {0xfd, 0xff, 0xff, 0xff};
    check_bytes(3 + 0xffff, 0x7ffe, fits, sizeof fits);
    static const uint8_t position[] = {0xff, 0xff, 0xff, 0xff, 0, 0, 2, 0, 0, 0};
    check_bytes(5, 0x7fff, position, sizeof position);
    static const uint8_t document[] = {0xff, 0xff, 1, 0, 0, 0, 0, 0, 1, 0};
    check_bytes(3 + 0x10000, 0, document, sizeof document);
    static const uint8_t same_fits[] = {0xfe, 0xff};
    check_bytes(3, 4 + 0x7fff, same_fits, sizeof same_fits);
    static const uint8_t same[] = {0xff, 0xff, 0, 0, 1, 0};
    check_bytes(3, 4 + 0x8000, same, sizeof same);
    /* The largest position there is. */
    static const uint8_t largest[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0};
    check_bytes(5, INT32_MAX, largest, sizeof largest);
}
END_TEST

/* Numbers of every size, so that many do not fit where a chunk ends; some documents have several. */
START_TEST(long_chains_read_back_as_they_were_written)
{
    enum { DOCS = 20000 };
    const uint64_t seed = rng_seed(7);
    struct rng rng;
    struct term_table table;
    struct chain_walk walk;
    term_table_init(&table);
    const uint32_t term = find(&table, "a");
    for (unsigned round = 0; round < 2; round++) {
        rng_init(&rng, seed);
        chain_walk_begin(&walk, &table.terms[term].chains[CHAIN_TITLE]);
        uint32_t doc = 0;
        for (uint32_t i = 0; i < DOCS; i++) {
            uint32_t position = (uint32_t)rng_skewed(&rng, 30);
            const uint64_t count = 1 + rng_below(&rng, 3);
            for (uint64_t k = 0; k < count; k++) {
                if (round == 0) {
                    ck_assert_int_eq(
                        term_table_add(&table, term, CHAIN_TITLE, doc, position), LEDE_OK);
                } else {
                    ck_assert(chain_walk_next(&walk));
                    ck_assert_uint_eq(walk.doc, doc);
                    ck_assert_uint_eq(walk.position, position);
                }
                position += 1 + (uint32_t)rng_skewed(&rng, 20);
            }
            doc += 1 + (uint32_t)rng_skewed(&rng, 21);
        }
    }
    ck_assert(!chain_walk_next(&walk));
    ck_assert(!chain_walk_next(&walk));
    term_table_release(&table);
}
END_TEST

START_TEST(held_bytes_grow_with_what_is_held)
{
    struct term_table table;
    term_table_init(&table);
    ck_assert_uint_eq(term_table_held_bytes(&table), 0);
    const uint32_t term = find(&table, "a");
    const size_t before = term_table_held_bytes(&table);
    for (uint32_t doc = 0; doc < 100000; doc++) {
        ck_assert_int_eq(term_table_add(&table, term, CHAIN_BODY, doc, 0), LEDE_OK);
    }
    /* Four bytes a document, and little more. */
    ck_assert_uint_ge(term_table_held_bytes(&table) - before, 400000);
    ck_assert_uint_le(term_table_held_bytes(&table) - before, 400000 + (3 << 20) / 2);
    term_table_release(&table);
}
END_TEST

static lede_status fill(struct term_table *table)
{
    char word[16];
    for (uint32_t i = 0; i < 600; i++) {
        uint32_t term;
        const int length = snprintf(word, sizeof word, "word%u", i % 300);
        lede_status status = term_table_find(table, (const uint8_t *)word, (uint32_t)length, &term);
        if (status == LEDE_OK) {
            status = term_table_add(table, term, CHAIN_BODY, i, i);
        }
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
        struct term_table table;
        fail_memory_begin(&memory, at, FAIL_ONCE);
        term_table_init(&table);
        const lede_status status = fill(&table);
        term_table_release(&table);
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

Suite *suite_term_table(void)
{
    Suite *suite = suite_create("term_table");
    TCase *tcase = tcase_create("basics");
    tcase_add_test(tcase, a_term_keeps_its_number);
    tcase_add_test(tcase, terms_of_one_and_of_most_bytes_differ_by_their_last);
    tcase_add_test(tcase, a_chain_is_deltas_and_marks_documents);
    tcase_add_test(tcase, what_two_bytes_do_not_hold_takes_four);
    tcase_add_test(tcase, long_chains_read_back_as_they_were_written);
    tcase_add_test(tcase, held_bytes_grow_with_what_is_held);
    tcase_add_test(tcase, no_memory_is_told_and_nothing_leaks);
    suite_add_tcase(suite, tcase);
    return suite;
}
