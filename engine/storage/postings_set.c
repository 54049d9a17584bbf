/* Where the last call ended (fill_block) is where the next one looks first. A bit string that was found stays
 * known, with the number of its ones up to some bit. */
#include "storage/postings_set.h"

#include <string.h>

#include "base/bits.h"
#include "codec/block.h"
#include "storage/postings_cursor_parts.h"

enum {
    /* So many documents of a block are sooner looked up than all of it marked. */
    LOOKUPS_MAX = 16,
    /* Documents that are sooner walked than searched. */
    NEAR_POSTINGS = 8,
    MARK = 0x80,
};

static struct span block_bytes(const struct postings_cursor *cursor, struct block_extent extent)
{
    return span_of(cursor->bytes.bytes + extent.begin, extent.end - extent.begin);
}

static bool is_decoded(const struct postings_cursor *cursor, uint32_t block)
{
    return cursor->block_size > 0 && block == cursor->block;
}

/* ---- a stretch ---- */

/* Bits [first, end) of `words`. */
static void set_run(uint64_t *words, uint32_t first, uint32_t end)
{
    for (uint32_t word = first / 64; word * 64 < end; word++) {
        const uint64_t from = first > word * 64 ? ~UINT64_C(0) << (first % 64) : ~UINT64_C(0);
        const uint64_t to = end - word * 64 < 64 ? ~(~UINT64_C(0) << (end % 64)) : ~UINT64_C(0);
        words[word] |= from & to;
    }
}

/* Documents [first, end) of block `block` where it is a bit string or a run; *done_out is false where it has to be
 * decoded. False where it is damaged. */
static bool add_packed(struct postings_cursor *cursor, uint32_t block, uint32_t first, uint32_t end,
    const struct stretch *stretch, uint64_t *words, bool *done_out)
{
    struct block_extent extent;
    *done_out = false;
    if (cursor->entry.df == 1 || is_decoded(cursor, block)) {
        return true;
    }
    if (!postings_cursor_extent(cursor, block, &extent)) {
        return false;
    }
    const struct span bytes = block_bytes(cursor, extent);
    const uint32_t start = extent.base + 1; /* 0 where there is no block before */
    const uint32_t from = start > first ? start : first;
    struct span bits;
    if (start >= end) {
        *done_out = true;
        return true;
    }
    if (block_bits(bytes, &bits)) {
        cursor->bytes_read += bits.size + ROW_BYTES;
        const uint32_t past = (from - start) & ~7u; /* bits passed, whole bytes */
        const uint32_t there = (uint32_t)bits.size * 8 - past;
        const uint32_t wanted = end - (start + past);
        if (past < bits.size * 8) {
            cursor->source->bitpack->wordset->set_bits(words - 1,
                start + past + 64 - stretch->first, bits.bytes + past / 8,
                there < wanted ? there : wanted);
        }
        *done_out = true;
    } else if (bytes.size > 0 && block_kind_of(bytes) == BLOCK_RUN) {
        set_run(words, from - stretch->first,
            (extent.last < end ? extent.last + 1 : end) - stretch->first);
        *done_out = true;
    }
    return true;
}

/* The decoded block's documents in [first, end) get a mark. */
static void mark_documents(
    const struct postings_cursor *cursor, uint32_t first, uint32_t end, struct stretch *stretch)
{
    const uint32_t *docs = cursor->docs;
    const uint32_t size = cursor->block_size;
    const uint32_t from = docs[0] >= first ? 0 : count_below(docs, size, first);
    const uint32_t until = docs[size - 1] < end ? size : count_below(docs, size, end);
    uint8_t *marks = stretch->marks;
    const uint32_t base = stretch->first;
#pragma GCC unroll 4
    for (uint32_t i = from; i < until; i++) {
        marks[docs[i] - base] = MARK;
    }
    if (from < until) {
        const bool is_first = stretch->marked_first == stretch->marked_end;
        if (is_first || docs[from] < stretch->marked_first) {
            stretch->marked_first = docs[from];
        }
        if (docs[until - 1] >= stretch->marked_end) {
            stretch->marked_end = docs[until - 1] + 1;
        }
    }
}

void stretch_take_marks(struct stretch *stretch, const struct wordset_ops *ops)
{
    if (stretch->marked_first < stretch->marked_end) {
        const uint32_t from = (stretch->marked_first - stretch->first) / 64;
        const uint32_t until = (stretch->marked_end - stretch->first + 63) / 64;
        ops->take_marks(stretch->words + from, stretch->marks + (size_t)from * 64, until - from);
        stretch->marked_first = stretch->marked_end = 0;
    }
}

/* The first block that can have documents from `first` on, in `block_out`; false where the list has failed. */
static bool begin_at(struct postings_cursor *cursor, uint32_t first, uint32_t *block_out)
{
    *block_out = 0;
    if (cursor->status != LEDE_OK) {
        return false;
    }
    if (cursor->block_count > 1) {
        *block_out = postings_cursor_find_near(cursor, cursor->fill_block, first);
        return cursor->status == LEDE_OK;
    }
    if (cursor->block_size == 0 && !postings_cursor_load(cursor, 0)) {
        (void)postings_cursor_fail(cursor);
        return false;
    }
    return true;
}

bool postings_set_add(struct postings_cursor *cursor, struct stretch *stretch)
{
    uint32_t block;
    bool has_any = false;
    if (stretch->first >= stretch->end || !begin_at(cursor, stretch->first, &block)) {
        return false;
    }
    for (; block < cursor->block_count; block++) {
        bool is_done;
        cursor->fill_block = block;
        if (base_of(cursor, block) + 1 >= (int64_t)stretch->end) {
            break;
        }
        if (!add_packed(
                cursor, block, stretch->first, stretch->end, stretch, stretch->words, &is_done) ||
            (!is_done && !is_decoded(cursor, block) && !postings_cursor_load(cursor, block))) {
            (void)postings_cursor_fail(cursor);
            return has_any;
        }
        if (!is_done) {
            mark_documents(cursor, stretch->first, stretch->end, stretch);
        }
        has_any = has_any || is_done || stretch->marked_first < stretch->marked_end;
    }
    return has_any;
}

/* ---- what both have ---- */

/* The first document of the words from `doc` on; the stretch's end where there is none. */
static uint32_t next_document(const struct stretch *stretch, uint32_t doc)
{
    if (doc >= stretch->end) {
        return stretch->end;
    }
    uint32_t at = (doc - stretch->first) / 64;
    uint64_t word = stretch->words[at] & (~UINT64_C(0) << doc % 64);
    for (const uint32_t end = stretch_words(stretch); word == 0;) {
        if (++at == end) {
            return stretch->end;
        }
        word = stretch->words[at];
    }
    return stretch->first + at * 64 + lowest_bit64(word);
}

/* Those of the words' documents in [first, end) that the decoded block has go to `others` or are marked. */
static void keep_documents(const struct postings_cursor *cursor, uint32_t first, uint32_t end,
    struct stretch *stretch, uint64_t *others)
{
    const uint64_t wanted = cursor->source->bitpack->wordset->count_range(
        stretch->words, first - stretch->first, end - stretch->first);
    if (wanted > LOOKUPS_MAX) {
        mark_documents(cursor, first, end, stretch);
        return;
    }
    uint32_t i = 0;
    for (uint32_t doc = first; doc < end; doc = next_document(stretch, doc + 1)) {
        i += count_below(cursor->docs + i, cursor->block_size - i, doc);
        if (i == cursor->block_size) {
            break;
        }
        const uint32_t bit = doc - stretch->first;
        others[bit / 64] |= (uint64_t)(cursor->docs[i] == doc) << bit % 64;
    }
}

/* The block that holds `doc`: what it has of the words goes to `others` or is marked. *next_out is the first document
 * behind it. False where there is no such block, or it is damaged. */
static bool keep_of_block(struct postings_cursor *cursor, uint32_t doc, struct stretch *stretch,
    uint64_t *others, uint32_t *next_out)
{
    uint32_t block;
    bool is_done;
    if (!begin_at(cursor, doc, &block) || block >= cursor->block_count) {
        return false;
    }
    cursor->fill_block = block;
    uint32_t end = stretch->end;
    if (cursor->block_count > 1) {
        const uint32_t last = row_last_doc(row_at(cursor, block));
        end = last < end ? last + 1 : end;
    }
    if (!add_packed(cursor, block, doc, end, stretch, others, &is_done) ||
        (!is_done && !is_decoded(cursor, block) && !postings_cursor_load(cursor, block))) {
        (void)postings_cursor_fail(cursor);
        return false;
    }
    if (!is_done) {
        keep_documents(cursor, doc, end, stretch, others);
    }
    *next_out = end;
    return true;
}

void postings_set_retain(struct postings_cursor *cursor, struct stretch *stretch, uint64_t *others)
{
    const struct wordset_ops *ops = cursor->source->bitpack->wordset;
    uint64_t *words = stretch->words;
    uint32_t doc = next_document(stretch, stretch->first);
    if (doc == stretch->end) {
        return;
    }
    memset(others, 0, stretch_words(stretch) * sizeof *others);
    while (doc < stretch->end) {
        uint32_t next;
        if (!keep_of_block(cursor, doc, stretch, others, &next)) {
            break;
        }
        doc = next_document(stretch, next);
    }
    stretch->words = others;
    stretch_take_marks(stretch, ops);
    stretch->words = words;
    ops->intersect(words, others, stretch_words(stretch));
}

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
    if (!begin_at(cursor, base, &block)) {
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

void postings_set_ranges(struct postings_cursor *cursor, uint32_t first, uint64_t ranges,
    uint64_t *words, uint32_t *starts)
{
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

/* Those of docs[*i..count) that are not above the block's last, by the bit string of block `block`; *i becomes that of the
 * next one. False, and nothing of it holds, where more ones are met than the block has documents. */
static bool places_of_bits(const struct postings_cursor *cursor, struct span bits,
    struct block_extent extent, uint32_t block, const uint32_t *docs, uint32_t *i, uint32_t count,
    uint32_t *places)
{
    const struct wordset_ops *ops = cursor->source->bitpack->wordset;
    const uint32_t first = extent.base + 1;
    const uint32_t start = block * LEDE_BLOCK_POSTINGS;
    const uint32_t left = cursor->entry.df - start;
    uint32_t place = start; /* of the first one from bit `counted` on */
    uint32_t counted = 0;
    uint32_t behind = start; /* the last place found */
    uint32_t at = *i;
    for (; at < count && docs[at] <= extent.last; at++) {
        const uint32_t bit = docs[at] - first; /* wraps where it is before */
        places[at] = UINT32_MAX;
        if (docs[at] >= first && bit < bits.size * 8) {
            place += ops->count_bits(bits.bytes, counted, bit);
            counted = bit;
            const bool is_set = (bits.bytes[bit / 8] >> bit % 8 & 1) != 0;
            places[at] = is_set ? place : UINT32_MAX;
            behind = is_set ? place + 1 : behind;
        }
    }
    if (behind - start > (left < LEDE_BLOCK_POSTINGS ? left : LEDE_BLOCK_POSTINGS)) {
        return false;
    }
    *i = at;
    return true;
}

/* The same by the decoded block. */
static uint32_t places_of_docs(const struct postings_cursor *cursor, const uint32_t *docs,
    uint32_t i, uint32_t count, uint32_t *places)
{
    const bool has_all = cursor->block_count == 1 || docs[count - 1] <= cursor->block_last;
    const uint32_t here =
        has_all ? count - i : count_below(docs + i, count - i, cursor->block_last + 1);
    const uint32_t first = cursor->block * LEDE_BLOCK_POSTINGS;
    cursor->source->bitpack->locate(cursor->docs, cursor->block_size, docs + i, here, places + i);
    for (const uint32_t end = i + here; i < end; i++) {
        places[i] = places[i] == UINT32_MAX ? UINT32_MAX : first + places[i];
    }
    return i;
}

/* Those that the block has which the first of them is in, or false where it is damaged. */
static bool places_of_block(struct postings_cursor *cursor, uint32_t block, const uint32_t *docs,
    uint32_t *i, uint32_t count, uint32_t *places)
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
                return places_of_bits(cursor, bits, extent, block, docs, i, count, places);
            }
        }
        if (!postings_cursor_load(cursor, block)) {
            return false;
        }
    }
    *i = places_of_docs(cursor, docs, *i, count, places);
    return true;
}

void postings_set_places(
    struct postings_cursor *cursor, const uint32_t *docs, uint32_t count, uint32_t *places)
{
    uint32_t i = 0;
    while (i < count) {
        uint32_t block;
        if (!begin_at(cursor, docs[i], &block) || block >= cursor->block_count) {
            break;
        }
        cursor->fill_block = block;
        if (!places_of_block(cursor, block, docs, &i, count, places)) {
            (void)postings_cursor_fail(cursor);
            break;
        }
    }
    for (; i < count; i++) {
        places[i] = UINT32_MAX;
    }
}
