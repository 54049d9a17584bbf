/* bytes.h -- fixed-width little-endian loads and stores, and arithmetic that says when it overflows.
 *
 * Every number in a file goes through these: no struct is laid over mapped bytes. memcpy of a
 * constant size compiles to one move.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "add byte swaps here before porting");

static inline uint16_t load_le16(const void *from)
{
    uint16_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline uint32_t load_le32(const void *from)
{
    uint32_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline uint64_t load_le64(const void *from)
{
    uint64_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

/* The first eight bytes of a string as a number that sorts as the string does. */
static inline uint64_t load_be64(const void *from)
{
    return __builtin_bswap64(load_le64(from));
}

static inline void store_le16(void *to, uint16_t value)
{
    memcpy(to, &value, sizeof value);
}

static inline void store_le32(void *to, uint32_t value)
{
    memcpy(to, &value, sizeof value);
}

static inline void store_le64(void *to, uint64_t value)
{
    memcpy(to, &value, sizeof value);
}

/* a + b and a * b into *out; false, and *out untouched, where the result does not fit. */
static inline bool add_checked(size_t a, size_t b, size_t *out)
{
    size_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return false;
    }
    *out = sum;
    return true;
}

static inline bool mul_checked(size_t a, size_t b, size_t *out)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product)) {
        return false;
    }
    *out = product;
    return true;
}

#endif
