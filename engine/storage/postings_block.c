#include "storage/postings_block.h"

#include "codec/block.h"
#include "storage/postings_cursor_parts.h"

bool postings_cursor_extent(
    const struct postings_cursor *cursor, uint32_t block, struct block_extent *extent_out)
{
    struct block_extent extent = {
        .end = cursor->bytes.size, .base = UINT32_MAX, .last = UINT32_MAX};
    if (cursor->block_count > 1) {
        extent.end = row_postings_end(row_at(cursor, block));
        extent.last = row_last_doc(row_at(cursor, block));
        if (block > 0) {
            extent.begin = row_postings_end(row_at(cursor, block - 1));
            extent.base = row_last_doc(row_at(cursor, block - 1));
        }
        if (extent.end > cursor->bytes.size || extent.begin > extent.end ||
            extent.last >= cursor->source->doc_count || (block > 0 && extent.base >= extent.last)) {
            return false;
        }
    }
    *extent_out = extent;
    return true;
}

/* What is behind the docids, which a dense list has elsewhere. */
static bool find_frequencies(const struct postings_cursor *cursor, struct block_extent extent,
    uint32_t count, struct span *frequencies_out)
{
    const struct span bytes =
        span_of(bytes_at(cursor->bytes.bytes, extent.begin), extent.end - extent.begin);
    size_t docs_size = 0;
    if (cursor->entry.df > 1 && !is_dense(cursor)) {
        docs_size = block_size(bytes, count);
        if (docs_size == 0) {
            return false;
        }
    }
    *frequencies_out = span_of(bytes_at(bytes.bytes, docs_size), bytes.size - docs_size);
    return true;
}

/* The part of the positions that is a block's. */
static bool find_positions(
    const struct postings_cursor *cursor, uint32_t block, struct span *positions_out)
{
    size_t begin = 0;
    size_t end = cursor->positions.size;
    if (cursor->block_count > 1 && end > 0) {
        end = row_positions_end(row_at(cursor, block));
        begin = block == 0 ? 0 : row_positions_end(row_at(cursor, block - 1));
        if (end > cursor->positions.size || begin > end) {
            return false;
        }
    }
    *positions_out = span_of(bytes_at(cursor->positions.bytes, begin), end - begin);
    return true;
}

bool postings_block_find(
    const struct postings_cursor *cursor, uint32_t block, struct postings_block *block_out)
{
    struct block_extent extent;
    if (block >= cursor->block_count || !postings_cursor_extent(cursor, block, &extent)) {
        return false;
    }
    const uint32_t left = cursor->entry.df - block * LEDE_BLOCK_POSTINGS;
    block_out->count = left < LEDE_BLOCK_POSTINGS ? left : LEDE_BLOCK_POSTINGS;
    return find_frequencies(cursor, extent, block_out->count, &block_out->frequencies) &&
           find_positions(cursor, block, &block_out->positions);
}
