/* The specification: a value begins in some byte, and with the at most 7 bits below it fits the 8 bytes
 * loaded from there, so one load, one shift and one mask give it. */
#include "base/bytes.h"
#include "codec/bitpack_kernels.h"
#include "codec/wordset_kernels.h"

static void unpack(const uint8_t *packed, uint32_t count, uint32_t width, uint32_t *values)
{
    const uint64_t mask = (UINT64_C(1) << width) - 1;
    uint32_t bit = 0;
    for (uint32_t i = 0; i < count; i++) {
        values[i] = (uint32_t)((load_le64(packed + bit / 8) >> (bit % 8)) & mask);
        bit += width;
    }
}

static void sum_docs(uint32_t *values, uint32_t count, uint32_t base)
{
    for (uint32_t i = 0; i < count; i++) {
        base += values[i] + 1;
        values[i] = base;
    }
}

static void unpack_docs(
    const uint8_t *packed, uint32_t count, uint32_t width, uint32_t base, uint32_t *values)
{
    const uint64_t mask = (UINT64_C(1) << width) - 1;
    uint32_t bit = 0;
    for (uint32_t i = 0; i < count; i++) {
        base += (uint32_t)((load_le64(packed + bit / 8) >> (bit % 8)) & mask) + 1;
        values[i] = base;
        bit += width;
    }
}

static uint32_t increment(uint32_t *values, uint32_t count)
{
    uint32_t largest = 0;
    for (uint32_t i = 0; i < count; i++) {
        largest = values[i] > largest ? values[i] : largest;
        values[i]++;
    }
    return largest;
}

static uint32_t unpack_docs_adding(const uint8_t *packed, uint32_t count, uint32_t width,
    uint32_t base, const uint64_t *marks, const uint32_t *additions, uint32_t *values)
{
    unpack(packed, count, width, values);
    const uint32_t added = add_marked(values, count, marks, additions);
    sum_docs(values, count, base);
    return added;
}

static bool meet(const uint32_t *first, uint32_t first_count, const uint32_t *second,
    uint32_t second_count, uint32_t distance)
{
    return meet_walking(first, first_count, second, second_count, distance);
}

static uint32_t locate(const uint32_t *docs, uint32_t count, const uint32_t *wanted, uint32_t first,
    uint32_t end, uint32_t base, uint32_t *found, uint32_t *places)
{
    return locate_walking(docs, count, wanted, first, end, base, found, places);
}

const struct bitpack_ops bitpack_scalar = {
    .name = "scalar",
    .cpu_needs = 0,
    .unpack = unpack,
    .unpack_docs = unpack_docs,
    .unpack_docs_adding = unpack_docs_adding,
    .sum_docs = sum_docs,
    .increment = increment,
    .meet = meet,
    .locate = locate,
    .wordset = &wordset_scalar,
};
