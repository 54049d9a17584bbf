/* block_rows.h -- the rows of a list in SECTION_BLOCK_ROWS, field by field.
 *
 * FORMAT.md, "Postings": the super rows of a list, then its rows, for lists of more than one block.
 *
 *   super row   0 last docid u32   4 largest tf u32           8 smallest length u32
 *   row         0 last docid u32   4 end in postings u32      8 end in positions u32
 *              12 largest tf u16  14 smallest length u16     16 bounds of its eighths, 8 bytes
 *
 * Ends count from where the list begins. A largest tf of 65535 says: the list's. A smallest length above
 * 65535 is written as that. No function here checks a bound: extents were checked before.
 */
#ifndef STORAGE_BLOCK_ROWS_H
#define STORAGE_BLOCK_ROWS_H

#include <assert.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"

enum {
    SUPER_ROW_BYTES = 12,
    ROW_BYTES = 24,
    ROW_TF_AT = 12,
    ROW_LENGTH_AT = 14,
    ROW_BOUNDS_AT = 16,
    ROW_SATURATED = 65535,
    SUB_BLOCKS = LEDE_BLOCK_POSTINGS / LEDE_SUB_BLOCK_POSTINGS,
};

static_assert(ROW_BOUNDS_AT + SUB_BLOCKS == ROW_BYTES, "one bound for each eighth");

static inline uint32_t block_rows_supers(uint32_t block_count)
{
    return (block_count + LEDE_SUPER_BLOCKS - 1) / LEDE_SUPER_BLOCKS;
}

/* Bytes of all rows of a list. */
static inline uint64_t block_rows_size(uint32_t block_count)
{
    return block_count <= 1 ? 0
                            : (uint64_t)block_rows_supers(block_count) * SUPER_ROW_BYTES +
                                  (uint64_t)block_count * ROW_BYTES;
}

static inline uint32_t row_last_doc(const uint8_t *row)
{
    return load_le32(row);
}

static inline uint32_t row_postings_end(const uint8_t *row)
{
    return load_le32(row + 4);
}

static inline uint32_t row_positions_end(const uint8_t *row)
{
    return load_le32(row + 8);
}

static inline uint32_t row_max_tf(const uint8_t *row, uint32_t list_max_tf)
{
    const uint32_t max_tf = load_le16(row + ROW_TF_AT);
    return max_tf == ROW_SATURATED ? list_max_tf : max_tf;
}

static inline uint32_t row_min_length(const uint8_t *row)
{
    return load_le16(row + ROW_LENGTH_AT);
}

static inline uint32_t super_row_max_tf(const uint8_t *super_row)
{
    return load_le32(super_row + 4);
}

static inline uint32_t super_row_min_length(const uint8_t *super_row)
{
    return load_le32(super_row + 8);
}

#endif
