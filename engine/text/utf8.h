/* utf8.h -- reading UTF-8 that may be broken.
 *
 * What is not UTF-8 is read as U+FFFD, one for each maximal subpart of an ill-formed sequence (Unicode
 * 15, section 3.9, "best practice"; W3C's decoder does the same): E2 82 41 reads as U+FFFD 'A', and
 * C0 AF as two of them. Overlong forms, surrogates and what lies above U+10FFFF are ill-formed.
 *
 * Memory   none but what utf8_repair appends.
 * Cost     ASCII passes eight bytes at a time in utf8_is_valid and utf8_repair.
 */
#ifndef TEXT_UTF8_H
#define TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/status.h"

#define UTF8_REPLACEMENT 0xfffdu

enum { UTF8_BYTES_MAX = 4 }; /* of one character */

struct utf8_char {
    uint32_t point; /* UTF8_REPLACEMENT where the bytes are ill-formed */
    uint8_t size;   /* bytes read: 1..4 */
    bool is_valid;  /* false where they are ill-formed; a U+FFFD as written is valid */
};

/* The character at `at`; there is at least one byte: at < end. */
struct utf8_char utf8_decode(const uint8_t *at, const uint8_t *end);

/* Write `point`, a scalar value, and return its bytes: 1..4. */
size_t utf8_encode(uint32_t point, uint8_t bytes_out[UTF8_BYTES_MAX]);

/* How many bytes from the beginning are well-formed; `size` where all are. */
size_t utf8_valid_prefix(const void *bytes, size_t size);

static inline bool utf8_is_valid(const void *bytes, size_t size)
{
    return utf8_valid_prefix(bytes, size) == size;
}

/* Append `bytes` to `out` with U+FFFD for what is ill-formed, and add to *replaced_out (may be NULL)
 * how many were put in. The text grows to three times its size at most. */
lede_status utf8_repair(
    const void *bytes, size_t size, struct buf *out, uint64_t *replaced_out) MUST_CHECK;

/* The largest edge of a character that is <= offset, and the smallest that is >= offset; `offset` may
 * lie past `size`, which counts as `size`. In ill-formed text every byte that begins no character and
 * continues none is an edge; an edge is never more than 3 bytes away. */
size_t utf8_edge_before(const void *bytes, size_t size, size_t offset);
size_t utf8_edge_after(const void *bytes, size_t size, size_t offset);

/* `size` made <= max without cutting through a character. */
static inline size_t utf8_cut(const void *bytes, size_t size, size_t max)
{
    return size <= max ? size : utf8_edge_before(bytes, size, max);
}

#endif
