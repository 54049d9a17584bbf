/* Every variant against the scalar one, which is checked against the layout bit by bit. */
#include <check.h>
#include <string.h>

#include "base/limits.h"
#include "codec/bitpack.h"
#include "support/guard.h"
#include "support/kernels.h"
#include "support/rng.h"

enum { COUNT_MAX = LEDE_BLOCK_POSTINGS, GUARD_WORD = 0x5eed };

static uint32_t mask_of(uint32_t width)
{
    return (uint32_t)((UINT64_C(1) << width) - 1);
}

static void make_values(uint32_t *values, uint32_t width, struct rng *rng)
{
    for (uint32_t i = 0; i < COUNT_MAX; i++) {
        const uint32_t pick = rng_next32(rng) % 8;
        values[i] = (pick == 0 ? UINT32_MAX : pick == 1 ? 0 : rng_next32(rng)) & mask_of(width);
    }
}

START_TEST(packed_bits_lie_where_the_layout_says)
{
    const uint32_t width = (uint32_t)_i;
    struct rng rng;
    rng_init(&rng, 1 + width);
    uint32_t values[COUNT_MAX];
    uint8_t packed[COUNT_MAX * 4 + 8] = {0};
    make_values(values, width, &rng);
    bitpack_pack(values, COUNT_MAX, width, packed);
    for (uint32_t i = 0; i < COUNT_MAX; i++) {
        uint32_t value = 0;
        for (uint32_t bit = 0; bit < width; bit++) {
            const uint32_t at = i * width + bit;
            value |= (uint32_t)(packed[at / 8] >> at % 8 & 1) << bit;
        }
        ck_assert_msg(value == values[i], "width %u value %u", width, i);
        ck_assert_uint_eq(bitpack_get(packed, i, width), values[i]);
    }
}
END_TEST

START_TEST(pack_writes_its_bytes_only)
{
    const uint32_t width = (uint32_t)_i;
    struct rng rng;
    rng_init(&rng, 7 + width);
    uint32_t values[COUNT_MAX];
    make_values(values, width, &rng);
    for (uint32_t count = 0; count <= COUNT_MAX; count++) {
        uint8_t packed[COUNT_MAX * 4 + 8];
        const size_t size = bitpack_bytes(count, width);
        memset(packed, 0xaa, sizeof packed);
        bitpack_pack(values, count, width, packed);
        ck_assert_msg(packed[size] == 0xaa, "width %u count %u", width, count);
    }
}
END_TEST

/* What the variant gives for values of `width` bits, in `out`, must be `expected`; nothing beyond is written. */
static void check_output(const char *what, const char *name, uint32_t width, uint32_t count,
    const uint32_t *out, const uint32_t *expected)
{
    for (uint32_t i = 0; i < count; i++) {
        if (out[i] !=
            expected[i]) { // an assertion of Check costs a system call also where it holds
            ck_abort_msg("%s %s: width %u count %u value %u: %u, not %u", name, what, width, count,
                i, out[i], expected[i]);
        }
    }
    if (out[count] != GUARD_WORD) {
        ck_abort_msg("%s %s: width %u count %u wrote beyond", name, what, width, count);
    }
}

static void check_variant(const struct bitpack_ops *ops, uint32_t width, uint32_t count,
    const uint8_t *packed, const uint32_t *values, uint32_t base, uint32_t *out)
{
    uint32_t docs[COUNT_MAX];
    uint32_t raised[COUNT_MAX];
    uint32_t last = base;
    uint32_t largest = 0;
    for (uint32_t i = 0; i < count; i++) {
        last += values[i] + 1;
        docs[i] = last;
        raised[i] = values[i] + 1;
        largest = values[i] > largest ? values[i] : largest;
    }
    out[count] = GUARD_WORD;
    ops->unpack(packed, count, width, out);
    check_output("unpack", ops->name, width, count, out, values);
    ops->sum_docs(out, count, base);
    check_output("sum_docs", ops->name, width, count, out, docs);
    memcpy(out, values, count * sizeof *values);
    if (ops->increment(out, count) != largest) {
        ck_abort_msg("%s increment: width %u count %u: another largest", ops->name, width, count);
    }
    check_output("increment", ops->name, width, count, out, raised);
    memset(out, 0, count * sizeof *out);
    ops->unpack_docs(packed, count, width, base, out);
    check_output("unpack_docs", ops->name, width, count, out, docs);
}

START_TEST(every_variant_gives_what_scalar_gives)
{
    const uint32_t width = (uint32_t)_i;
    struct rng rng;
    rng_init(&rng, 99 + width);
    uint32_t values[COUNT_MAX];
    struct guard input;
    struct guard output;
    guard_init(&input, COUNT_MAX * 4 + LEDE_READ_PADDING, GUARD_BEHIND);
    guard_init(&output, (COUNT_MAX + 1) * sizeof(uint32_t), GUARD_BEHIND);
    const uint32_t bases[] = {UINT32_MAX, 0, 12345678, DOC_END - 1};
    for (uint32_t count = 0; count <= COUNT_MAX; count++) {
        make_values(values, width, &rng);
        const size_t size = bitpack_bytes(count, width);
        uint8_t *packed = input.bytes + COUNT_MAX * 4 - size;
        memset(packed + size, 0, LEDE_READ_PADDING);
        bitpack_pack(values, count, width, packed);
        uint32_t *out = (uint32_t *)(void *)output.bytes + COUNT_MAX - count;
        const struct bitpack_ops *ops;
        for (size_t i = 0; (ops = kernels_bitpack_ops(&i)) != NULL;) {
            check_variant(ops, width, count, packed, values, bases[count % 4], out);
        }
    }
    guard_release(&input);
    guard_release(&output);
}
END_TEST

START_TEST(bytes_behind_the_packed_ones_do_not_matter)
{
    const uint32_t width = (uint32_t)_i;
    struct rng rng;
    rng_init(&rng, 5 + width);
    uint32_t values[COUNT_MAX];
    uint32_t out[COUNT_MAX + 1];
    uint8_t packed[COUNT_MAX * 4 + LEDE_READ_PADDING];
    for (uint32_t count = 1; count <= COUNT_MAX; count += 5) {
        make_values(values, width, &rng);
        memset(packed, 0xff, sizeof packed);
        bitpack_pack(values, count, width, packed);
        const struct bitpack_ops *ops;
        for (size_t i = 0; (ops = kernels_bitpack_ops(&i)) != NULL;) {
            check_variant(ops, width, count, packed, values, 17, out);
        }
    }
}
END_TEST

/* Additions lie flush against a page that is not there, but for the 16 that may be read. */
START_TEST(additions_go_to_the_marked_values)
{
    const uint32_t width = (uint32_t)_i;
    struct rng rng;
    rng_init(&rng, 300 + width);
    uint32_t values[COUNT_MAX];
    uint32_t docs[COUNT_MAX];
    uint8_t packed[COUNT_MAX * 4 + LEDE_READ_PADDING];
    struct guard input;
    struct guard output;
    guard_init(&input, (COUNT_MAX + 16) * sizeof(uint32_t), GUARD_BEHIND);
    guard_init(&output, (COUNT_MAX + 1) * sizeof(uint32_t), GUARD_BEHIND);
    for (uint32_t count = 0; count <= COUNT_MAX; count++) {
        const uint32_t gap = 1 + rng_next32(&rng) % (count % 3 == 0 ? 2 : 40);
        uint64_t marks[COUNT_MAX / 64];
        uint32_t added = 0;
        uint32_t last = 5 + count;
        make_values(values, width, &rng);
        bitpack_pack(values, count, width, packed);
        for (uint32_t i = 0; i < COUNT_MAX / 64; i++) { /* those behind `count` are noise */
            marks[i] = (uint64_t)rng_next32(&rng) << 32 | rng_next32(&rng);
        }
        for (uint32_t i = 0; i < count; i++) {
            const bool is_marked = rng_next32(&rng) % gap == 0;
            marks[i / 64] &= ~(UINT64_C(1) << i % 64);
            marks[i / 64] |= (uint64_t)is_marked << i % 64;
            added += is_marked;
        }
        uint32_t *additions = (uint32_t *)(void *)input.bytes + COUNT_MAX - added;
        for (uint32_t i = 0, next = 0; i < count; i++) {
            const bool is_marked = (marks[i / 64] >> i % 64 & 1) != 0;
            if (is_marked) {
                additions[next] = rng_next32(&rng);
            }
            last += values[i] + 1 + (is_marked ? additions[next] : 0);
            next += is_marked;
            docs[i] = last;
        }
        uint32_t *out = (uint32_t *)(void *)output.bytes + COUNT_MAX - count;
        const struct bitpack_ops *ops;
        for (size_t i = 0; (ops = kernels_bitpack_ops(&i)) != NULL;) {
            out[count] = GUARD_WORD;
            ck_assert_uint_eq(
                ops->unpack_docs_adding(packed, count, width, 5 + count, marks, additions, out),
                added);
            check_output("unpack_docs_adding", ops->name, width, count, out, docs);
        }
    }
    guard_release(&input);
    guard_release(&output);
}
END_TEST

static void make_ascending(
    uint32_t *numbers, uint32_t last, uint32_t count, uint32_t gap, struct rng *rng)
{
    for (uint32_t i = 0; i < count; i++) {
        last += 1 + rng_next32(rng) % gap;
        numbers[i] = last;
    }
}

/* Both lie flush against a page that is not there. */
START_TEST(lists_meet_where_they_have_a_number_in_common)
{
    struct rng rng;
    rng_init(&rng, 900 + (uint64_t)_i);
    for (uint32_t round = 0; round < 3000; round++) {
        const uint32_t most = round % 10 == 0 ? COUNT_MAX : 40;
        const uint32_t first_count = 1 + rng_next32(&rng) % (round % 3 == 0 ? 3 : most);
        const uint32_t second_count = 1 + rng_next32(&rng) % most;
        struct guard first;
        struct guard second;
        guard_init(&first, first_count * sizeof(uint32_t), GUARD_BEHIND);
        guard_init(&second, second_count * sizeof(uint32_t), GUARD_BEHIND);
        uint32_t *a = (uint32_t *)(void *)first.bytes;
        uint32_t *b = (uint32_t *)(void *)second.bytes;
        make_ascending(a, rng_next32(&rng), first_count, 50, &rng);
        make_ascending(b, rng_next32(&rng), second_count, 1 + rng_next32(&rng) % 200, &rng);
        const uint32_t distance =
            b[rng_next32(&rng) % second_count] - a[rng_next32(&rng) % first_count] + round % 2;
        bool expected = false;
        for (uint32_t i = 0; i < first_count; i++) {
            for (uint32_t j = 0; j < second_count; j++) {
                expected |= a[i] + distance == b[j];
            }
        }
        const struct bitpack_ops *ops;
        for (size_t i = 0; (ops = kernels_bitpack_ops(&i)) != NULL;) {
            ck_assert_msg(ops->meet(a, first_count, b, second_count, distance) == expected,
                "%s: %u and %u numbers, round %u", ops->name, first_count, second_count, round);
        }
        guard_release(&first);
        guard_release(&second);
    }
}
END_TEST

/* Both lie flush against a page that is not there. */
START_TEST(docids_are_located_where_they_are)
{
    struct rng rng;
    rng_init(&rng, 700 + (uint64_t)_i);
    for (uint32_t round = 0; round < 1000; round++) {
        const uint32_t count = round % 2 == 0 ? COUNT_MAX : 1 + rng_next32(&rng) % COUNT_MAX;
        const uint32_t wanted_count = rng_next32(&rng) % (round % 3 == 0 ? 6 : COUNT_MAX);
        struct guard first;
        struct guard second;
        uint32_t expected[COUNT_MAX];
        uint32_t numbers[COUNT_MAX];
        guard_init(&first, count * sizeof(uint32_t), GUARD_BEHIND);
        guard_init(&second, wanted_count * sizeof(uint32_t), GUARD_BEHIND);
        uint32_t *docs = (uint32_t *)(void *)first.bytes;
        uint32_t *wanted = (uint32_t *)(void *)second.bytes;
        const uint32_t start = round % 5 == 0 ? INT32_MAX - COUNT_MAX * 200 : 0;
        make_ascending(docs, start, count, 1 + rng_next32(&rng) % 100, &rng);
        make_ascending(wanted, start, wanted_count, 1 + rng_next32(&rng) % 200, &rng);
        const uint32_t asked = round % 4 == 0 ? wanted_count / 3 : 0; /* from it on */
        const uint32_t base = rng_next32(&rng) % 5000;
        uint32_t expected_count = 0;
        for (uint32_t i = asked; i < wanted_count; i++) {
            for (uint32_t j = 0; j < count; j++) {
                if (docs[j] == wanted[i]) {
                    numbers[expected_count] = i;
                    expected[expected_count++] = base + j;
                }
            }
        }
        const struct bitpack_ops *ops;
        for (size_t i = 0; (ops = kernels_bitpack_ops(&i)) != NULL;) {
            uint32_t found[COUNT_MAX];
            uint32_t places[COUNT_MAX];
            const uint32_t located =
                ops->locate(docs, count, wanted, asked, wanted_count, base, found, places);
            ck_assert_msg(located == expected_count &&
                              memcmp(places, expected, located * sizeof *places) == 0 &&
                              memcmp(found, numbers, located * sizeof *found) == 0,
                "%s: %u among %u, round %u", ops->name, wanted_count, count, round);
        }
        guard_release(&first);
        guard_release(&second);
    }
}
END_TEST

START_TEST(no_features_give_scalar_and_all_give_the_first)
{
    ck_assert_str_eq(bitpack_ops_for(0)->name, "scalar");
    ck_assert_ptr_eq(bitpack_ops_for(UINT32_MAX), bitpack_ops_at(0));
    const struct bitpack_ops *last = NULL;
    for (size_t i = 0; bitpack_ops_at(i) != NULL; i++) {
        last = bitpack_ops_at(i);
        ck_assert_ptr_eq(bitpack_ops_at(i + 1) == NULL ? bitpack_ops_for(0) : last, last);
    }
    ck_assert_str_eq(last->name, "scalar");
}
END_TEST

Suite *suite_bitpack(void)
{
    Suite *suite = suite_create("bitpack");
    TCase *layout = tcase_create("layout");
    tcase_add_loop_test(layout, packed_bits_lie_where_the_layout_says, 0, 33);
    tcase_add_loop_test(layout, pack_writes_its_bytes_only, 0, 33);
    suite_add_tcase(suite, layout);
    TCase *variants = tcase_create("variants");
    tcase_set_timeout(variants, 60);
    tcase_add_loop_test(variants, every_variant_gives_what_scalar_gives, 0, 33);
    tcase_add_loop_test(variants, bytes_behind_the_packed_ones_do_not_matter, 0, 33);
    tcase_add_loop_test(variants, additions_go_to_the_marked_values, 0, 33);
    tcase_add_loop_test(variants, lists_meet_where_they_have_a_number_in_common, 0, 4);
    tcase_add_loop_test(variants, docids_are_located_where_they_are, 0, 4);
    tcase_add_test(variants, no_features_give_scalar_and_all_give_the_first);
    suite_add_tcase(suite, variants);
    return suite;
}
