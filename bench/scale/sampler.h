/* sampler.h -- ranks drawn by a law; whole numbers only, so that every machine draws the same.
 *
 * A law of rank and frequency is given by knots: between two of them the logarithm of the frequency is a straight
 * line over the logarithm of the rank, and behind the last one it goes on to RANK_END. So the head of a
 * vocabulary can be as it was measured, and the tail, which has no end in practice, follows Zipf's law.
 */
#ifndef BENCH_SCALE_SAMPLER_H
#define BENCH_SCALE_SAMPLER_H

#include <stddef.h>
#include <stdint.h>

#include "../random.h"

enum {
    SINGLE_RANKS =
        8192, /* so many have a weight of their own; behind them eight steps to a doubling */
    RANK_BITS = 31,
    LAW_ITEMS = SINGLE_RANKS + 8 * (RANK_BITS - 13),
};

#define RANK_END (UINT32_C(1) << RANK_BITS)

struct knot {
    uint32_t rank;      /* from 1 */
    uint64_t frequency; /* of the word at this rank, in any unit */
};

/* Walker's method of aliases (1977), built as Vose (1991) does: a draw is one look-up. */
struct alias {
    uint32_t threshold, other;
};

struct sampler {
    struct alias *aliases;
    uint32_t *firsts; /* of a law's items: the first rank; one more at the end */
    uint32_t count;
};

/* Memory, or the end of the program. */
void *memory(size_t count, size_t size);

/* 2^(n / 256), and so many times the unit: for n in 0 ... 256 * 30. */
uint64_t power_of_two(uint32_t n, uint32_t unit);

/* Items 0 ... count - 1 with these weights, which are below 2^32 and not all 0. */
void sampler_init(struct sampler *sampler, const uint64_t *weights, uint32_t count);
/* Item i weighs 1 / (i + shift). */
void sampler_init_zipf(struct sampler *sampler, uint32_t count, uint32_t shift);
/* Ranks from `first` to before `end`, where the first is 0. A knot of rank 0 ends the list; there are two at least. */
void sampler_init_law(
    struct sampler *sampler, const struct knot *knots, uint32_t first, uint32_t end);
void sampler_release(struct sampler *sampler);

/* An item, by 32 random bits. */
static inline uint32_t sampler_draw(const struct sampler *sampler, uint32_t random)
{
    const uint64_t product = (uint64_t)random * sampler->count;
    const uint32_t i = (uint32_t)(product >> 32);
    const struct alias alias = sampler->aliases[i];
    return (uint32_t)product < alias.threshold ? i : alias.other;
}

/* A rank of a law, by 32 random bits and more of the series where it is a rare one. */
static inline uint32_t sampler_draw_rank(
    const struct sampler *sampler, uint32_t random, uint64_t *state)
{
    const uint32_t i = sampler_draw(sampler, random);
    if (i < SINGLE_RANKS) {
        return i;
    }
    const uint32_t first = sampler->firsts[i];
    return first + random_below(state, sampler->firsts[i + 1] - first);
}

/* The same, by the next numbers of a series. */
static inline uint32_t sampler_next(const struct sampler *sampler, uint64_t *state)
{
    return sampler_draw(sampler, (uint32_t)(random_next(state) >> 32));
}

static inline uint32_t sampler_next_rank(const struct sampler *sampler, uint64_t *state)
{
    return sampler_draw_rank(sampler, (uint32_t)(random_next(state) >> 32), state);
}

#endif
