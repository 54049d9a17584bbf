#include "base/buf.h"

#include "base/alloc.h"

enum { BUF_CAPACITY_MIN = 64 };

void buf_release(struct buf *buf)
{
    mem_free(buf->data);
    buf_init(buf, buf->max);
}

uint8_t *buf_reserve(struct buf *buf, size_t size)
{
    if (buf->status != LEDE_OK) {
        return NULL;
    }
    if (size > buf->max - buf->size) {
        buf->status = LEDE_ERR_LIMIT;
        return NULL;
    }
    const size_t needed = buf->size + size;
    if (needed > buf->capacity || buf->data == NULL) {
        size_t capacity = buf->capacity < BUF_CAPACITY_MIN ? BUF_CAPACITY_MIN : buf->capacity;
        while (capacity < needed) {
            capacity = capacity > buf->max / 2 ? buf->max : capacity * 2;
        }
        if (capacity > buf->max) {
            capacity = buf->max;
        }
        uint8_t *data = mem_resize(buf->data, capacity);
        if (data == NULL) {
            buf->status = LEDE_ERR_NOMEM;
            return NULL;
        }
        buf->data = data;
        buf->capacity = capacity;
    }
    return buf->data + buf->size;
}

uint8_t *buf_extend(struct buf *buf, size_t size)
{
    uint8_t *at = buf_reserve(buf, size);
    if (at != NULL) {
        buf->size += size;
    }
    return at;
}

lede_status buf_append(struct buf *buf, const void *bytes, size_t size)
{
    uint8_t *at = buf_extend(buf, size);
    if (at != NULL && size > 0) {
        memcpy(at, bytes, size);
    }
    return buf->status;
}

lede_status buf_append_zeros(struct buf *buf, size_t size)
{
    uint8_t *at = buf_extend(buf, size);
    if (at != NULL && size > 0) {
        memset(at, 0, size);
    }
    return buf->status;
}

lede_status buf_append_varint(struct buf *buf, uint64_t value)
{
    uint8_t bytes[10];
    size_t size = 0;
    while (value >= 0x80) {
        bytes[size++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    bytes[size++] = (uint8_t)value;
    return buf_append(buf, bytes, size);
}
