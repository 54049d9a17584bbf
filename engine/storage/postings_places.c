/* Where the last call ended (fill_block) is where the next one looks first. A bit string that was found stays
 * known, with the number of its ones up to some bit. */
#include "storage/postings_places.h"

#include "base/ascending.h"
#include "base/assert.h"
#include "base/bits.h"
#include "base/bytes.h"
#include "codec/block.h"
#include "codec/wordset.h"
#include "storage/postings_cursor_parts.h"

/* Documents that are sooner walked than searched. */
enum { NEAR_POSTINGS = 8 };

/* ---- ranges ---- */

/* 64 bits of a bit string from bit `at` on, which may be below 0 or reach past the end. */
static uint64_t bits_at(struct span bits, int64_t at)
{
    const int64_t end = (int64_t)bits.size * 8;
    if (at >= end || at <= -64) {
        return 0;
    }
    uint64_t word =
        at < 0 ? load_le64(bits.bytes) << -at : load_le64(bits.bytes + at / 8) >> (at % 8);
    if (at > 0 && at % 8 != 0) {
        word |= (uint64_t)bits.bytes[at / 8 + 8] << (64 - at % 8);
    }
    return end - at < 64 ? word & ~(~UINT64_C(0) << (end - at)) : word;
}

/* Add those of the known bit string's documents that are in the range from `base` on. */
static void add_of_bits(
    struct postings_cursor *cursor, uint32_t base, uint64_t *word, uint32_t *start)
{
    const int64_t at = (int64_t)base - cursor->bits_first;
    const uint64_t found = bits_at(cursor->bits, at);
    if (found != 0 && *word == 0) {
        const uint32_t bit = at > 0 ? (uint32_t)at : 0;
        if (bit < cursor->bits_counted) {
            cursor->bits_counted = 0;
            cursor->bits_ones = 0;
        }
        cursor->bits_ones += cursor->source->bitpack->wordset->count_bits(
            cursor->bits.bytes, cursor->bits_counted, bit);
        cursor->bits_counted = bit;
        *start = cursor->bits_start + cursor->bits_ones;
    }
    *word |= found;
}

/* The same of the decoded block's. */
static void add_of_docs(
    struct postings_cursor *cursor, uint32_t base, uint64_t *word, uint32_t *start)
{
    const uint32_t *docs = cursor->docs;
    const uint32_t size = cursor->block_size;
    uint32_t i = cursor->index < size && docs[cursor->index] <= base ? cursor->index : 0;
    i += count_below(docs + i, size - i, base);
    cursor->index = i < size ? i : 0;
    cursor->doc = docs[cursor->index];
    if (*word == 0) {
        *start = cursor->block * LEDE_BLOCK_POSTINGS + i;
    }
    for (; i < size && docs[i] - base < 64; i++) {
        *word |= UINT64_C(1) << (docs[i] - base);
    }
}

/* The same of block `block`. False where it is damaged. */
static bool add_of_block(
    struct postings_cursor *cursor, uint32_t block, uint32_t base, uint64_t *word, uint32_t *start)
{
    if (!is_decoded(cursor, block)) {
        struct block_extent extent;
        if (cursor->entry.df > 1) {
            if (!postings_cursor_extent(cursor, block, &extent)) {
                return false;
            }
            if (block_bits(block_bytes(cursor, extent), &cursor->bits)) {
                cursor->bytes_read += cursor->bits.size + ROW_BYTES;
                cursor->bits_first = extent.base + 1;
                cursor->bits_last = extent.last;
                cursor->bits_start = block * LEDE_BLOCK_POSTINGS;
                cursor->bits_counted = 0;
                cursor->bits_ones = 0;
                add_of_bits(cursor, base, word, start);
                return true;
            }
        }
        if (!postings_cursor_load(cursor, block)) {
            return false;
        }
    }
    add_of_docs(cursor, base, word, start);
    return true;
}

/* One range that need not lie in one block. */
static uint64_t one_range(struct postings_cursor *cursor, uint32_t base, uint32_t *start)
{
    if (cursor->bits_first <= base && base + 63 <= cursor->bits_last) {
        uint64_t word = 0;
        add_of_bits(cursor, base, &word, start);
        return word;
    }
    uint64_t word = 0;
    uint32_t block;
    if (!postings_cursor_begin_at(cursor, base, &block)) {
        return 0;
    }
    for (; block < cursor->block_count && base_of(cursor, block) + 1 < (int64_t)base + 64;
         block++) {
        cursor->fill_block = block;
        if (!add_of_block(cursor, block, base, &word, start)) {
            (void)postings_cursor_fail(cursor);
            break;
        }
    }
    return word;
}

/* Those of `ranges` that lie in the decoded block wholly, and none before that does not: returns the others. */
static uint64_t ranges_of_docs(struct postings_cursor *cursor, uint32_t first, uint64_t ranges,
    uint64_t *words, uint32_t *starts)
{
    const uint32_t *docs = cursor->docs;
    const uint32_t size = cursor->block_size;
    const uint32_t last = cursor->block_count == 1 ? DOC_END : cursor->block_last;
    const uint32_t start = cursor->block * LEDE_BLOCK_POSTINGS;
    uint32_t at = first + lowest_bit64(ranges) * 64;
    if (size == 0 || (cursor->block_count > 1 && docs[0] > at)) {
        return ranges;
    }
    uint32_t i = cursor->index < size && docs[cursor->index] <= at ? cursor->index : 0;
    for (; ranges != 0; ranges &= ranges - 1) {
        const uint32_t place = lowest_bit64(ranges);
        at = first + place * 64;
        if (last < at + 63) {
            break;
        }
        if (i + NEAR_POSTINGS < size && docs[i + NEAR_POSTINGS] < at) {
            i += count_below(docs + i, size - i, at);
        }
        while (i < size && docs[i] < at) {
            i++;
        }
        uint64_t word = 0;
        starts[place] = start + i;
        for (; i < size && docs[i] - at < 64; i++) {
            word |= UINT64_C(1) << (docs[i] - at);
        }
        words[place] = word;
    }
    cursor->index = i < size ? i : 0;
    cursor->doc = docs[cursor->index];
    return ranges;
}

/* The same of a dense list. A place that is none of the list's is damage. */
static void ranges_of_dense(struct postings_cursor *cursor, uint32_t first, uint64_t ranges,
    uint64_t *words, uint32_t *starts)
{
    const struct wordset_ops *ops = cursor->source->bitpack->wordset;
    const uint32_t word_count = dense_docs_words(cursor->source->doc_count);
    for (; ranges != 0; ranges &= ranges - 1) {
        const uint32_t i = lowest_bit64(ranges);
        const uint32_t at = first / 64 + i;
        words[i] = at < word_count ? dense_docs_word(&cursor->dense, at) : 0;
        if (words[i] != 0) {
            starts[i] = dense_docs_rank(&cursor->dense, ops, at * 64);
            if ((uint64_t)starts[i] + popcount64(words[i]) > cursor->entry.df) {
                words[i] = 0;
                cursor->status = LEDE_ERR_CORRUPT;
            }
        }
    }
    if (cursor->status != LEDE_OK) {
        (void)postings_cursor_fail(cursor);
    }
}

void postings_places_ranges(struct postings_cursor *cursor, uint32_t first, uint64_t ranges,
    uint64_t *words, uint32_t *starts)
{
    if (is_dense(cursor) && cursor->status == LEDE_OK) {
        ranges_of_dense(cursor, first, ranges, words, starts);
        return;
    }
    while (ranges != 0) {
        ranges = cursor->status == LEDE_OK ? ranges_of_docs(cursor, first, ranges, words, starts)
                                           : ranges;
        if (ranges != 0) {
            const uint32_t place = lowest_bit64(ranges);
            words[place] = cursor->status == LEDE_OK
                               ? one_range(cursor, first + place * 64, &starts[place])
                               : 0;
            ranges &= ranges - 1;
        }
    }
}

/* ---- single documents ---- */

/* What is asked and what was found so far. */
struct places_asked {
    const uint32_t *docs;
    uint32_t at, count; /* docs[at..count) are still to be looked for */
    uint32_t *found, *places;
    uint32_t kept; /* of found and places */
};

static void keep(struct places_asked *asked, uint32_t place, bool is_there)
{
    asked->found[asked->kept] = asked->at;
    asked->places[asked->kept] = place;
    asked->kept += is_there;
}

/* Those that are not above the block's last, by the bit string of block `block`. False, and none of them is found, where
 * more ones are met than the block has documents. */
static bool find_in_bits(const struct postings_cursor *cursor, struct span bits,
    struct block_extent extent, uint32_t block, struct places_asked *asked)
{
    const struct wordset_ops *ops = cursor->source->bitpack->wordset;
    const uint32_t first = extent.base + 1;
    const uint32_t start = block * LEDE_BLOCK_POSTINGS;
    const uint32_t left = cursor->entry.df - start;
    const uint32_t end = start + (left < LEDE_BLOCK_POSTINGS ? left : LEDE_BLOCK_POSTINGS);
    const uint32_t before = asked->kept;
    uint32_t place = start; /* of the first one from bit `counted` on */
    uint32_t counted = 0;
    for (; asked->at < asked->count && asked->docs[asked->at] <= extent.last; asked->at++) {
        const uint32_t doc = asked->docs[asked->at];
        const uint32_t bit = doc - first; /* wraps where it is before */
        if (doc >= first && bit < bits.size * 8) {
            place += ops->count_bits(bits.bytes, counted, bit);
            counted = bit;
            keep(asked, place, (bits.bytes[bit / 8] >> bit % 8 & 1) != 0);
        }
    }
    if (asked->kept > before && asked->places[asked->kept - 1] >= end) {
        asked->kept = before;
        return false;
    }
    return true;
}

/* The same by the decoded block. */
static void find_in_docs(const struct postings_cursor *cursor, struct places_asked *asked)
{
    const uint32_t *docs = asked->docs;
    const bool has_all = cursor->block_count == 1 || docs[asked->count - 1] <= cursor->block_last;
    const uint32_t end = has_all
                             ? asked->count
                             : asked->at + count_below(docs + asked->at, asked->count - asked->at,
                                               cursor->block_last + 1);
    asked->kept += cursor->source->bitpack->locate(cursor->docs, cursor->block_size, docs,
        asked->at, end, cursor->block * LEDE_BLOCK_POSTINGS, asked->found + asked->kept,
        asked->places + asked->kept);
    asked->at = end;
}

/* Those that the block has which the first of them is in, or false where it is damaged. */
static bool find_in_block(
    struct postings_cursor *cursor, uint32_t block, struct places_asked *asked)
{
    if (!is_decoded(cursor, block)) {
        struct block_extent extent;
        struct span bits;
        if (cursor->block_count > 1) {
            if (!postings_cursor_extent(cursor, block, &extent)) {
                return false;
            }
            if (block_bits(block_bytes(cursor, extent), &bits)) {
                cursor->bytes_read += bits.size + ROW_BYTES;
                return find_in_bits(cursor, bits, extent, block, asked);
            }
        }
        if (!postings_cursor_load(cursor, block)) {
            return false;
        }
    }
    find_in_docs(cursor, asked);
    return true;
}

/* In a dense list. False, and none is found, where a place is none of the list's, or not above the one before. */
static bool find_in_dense(const struct postings_cursor *cursor, struct places_asked *asked)
{
    const struct wordset_ops *ops = cursor->source->bitpack->wordset;
    uint32_t least = 0; /* the next place can be */
    for (; asked->at < asked->count; asked->at++) {
        const uint32_t doc = asked->docs[asked->at];
        if (doc < cursor->source->doc_count && dense_docs_has(&cursor->dense, doc)) {
            const uint32_t place = dense_docs_rank(&cursor->dense, ops, doc);
            if (place < least || place >= cursor->entry.df) {
                asked->kept = 0;
                return false;
            }
            keep(asked, place, true);
            least = place + 1;
        }
    }
    return true;
}

uint32_t postings_places_find(struct postings_cursor *cursor, const uint32_t *docs, uint32_t count,
    uint32_t *found, uint32_t *places)
{
    struct places_asked asked = {.docs = docs, .count = count, .found = found, .places = places};
    while (asked.at < count && cursor->status == LEDE_OK) {
        uint32_t block;
        if (is_dense(cursor)) {
            if (!find_in_dense(cursor, &asked)) {
                (void)postings_cursor_fail(cursor);
            }
            break;
        }
        if (!postings_cursor_begin_at(cursor, docs[asked.at], &block) ||
            block >= cursor->block_count) {
            break;
        }
        cursor->fill_block = block;
        if (!find_in_block(cursor, block, &asked)) {
            (void)postings_cursor_fail(cursor);
        }
    }
    return asked.kept;
}

uint32_t postings_places_keep(
    struct postings_cursor *cursor, const uint32_t *docs, uint32_t count, uint32_t *found)
{
    uint32_t kept = 0;
    ASSERT(is_dense(cursor));
    if (cursor->status != LEDE_OK) {
        return 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        found[kept] = i;
        kept += dense_docs_has(&cursor->dense, docs[i]);
    }
    return kept;
}
