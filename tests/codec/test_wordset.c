/* Every variant against sets kept as one byte a document. */
#include <check.h>
#include <string.h>

#include "base/limits.h"
#include "codec/byte_places.h"
#include "codec/wordset.h"
#include "support/guard.h"
#include "support/kernels.h"
#include "support/rng.h"

/* More than 256: what a byte can count. */
enum { WORDS_MAX = 300, BITS_MAX = WORDS_MAX * 64 };

/* About one bit in `gap`; 0: none, 1: all. */
static void make_bits(uint8_t *bits, uint32_t count, uint32_t gap, struct rng *rng)
{
    for (uint32_t i = 0; i < count; i++) {
        bits[i] = gap > 0 && rng_below(rng, gap) == 0;
    }
}

static void pack(const uint8_t *bits, uint32_t count, uint64_t *words)
{
    memset(words, 0, (count + 63) / 64 * sizeof *words);
    for (uint32_t i = 0; i < count; i++) {
        words[i / 64] |= (uint64_t)bits[i] << i % 64;
    }
}

static uint64_t sum(const uint8_t *bits, uint64_t first, uint64_t end)
{
    uint64_t ones = 0;
    for (uint64_t i = first; i < end; i++) {
        ones += bits[i];
    }
    return ones;
}

static const uint32_t gaps[] = {0, 1, 2, 3, 5, 9, 20, 64, 300, 2000};

START_TEST(places_of_a_byte_are_its_ones)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint64_t row = 0;
        uint32_t ones = 0;
        for (uint32_t bit = 0; bit < 8; bit++) {
            if (byte >> bit & 1) {
                row |= (uint64_t)bit << 8 * ones++;
            }
        }
        ck_assert_msg(byte_places[byte] == row, "row %u", byte);
    }
}
END_TEST

START_TEST(ones_of_a_bit_string_are_counted)
{
    struct rng rng;
    rng_init(&rng, 150);
    uint8_t bits[BITS_MAX];
    uint8_t string[BITS_MAX / 8];
    for (uint32_t round = 0; round < 2000; round++) {
        const uint32_t bit_count = (uint32_t)rng_below(&rng, round % 4 == 0 ? BITS_MAX : 300);
        make_bits(bits, bit_count, 1 + round % 5, &rng);
        memset(string, 0xff, sizeof string);
        for (uint32_t i = 0; i < bit_count; i++) {
            string[i / 8] =
                (uint8_t)((string[i / 8] & ~(1u << i % 8)) | (uint32_t)bits[i] << i % 8);
        }
        const uint32_t end = (uint32_t)rng_below(&rng, bit_count + 1);
        const uint32_t first = (uint32_t)rng_below(&rng, end + 1);
        struct guard input;
        guard_init(&input, end / 8 + 1 + LEDE_READ_PADDING, GUARD_BEHIND);
        memset(input.bytes, 0xff, input.size);
        memcpy(input.bytes, string, (end + 7) / 8);
        const struct wordset_ops *ops;
        for (size_t i = 0; (ops = kernels_wordset_ops(&i)) != NULL;) {
            ck_assert_msg(ops->count_bits(input.bytes, first, end) == sum(bits, first, end),
                "%s: ones from %u to %u", ops->name, first, end);
        }
        guard_release(&input);
    }
}
END_TEST

START_TEST(bits_are_looked_up_with_their_places)
{
    struct rng rng;
    rng_init(&rng, 180 + (uint64_t)_i);
    uint8_t bits[BITS_MAX];
    uint64_t words[WORDS_MAX];
    uint32_t starts[WORDS_MAX];
    uint32_t asked[BITS_MAX];
    for (uint32_t round = 0; round < 100; round++) {
        const uint32_t word_count = 1 + (uint32_t)rng_below(&rng, WORDS_MAX);
        make_bits(bits, word_count * 64, gaps[_i], &rng);
        pack(bits, word_count * 64, words);
        rng_fill(&rng, starts, sizeof starts);
        uint32_t count = 0;
        for (uint32_t at = 0; at < word_count * 64; at++) {
            if (rng_below(&rng, 1 + round % 9) == 0) {
                asked[count++] = at;
            }
        }
        struct guard input, place_starts, queries, found, places;
        guard_init_copy(&input, words, word_count * sizeof *words, GUARD_BEHIND);
        guard_init_copy(&place_starts, starts, word_count * sizeof *starts, GUARD_BEHIND);
        guard_init_copy(&queries, asked, count * sizeof *asked, GUARD_BEHIND);
        guard_init(&found, count * sizeof *asked, GUARD_BEHIND);
        guard_init(&places, count * sizeof *asked, GUARD_BEHIND);
        const uint32_t *at_found = (const uint32_t *)(void *)found.bytes;
        const uint32_t *at_places = (const uint32_t *)(void *)places.bytes;
        const struct wordset_ops *ops;
        for (size_t i = 0; (ops = kernels_wordset_ops(&i)) != NULL;) {
            const uint32_t kept = ops->look_up((const uint64_t *)(void *)input.bytes,
                (const uint32_t *)(void *)place_starts.bytes,
                (const uint32_t *)(void *)queries.bytes, count, (uint32_t *)(void *)found.bytes,
                (uint32_t *)(void *)places.bytes);
            uint32_t expected = 0;
            for (uint32_t asked_at = 0; asked_at < count; asked_at++) {
                const uint32_t bit = asked[asked_at];
                if (!bits[bit]) {
                    continue;
                }
                const uint32_t place = starts[bit / 64] + (uint32_t)sum(bits, bit / 64 * 64, bit);
                ck_assert_msg(expected < kept && at_found[expected] == asked_at &&
                                  at_places[expected] == place,
                    "%s: bit %u, round %u", ops->name, bit, round);
                expected++;
            }
            ck_assert_msg(kept == expected, "%s: %u found, not %u", ops->name, kept, expected);
        }
        guard_release(&input);
        guard_release(&place_starts);
        guard_release(&queries);
        guard_release(&found);
        guard_release(&places);
    }
}
END_TEST

START_TEST(starts_are_sums_of_the_words_before)
{
    struct rng rng;
    rng_init(&rng, 150 + (uint64_t)_i);
    uint8_t bits[BITS_MAX];
    uint64_t words[WORDS_MAX];
    uint32_t starts[WORDS_MAX + 1];
    for (uint32_t word_count = 0; word_count <= WORDS_MAX; word_count++) {
        make_bits(bits, word_count * 64, gaps[_i], &rng);
        pack(bits, word_count * 64, words);
        const struct wordset_ops *ops;
        for (size_t i = 0; (ops = kernels_wordset_ops(&i)) != NULL;) {
            starts[word_count] = 77;
            ops->starts(words, word_count, 1000, starts);
            for (uint32_t word = 0; word < word_count; word++) {
                const uint32_t expected = 1000 + (uint32_t)sum(bits, 0, (uint64_t)word * 64);
                ck_assert_msg(starts[word] == expected, "%s: word %u", ops->name, word);
            }
            ck_assert_uint_eq(starts[word_count], 77);
        }
    }
}
END_TEST

/* At each place in a word; what lies behind the string, and in its last byte, is noise. */
START_TEST(bit_strings_are_added_at_any_place)
{
    struct rng rng;
    rng_init(&rng, 200 + (uint64_t)_i);
    uint8_t bits[BITS_MAX];
    uint8_t string[BITS_MAX / 8 + 8];
    for (uint32_t round = 0; round < 300; round++) {
        const uint32_t limit = round % 2 == 0 ? 200 : 2200;
        const uint32_t bit_count = (uint32_t)rng_below(&rng, limit + 1);
        const uint32_t at = (uint32_t)_i + 64 * (uint32_t)rng_below(&rng, 3);
        const uint32_t first_word = at / 64;
        const uint32_t word_count = (at + bit_count + 63) / 64 - first_word;
        const uint32_t bytes = (bit_count + 7) / 8;
        make_bits(bits, bit_count, 1 + round % 3, &rng);
        rng_fill(&rng, string, sizeof string);
        for (uint32_t i = 0; i < bit_count; i++) {
            string[i / 8] =
                (uint8_t)((string[i / 8] & ~(1u << i % 8)) | (uint32_t)bits[i] << i % 8);
        }
        uint64_t expected[WORDS_MAX] = {0};
        for (uint32_t i = 0; i < bit_count; i++) {
            expected[(at + i) / 64 - first_word] |= (uint64_t)bits[i] << (at + i) % 64;
        }
        expected[0] |= word_count > 0;
        const struct wordset_ops *ops;
        for (size_t i = 0; (ops = kernels_wordset_ops(&i)) != NULL;) {
            struct guard words;
            struct guard input;
            guard_init(&words, (bit_count == 0 ? 0 : word_count) * sizeof(uint64_t),
                round & 4 ? GUARD_BEHIND : GUARD_BEFORE);
            guard_init(&input, bytes + LEDE_READ_PADDING, GUARD_BEHIND);
            memset(input.bytes, 0xff, input.size);
            memcpy(input.bytes, string, bytes);
            uint64_t *start = (uint64_t *)(void *)words.bytes;
            if (bit_count > 0) {
                start[0] = 1;
            }
            ops->set_bits((uint64_t *)((uintptr_t)start - first_word * sizeof *start), at,
                input.bytes, bit_count);
            ck_assert_msg(bit_count == 0 || memcmp(start, expected, words.size) == 0,
                "%s: %u bits at %u, round %u", ops->name, bit_count, at, round);
            guard_release(&words);
            guard_release(&input);
        }
    }
}
END_TEST

START_TEST(sets_are_combined_word_by_word)
{
    struct rng rng;
    rng_init(&rng, 3);
    uint64_t a[WORDS_MAX];
    uint64_t b[WORDS_MAX];
    for (uint32_t count = 0; count <= WORDS_MAX; count++) {
        rng_fill(&rng, a, sizeof a);
        rng_fill(&rng, b, sizeof b);
        const struct wordset_ops *ops;
        for (size_t i = 0; (ops = kernels_wordset_ops(&i)) != NULL;) {
            struct guard words;
            struct guard others;
            /* At any address. */
            guard_init(&others, count * sizeof *b + count % 8, GUARD_BEHIND);
            uint8_t *other = others.bytes + count % 8;
            memcpy(other, b, count * sizeof *b);
            for (int kind = 0; kind < 3; kind++) {
                guard_init_copy(&words, a, count * sizeof *a, GUARD_BEHIND);
                uint64_t *word = (uint64_t *)(void *)words.bytes;
                (kind == 0      ? ops->intersect
                    : kind == 1 ? ops->subtract
                                : ops->unite)(word, other, count);
                for (uint32_t at = 0; at < count; at++) {
                    const uint64_t expected = kind == 0   ? a[at] & b[at]
                                              : kind == 1 ? a[at] & ~b[at]
                                                          : a[at] | b[at];
                    ck_assert_msg(word[at] == expected, "%s: kind %d, word %u of %u", ops->name,
                        kind, at, count);
                }
                guard_release(&words);
            }
            guard_release(&others);
        }
    }
}
END_TEST

START_TEST(counts_are_sums_of_bits)
{
    struct rng rng;
    rng_init(&rng, 400 + (uint64_t)_i);
    uint8_t bits[BITS_MAX];
    uint64_t words[WORDS_MAX];
    for (uint32_t word_count = 0; word_count <= WORDS_MAX; word_count += 1 + word_count / 70) {
        const uint32_t bit_count = word_count * 64;
        make_bits(bits, bit_count, gaps[_i], &rng);
        pack(bits, bit_count, words);
        struct guard guard;
        guard_init_copy(&guard, words, word_count * sizeof *words, GUARD_BEHIND);
        const uint64_t *at = (const uint64_t *)(void *)guard.bytes;
        const struct wordset_ops *ops;
        for (size_t i = 0; (ops = kernels_wordset_ops(&i)) != NULL;) {
            ck_assert_msg(ops->count(at, word_count) == sum(bits, 0, bit_count),
                "%s: count of %u words", ops->name, word_count);
            for (uint32_t round = 0; round < 50; round++) {
                uint64_t end = rng_below(&rng, bit_count + 1);
                uint64_t first = rng_below(&rng, end + 1);
                first = round % 5 == 0 ? first / 64 * 64 : round % 7 == 0 ? end : first;
                end = round % 3 == 0 ? bit_count : end;
                if (ops->count_range(at, first, end) != sum(bits, first, end)) {
                    ck_abort_msg(
                        "%s: count from %u to %u", ops->name, (uint32_t)first, (uint32_t)end);
                }
            }
        }
        guard_release(&guard);
    }
}
END_TEST

START_TEST(bits_become_documents)
{
    struct rng rng;
    rng_init(&rng, 500 + (uint64_t)_i);
    uint8_t bits[BITS_MAX];
    uint64_t words[WORDS_MAX];
    uint32_t expected[BITS_MAX];
    for (uint32_t round = 0; round < 200; round++) {
        const uint32_t word_count = (uint32_t)rng_below(&rng, WORDS_MAX + 1);
        const uint32_t base = round % 4 == 0 ? 0 : rng_next32(&rng);
        /* Stretches of several densities, so that a variant changes its way in the middle. */
        for (uint32_t at = 0; at < word_count; at++) {
            const uint32_t gap = round % 2 == 0 ? gaps[_i] : gaps[rng_below(&rng, 10)];
            make_bits(bits + 64 * at, 64, gap, &rng);
        }
        pack(bits, word_count * 64, words);
        uint32_t count = 0;
        for (uint32_t i = 0; i < word_count * 64; i++) {
            if (bits[i]) {
                expected[count++] = base + i;
            }
        }
        struct guard input;
        struct guard output;
        guard_init_copy(&input, words, word_count * sizeof *words, GUARD_BEHIND);
        guard_init(&output, count * sizeof *expected, GUARD_BEHIND);
        const struct wordset_ops *ops;
        for (size_t i = 0; (ops = kernels_wordset_ops(&i)) != NULL;) {
            memset(output.bytes, 0, output.size);
            const uint32_t found = ops->docs((const uint64_t *)(void *)input.bytes, word_count,
                base, (uint32_t *)(void *)output.bytes);
            ck_assert_msg(found == count, "%s: %u docs, not %u", ops->name, found, count);
            ck_assert_msg(memcmp(output.bytes, expected, output.size) == 0,
                "%s: docs of %u words, round %u", ops->name, word_count, round);
        }
        guard_release(&input);
        guard_release(&output);
    }
}
END_TEST

START_TEST(no_features_give_scalar_and_all_give_the_first)
{
    ck_assert_str_eq(wordset_ops_for(0)->name, "scalar");
    ck_assert_ptr_eq(wordset_ops_for(UINT32_MAX), wordset_ops_at(0));
    size_t count = 0;
    while (wordset_ops_at(count) != NULL) {
        count++;
    }
    ck_assert_str_eq(wordset_ops_at(count - 1)->name, "scalar");
}
END_TEST

Suite *suite_wordset(void)
{
    const int densities = (int)(sizeof gaps / sizeof gaps[0]);
    Suite *suite = suite_create("wordset");
    TCase *variants = tcase_create("variants");
    tcase_set_timeout(variants, 60);
    tcase_add_test(variants, places_of_a_byte_are_its_ones);
    tcase_add_test(variants, ones_of_a_bit_string_are_counted);
    tcase_add_loop_test(variants, bits_are_looked_up_with_their_places, 0, densities);
    tcase_add_loop_test(variants, starts_are_sums_of_the_words_before, 0, densities);
    tcase_add_loop_test(variants, bit_strings_are_added_at_any_place, 0, 64);
    tcase_add_test(variants, sets_are_combined_word_by_word);
    tcase_add_loop_test(variants, counts_are_sums_of_bits, 0, densities);
    tcase_add_loop_test(variants, bits_become_documents, 0, densities);
    tcase_add_test(variants, no_features_give_scalar_and_all_give_the_first);
    suite_add_tcase(suite, variants);
    return suite;
}
