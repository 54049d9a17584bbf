/* rng.h -- random numbers for tests: the same on every machine from the same seed.
 *
 * xoshiro256** (Blackman & Vigna, "Scrambled Linear Pseudorandom Number Generators", 2018), its state
 * filled by splitmix64 (Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
 * Name the seed in the message of every assertion that depends on it.
 */
#ifndef TESTS_SUPPORT_RNG_H
#define TESTS_SUPPORT_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state[4];
};

void rng_init(struct rng *rng, uint64_t seed);

/* LEDE_TEST_SEED of the environment (decimal, or hexadecimal with 0x), else `usual`. */
uint64_t rng_seed(uint64_t usual);

uint64_t rng_next(struct rng *rng);   /* any 64 bits */
uint32_t rng_next32(struct rng *rng); /* any 32 bits */

/* 0 <= value < bound, each as likely; `bound` is not 0. */
uint64_t rng_below(struct rng *rng, uint64_t bound);

/* least <= value <= most */
int64_t rng_between(struct rng *rng, int64_t least, int64_t most);

double rng_real(struct rng *rng); /* 0 <= value < 1, 53 bits */

/* A number of at most `width_max` bits (0..64), all widths as likely: small ones are frequent. */
uint64_t rng_skewed(struct rng *rng, uint32_t width_max);

void rng_fill(struct rng *rng, void *bytes, size_t size);

#endif
