/* scale_bits is the largest for which (sum of weights) * 2^scale_bits, with room for the rounding of each
 * term, stays below 2^31. A share is never above its weight, since tf / (tf + K) <= 1 in floating point
 * as well: rounding is monotone. */
#include "query/bm25.h"

#include <math.h>

enum {
    SCALE_BITS_MIN = -64, /* weights are bounded (limits.h), so this is never reached */
    SCALE_BITS_MAX = 64,
};

/* One unit in this many is an error of 1e-6. */
static const double PRECISE_UNITS = 1e6;

double bm25_idf(uint64_t documents, uint64_t documents_with_term)
{
    const double n = (double)documents_with_term;
    const double without = documents > documents_with_term ? (double)documents - n : 0;
    return log(1 + (without + 0.5) / (n + 0.5));
}

void bm25_init(struct bm25 *bm25, const struct bm25_options *options, double average_length,
    double weight_sum, uint32_t terms)
{
    const double average = average_length > 0 ? average_length : 1;
    int exponent; /* weight_sum < 2^exponent, so the bits are at least 30 - exponent, and 32 - exponent at most */
    (void)frexp(weight_sum, &exponent);
    int bits = exponent > 32 - SCALE_BITS_MAX ? 32 - exponent : SCALE_BITS_MAX;
    while (bits > SCALE_BITS_MIN &&
           ldexp(weight_sum, bits) * (1 + BM25_RELATIVE_ERROR) + terms >= 2147483648.0) {
        bits--;
    }
    *bm25 = (struct bm25){
        .options = *options,
        .average_length = average,
        .length_free = (float)(options->k1 * (1 - options->b)),
        .length_factor = (float)(options->k1 * options->b / average),
        .title_extra = (float)(options->title_boost - 1),
        .scale_bits = bits,
    };
}

float bm25_scaled_weight(const struct bm25 *bm25, double weight)
{
    return (float)ldexp(weight, bm25->scale_bits);
}

double bm25_exact(
    const struct bm25 *bm25, double weight, uint32_t tf, uint32_t title_tf, uint32_t length)
{
    const double k1 = bm25->options.k1;
    const double b = bm25->options.b;
    const double frequency = tf + (bm25->options.title_boost - 1) * title_tf;
    return frequency > 0
               ? weight * frequency /
                     (frequency + k1 * (1 - b + b * (double)length / bm25->average_length))
               : 0;
}

bool bm25_is_precise(uint32_t units, uint32_t terms)
{
    return (double)units >= PRECISE_UNITS * terms;
}

double bm25_value(const struct bm25 *bm25, uint32_t units)
{
    return ldexp((double)units, -bm25->scale_bits);
}
