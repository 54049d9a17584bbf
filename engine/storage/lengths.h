/* lengths.h -- the exact length of every document (terms in title and body), by document.
 *
 * FORMAT.md, "Lengths": a flat array of u16, or of u32 where a length needs it.
 */
#ifndef STORAGE_LENGTHS_H
#define STORAGE_LENGTHS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/span.h"
#include "base/status.h"

struct lengths {
    const uint8_t *bytes;
    uint32_t width_bytes; /* 2 or 4 */
};

lede_status lengths_write(
    const uint32_t *lengths, uint32_t doc_count, struct buf *section) MUST_CHECK;
lede_status lengths_open(
    struct lengths *lengths, struct span section, uint32_t doc_count, lede_error *error) MUST_CHECK;

/* doc < doc_count. */
static inline uint32_t lengths_at(const struct lengths *lengths, uint32_t doc)
{
    return lengths->width_bytes == 2 ? load_le16(lengths->bytes + (size_t)doc * 2)
                                     : load_le32(lengths->bytes + (size_t)doc * 4);
}

#endif
