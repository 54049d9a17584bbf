/* The scale of D is geometric down from a long document's length, in steps of at least a word: where documents are
 * short every length has a code of its own, and documents of equal score have equal bounds. */
#include "storage/range_bounds.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/bytes.h"

enum {
    HEAD_BYTES = 64 + RANGE_D_CODES * 4, /* counts, then the scale */
    SECTION_ALIGNMENT = 64,
    LONG_PERCENT = 95, /* of the documents are no longer than the last D */
};

static_assert(RANGE_T_CODES * RANGE_D_CODES == RANGE_CODES, "a code is a byte");

/* T of codes 1 to 6. */
static const uint8_t t_of_code[RANGE_T_CODES] = {0, 1, 2, 3, 4, 8, 16, 0};

uint32_t range_code_t(uint32_t t_code, uint32_t max_tf)
{
    return t_code == RANGE_T_UNBOUNDED || t_of_code[t_code] > max_tf ? max_tf : t_of_code[t_code];
}

/* The largest code of D that is no more than `words`. */
static uint32_t search_scale(const struct range_scale *scale, uint32_t words)
{
    uint32_t d = 0;
    for (uint32_t step = RANGE_D_CODES / 2; step > 0; step /= 2) {
        d += scale->words[d + step] <= words ? step : 0;
    }
    return d;
}

static void index_scale(struct range_scale *scale)
{
    for (uint32_t words = 0; words < RANGE_SCALE_WORDS; words++) {
        scale->codes[words] = (uint8_t)search_scale(scale, words);
    }
}

uint8_t range_code(const struct range_scale *scale, uint32_t tf, uint32_t length)
{
    static const uint8_t code_of_t[] = {0, 1, 2, 3, 4, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6};
    const uint32_t t = tf < sizeof code_of_t ? code_of_t[tf] : RANGE_T_UNBOUNDED;
    const uint32_t words = tf == 1 ? length : length / tf;
    const uint32_t d = words < RANGE_SCALE_WORDS ? scale->codes[words] : search_scale(scale, words);
    return (uint8_t)(t << 5 | d);
}

static int compare_lengths(const void *a, const void *b)
{
    const uint32_t first = *(const uint32_t *)a;
    const uint32_t second = *(const uint32_t *)b;
    return (first > second) - (first < second);
}

/* Fill the scale down from `most` with steps of `thousandths`; whether it gets down to 1. */
static bool fill_scale(struct range_scale *scale, uint32_t most, uint32_t thousandths)
{
    scale->words[RANGE_D_CODES - 1] = most;
    for (uint32_t d = RANGE_D_CODES - 1; d > 0; d--) {
        const uint32_t above = scale->words[d];
        const uint32_t scaled = (uint32_t)((uint64_t)above * thousandths / 1000);
        scale->words[d - 1] = above == 0 ? 0 : scaled < above ? scaled : above - 1;
    }
    return scale->words[0] <= 1;
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
    const uint32_t most = scratch[(uint64_t)(doc_count - 1) * LONG_PERCENT / 100];
    uint32_t thousandths = 999;
    while (!fill_scale(scale, most, thousandths) && thousandths > 1) {
        thousandths--;
    }
    scale->words[0] = 0; /* a code that says nothing of D is always there */
    index_scale(scale);
}

void range_bounds_encode(const struct range_scale *scale, const uint32_t *docs,
    const uint32_t *frequencies, uint32_t count, const uint32_t *lengths, uint32_t stride,
    uint8_t *codes)
{
    memset(codes, 0, stride);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *code = &codes[docs[i] / LEDE_RANGE_DOCS];
        *code = range_code_join(*code, range_code(scale, frequencies[i], lengths[docs[i]]));
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
    for (uint32_t i = 0; i < RANGE_D_CODES; i++) {
        (void)buf_append_le32(section, scale->words[i]);
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
    for (uint32_t i = 0; i < RANGE_D_CODES; i++) {
        opened.scale.words[i] = load_le32(section.bytes + 64 + (size_t)i * 4);
    }
    index_scale(&opened.scale);
    opened.ordinals = section.bytes + HEAD_BYTES;
    opened.codes = section.bytes + offset;
    *bounds = opened;
    return LEDE_OK;
}

bool range_scale_is_sound(const struct range_scale *scale)
{
    bool ascends = scale->words[0] == 0;
    for (uint32_t d = 1; d < RANGE_D_CODES; d++) {
        ascends = ascends && scale->words[d] >= scale->words[d - 1];
    }
    return ascends;
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
