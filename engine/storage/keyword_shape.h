/* keyword_shape.h -- the layout of SECTION_KEYWORDS, for who writes it at once (keywords.h) and who writes it column
 * by column without having it in memory.
 *
 * FORMAT.md, "Keywords". A column's size follows from its shape, so the section's head can be written first.
 */
#ifndef STORAGE_KEYWORD_SHAPE_H
#define STORAGE_KEYWORD_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

struct keyword_shape {
    struct span name;
    uint64_t values_size; /* of all values */
    uint32_t value_count;
    uint32_t pair_count; /* ordinals stored where some document has several; otherwise 0 */
};

/* Bytes of the head of a section of so many columns. */
size_t keyword_head_size(size_t field_count);

/* Zeros between the end of a part of the section, at `offset` in it, and the next column. */
static inline size_t keyword_column_padding(uint64_t offset)
{
    return (size_t)((8 - offset % 8) % 8);
}

/* Store the head at `at`, all of whose bytes are 0; the size of the section. */
uint64_t keyword_head_store(
    const struct keyword_shape *shapes, size_t field_count, uint32_t doc_count, uint8_t *at);

enum { KEYWORD_PACK_CHUNK = 256 };

/* Numbers of one width appended one at a time to `out`, which the caller may drain. */
struct keyword_packer {
    struct buf *out;
    uint32_t width, count;
    /* A multiple of 8, so that every chunk but the last ends on a byte. */
    uint32_t pending[KEYWORD_PACK_CHUNK];
};

void keyword_packer_init(struct keyword_packer *packer, struct buf *out, uint32_t width);
void keyword_packer_flush(struct keyword_packer *packer); /* at the end */

static inline void keyword_packer_add(struct keyword_packer *packer, uint32_t number)
{
    packer->pending[packer->count++] = number;
    if (packer->count == KEYWORD_PACK_CHUNK) {
        keyword_packer_flush(packer);
    }
}

#endif
