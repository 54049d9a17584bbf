/* The scale has the quotients of short documents in which a term occurs once or twice, as far as there may be many
 * of the same, so that such documents have bounds of their own; the rest are geometric in
 * (A + B * length) / tf.
 *
 * A quotient is looked for from a table that its exponent and highest bits index. */
#include "storage/range_bounds.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/bytes.h"

enum {
    SCALE_AT = 64,
    HEAD_BYTES = SCALE_AT + (2 + RANGE_CODES) * 4, /* counts, then the scale */
    SECTION_ALIGNMENT = 64,
    /* Quotients from 2^-12 to 1 differ in so many steps of their bits above this. */
    STEP_SHIFT = 16,
    FIRST_STEP = (127 - 12) << (23 - STEP_SHIFT),
    /* In segments whose documents have on average no more words than this, lengths up to it have quotients. */
    SHORT_LENGTH = 64,
    SHORT_LENGTH_TWICE = 32,
};

static const double k1 = 1.2;
static const double b = 0.75;
static const double x_least = 0.015; /* (A + B * length) / tf of the geometric part */
static const double x_most = 250;

static_assert((127 << (23 - STEP_SHIFT)) - FIRST_STEP < RANGE_QUOTIENT_STEPS, "1 has a step");

static uint32_t step_of(float quotient)
{
    uint32_t bits;
    memcpy(&bits, &quotient, sizeof bits);
    const uint32_t step = bits >> STEP_SHIFT;
    return step < FIRST_STEP                          ? 0
           : step - FIRST_STEP < RANGE_QUOTIENT_STEPS ? step - FIRST_STEP
                                                      : RANGE_QUOTIENT_STEPS - 1;
}

/* For each step the first code whose quotient is in it or above. */
static void index_scale(struct range_scale *scale)
{
    uint32_t code = 1;
    for (uint32_t step = 0; step < RANGE_QUOTIENT_STEPS; step++) {
        while (code < RANGE_CODES - 1 && step_of(scale->quotients[code]) < step) {
            code++;
        }
        scale->codes[step] = (uint8_t)code;
    }
}

uint8_t range_code_of(const struct range_scale *scale, float quotient)
{
    uint32_t code = scale->codes[step_of(quotient)];
    while (code < RANGE_CODES - 1 && scale->quotients[code] < quotient) {
        code++;
    }
    return (uint8_t)code;
}

static int compare_quotients(const void *a, const void *b_)
{
    const float first = *(const float *)a;
    const float second = *(const float *)b_;
    return (first > second) - (first < second);
}

void range_scale_choose(struct range_scale *scale, const uint32_t *lengths, uint32_t doc_count)
{
    uint64_t length = 0;
    for (uint32_t i = 0; i < doc_count; i++) {
        length += lengths[i];
    }
    const double average = length > 0 ? (double)length / doc_count : 1;
    *scale = (struct range_scale){
        .length_free = (float)(k1 * (1 - b)), .length_factor = (float)(k1 * b / average)};
    uint32_t count = 1;
    for (uint32_t i = 1; average <= SHORT_LENGTH && i <= SHORT_LENGTH; i++) {
        scale->quotients[count++] = range_quotient(scale, 1, i);
    }
    for (uint32_t i = 2; average <= SHORT_LENGTH && i <= SHORT_LENGTH_TWICE; i++) {
        scale->quotients[count++] = range_quotient(scale, 2, i);
    }
    const double ratio = pow(x_most / x_least, 1.0 / (RANGE_CODES - 1 - count));
    for (double x = x_most; count < RANGE_CODES - 1; x /= ratio) {
        scale->quotients[count++] = (float)(1 / (1 + x));
    }
    scale->quotients[RANGE_CODES - 1] = 1;
    qsort(scale->quotients, RANGE_CODES, sizeof *scale->quotients, compare_quotients);
    index_scale(scale);
}

void range_bounds_encode(const struct range_scale *scale, const uint32_t *docs,
    const uint32_t *frequencies, uint32_t count, const uint32_t *lengths, uint8_t *codes)
{
    for (uint32_t i = 0; i < count;) {
        const uint32_t range = docs[i] / LEDE_RANGE_DOCS;
        float largest = 0;
        do {
            const float quotient = range_quotient(scale, frequencies[i], lengths[docs[i]]);
            largest = quotient > largest ? quotient : largest;
            i++;
        } while (i < count && docs[i] / LEDE_RANGE_DOCS == range);
        codes[range] = range_code_join(codes[range], range_code_of(scale, largest));
    }
}

/* ---- the section ---- */

/* Where the codes begin behind so many ordinals. */
static uint64_t codes_offset(uint64_t term_count)
{
    return round_up(HEAD_BYTES + term_count * 4, SECTION_ALIGNMENT);
}

static void append_float(struct buf *section, float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    (void)buf_append_le32(section, bits);
}

static float read_float(const uint8_t *bytes)
{
    const uint32_t bits = load_le32(bytes);
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* False where the numbers are none, or do not ascend from 0 to 1. */
static bool read_scale(const uint8_t *bytes, struct range_scale *scale)
{
    scale->length_free = read_float(bytes);
    scale->length_factor = read_float(bytes + 4);
    bool is_sound = isfinite(scale->length_free) && scale->length_free >= 0 &&
                    isfinite(scale->length_factor) && scale->length_factor >= 0;
    float before = 0;
    for (uint32_t i = 0; i < RANGE_CODES; i++) {
        scale->quotients[i] = read_float(bytes + 8 + (size_t)i * 4);
        is_sound = is_sound && scale->quotients[i] >= before && scale->quotients[i] <= 1;
        before = scale->quotients[i];
    }
    if (!is_sound || scale->quotients[0] != 0 || before != 1) {
        return false;
    }
    index_scale(scale);
    return true;
}

lede_status range_bounds_write_head(
    const struct range_scale *scale, struct span ordinals, struct buf *section)
{
    const size_t start = section->size;
    (void)buf_append_le32(section, (uint32_t)(ordinals.size / 4));
    (void)buf_append_zeros(section, 60);
    append_float(section, scale->length_free);
    append_float(section, scale->length_factor);
    for (uint32_t i = 0; i < RANGE_CODES; i++) {
        append_float(section, scale->quotients[i]);
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
        return lede_fail(error, LEDE_ERR_CORRUPT,
            "ranges: section has %zu bytes, not those of %u terms", section.size,
            opened.term_count);
    }
    if (!read_scale(section.bytes + SCALE_AT, &opened.scale)) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "ranges: scale is damaged");
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
    if (first == bounds->term_count || load_le32(bounds->ordinals + (size_t)first * 4) != ordinal) {
        return NULL;
    }
    return bounds->codes + (size_t)first * bounds->stride;
}
