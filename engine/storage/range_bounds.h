/* range_bounds.h -- for each frequent term, a bound on its scores in every range of 64 documents.
 *
 * FORMAT.md, "Ranges". A *range* is LEDE_RANGE_DOCS consecutive documents, one 64-bit word of a set of
 * documents. Its bound is a byte, a *code* of two numbers T and D: in no document of the range does the term
 * occur more than T times, nor more often than once in D words. So with A, B >= 0
 *
 *     tf / (tf + A + B * length)  <=  T / (T + A + B * T * D)
 *
 * since tf <= T and tf * D <= length: the bound holds for any k1, b and boost, and is far closer than one of the
 * largest tf with the smallest length, which belong to different documents. A search makes a table of 256
 * bounds per term and adds up a byte a range: some 1,700 additions for 100,000 documents tell where the
 * best ones can be.
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
    RANGE_CODES =
        256, /* T in the high three bits, 0 for a range without the term; D in the low five */
    RANGE_T_CODES = 8,
    RANGE_D_CODES = 32,
    RANGE_SCALE_WORDS = 1024,
    RANGE_T_UNBOUNDED = 7, /* the code that says: the term's largest frequency */
};

/* What the codes of D mean in a segment: ascending. */
struct range_scale {
    uint32_t words[RANGE_D_CODES];
    uint8_t codes[RANGE_SCALE_WORDS]; /* by number of words: the code */
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

/* The T of a code; `max_tf` is the term's largest frequency. */
uint32_t range_code_t(uint32_t t_code, uint32_t max_tf);

/* The code of a document with `tf` occurrences in `length` words, or of several with at most `tf` and at least
 * `length`. tf >= 1. */
uint8_t range_code(const struct range_scale *scale, uint32_t tf, uint32_t length);

/* The code that bounds what either of two bounds; 0 bounds nothing. */
static inline uint8_t range_code_join(uint8_t a, uint8_t b)
{
    const uint8_t t = (a > b ? a : b) & 0xe0;
    const uint8_t d = (a & 0x1f) < (b & 0x1f) ? a & 0x1f : b & 0x1f;
    return a == 0 || b == 0 ? a | b : t | d;
}

/* Choose the scale of a segment from the lengths of its documents; scratch of doc_count numbers. */
void range_scale_choose(
    struct range_scale *scale, const uint32_t *lengths, uint32_t doc_count, uint32_t *scratch);

/* Fill `codes`, range_bounds_stride(doc_count) bytes, for a list of `count` documents, by one
 * walk over it. */
void range_bounds_encode(const struct range_scale *scale, const uint32_t *docs,
    const uint32_t *frequencies, uint32_t count, const uint32_t *lengths, uint32_t stride,
    uint8_t *codes);

/* Append what stands before the codes: scale and ordinals (u32 little-endian each, ascending). */
lede_status range_bounds_write_head(
    const struct range_scale *scale, struct span ordinals, struct buf *section) MUST_CHECK;

lede_status range_bounds_open(struct range_bounds *bounds, struct span section, uint32_t doc_count,
    uint32_t term_count, lede_error *error) MUST_CHECK;

/* Whether the scale ascends from 0, so that codes mean what they should. */
bool range_scale_is_sound(const struct range_scale *scale);

/* The codes of the term with this place in the text dictionary, bounds->stride of them; NULL: it has none. */
const uint8_t *range_bounds_find(const struct range_bounds *bounds, uint32_t ordinal);

#endif
