/* The scale's lengths are quantiles of what the shortest of three documents taken at random is: that is
 * about what a range's minimum looks like where a term is frequent enough to have codes. */
#include "storage/range_bounds.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/bytes.h"

enum {
    HEAD_BYTES = 64 + RANGE_LENGTH_CODES * 4, /* counts, then the scale */
    SECTION_ALIGNMENT = 64,
    DOCS_A_MINIMUM = 3,
};

static_assert(RANGE_TF_CODES * RANGE_LENGTH_CODES == RANGE_CODES, "a code is a byte");

/* Largest frequencies of codes 1 to 14. */
static const uint8_t tf_of_code[RANGE_TF_CODES] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24, 32, 64, 0};

uint32_t range_code_tf(uint32_t tf_code, uint32_t max_tf)
{
    return tf_code == RANGE_TF_UNBOUNDED || tf_of_code[tf_code] > max_tf ? max_tf
                                                                         : tf_of_code[tf_code];
}

uint8_t range_code(const struct range_scale *scale, uint32_t max_tf, uint32_t min_length)
{
    uint32_t tf_code = 1;
    while (tf_code < RANGE_TF_UNBOUNDED && tf_of_code[tf_code] < max_tf) {
        tf_code++;
    }
    uint32_t length_code = 0;
    for (uint32_t step = RANGE_LENGTH_CODES / 2; step > 0; step /= 2) {
        length_code += scale->lengths[length_code + step] <= min_length ? step : 0;
    }
    return (uint8_t)(tf_code << 4 | length_code);
}

static int compare_lengths(const void *a, const void *b)
{
    const uint32_t first = *(const uint32_t *)a;
    const uint32_t second = *(const uint32_t *)b;
    return (first > second) - (first < second);
}

void range_scale_choose(
    struct range_scale *scale, const uint32_t *lengths, uint32_t doc_count, uint32_t *scratch)
{
    *scale = (struct range_scale){0};
    if (doc_count == 0) {
        return;
    }
    memcpy(scratch, lengths, (size_t)doc_count * sizeof *lengths);
    qsort(scratch, doc_count, sizeof *scratch, compare_lengths);
    scale->lengths[0] = scratch[0];
    uint32_t at = 0;
    for (uint32_t code = 1; code < RANGE_LENGTH_CODES; code++) {
        const double quantile = (double)code / RANGE_LENGTH_CODES;
        const double place = (1 - pow(1 - quantile, 1.0 / DOCS_A_MINIMUM)) * doc_count;
        at = (uint32_t)place > at ? (uint32_t)place : at;
        /* Each code has a length of its own, as long as there are any. */
        while (at + 1 < doc_count && scratch[at] <= scale->lengths[code - 1]) {
            at++;
        }
        scale->lengths[code] = scratch[at];
    }
}

void range_bounds_encode(const struct range_scale *scale, const uint32_t *docs,
    const uint32_t *frequencies, uint32_t count, const uint32_t *lengths, uint32_t stride,
    uint8_t *codes)
{
    memset(codes, 0, stride);
    for (uint32_t i = 0; i < count;) {
        const uint32_t range = docs[i] / LEDE_RANGE_DOCS;
        uint32_t max_tf = 0;
        uint32_t min_length = UINT32_MAX;
        for (; i < count && docs[i] / LEDE_RANGE_DOCS == range; i++) {
            max_tf = frequencies[i] > max_tf ? frequencies[i] : max_tf;
            min_length = lengths[docs[i]] < min_length ? lengths[docs[i]] : min_length;
        }
        codes[range] = range_code(scale, max_tf, min_length);
    }
}

/* ---- the section ---- */

/* Where the codes begin behind so many ordinals. */
static uint64_t codes_offset(uint64_t term_count)
{
    return round_up(HEAD_BYTES + term_count * 4, SECTION_ALIGNMENT);
}

lede_status range_bounds_write_head(
    const struct range_scale *scale, struct span ordinals, struct buf *section)
{
    const size_t start = section->size;
    (void)buf_append_le32(section, (uint32_t)(ordinals.size / 4));
    (void)buf_append_zeros(section, 60);
    for (uint32_t i = 0; i < RANGE_LENGTH_CODES; i++) {
        (void)buf_append_le32(section, scale->lengths[i]);
    }
    (void)buf_append(section, ordinals.bytes, ordinals.size);
    return buf_append_zeros(
        section, (size_t)codes_offset(ordinals.size / 4) - (section->size - start));
}

lede_status range_bounds_open(struct range_bounds *bounds, struct span section, uint32_t doc_count,
    uint32_t term_count, lede_error *error)
{
    struct range_bounds opened = {.stride = range_bounds_stride(doc_count)};
    if (section.size < HEAD_BYTES) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "ranges: section is damaged");
    }
    opened.term_count = load_le32(section.bytes);
    const uint64_t offset = codes_offset(opened.term_count);
    if (opened.term_count > term_count ||
        section.size != offset + (uint64_t)opened.term_count * opened.stride) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "ranges: section has %zu bytes, not those of %u terms",
            section.size, opened.term_count);
    }
    for (uint32_t i = 0; i < RANGE_LENGTH_CODES; i++) {
        opened.scale.lengths[i] = load_le32(section.bytes + 64 + (size_t)i * 4);
    }
    opened.ordinals = section.bytes + HEAD_BYTES;
    opened.codes = section.bytes + offset;
    *bounds = opened;
    return LEDE_OK;
}

const uint8_t *range_bounds_find(const struct range_bounds *bounds, uint32_t ordinal)
{
    uint32_t first = 0;
    for (uint32_t end = bounds->term_count; first < end;) {
        const uint32_t middle = first + (end - first) / 2;
        if (load_le32(bounds->ordinals + (size_t)middle * 4) < ordinal) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    if (first == bounds->term_count ||
        load_le32(bounds->ordinals + (size_t)first * 4) != ordinal) {
        return NULL;
    }
    return bounds->codes + (size_t)first * bounds->stride;
}
