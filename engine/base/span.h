/* span.h -- a piece of bytes, and the cursor through which bytes of a file are read.
 *
 * A cursor checks its bounds at each step and is sticky: after the first step that does not fit,
 * `failed` is true, every further read gives 0 and moves nothing. A record is read field by field
 * and `failed` is asked once at its end.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"

struct span {
    const uint8_t *bytes;
    size_t size;
};

struct cursor {
    const uint8_t *at;
    const uint8_t *end;
    bool failed;
};

static inline struct span span_of(const void *bytes, size_t size)
{
    return (struct span){.bytes = bytes, .size = size};
}

/* `bytes` + `offset`. Empty spans may be NULL, and even NULL + 0 is undefined in C17; this compiles to
 * the addition alone. */
static inline const uint8_t *bytes_at(const uint8_t *bytes, size_t offset)
{
    return offset == 0 ? bytes : bytes + offset;
}

/* In byte order: below 0, 0 or above 0. Where one begins the other, the shorter is first. */
static inline int span_compare(struct span a, struct span b)
{
    const size_t common = a.size < b.size ? a.size : b.size;
    const int order = common == 0 ? 0 : memcmp(a.bytes, b.bytes, common);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* `size` bytes of `whole` from `offset`; false, and *part_out untouched, where they are not there. */
static inline bool span_part(
    struct span whole, uint64_t offset, uint64_t size, struct span *part_out)
{
    if (offset > whole.size || size > whole.size - offset) {
        return false;
    }
    *part_out = span_of(bytes_at(whole.bytes, (size_t)offset), (size_t)size);
    return true;
}

static inline struct cursor cursor_of(struct span span)
{
    return (struct cursor){
        .at = span.bytes, .end = bytes_at(span.bytes, span.size), .failed = false};
}

static inline size_t cursor_left(const struct cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

/* The next `size` bytes, or NULL where there are fewer. */
static inline const uint8_t *cursor_bytes(struct cursor *cursor, size_t size)
{
    if (cursor->failed || size > cursor_left(cursor)) {
        cursor->failed = true;
        return NULL;
    }
    const uint8_t *bytes = cursor->at;
    cursor->at += size;
    return bytes;
}

static inline uint8_t cursor_u8(struct cursor *cursor)
{
    const uint8_t *bytes = cursor_bytes(cursor, 1);
    return bytes == NULL ? 0 : bytes[0];
}

static inline uint16_t cursor_u16(struct cursor *cursor)
{
    const uint8_t *bytes = cursor_bytes(cursor, 2);
    return bytes == NULL ? 0 : load_le16(bytes);
}

static inline uint32_t cursor_u32(struct cursor *cursor)
{
    const uint8_t *bytes = cursor_bytes(cursor, 4);
    return bytes == NULL ? 0 : load_le32(bytes);
}

static inline uint64_t cursor_u64(struct cursor *cursor)
{
    const uint8_t *bytes = cursor_bytes(cursor, 8);
    return bytes == NULL ? 0 : load_le64(bytes);
}

/* An LEB128 number of at most 64 bits (seven bits a byte, low ones first). Overlong or truncated
 * ones fail. */
static inline uint64_t cursor_varint(struct cursor *cursor)
{
    uint64_t value = 0;
    for (uint32_t shift = 0; shift < 64; shift += 7) {
        const uint8_t byte = cursor_u8(cursor);
        if (cursor->failed) {
            return 0;
        }
        if (shift == 63 && byte > 1) {
            break;
        }
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            if (byte == 0 && shift > 0) {
                break;
            }
            return value;
        }
    }
    cursor->failed = true;
    return 0;
}

/* The same, refused above `max`. */
static inline uint64_t cursor_varint_max(struct cursor *cursor, uint64_t max)
{
    const uint64_t value = cursor_varint(cursor);
    if (value > max) {
        cursor->failed = true;
        return 0;
    }
    return value;
}

#endif
