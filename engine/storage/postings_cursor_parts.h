/* postings_cursor_parts.h -- what the files of a cursor share: its blocks, by number.
 *
 * Not for anyone else: nothing here looks whether the cursor has failed.
 */
#ifndef STORAGE_POSTINGS_CURSOR_PARTS_H
#define STORAGE_POSTINGS_CURSOR_PARTS_H

#include "storage/block_rows.h"
#include "storage/postings_cursor.h"

/* Where a block lies in the list's postings, its docids' base (UINT32_MAX: there is none) and their last, UINT32_MAX
 * where no row says. */
struct block_extent {
    size_t begin, end;
    uint32_t base, last;
};

/* False where the row of block `block` is wrong. */
bool postings_cursor_extent(const struct postings_cursor *cursor, uint32_t block,
    struct block_extent *extent_out) MUST_CHECK;

/* Decode block `block` and stand on its first document; false where it is damaged. */
bool postings_cursor_load(struct postings_cursor *cursor, uint32_t block) MUST_CHECK;

/* The block that holds the first document >= target, looked for in both directions from `from`; block_count
 * where there is none or the rows contradict each other, which is kept in status. More than one block. */
uint32_t postings_cursor_find_near(struct postings_cursor *cursor, uint32_t from, uint32_t target);

/* The first block that can have documents from `first` on, looked for from fill_block; false where the list has
 * failed. A list of one block is decoded. */
bool postings_cursor_begin_at(
    struct postings_cursor *cursor, uint32_t first, uint32_t *block_out) MUST_CHECK;

/* Stop for good. DOC_END. */
uint32_t postings_cursor_fail(struct postings_cursor *cursor);

static inline const uint8_t *row_at(const struct postings_cursor *cursor, uint32_t block)
{
    return cursor->rows + (size_t)block * ROW_BYTES;
}

/* The last docid before block `block`, -1 where there is none. */
static inline int64_t base_of(const struct postings_cursor *cursor, uint32_t block)
{
    return block == 0 ? -1 : (int64_t)row_last_doc(row_at(cursor, block - 1));
}

static inline bool is_dense(const struct postings_cursor *cursor)
{
    return cursor->dense.words != NULL;
}

static inline struct span block_bytes(
    const struct postings_cursor *cursor, struct block_extent extent)
{
    return span_of(cursor->bytes.bytes + extent.begin, extent.end - extent.begin);
}

static inline bool is_decoded(const struct postings_cursor *cursor, uint32_t block)
{
    return cursor->block_size > 0 && block == cursor->block;
}

#endif
