#include "support/rng.h"

#include <stdlib.h>
#include <string.h>

static uint64_t splitmix64(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15u; /* 2^64 divided by the golden ratio, odd */
    uint64_t mixed = *state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

static uint64_t rotated(uint64_t value, unsigned by)
{
    return value << by | value >> (64 - by);
}

void rng_init(struct rng *rng, uint64_t seed)
{
    for (size_t i = 0; i < 4; i++) {
        rng->state[i] = splitmix64(&seed);
    }
}

uint64_t rng_seed(uint64_t usual)
{
    const char *asked = getenv("LEDE_TEST_SEED");
    return asked == NULL || *asked == '\0' ? usual : strtoull(asked, NULL, 0);
}

uint64_t rng_next(struct rng *rng)
{
    uint64_t *s = rng->state;
    const uint64_t value = rotated(s[1] * 5, 7) * 9;
    const uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 45);
    return value;
}

uint32_t rng_next32(struct rng *rng)
{
    return (uint32_t)(rng_next(rng) >> 32);
}

uint64_t rng_below(struct rng *rng, uint64_t bound)
{
    /* The first 2^64 mod bound values are refused: what is left is a multiple of bound. */
    const uint64_t refused = (0 - bound) % bound;
    uint64_t value;
    do {
        value = rng_next(rng);
    } while (value < refused);
    return value % bound;
}

int64_t rng_between(struct rng *rng, int64_t least, int64_t most)
{
    const uint64_t range = (uint64_t)most - (uint64_t)least + 1;
    const uint64_t step = range == 0 ? rng_next(rng) : rng_below(rng, range);
    return (int64_t)((uint64_t)least + step);
}

double rng_real(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

uint64_t rng_skewed(struct rng *rng, uint32_t width_max)
{
    const uint64_t width = rng_below(rng, (uint64_t)width_max + 1);
    const uint64_t value = rng_next(rng);
    return width == 0 ? 0 : value >> (64 - width);
}

void rng_fill(struct rng *rng, void *bytes, size_t size)
{
    uint8_t *at = bytes;
    while (size > 0) {
        const uint64_t value = rng_next(rng);
        const size_t part = size < sizeof value ? size : sizeof value;
        memcpy(at, &value, part);
        at += part;
        size -= part;
    }
}
