/* Seeking goes down three steps: super rows, the rows under one, the docids of one block. Rows are searched
 * by galloping from where the cursor stands, since most targets are near.
 *
 * What is trusted: extents after init. A block's base is the row before it, its last docid must be its own
 * row's, and that must be above the base and below doc_count: so documents ascend across blocks whatever
 * the rows say, and a search over rows that are not sorted ends on some block, not outside.
 */
#include "storage/postings_cursor.h"

#include <string.h>

#include "base/ascending.h"
#include "base/assert.h"
#include "base/bits.h"
#include "codec/block.h"
#include "storage/postings_cursor_parts.h"

/* Frequencies of a block that are looked up one by one; whoever asks for more gets all. */
enum { FREQUENCY_LOOKUPS_MAX = 2 };

static uint32_t stop(struct postings_cursor *cursor)
{
    cursor->doc = DOC_END;
    cursor->index = 0;
    cursor->block = cursor->block_count;
    cursor->block_size = 0;
    cursor->has_frequencies = false;
    return DOC_END;
}

uint32_t postings_cursor_fail(struct postings_cursor *cursor)
{
    cursor->status = LEDE_ERR_CORRUPT;
    return stop(cursor);
}

/* ---- a block ---- */

/* Decode the docids of a block; *used_out is how many of its bytes they took. False where they are damaged. */
static bool decode_docs(
    struct postings_cursor *cursor, struct block_extent extent, uint32_t count, size_t *used_out)
{
    const struct bitpack_ops *ops = cursor->source->bitpack;
    if (is_dense(cursor)) {
        *used_out = 0;
        cursor->bytes_read += (extent.last - extent.base) / 8;
        return dense_docs_decode(
            &cursor->dense, ops->wordset, extent.base + 1, extent.last, count, cursor->docs);
    }
    *used_out =
        block_decode_docs(ops, block_bytes(cursor, extent), count, extent.base, cursor->docs);
    return *used_out > 0;
}

static bool load_block(struct postings_cursor *cursor, uint32_t block)
{
    const uint32_t left = cursor->entry.df - block * LEDE_BLOCK_POSTINGS;
    const uint32_t count = left < LEDE_BLOCK_POSTINGS ? left : LEDE_BLOCK_POSTINGS;
    struct block_extent extent;
    if (!postings_cursor_extent(cursor, block, &extent)) {
        return false;
    }
    size_t used;
    if (!decode_docs(cursor, extent, count, &used)) {
        return false;
    }
    const uint32_t last = cursor->docs[count - 1];
    if (last >= cursor->source->doc_count || (extent.last != UINT32_MAX && last != extent.last)) {
        return false;
    }
    cursor->block = block;
    cursor->block_size = count;
    cursor->block_last = last;
    cursor->index = 0;
    cursor->doc = cursor->docs[0];
    cursor->frequencies_at = extent.begin + used;
    cursor->block_end = extent.end;
    cursor->has_frequencies = false;
    cursor->lookups = 0;
    cursor->blocks_decoded++;
    cursor->bytes_read += used + ROW_BYTES;
    return true;
}

/* ---- beginning ---- */

static bool is_sound(const struct term_entry *entry, uint32_t doc_count)
{
    return entry->df >= 1 && entry->df <= doc_count && entry->max_tf >= 1 &&
           entry->max_tf <= LEDE_DOCUMENT_TOKENS_MAX && entry->cf >= entry->df &&
           entry->cf <= (uint64_t)entry->df * entry->max_tf;
}

/* The one document of a list that has no bytes. */
static bool load_single(struct postings_cursor *cursor)
{
    const struct term_entry *entry = &cursor->entry;
    if (entry->single_doc >= cursor->source->doc_count || entry->cf != entry->max_tf) {
        return false;
    }
    cursor->block = 0;
    cursor->index = 0;
    cursor->doc = entry->single_doc;
    cursor->docs[0] = entry->single_doc;
    cursor->frequencies[0] = entry->max_tf;
    cursor->block_last = entry->single_doc;
    cursor->block_size = 1;
    cursor->has_frequencies = true;
    return true;
}

static bool begin(struct postings_cursor *cursor)
{
    const struct postings_source *source = cursor->source;
    const struct term_entry *entry = &cursor->entry;
    const uint64_t rows_size = block_rows_size(cursor->block_count);
    struct span rows;
    if (!is_sound(entry, source->doc_count) || entry->rows_size != rows_size ||
        (entry->df == 1 && entry->postings_size != 0) || entry->postings_size > UINT32_MAX ||
        entry->positions_size > UINT32_MAX) {
        return false;
    }
    if (entry->positions_size > 0 && !span_part(source->positions, entry->positions_offset,
                                         entry->positions_size, &cursor->positions)) {
        return false;
    }
    if (entry->df == 1) {
        return load_single(cursor);
    }
    if (!span_part(
            source->postings, entry->postings_offset, entry->postings_size, &cursor->bytes)) {
        return false;
    }
    if (source->has_dense && dense_docs_wanted(entry->df, source->doc_count)) {
        const size_t size = dense_docs_size(source->doc_count);
        if (size > cursor->bytes.size) {
            return false;
        }
        cursor->bytes.size -= size;
        if (!dense_docs_open(&cursor->dense,
                span_of(cursor->bytes.bytes + cursor->bytes.size, size), source->doc_count)) {
            return false;
        }
    }
    if (rows_size > 0) {
        if (!span_part(source->rows, entry->rows_offset, rows_size, &rows)) {
            return false;
        }
        cursor->super_rows = rows.bytes;
        cursor->rows =
            rows.bytes + (size_t)block_rows_supers(cursor->block_count) * SUPER_ROW_BYTES;
    }
    return load_block(cursor, 0);
}

void postings_cursor_init(struct postings_cursor *cursor, const struct postings_source *source,
    const struct term_entry *entry)
{
    memset(cursor, 0, offsetof(struct postings_cursor, docs));
    cursor->source = source;
    cursor->entry = *entry;
    cursor->block_count = term_entry_blocks(entry);
    if (!begin(cursor)) {
        postings_cursor_fail(cursor);
    }
}

/* ---- moving ---- */

uint32_t postings_cursor_next_block(struct postings_cursor *cursor)
{
    if (cursor->doc == DOC_END || cursor->block + 1 >= cursor->block_count) {
        return stop(cursor);
    }
    return load_block(cursor, cursor->block + 1) ? cursor->doc : postings_cursor_fail(cursor);
}

/* The first of rows [first, end) whose last docid is >= target; `end` where there is none. */
static uint32_t first_at_least(
    const uint8_t *rows, size_t row_bytes, uint32_t first, uint32_t end, uint32_t target)
{
    uint32_t step = 1;
    while (end - first >= step && load_le32(rows + (first + step - 1) * row_bytes) < target) {
        first += step;
        step *= 2;
    }
    uint32_t last = end - first >= step ? first + step - 1 : end;
    while (first < last) {
        const uint32_t middle = first + (last - first) / 2;
        if (load_le32(rows + middle * row_bytes) < target) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    return first;
}

/* The block, `from` or behind it, that holds the first document >= target; block_count where there is none or
 * super rows and rows contradict each other, which is kept in status. */
static uint32_t find_block(struct postings_cursor *cursor, uint32_t from, uint32_t target)
{
    const uint32_t block_count = cursor->block_count;
    if (from >= block_count || row_last_doc(row_at(cursor, from)) >= target) {
        return from;
    }
    if (from + 1 < block_count && row_last_doc(row_at(cursor, from + 1)) >= target) {
        return from + 1; /* as it mostly is */
    }
    const uint32_t super = first_at_least(cursor->super_rows, SUPER_ROW_BYTES,
        from / LEDE_SUPER_BLOCKS, block_rows_supers(block_count), target);
    const uint32_t first = super * LEDE_SUPER_BLOCKS;
    if (first >= block_count) {
        return block_count;
    }
    const uint32_t left = block_count - first;
    const uint32_t end = first + (left < LEDE_SUPER_BLOCKS ? left : LEDE_SUPER_BLOCKS);
    const uint32_t block =
        first_at_least(cursor->rows, ROW_BYTES, first > from ? first : from, end, target);
    if (block == end || base_of(cursor, block) >= (int64_t)target) {
        postings_cursor_fail(cursor);
        return block_count;
    }
    return block;
}

uint32_t postings_cursor_seek(struct postings_cursor *cursor, uint32_t target)
{
    if (target <= cursor->doc) {
        return cursor->doc;
    }
    if (target > cursor->block_last) {
        const uint32_t before = cursor->block;
        const uint32_t block = find_block(cursor, before + 1, target);
        if (cursor->status != LEDE_OK) {
            return DOC_END;
        }
        cursor->blocks_skipped += block - before - 1;
        if (block >= cursor->block_count) {
            return stop(cursor);
        }
        if (!load_block(cursor, block)) {
            return postings_cursor_fail(cursor);
        }
    }
    cursor->index +=
        count_below(cursor->docs + cursor->index, cursor->block_size - cursor->index, target);
    DASSERT(cursor->index < cursor->block_size);
    return cursor->doc = cursor->docs[cursor->index];
}

uint32_t postings_cursor_run(const struct postings_cursor *cursor, uint32_t end)
{
    const uint32_t left = cursor->block_size - cursor->index;
    if (cursor->doc >= end) {
        return 0;
    }
    if (cursor->block_last < end) {
        return left;
    }
    /* Documents ascend strictly: there are no more of them than numbers. */
    const uint32_t most = end - cursor->doc;
    return count_below(cursor->docs + cursor->index, left < most ? left : most, end);
}

uint32_t postings_cursor_rank(struct postings_cursor *cursor, uint32_t target)
{
    if (postings_cursor_seek(cursor, target) == DOC_END) {
        return cursor->entry.df;
    }
    return cursor->block * LEDE_BLOCK_POSTINGS + cursor->index;
}

uint8_t postings_cursor_sub_code(const struct postings_cursor *cursor, uint32_t sub)
{
    DASSERT(cursor->block_count > 1);
    DASSERT(sub * LEDE_SUB_BLOCK_POSTINGS < cursor->block_size);
    return row_code(row_at(cursor, cursor->block), sub);
}

/* ---- anywhere ---- */

bool postings_cursor_load(struct postings_cursor *cursor, uint32_t block)
{
    return cursor->entry.df == 1 ? load_single(cursor) : load_block(cursor, block);
}

uint32_t postings_cursor_find_near(struct postings_cursor *cursor, uint32_t from, uint32_t target)
{
    uint32_t step = 1;
    uint32_t block = from < cursor->block_count ? from : cursor->block_count - 1;
    while (block > 0 && base_of(cursor, block) >= (int64_t)target) {
        block = block > step ? block - step : 0;
        step *= 2;
    }
    return find_block(cursor, block, target);
}

bool postings_cursor_begin_at(struct postings_cursor *cursor, uint32_t first, uint32_t *block_out)
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

uint32_t postings_cursor_place(struct postings_cursor *cursor, uint32_t target)
{
    if (cursor->status != LEDE_OK) {
        return DOC_END;
    }
    const bool is_loaded = cursor->block_size > 0;
    if (!is_loaded || target > cursor->block_last ||
        (cursor->block_count > 1 && base_of(cursor, cursor->block) >= (int64_t)target)) {
        uint32_t block = 0;
        if (cursor->block_count > 1) {
            block = postings_cursor_find_near(cursor, cursor->block, target);
            if (cursor->status != LEDE_OK) {
                return DOC_END;
            }
        } else if (is_loaded) {
            block = 1; /* behind the only one */
        }
        if (block >= cursor->block_count) {
            return cursor->doc = DOC_END;
        }
        if (!postings_cursor_load(cursor, block)) {
            return postings_cursor_fail(cursor);
        }
        if (target > cursor->block_last) {
            return cursor->doc = DOC_END;
        }
    }
    /* Mostly a little further than before. */
    uint32_t index = cursor->index < cursor->block_size ? cursor->index : 0;
    if (cursor->docs[index] > target) {
        index = 0;
    }
    const uint32_t left = cursor->block_size - index;
    const uint32_t most = target - cursor->docs[index];
    if (cursor->docs[index] < target) {
        index += count_below(cursor->docs + index, left < most ? left : most, target);
    }
    cursor->index = index;
    return cursor->doc = cursor->docs[index];
}

/* ---- frequencies ---- */

bool postings_cursor_load_frequencies(struct postings_cursor *cursor)
{
    if (cursor->doc == DOC_END) {
        return false;
    }
    const struct bitpack_ops *ops = cursor->source->bitpack;
    const size_t size = cursor->block_end - cursor->frequencies_at;
    const size_t used =
        block_decode_numbers(ops, span_of(cursor->bytes.bytes + cursor->frequencies_at, size),
            cursor->block_size, cursor->frequencies);
    if (used == 0 || used != size ||
        ops->increment(cursor->frequencies, cursor->block_size) >= cursor->entry.max_tf) {
        postings_cursor_fail(cursor);
        return false;
    }
    cursor->bytes_read += size;
    cursor->has_frequencies = true;
    return true;
}

bool postings_cursor_look_up_frequency(struct postings_cursor *cursor)
{
    if (cursor->lookups == FREQUENCY_LOOKUPS_MAX) {
        return postings_cursor_load_frequencies(cursor);
    }
    uint32_t number;
    const size_t size = cursor->block_end - cursor->frequencies_at;
    cursor->lookups++;
    if (cursor->doc == DOC_END ||
        !block_number_at(span_of(cursor->bytes.bytes + cursor->frequencies_at, size),
            cursor->block_size, cursor->index, &number) ||
        number >= cursor->entry.max_tf) {
        postings_cursor_fail(cursor);
        return false;
    }
    cursor->frequencies[cursor->index] = number + 1;
    return true;
}
