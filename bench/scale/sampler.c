/* sampler.c -- logarithms and powers of two in whole numbers, and tables of aliases. */
#include "sampler.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    FRACTION = 24,   /* bits of a logarithm behind the point */
    UNIT = 30,       /* and of a power's mantissa */
    HEAVIEST = 31,   /* bits of a law's greatest weight */
    RESOLUTION = 18, /* bits of a threshold that count */
};

void *memory(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (p == NULL) {
        fputs("generate: out of memory\n", stderr);
        exit(4);
    }
    return p;
}

static uint64_t root(uint64_t x)
{
    uint64_t result = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit >>= 1) {
        if ((result + bit) * (result + bit) <= x) {
            result += bit;
        }
    }
    return result;
}

/* log2(x) with FRACTION bits behind the point; x > 0. A bit for each squaring of the mantissa. */
static int64_t logarithm(uint64_t x)
{
    int64_t whole = 0;
    for (uint64_t rest = x; rest > 1; rest >>= 1) {
        whole++;
    }
    uint64_t mantissa = whole > 31 ? x >> (whole - 31) : x << (31 - whole);
    int64_t result = whole;
    for (int i = 0; i < FRACTION; i++) {
        mantissa = mantissa * mantissa >> 31;
        result *= 2;
        if (mantissa >> 32 != 0) {
            mantissa >>= 1;
            result++;
        }
    }
    return result;
}

/* 2^x, x with FRACTION bits behind the point and below 2^33: the product of 2^(1/2), 2^(1/4) ... for its bits. */
static uint64_t power(int64_t x)
{
    static uint64_t factors[FRACTION];
    if (factors[FRACTION - 1] == 0) {
        uint64_t factor = UINT64_C(2) << UNIT;
        for (int bit = FRACTION - 1; bit >= 0; bit--) {
            factors[bit] = factor = root(factor << UNIT);
        }
    }
    uint64_t result = UINT64_C(1) << UNIT;
    for (int bit = 0; bit < FRACTION; bit++) {
        if ((x >> bit & 1) != 0) {
            result = result * factors[bit] >> UNIT;
        }
    }
    const int64_t whole = x >> FRACTION; /* rounds down */
    return whole >= 0 ? result << whole >> UNIT : whole > -UNIT ? result >> -whole >> UNIT : 0;
}

uint64_t power_of_two(uint32_t n, uint32_t unit)
{
    const int64_t x = ((int64_t)n << (FRACTION - 8)) + logarithm(unit);
    return power(x);
}

void sampler_init(struct sampler *sampler, const uint64_t *weights, uint32_t count)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += weights[i];
    }
    *sampler = (struct sampler){.aliases = memory(count, sizeof(struct alias)), .count = count};
    uint64_t *parts = memory(count, sizeof *parts); /* of what an item has on the average: sum */
    uint32_t *small = memory(count, sizeof *small), *large = memory(count, sizeof *large);
    uint32_t small_count = 0, large_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        parts[i] = weights[i] * count;
        if (parts[i] < sum) {
            small[small_count++] = i;
        } else {
            large[large_count++] = i;
        }
    }
    while (small_count > 0 && large_count > 0) {
        const uint32_t less = small[--small_count], more = large[large_count - 1];
        const uint32_t threshold = (uint32_t)((parts[less] << RESOLUTION) / sum)
                                   << (32 - RESOLUTION);
        sampler->aliases[less] = (struct alias){threshold, more};
        parts[more] -= sum - parts[less];
        if (parts[more] < sum) {
            large_count--;
            small[small_count++] = more;
        }
    }
    while (large_count > 0) {
        const uint32_t i = large[--large_count];
        sampler->aliases[i] = (struct alias){UINT32_MAX, i};
    }
    while (small_count > 0) {
        const uint32_t i = small[--small_count];
        sampler->aliases[i] = (struct alias){UINT32_MAX, i};
    }
    free(parts);
    free(small);
    free(large);
}

void sampler_init_zipf(struct sampler *sampler, uint32_t count, uint32_t shift)
{
    uint64_t *weights = memory(count, sizeof *weights);
    for (uint32_t i = 0; i < count; i++) {
        weights[i] = (UINT64_C(1) << 31) / (i + shift);
    }
    sampler_init(sampler, weights, count);
    free(weights);
}

/* The logarithm of the frequency at rank 2^x. */
static int64_t law_at(const struct knot *knots, int64_t x)
{
    uint32_t i = 0;
    while (knots[i + 2].rank != 0 && logarithm(knots[i + 1].rank) < x) {
        i++;
    }
    const int64_t x0 = logarithm(knots[i].rank), x1 = logarithm(knots[i + 1].rank);
    const int64_t y0 = logarithm(knots[i].frequency), y1 = logarithm(knots[i + 1].frequency);
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
}

void sampler_init_law(
    struct sampler *sampler, const struct knot *knots, uint32_t first, uint32_t end)
{
    uint32_t *firsts = memory(LAW_ITEMS + 1, sizeof *firsts);
    for (uint32_t i = 0; i <= LAW_ITEMS; i++) {
        const uint32_t step = i - SINGLE_RANKS;
        firsts[i] = i < SINGLE_RANKS
                        ? i
                        : (uint32_t)(power_of_two(step % 8 * 32, SINGLE_RANKS) << step / 8);
    }
    int64_t logarithms[LAW_ITEMS], most = INT64_MIN;
    for (uint32_t i = 0; i < LAW_ITEMS; i++) {
        const uint64_t ranks =
            (uint64_t)firsts[i] + firsts[i + 1] + 1; /* twice the middle, from 1 */
        logarithms[i] = law_at(knots, logarithm(ranks) - (INT64_C(1) << FRACTION)) +
                        logarithm(firsts[i + 1] - firsts[i]);
        most = logarithms[i] > most ? logarithms[i] : most;
    }
    uint64_t *weights = memory(LAW_ITEMS, sizeof *weights);
    for (uint32_t i = 0; i < LAW_ITEMS; i++) {
        if (firsts[i] >= first && firsts[i + 1] <= end) {
            weights[i] = power(logarithms[i] - most + ((int64_t)HEAVIEST << FRACTION));
        }
    }
    sampler_init(sampler, weights, LAW_ITEMS);
    sampler->firsts = firsts;
    free(weights);
}

void sampler_release(struct sampler *sampler)
{
    free(sampler->aliases);
    free(sampler->firsts);
    *sampler = (struct sampler){.count = 0};
}
