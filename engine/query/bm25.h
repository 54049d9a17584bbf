/* bm25.h -- the score formula, in fixed point for ranking and in double for printing.
 *
 *     idf(n)    = ln(1 + (N - n + 0.5) / (n + 0.5))
 *     weight    = boost * idf * (k1 + 1)
 *     share     = weight * tf / (tf + k1 * (1 - b) + k1 * b * dl / avgdl)
 *
 * N documents, n of them with the term, tf its occurrences in the document, dl the document's words,
 * avgdl their mean. Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework", with 1 + inside
 * the logarithm as in Lucene, so that no idf is negative.
 *
 * For ranking, a share is computed in IEEE single precision, one operation after the other without
 * contraction, with the weight scaled by 2^scale_bits, and rounded to an integer. A document's score is
 * the sum of its shares: sums of integers do not depend on order, so every path gives the same ranks.
 * scale_bits is such that no sum reaches 2^31: integers compare as signed ones too, as AVX2 does.
 *
 * Error: a share differs from the exact one by at most BM25_RELATIVE_ERROR of it and one unit.
 */
#ifndef QUERY_BM25_H
#define QUERY_BM25_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/* Six roundings of single precision: weight, dl / avgdl term (2), sum, quotient, product. */
#define BM25_RELATIVE_ERROR 5e-7

struct bm25_options {
    double k1, b, title_boost;
};

/* What is the same for all terms of a query. */
struct bm25 {
    struct bm25_options options;
    double average_length;
    float length_free;   /* k1 * (1 - b) */
    float length_factor; /* k1 * b / avgdl */
    float title_extra;   /* title_boost - 1: added to tf for each occurrence in the title */
    int scale_bits;      /* a score of 1 is 2^scale_bits units */
};

double bm25_idf(uint64_t documents, uint64_t documents_with_term);

/* `weight_sum`: the sum of the query's weights, above any score; `terms`: how many. */
void bm25_init(struct bm25 *bm25, const struct bm25_options *options, double average_length,
    double weight_sum, uint32_t terms);

/* A term's weight in units. */
float bm25_scaled_weight(const struct bm25 *bm25, double weight);

/* The share of a term in units. `tf` may have the title's part added (bm25_title_tf). */
ALWAYS_INLINE uint32_t bm25_share(
    const struct bm25 *bm25, float scaled_weight, float tf, uint32_t length)
{
    const float denominator = tf + (bm25->length_free + bm25->length_factor * (float)length);
    /* Through a signed integer, which it fits: what a vector can convert to. */
    return tf > 0 ? (uint32_t)(int32_t)(scaled_weight * (tf / denominator) + 0.5f) : 0;
}

/* tf where occurrences in the title count title_boost times. */
ALWAYS_INLINE float bm25_title_tf(const struct bm25 *bm25, uint32_t tf, uint32_t title_tf)
{
    return (float)tf + bm25->title_extra * (float)title_tf;
}

/* The share in double precision, from an unscaled weight. */
double bm25_exact(
    const struct bm25 *bm25, double weight, uint32_t tf, uint32_t title_tf, uint32_t length);

/* Whether `units`, a sum of `terms` shares, is as good as the sum in double (2e-6 relative). */
bool bm25_is_precise(uint32_t units, uint32_t terms);
double bm25_value(const struct bm25 *bm25, uint32_t units);

#endif
