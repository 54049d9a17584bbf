/* block_rows.h -- the rows of a list in SECTION_BLOCK_ROWS, field by field.
 *
 * FORMAT.md, "Postings": the super rows of a list, then its rows, for lists of more than one block.
 *
 *   super row   0 last docid u32
 *   row         0 last docid u32   4 end in postings u32   8 end in positions u32
 *              12 range codes of its eighths, 8 bytes (range_bounds.h)
 *
 * Ends count from where the list begins. No function here checks a bound: extents were checked before.
 */
#ifndef STORAGE_BLOCK_ROWS_H
#define STORAGE_BLOCK_ROWS_H

#include <assert.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"

enum {
    SUPER_ROW_BYTES = 4,
    ROW_BYTES = 20,
    ROW_CODES_AT = 12,
    SUB_BLOCKS = LEDE_BLOCK_POSTINGS / LEDE_SUB_BLOCK_POSTINGS,
};

static_assert(ROW_CODES_AT + SUB_BLOCKS == ROW_BYTES, "one code for each eighth");

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

/* The code of eighth `sub`. */
static inline uint8_t row_code(const uint8_t *row, uint32_t sub)
{
    return row[ROW_CODES_AT + sub];
}

static inline uint32_t row_positions_end(const uint8_t *row)
{
    return load_le32(row + 8);
}

#endif
