/* buf.h -- a growable run of bytes with a maximum that its owner states.
 *
 * Invariants: size <= capacity <= max; data is NULL only while capacity is 0. Sticky: after an
 * append that failed, `status` keeps the reason and further appends do nothing, so a writer of many
 * small pieces asks once at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/span.h"
#include "base/status.h"

struct buf {
    uint8_t *data;
    size_t size;
    size_t capacity;
    size_t max;
    lede_status status;
};

static inline void buf_init(struct buf *buf, size_t max)
{
    *buf = (struct buf){.max = max};
}

void buf_release(struct buf *buf);

/* Room for `size` more bytes; the place to write them, or NULL. Does not change buf->size. */
uint8_t *buf_reserve(struct buf *buf, size_t size);

/* Append `size` bytes and return where they begin, uninitialized; NULL on failure. */
uint8_t *buf_extend(struct buf *buf, size_t size);

lede_status buf_append(struct buf *buf, const void *bytes, size_t size);
lede_status buf_append_zeros(struct buf *buf, size_t size);
lede_status buf_append_varint(struct buf *buf, uint64_t value); /* LEB128, as cursor_varint reads */

static inline void buf_reset(struct buf *buf)
{
    buf->size = 0;
    buf->status = LEDE_OK;
}

static inline struct span buf_span(const struct buf *buf)
{
    return span_of(buf->data, buf->size);
}

static inline lede_status buf_append_u8(struct buf *buf, uint8_t value)
{
    return buf_append(buf, &value, 1);
}

static inline lede_status buf_append_le16(struct buf *buf, uint16_t value)
{
    uint8_t bytes[2];
    store_le16(bytes, value);
    return buf_append(buf, bytes, sizeof bytes);
}

static inline lede_status buf_append_le32(struct buf *buf, uint32_t value)
{
    uint8_t bytes[4];
    store_le32(bytes, value);
    return buf_append(buf, bytes, sizeof bytes);
}

static inline lede_status buf_append_le64(struct buf *buf, uint64_t value)
{
    uint8_t bytes[8];
    store_le64(bytes, value);
    return buf_append(buf, bytes, sizeof bytes);
}

#endif
