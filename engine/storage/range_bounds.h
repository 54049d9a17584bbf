/* range_bounds.h -- for each frequent term, a bound on its scores in every range of 64 documents.
 *
 * FORMAT.md, "Ranges". A *range* is LEDE_RANGE_DOCS consecutive documents, one 64-bit word of a set of
 * documents. Its bound is a byte, a *code*: the high half says how often the term occurs at most in a
 * document of the range (0: in none of them), the low half how long such a document is at least. Codes are pairs,
 * not scores, so they hold for any k1, b and boost; a search makes a table of 256 bounds per term and adds
 * up a byte a range: some 1,700 additions for 100,000 documents tell where the best ones can be.
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
    RANGE_CODES = 256,
    RANGE_TF_CODES = 16,
    RANGE_LENGTH_CODES = 16,
    RANGE_TF_UNBOUNDED = 15, /* the code that says: the term's largest frequency */
};

/* What codes mean in a segment. */
struct range_scale {
    uint32_t lengths[RANGE_LENGTH_CODES]; /* ascending: documents of code c are no shorter */
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

/* The largest frequency that a tf code stands for; `max_tf` is the term's. */
uint32_t range_code_tf(uint32_t tf_code, uint32_t max_tf);

/* The tightest code for documents with at most `max_tf` >= 1 occurrences and at least `min_length` words. */
uint8_t range_code(const struct range_scale *scale, uint32_t max_tf, uint32_t min_length);

/* Choose the scale of a segment from the lengths of its documents; scratch of doc_count numbers. */
void range_scale_choose(
    struct range_scale *scale, const uint32_t *lengths, uint32_t doc_count, uint32_t *scratch);

/* Fill `codes`, range_bounds_stride(doc_count) bytes, for a list of `count` documents. */
void range_bounds_encode(const struct range_scale *scale, const uint32_t *docs,
    const uint32_t *frequencies, uint32_t count, const uint32_t *lengths, uint32_t stride,
    uint8_t *codes);

/* Append what stands before the codes: scale and ordinals (u32 little-endian each, ascending). */
lede_status range_bounds_write_head(
    const struct range_scale *scale, struct span ordinals, struct buf *section) MUST_CHECK;

lede_status range_bounds_open(struct range_bounds *bounds, struct span section, uint32_t doc_count,
    uint32_t term_count, lede_error *error) MUST_CHECK;

/* The codes of the term with this place in the text dictionary, bounds->stride of them; NULL: it has none. */
const uint8_t *range_bounds_find(const struct range_bounds *bounds, uint32_t ordinal);

#endif
