/* Bits and ranks of random sets of documents, compared with arrays. */
#include "storage/dense_docs.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "codec/bitpack.h"
#include "support/guard.h"
#include "support/rng.h"

enum { DOCS_MAX = 6000 };

struct fixture {
    struct guard bytes; /* of words and ranks, and what may be read behind */
    struct dense_docs dense;
    uint32_t docs[DOCS_MAX];
    uint32_t df, doc_count;
};

static const struct wordset_ops *ops(void)
{
    return bitpack_ops_for(cpu_features())->wordset;
}

/* One document in `one_in`. */
static void make(struct fixture *fixture, uint32_t doc_count, uint32_t one_in, struct rng *rng)
{
    const size_t size = dense_docs_size(doc_count);
    guard_init(&fixture->bytes, size + LEDE_READ_PADDING, GUARD_BEHIND);
    fixture->doc_count = doc_count;
    fixture->df = 0;
    for (uint32_t doc = 0; doc < doc_count; doc++) {
        if (rng_below(rng, one_in) == 0) {
            fixture->docs[fixture->df++] = doc;
            fixture->bytes.bytes[doc / 8] |= (uint8_t)(1u << doc % 8);
        }
    }
    dense_docs_make_ranks(fixture->bytes.bytes, doc_count);
    ck_assert(dense_docs_open(&fixture->dense, span_of(fixture->bytes.bytes, size), doc_count));
}

static const uint32_t counts[] = {1, 63, 64, 65, 511, 512, 513, 1024, 3001, DOCS_MAX};
enum { COUNTS = sizeof counts / sizeof counts[0] };

START_TEST(documents_and_ranks_are_those_of_the_bits)
{
    struct rng rng;
    struct fixture *fixture = calloc(1, sizeof *fixture);
    rng_init(&rng, 1 + (uint64_t)_i);
    for (uint32_t one_in = 1; one_in < 100; one_in *= 3) {
        make(fixture, counts[_i], one_in, &rng);
        uint32_t before = 0;
        for (uint32_t doc = 0; doc < fixture->doc_count; doc++) {
            const bool has = before < fixture->df && fixture->docs[before] == doc;
            ck_assert(dense_docs_has(&fixture->dense, doc) == has);
            ck_assert_uint_eq(dense_docs_rank(&fixture->dense, ops(), doc), before);
            before += has;
        }
        ck_assert(dense_docs_verify(&fixture->dense, fixture->df, fixture->doc_count));
        ck_assert(!dense_docs_verify(&fixture->dense, fixture->df + 1, fixture->doc_count));
        guard_release(&fixture->bytes);
    }
    free(fixture);
}
END_TEST

/* Of any run of documents, and with a count that is not theirs. */
START_TEST(runs_are_decoded)
{
    struct rng rng;
    struct fixture *fixture = calloc(1, sizeof *fixture);
    rng_init(&rng, 30 + (uint64_t)_i);
    /* The last has runs of words that are passed. */
    make(fixture, DOCS_MAX, _i == 4 ? 900 : 1 + (uint32_t)_i * 5, &rng);
    for (uint32_t round = 0; round < 300; round++) {
        uint32_t docs[LEDE_BLOCK_POSTINGS];
        const uint32_t from = (uint32_t)rng_below(&rng, fixture->df);
        const uint32_t left = fixture->df - from;
        const uint32_t most = left < LEDE_BLOCK_POSTINGS ? left : LEDE_BLOCK_POSTINGS;
        const uint32_t count = 1 + (uint32_t)rng_below(&rng, most);
        const uint32_t least = from == 0 ? 0 : fixture->docs[from - 1] + 1;
        const uint32_t first = least + (uint32_t)rng_below(&rng, fixture->docs[from] - least + 1);
        const uint32_t last = fixture->docs[from + count - 1];
        ck_assert(dense_docs_decode(&fixture->dense, ops(), first, last, count, docs));
        ck_assert_mem_eq(docs, fixture->docs + from, count * sizeof *docs);
        ck_assert(count == LEDE_BLOCK_POSTINGS ||
                  !dense_docs_decode(&fixture->dense, ops(), first, last, count + 1, docs));
        ck_assert(!dense_docs_decode(&fixture->dense, ops(), first, last, count - 1, docs));
    }
    guard_release(&fixture->bytes);
    free(fixture);
}
END_TEST

/* As FORMAT.md says. */
START_TEST(shares_follow_from_the_segment)
{
    ck_assert(!dense_docs_wanted(256, 256));
    ck_assert(dense_docs_wanted(257, 8 * 257));
    ck_assert(!dense_docs_wanted(257, 8 * 257 + 1));
    ck_assert(!dense_docs_wanted((1 << 17) - 1, (1 << 20) - 1));
    ck_assert(dense_docs_wanted(1 << 17, (1 << 20) - 1));
    ck_assert(dense_docs_wanted(1 << 16, 1 << 20));
    ck_assert(!dense_docs_wanted((1 << 16) - 1, 1 << 20));
    ck_assert(dense_docs_wanted(1 << 26, 1 << 30));
    ck_assert(!dense_docs_wanted((1 << 26) - 1, 1 << 30));
}
END_TEST

START_TEST(damage_is_found)
{
    struct rng rng;
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct dense_docs opened;
    rng_init(&rng, 9);
    make(fixture, 3001, 4, &rng);
    const size_t size = dense_docs_size(fixture->doc_count);
    const struct span bytes = span_of(fixture->bytes.bytes, size);
    for (size_t at = 0; at < size; at++) {
        fixture->bytes.bytes[at] ^= (uint8_t)(1u << rng_below(&rng, 8));
        ck_assert(!dense_docs_open(&opened, bytes, fixture->doc_count) ||
                  !dense_docs_verify(&opened, fixture->df, fixture->doc_count));
        fixture->bytes.bytes[at] = 0;
        dense_docs_make_ranks(fixture->bytes.bytes, fixture->doc_count);
        for (uint32_t i = 0; i < fixture->df; i++) {
            fixture->bytes.bytes[fixture->docs[i] / 8] |= (uint8_t)(1u << fixture->docs[i] % 8);
        }
        dense_docs_make_ranks(fixture->bytes.bytes, fixture->doc_count);
    }
    ck_assert(dense_docs_verify(&fixture->dense, fixture->df, fixture->doc_count));
    /* A bit of a document that the segment does not have. */
    fixture->bytes.bytes[fixture->doc_count / 8] |= 0x80;
    ck_assert(!dense_docs_open(&opened, bytes, fixture->doc_count));
    guard_release(&fixture->bytes);
    free(fixture);
}
END_TEST

Suite *suite_dense_docs(void)
{
    Suite *suite = suite_create("dense_docs");
    TCase *dense = tcase_create("dense docs");
    tcase_add_loop_test(dense, documents_and_ranks_are_those_of_the_bits, 0, COUNTS);
    tcase_add_loop_test(dense, runs_are_decoded, 0, 5);
    tcase_add_test(dense, shares_follow_from_the_segment);
    tcase_add_test(dense, damage_is_found);
    suite_add_tcase(suite, dense);
    return suite;
}
