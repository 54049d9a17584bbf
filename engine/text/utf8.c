/* The idea: a lead byte says how many bytes follow and in which range the first of them lies; that
 * narrowed range alone keeps out overlong forms, surrogates and what is too large. */
#include "text/utf8.h"

#include "base/bytes.h"

struct utf8_char utf8_decode(const uint8_t *at, const uint8_t *end)
{
    const uint8_t lead = at[0];
    if (lead < 0x80) {
        return (struct utf8_char){.point = lead, .size = 1, .is_valid = true};
    }
    const struct utf8_char broken = {.point = UTF8_REPLACEMENT, .size = 1, .is_valid = false};
    if (lead < 0xc2 || lead > 0xf4) {
        return broken;
    }
    const uint8_t follow = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    uint32_t point = lead & (0x3fu >> follow);
    for (uint8_t i = 1; i <= follow; i++) {
        if (at + i == end || at[i] < low || at[i] > high) {
            return (struct utf8_char){.point = UTF8_REPLACEMENT, .size = i, .is_valid = false};
        }
        point = point << 6 | (at[i] & 0x3fu);
        low = 0x80;
        high = 0xbf;
    }
    return (struct utf8_char){.point = point, .size = (uint8_t)(follow + 1), .is_valid = true};
}

size_t utf8_encode(uint32_t point, uint8_t bytes_out[UTF8_BYTES_MAX])
{
    if (point < 0x80) {
        bytes_out[0] = (uint8_t)point;
        return 1;
    }
    if (point < 0x800) {
        bytes_out[0] = (uint8_t)(0xc0 | point >> 6);
        bytes_out[1] = (uint8_t)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        bytes_out[0] = (uint8_t)(0xe0 | point >> 12);
        bytes_out[1] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
        bytes_out[2] = (uint8_t)(0x80 | (point & 0x3f));
        return 3;
    }
    bytes_out[0] = (uint8_t)(0xf0 | point >> 18);
    bytes_out[1] = (uint8_t)(0x80 | (point >> 12 & 0x3f));
    bytes_out[2] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
    bytes_out[3] = (uint8_t)(0x80 | (point & 0x3f));
    return 4;
}

size_t utf8_valid_prefix(const void *bytes, size_t size)
{
    const uint8_t *const begin = bytes;
    const uint8_t *const end = begin + size;
    const uint8_t *at = begin;
    while (at < end) {
        if ((size_t)(end - at) >= 8 && (load_le64(at) & 0x8080808080808080u) == 0) {
            at += 8;
            continue;
        }
        const struct utf8_char character = utf8_decode(at, end);
        if (!character.is_valid) {
            break;
        }
        at += character.size;
    }
    return (size_t)(at - begin);
}

lede_status utf8_repair(const void *bytes, size_t size, struct buf *out, uint64_t *replaced_out)
{
    const uint8_t *at = bytes;
    uint64_t replaced = 0;
    size_t left = size;
    while (left > 0) {
        const size_t valid = utf8_valid_prefix(at, left);
        (void)buf_append(out, at, valid);
        at += valid;
        left -= valid;
        if (left > 0) {
            const size_t broken = utf8_decode(at, at + left).size;
            (void)buf_append(out, "\xef\xbf\xbd", 3);
            replaced++;
            at += broken;
            left -= broken;
        }
        if (out->status != LEDE_OK) {
            return out->status;
        }
    }
    if (replaced_out != NULL) {
        *replaced_out += replaced;
    }
    return LEDE_OK;
}

size_t utf8_edge_before(const void *bytes, size_t size, size_t offset)
{
    const uint8_t *const begin = bytes;
    if (offset >= size) {
        return size;
    }
    /* The lead byte that owns `offset` stands at most three bytes before it. */
    for (size_t back = 0; back < UTF8_BYTES_MAX && back <= offset; back++) {
        const size_t lead = offset - back;
        if ((begin[lead] & 0xc0) != 0x80) {
            const size_t length = utf8_decode(begin + lead, begin + size).size;
            return lead + length > offset ? lead : offset;
        }
    }
    return offset;
}

size_t utf8_edge_after(const void *bytes, size_t size, size_t offset)
{
    const size_t before = utf8_edge_before(bytes, size, offset);
    if (before >= offset || before == size) {
        return before;
    }
    const uint8_t *const begin = bytes;
    return before + utf8_decode(begin + before, begin + size).size;
}
