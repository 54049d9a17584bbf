/* Every variant against the scalar one, which is checked against the layout bit by bit. */
#include <check.h>
#include <string.h>

#include "base/cpu.h"
#include "base/limits.h"
#include "codec/bitpack.h"
#include "support/guard.h"
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
        for (size_t i = 0; (ops = bitpack_ops_at(i)) != NULL; i++) {
            if ((ops->cpu_needs & ~cpu_features()) == 0) {
                check_variant(ops, width, count, packed, values, bases[count % 4], out);
            }
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
        for (size_t i = 0; (ops = bitpack_ops_at(i)) != NULL; i++) {
            if ((ops->cpu_needs & ~cpu_features()) == 0) {
                check_variant(ops, width, count, packed, values, 17, out);
            }
        }
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
    tcase_add_test(variants, no_features_give_scalar_and_all_give_the_first);
    suite_add_tcase(suite, variants);
    return suite;
}
