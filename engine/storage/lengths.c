/* The section has no header: its width follows from its size and the number of documents. */
#include "storage/lengths.h"

#include "base/limits.h"

lede_status lengths_write(const uint32_t *lengths, uint32_t doc_count, struct buf *section)
{
    uint32_t longest = 0;
    for (uint32_t i = 0; i < doc_count; i++) {
        longest = lengths[i] > longest ? lengths[i] : longest;
    }
    const size_t width = longest <= UINT16_MAX ? 2 : 4;
    uint8_t *at = buf_extend(section, (size_t)doc_count * width);
    if (at == NULL) {
        return section->status;
    }
    for (uint32_t i = 0; i < doc_count; i++, at += width) {
        if (width == 2) {
            store_le16(at, (uint16_t)lengths[i]);
        } else {
            store_le32(at, lengths[i]);
        }
    }
    return LEDE_OK;
}

lede_status lengths_open(
    struct lengths *lengths, struct span section, uint32_t doc_count, lede_error *error)
{
    uint32_t width = 0;
    if (section.size == (size_t)doc_count * 2) {
        width = 2;
    } else if (section.size == (size_t)doc_count * 4) {
        width = 4;
    } else {
        return lede_fail(error, LEDE_ERR_CORRUPT,
            "lengths: section has %zu bytes, which is neither 2 nor 4 for each of %u documents",
            section.size, doc_count);
    }
    *lengths = (struct lengths){.bytes = section.bytes, .width_bytes = width};
    return LEDE_OK;
}
