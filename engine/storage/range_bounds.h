/* range_bounds.h -- for each frequent term, a bound on its scores in every range of 64 documents.
 *
 * FORMAT.md, "Ranges". A *range* is LEDE_RANGE_DOCS consecutive documents, one 64-bit word of a set of
 * documents. Its bound is a byte, a *code*: a place in the segment's scale of quotients
 *
 *     tf / (tf + A + B * length)          A = k1 * (1 - b), B = k1 * b / average length
 *
 * for k1 = 1.2 and b = 0.75, such that no document of the range has a larger one. A search makes a table of 256
 * bounds per term and adds up a byte a range: some 1,700 additions for 100,000 documents tell where the
 * best ones can be. With other parameters A', B' no quotient grows by more than max(1, A / A', B / B'), as
 * (tf + A + B * length) / (tf + A' + B' * length) is a mean of 1, A / A' and B / B': so codes hold for any k1, b,
 * average length and boost, and are as tight as they can be for those they were made with.
 *
 * Quotients are in single precision, by the operations of a share (query/bm25.h) in their order: a code whose
 * quotient is that of a document bounds its share exactly, and ties are seen as ties.
 *
 * Docid-range maxima: Mallia, Suel & Tonellotto, SIGIR 2024 ("Block-Max Pruning"), of which this takes the
 * bound and the visit of the best ranges first, not the sort of all.
 */
#ifndef STORAGE_RANGE_BOUNDS_H
#define STORAGE_RANGE_BOUNDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/status.h"

enum {
    RANGE_CODES = 256, /* 0: the term is not in the range */
    RANGE_QUOTIENT_STEPS = 12 * 128 + 1,
};

/* What codes mean in a segment. */
struct range_scale {
    float length_free, length_factor;    /* A and B */
    float quotients[RANGE_CODES];        /* ascending; the first is 0, the last 1 */
    uint8_t codes[RANGE_QUOTIENT_STEPS]; /* where to look for a quotient: range_bounds.c */
};

/* Bounds of a segment, mapped. */
struct range_bounds {
    struct range_scale scale;
    const uint8_t *ordinals; /* u32 each, ascending: terms that have codes */
    const uint8_t *codes;
    uint32_t term_count;
    uint32_t stride; /* bytes of codes a term: a whole number of windows of LEDE_WINDOW_RANGES */
};

/* Whether a text term with so many documents of a segment has codes. */
static inline bool range_bounds_wanted(uint32_t df, uint32_t doc_count)
{
    return df >= LEDE_RANGE_DF_MIN && (uint64_t)df * LEDE_RANGE_SPARSENESS >= doc_count;
}

/* Codes of so many documents: one a range, rounded up to windows. */
static inline uint32_t range_bounds_stride(uint32_t doc_count)
{
    const uint32_t window_docs = LEDE_RANGE_DOCS * LEDE_WINDOW_RANGES;
    return (doc_count / window_docs + (doc_count % window_docs != 0)) * LEDE_WINDOW_RANGES;
}

static inline float range_quotient(const struct range_scale *scale, uint32_t tf, uint32_t length)
{
    const float frequency = (float)tf;
    return frequency / (frequency + (scale->length_free + scale->length_factor * (float)length));
}

/* The smallest code whose quotient is at least this one, above 0: codes ascend with quotients, so that of some
 * documents' largest quotient bounds them all. */
uint8_t range_code_of(const struct range_scale *scale, float quotient);

/* That of a document with `tf` >= 1 occurrences in `length` words. */
static inline uint8_t range_code(const struct range_scale *scale, uint32_t tf, uint32_t length)
{
    return range_code_of(scale, range_quotient(scale, tf, length));
}

/* The code that bounds what either of two bounds. */
static inline uint8_t range_code_join(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

/* Choose the scale of a segment from the lengths of its documents. */
void range_scale_choose(struct range_scale *scale, const uint32_t *lengths, uint32_t doc_count);

/* Join `count` documents of a list to its `codes`, range_bounds_stride(doc_count) bytes, which are 0 before
 * the first. */
void range_bounds_encode(const struct range_scale *scale, const uint32_t *docs,
    const uint32_t *frequencies, uint32_t count, const uint32_t *lengths, uint8_t *codes);

/* Append what stands before the codes: scale and ordinals (u32 little-endian each, ascending). */
lede_status range_bounds_write_head(
    const struct range_scale *scale, struct span ordinals, struct buf *section) MUST_CHECK;

lede_status range_bounds_open(struct range_bounds *bounds, struct span section, uint32_t doc_count,
    uint32_t term_count, lede_error *error) MUST_CHECK;

/* The codes of the term with this place in the text dictionary, bounds->stride of them; NULL: it has none. */
const uint8_t *range_bounds_find(const struct range_bounds *bounds, uint32_t ordinal);

#endif
