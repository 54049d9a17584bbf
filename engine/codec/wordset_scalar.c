/* The specification: one document or one word after the other. */
#include "codec/wordset_kernels.h"

static void set_bits(uint64_t *words, uint32_t at, const uint8_t *bits, uint32_t bit_count)
{
    set_shifted(words, at, bits, bit_count);
}

static void intersect(uint64_t *words, const void *others, uint32_t word_count)
{
    for (uint32_t i = 0; i < word_count; i++) {
        words[i] &= other_word(others, i);
    }
}

static void subtract(uint64_t *words, const void *others, uint32_t word_count)
{
    for (uint32_t i = 0; i < word_count; i++) {
        words[i] &= ~other_word(others, i);
    }
}

static void unite(uint64_t *words, const void *others, uint32_t word_count)
{
    for (uint32_t i = 0; i < word_count; i++) {
        words[i] |= other_word(others, i);
    }
}

static uint64_t count(const uint64_t *words, uint32_t word_count)
{
    return count_each(words, word_count);
}

static uint64_t count_range(const uint64_t *words, uint64_t first, uint64_t end)
{
    return count_between(words, first, end, count);
}

static uint32_t count_bits(const uint8_t *bits, uint32_t first, uint32_t end)
{
    return count_bits_each(bits, first, end);
}

static uint32_t look_up(const uint64_t *words, const uint32_t *starts, const uint32_t *bits,
    uint32_t count, uint32_t *found, uint32_t *places)
{
    return look_up_each(words, starts, bits, count, found, places);
}

static uint32_t docs(const uint64_t *words, uint32_t word_count, uint32_t base, uint32_t *docs)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < word_count; i++) {
        found += docs_of_word(words[i], base + 64 * i, docs + found);
    }
    return found;
}

static void starts(const uint64_t *words, uint32_t word_count, uint32_t first, uint32_t *starts)
{
    starts_each(words, word_count, first, starts);
}

const struct wordset_ops wordset_scalar = {
    .name = "scalar",
    .cpu_needs = 0,
    .set_bits = set_bits,
    .intersect = intersect,
    .subtract = subtract,
    .unite = unite,
    .count = count,
    .count_range = count_range,
    .count_bits = count_bits,
    .look_up = look_up,
    .docs = docs,
    .starts = starts,
};
