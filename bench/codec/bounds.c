#include "bounds.h"

#include <math.h>

enum { NUMBERS_MAX = 256 };

double bound_choice(uint32_t places, uint32_t taken)
{
    if (taken > places) {
        return 0;
    }
    const double nats = lgamma(places + 1.0) - lgamma(taken + 1.0) - lgamma(places - taken + 1.0);
    return nats / log(2);
}

double bound_entropy(const uint32_t *numbers, uint32_t count)
{
    uint32_t values[NUMBERS_MAX];
    uint32_t times[NUMBERS_MAX];
    uint32_t distinct = 0;
    for (uint32_t i = 0; i < count && i < NUMBERS_MAX; i++) {
        uint32_t at = 0;
        while (at < distinct && values[at] != numbers[i]) {
            at++;
        }
        if (at == distinct) {
            values[distinct] = numbers[i];
            times[distinct++] = 0;
        }
        times[at]++;
    }
    double bits = 0;
    for (uint32_t i = 0; i < distinct; i++) {
        bits += times[i] * log2((double)count / times[i]);
    }
    return bits;
}
