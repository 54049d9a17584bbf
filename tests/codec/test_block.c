/* Blocks of many shapes there and back, each kind at least once, and decoders fed with noise. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "codec/block.h"
#include "codec/patched.h"
#include "support/kernels.h"
#include "support/rng.h"

enum { COUNT_MAX = LEDE_BLOCK_POSTINGS };

/* Gaps (>= 1) of the shapes that lists have. */
enum shape { DENSE, RUNS, ONE_RUN, SPARSE, CLUSTERED, HUGE_GAP, HALF, SHAPE_COUNT };

static uint32_t shaped_gap(enum shape shape, uint32_t i, uint32_t count, struct rng *rng)
{
    const uint32_t random = rng_next32(rng);
    switch (shape) {
    case DENSE: return random % 5 == 0 ? 1 + random % 7 : 1 + random % 2;
    case RUNS: return random % 20 == 0 ? 1 + random % 300 : 1;
    case ONE_RUN: return 1;
    case SPARSE: return 1 + random % 100000;
    case CLUSTERED: return random % 10 == 0 ? 1 + random % 20000 : 1 + random % 12;
    case HUGE_GAP: return i == count / 2 ? 1500000000 : 1 + random % 4;
    default: return 1 + (random % 2);
    }
}

static size_t check_docs(const uint32_t *docs, uint32_t count, uint32_t base)
{
    uint8_t bytes[BLOCK_BYTES_MAX + LEDE_READ_PADDING];
    memset(bytes, 0xff, sizeof bytes); // what lies behind the block is not part of it
    const size_t size = block_encode_docs(docs, count, base, bytes);
    ck_assert_uint_le(size, BLOCK_BYTES_MAX);
    ck_assert_uint_eq(block_size(span_of(bytes, size), count), size);
    const struct bitpack_ops *ops;
    for (size_t i = 0; (ops = kernels_bitpack_ops(&i)) != NULL;) {
        uint32_t out[COUNT_MAX];
        ck_assert_msg(block_decode_docs(ops, span_of(bytes, size), count, base, out) == size,
            "%s refuses %u docs of kind %d", ops->name, count, block_kind_of(span_of(bytes, size)));
        ck_assert_msg(memcmp(out, docs, count * sizeof *docs) == 0, "%s: %u docs of kind %d differ",
            ops->name, count, block_kind_of(span_of(bytes, size)));
        ck_assert_uint_eq(block_decode_docs(ops, span_of(bytes, size - 1), count, base, out), 0);
    }
    return size;
}

START_TEST(docs_of_every_shape_come_back)
{
    const enum shape shape = (enum shape)_i;
    struct rng rng;
    rng_init(&rng, 77 + (uint64_t)_i);
    for (uint32_t count = 1; count <= COUNT_MAX; count++) {
        for (uint32_t from = 0; from < 3; from++) {
            const uint32_t base = from == 0 ? UINT32_MAX : rng_next32(&rng) % 100000;
            uint32_t docs[COUNT_MAX];
            uint32_t last = base;
            for (uint32_t i = 0; i < count; i++) {
                last += shaped_gap(shape, i, count, &rng);
                docs[i] = last;
            }
            check_docs(docs, count, base);
        }
    }
}
END_TEST

static enum block_kind kind_of_docs(enum shape shape)
{
    struct rng rng;
    rng_init(&rng, 3);
    uint32_t docs[COUNT_MAX];
    uint8_t bytes[BLOCK_BYTES_MAX];
    uint32_t last = 1000;
    for (uint32_t i = 0; i < COUNT_MAX; i++) {
        last += shaped_gap(shape, i, COUNT_MAX, &rng);
        docs[i] = last;
    }
    const size_t size = block_encode_docs(docs, COUNT_MAX, 1000, bytes);
    return block_kind_of(span_of(bytes, size));
}

START_TEST(each_kind_is_chosen_where_it_is_smallest)
{
    ck_assert_int_eq(kind_of_docs(ONE_RUN), BLOCK_RUN);
    ck_assert_int_eq(kind_of_docs(DENSE), BLOCK_BITSET);
    ck_assert_int_eq(kind_of_docs(SPARSE), BLOCK_FOR);
    ck_assert_int_eq(kind_of_docs(CLUSTERED), BLOCK_PFOR);
    uint32_t numbers[COUNT_MAX] = {0};
    uint8_t bytes[BLOCK_BYTES_MAX];
    ck_assert_uint_eq(block_encode_numbers(numbers, COUNT_MAX, bytes), 1);
    ck_assert_int_eq(block_kind_of(span_of(bytes, 1)), BLOCK_ZERO);
    numbers[3] = 1000;
    ck_assert_uint_lt(block_encode_numbers(numbers, COUNT_MAX, bytes), 16);
    ck_assert_int_eq(block_kind_of(span_of(bytes, 1)), BLOCK_PFOR);
    for (uint32_t i = 0; i < COUNT_MAX; i++) {
        numbers[i] = i % 16;
    }
    ck_assert_uint_eq(block_encode_numbers(numbers, COUNT_MAX, bytes), 1 + 128);
    ck_assert_int_eq(block_kind_of(span_of(bytes, 1)), BLOCK_FOR);
}
END_TEST

START_TEST(docids_up_to_the_last_come_back_and_beyond_are_refused)
{
    const uint32_t last[] = {DOC_END - 1};
    ck_assert_uint_eq(check_docs(last, 1, UINT32_MAX), 5);
    const uint32_t extremes[] = {0, DOC_END - 1};
    check_docs(extremes, 2, UINT32_MAX);
    uint8_t bytes[BLOCK_BYTES_MAX + LEDE_READ_PADDING] = {0};
    uint32_t out[COUNT_MAX];
    const struct bitpack_ops *ops = bitpack_ops_for(0);
    const uint32_t too_far[] = {DOC_END};
    size_t size = block_encode_docs(too_far, 1, UINT32_MAX, bytes);
    ck_assert_uint_eq(block_decode_docs(ops, span_of(bytes, size), 1, UINT32_MAX, out), 0);
    const uint32_t run[] = {5, 6, 7};
    size = block_encode_docs(run, 3, 4, bytes);
    ck_assert_uint_eq(block_decode_docs(ops, span_of(bytes, size), 3, DOC_END - 3, out), 0);
    ck_assert_uint_eq(block_decode_docs(ops, span_of(bytes, size), 3, DOC_END - 4, out), size);
    ck_assert_uint_eq(block_decode_docs(ops, span_of(bytes, size), 3, DOC_END, out), 0);
}
END_TEST

START_TEST(gaps_that_wrap_around_are_refused)
{
    /* Gaps less one whose sum passes 2^32 and comes back to a lower docid. */
    const uint32_t plain[4] = {0x80000000, 0x80000000, 0x80000000, 0x80000001};
    const uint32_t patched[64] = {10, UINT32_MAX - 4};
    const struct bitpack_ops *ops;
    for (size_t i = 0; (ops = kernels_bitpack_ops(&i)) != NULL;) {
        uint8_t bytes[BLOCK_BYTES_MAX + LEDE_READ_PADDING] = {0};
        uint32_t out[COUNT_MAX];
        size_t size = block_encode_numbers(plain, 4, bytes);
        ck_assert_int_eq(block_kind_of(span_of(bytes, size)), BLOCK_FOR);
        ck_assert_uint_eq(block_decode_docs(ops, span_of(bytes, size), 4, UINT32_MAX, out), 0);
        ck_assert_uint_eq(block_decode_numbers(ops, span_of(bytes, size), 4, out), size);
        size = block_encode_numbers(patched, 64, bytes);
        ck_assert_int_eq(block_kind_of(span_of(bytes, size)), BLOCK_PFOR);
        ck_assert_uint_eq(block_decode_docs(ops, span_of(bytes, size), 64, 100, out), 0);
        ck_assert_uint_eq(block_decode_numbers(ops, span_of(bytes, size), 64, out), size);
    }
}
END_TEST

START_TEST(numbers_of_every_width_come_back)
{
    const uint32_t width = (uint32_t)_i;
    const uint32_t mask = (uint32_t)((UINT64_C(1) << width) - 1);
    struct rng rng;
    rng_init(&rng, 31 + width);
    for (uint32_t count = 1; count <= COUNT_MAX; count++) {
        uint32_t numbers[COUNT_MAX];
        uint32_t out[COUNT_MAX];
        uint8_t bytes[BLOCK_BYTES_MAX + LEDE_READ_PADDING] = {0};
        const uint32_t rare = 1 + rng_next32(&rng) % 64;
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t number = rng_next32(&rng) & mask;
            numbers[i] = rng_next32(&rng) % rare == 0 ? number : number >> width / 2;
        }
        const size_t size = block_encode_numbers(numbers, count, bytes);
        ck_assert_uint_le(size, BLOCK_BYTES_MAX);
        ck_assert_uint_eq(block_size(span_of(bytes, size), count), size);
        const struct bitpack_ops *ops;
        for (size_t i = 0; (ops = kernels_bitpack_ops(&i)) != NULL;) {
            ck_assert_uint_eq(block_decode_numbers(ops, span_of(bytes, size), count, out), size);
            ck_assert_int_eq(memcmp(out, numbers, count * sizeof *out), 0);
            ck_assert_uint_eq(block_decode_numbers(ops, span_of(bytes, size - 1), count, out), 0);
        }
    }
}
END_TEST

START_TEST(kinds_are_not_taken_for_one_another)
{
    uint32_t out[COUNT_MAX];
    const struct bitpack_ops *ops = bitpack_ops_for(0);
    const uint8_t padded[8 + LEDE_READ_PADDING] = {0};
    uint8_t tag[1 + LEDE_READ_PADDING] = {BLOCK_RUN << 5};
    ck_assert_uint_eq(block_decode_numbers(ops, span_of(tag, 1), 4, out), 0);
    ck_assert_uint_eq(block_decode_docs(ops, span_of(tag, 1), 4, 9, out), 1);
    ck_assert_uint_eq(block_decode_docs(ops, span_of(padded, 1), 4, 9, out), 0); // ZERO
    ck_assert_uint_eq(block_decode_numbers(ops, span_of(padded, 0), 4, out), 0);
    ck_assert_uint_eq(block_decode_numbers(ops, span_of(padded, 8), 0, out), 0);
    ck_assert_uint_eq(block_decode_numbers(ops, span_of(padded, 8), COUNT_MAX + 1, out), 0);
    tag[0] = BLOCK_RUN << 5 | 1;
    ck_assert_uint_eq(block_decode_docs(ops, span_of(tag, 1), 4, 9, out), 0);
    tag[0] = 7 << 5;
    ck_assert_uint_eq(block_size(span_of(tag, 1), 4), 0);
}
END_TEST

START_TEST(a_bitset_with_another_number_of_bits_is_refused)
{
    const uint8_t bytes[5 + LEDE_READ_PADDING] = {BLOCK_BITSET << 5, 2, 0, 0xff, 0x01};
    uint32_t out[COUNT_MAX];
    const struct bitpack_ops *ops = bitpack_ops_for(0);
    ck_assert_uint_eq(block_decode_docs(ops, span_of(bytes, 5), 9, 99, out), 5);
    ck_assert_uint_eq(out[0], 100);
    ck_assert_uint_eq(out[8], 108);
    ck_assert_uint_eq(block_decode_docs(ops, span_of(bytes, 5), 8, 99, out), 0);
    ck_assert_uint_eq(block_decode_docs(ops, span_of(bytes, 5), 10, 99, out), 0);
}
END_TEST

/* Whatever a decoder takes must be in order, and the variants must agree on what they take. */
static void check_noise(struct span bytes, uint32_t count, uint32_t base)
{
    size_t first_size = 0;
    uint32_t first_docs[COUNT_MAX];
    const struct bitpack_ops *ops;
    size_t tried = 0;
    for (size_t i = 0; (ops = kernels_bitpack_ops(&i)) != NULL; tried++) {
        uint32_t docs[COUNT_MAX];
        uint32_t numbers[COUNT_MAX];
        const size_t size = block_decode_docs(ops, bytes, count, base, docs);
        ck_assert_uint_le(size, bytes.size);
        for (uint32_t d = 0; size > 0 && d < count; d++) {
            const bool ascends =
                d > 0 ? docs[d] > docs[d - 1] : base == UINT32_MAX || docs[0] > base;
            if (docs[d] >= DOC_END || !ascends) {
                ck_abort_msg("%s gives docid %u at %u of %u", ops->name, docs[d], d, count);
            }
        }
        ck_assert_uint_le(block_decode_numbers(ops, bytes, count, numbers), bytes.size);
        if (tried == 0) {
            first_size = size;
            memcpy(first_docs, docs, sizeof docs);
        }
        ck_assert_uint_eq(size, first_size);
        ck_assert(size == 0 || memcmp(docs, first_docs, count * sizeof *docs) == 0);
    }
}

START_TEST(noise_is_refused_or_decodes_to_ascending_docids)
{
    struct rng rng;
    rng_init(&rng, 4242 + (uint64_t)_i);
    for (uint32_t round = 0; round < 3000; round++) {
        const size_t size = rng_next32(&rng) % 1200;
        uint8_t *bytes = malloc(size + LEDE_READ_PADDING); // so that a sanitizer sees its end
        ck_assert_ptr_nonnull(bytes);
        for (size_t i = 0; i < size + LEDE_READ_PADDING; i++) {
            bytes[i] = i < size ? (uint8_t)rng_next32(&rng) : 0;
        }
        if (size > 0) {
            bytes[0] = (uint8_t)(bytes[0] % 5 << 5 | rng_next32(&rng) % 32);
        }
        const uint32_t count = 1 + rng_next32(&rng) % COUNT_MAX;
        check_noise(
            span_of(bytes, size), count, rng_next32(&rng) % 4 == 0 ? UINT32_MAX : rng_next32(&rng));
        free(bytes);
    }
}
END_TEST

START_TEST(exceptions_are_used_where_they_save_what_is_asked)
{
    uint32_t values[128] = {0};
    values[9] = 0xffff;
    /* Plain: 16 bits each. With exceptions: one place and 16 bits. */
    struct patched head = patched_choose(values, 128, 63, 0);
    ck_assert_uint_eq(head.width, 0);
    ck_assert_uint_eq(head.exceptions, 1);
    ck_assert_uint_eq(patched_bytes(head, 128), 3);
    head = patched_choose(values, 128, 63, 253);
    ck_assert_uint_eq(head.exceptions, 1);
    head = patched_choose(values, 128, 63, 254);
    ck_assert_uint_eq(head.exceptions, 0);
    ck_assert_uint_eq(head.width, 16);
    head = patched_choose(values, 128, 0, 0);
    ck_assert_uint_eq(head.exceptions, 0);
}
END_TEST

Suite *suite_block(void)
{
    Suite *suite = suite_create("block");
    TCase *basics = tcase_create("basics");
    tcase_set_timeout(basics, 60);
    tcase_add_loop_test(basics, docs_of_every_shape_come_back, 0, SHAPE_COUNT);
    tcase_add_loop_test(basics, numbers_of_every_width_come_back, 0, 33);
    tcase_add_test(basics, each_kind_is_chosen_where_it_is_smallest);
    tcase_add_test(basics, docids_up_to_the_last_come_back_and_beyond_are_refused);
    tcase_add_test(basics, exceptions_are_used_where_they_save_what_is_asked);
    suite_add_tcase(suite, basics);
    TCase *corrupt = tcase_create("corrupt");
    tcase_set_timeout(corrupt, 60);
    tcase_add_test(corrupt, gaps_that_wrap_around_are_refused);
    tcase_add_test(corrupt, kinds_are_not_taken_for_one_another);
    tcase_add_test(corrupt, a_bitset_with_another_number_of_bits_is_refused);
    tcase_add_loop_test(corrupt, noise_is_refused_or_decodes_to_ascending_docids, 0, 8);
    suite_add_tcase(suite, corrupt);
    return suite;
}
