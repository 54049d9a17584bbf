#include "storage/keyword_shape.h"

#include "base/bits.h"
#include "base/bytes.h"
#include "codec/bitpack.h"

enum { HEADER_BYTES = 8, ROW_BYTES = 40 };

size_t keyword_head_size(size_t field_count)
{
    return HEADER_BYTES + field_count * ROW_BYTES;
}

static uint64_t packed_bytes(uint64_t count, uint32_t width)
{
    return (count * width + 7) / 8;
}

static uint64_t column_size(const struct keyword_shape *shape, uint32_t doc_count)
{
    const uint64_t values =
        ((uint64_t)shape->value_count + 1) * 8 + shape->name.size + shape->values_size;
    if (shape->pair_count == 0) {
        return values + packed_bytes(doc_count, bit_width32(shape->value_count));
    }
    return values + packed_bytes((uint64_t)doc_count + 1, bit_width32(shape->pair_count)) +
           packed_bytes(shape->pair_count, bit_width32(shape->value_count - 1));
}

uint64_t keyword_head_store(
    const struct keyword_shape *shapes, size_t field_count, uint32_t doc_count, uint8_t *at)
{
    uint64_t end = keyword_head_size(field_count);
    store_le32(at, (uint32_t)field_count);
    for (size_t i = 0; i < field_count; i++) {
        uint8_t *row = at + HEADER_BYTES + i * ROW_BYTES;
        const uint64_t column = end + keyword_column_padding(end);
        const uint64_t size = column_size(&shapes[i], doc_count);
        store_le64(row, column);
        store_le64(row + 8, size);
        store_le32(row + 16, shapes[i].value_count);
        store_le32(row + 20, shapes[i].pair_count);
        store_le32(row + 24, (uint32_t)shapes[i].name.size);
        end = column + size;
    }
    return end;
}

void keyword_packer_init(struct keyword_packer *packer, struct buf *out, uint32_t width)
{
    packer->out = out;
    packer->width = width;
    packer->count = 0;
}

void keyword_packer_flush(struct keyword_packer *packer)
{
    uint8_t *at = buf_extend(packer->out, bitpack_bytes(packer->count, packer->width));
    if (at != NULL) {
        bitpack_pack(packer->pending, packer->count, packer->width, at);
    }
    packer->count = 0;
}
