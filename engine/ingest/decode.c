/* decode.c -- UTF-16 in pairs of bytes; the code points are written by utf8proc. */
#include "ingest/decode.h"

#include <utf8proc.h>

enum { UTF8_BYTES_MAX = 4, REPLACEMENT = 0xfffd };

enum text_mark text_mark_of(struct span head, size_t *size_out)
{
    const uint8_t *bytes = head.bytes;
    *size_out = 0;
    if (head.size >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf) {
        *size_out = 3;
        return MARK_UTF8;
    }
    if (head.size < 2 ||
        !((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff))) {
        return MARK_NONE;
    }
    /* Text has an ASCII character among its first: a zero byte on the mark's side. */
    const bool is_big = bytes[0] == 0xfe;
    bool has_ascii = head.size == 2;
    for (size_t i = 2; i + 1 < head.size && !has_ascii; i += 2) {
        const uint8_t high = is_big ? bytes[i] : bytes[i + 1];
        const uint8_t low = is_big ? bytes[i + 1] : bytes[i];
        has_ascii = high == 0 && low >= '\t' && low < 0x7f;
    }
    if (!has_ascii) {
        return MARK_NONE;
    }
    *size_out = 2;
    return is_big ? MARK_UTF16_BIG : MARK_UTF16_LITTLE;
}

static int32_t unit_at(const struct utf16_decoder *decoder, const uint8_t *bytes)
{
    return decoder->is_big ? bytes[0] << 8 | bytes[1] : bytes[1] << 8 | bytes[0];
}

/* The next code point; false at the end. */
static lede_status next_code(
    struct utf16_decoder *decoder, int32_t *code_out, bool *has_out, lede_error *error)
{
    const lede_status status = input_want(decoder->outer, 4, error);
    const struct span window = input_window(decoder->outer);
    *has_out = false;
    if (status != LEDE_OK || window.size == 0) {
        return status;
    }
    *has_out = true;
    if (window.size == 1) {
        *code_out = REPLACEMENT;
        decoder->outer->begin += 1;
        return LEDE_OK;
    }
    const int32_t unit = unit_at(decoder, window.bytes);
    const int32_t next = window.size >= 4 ? unit_at(decoder, window.bytes + 2) : 0;
    decoder->outer->begin += 2;
    *code_out = unit;
    if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
        *code_out = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
        decoder->outer->begin += 2;
    } else if (unit >= 0xd800 && unit < 0xe000) {
        *code_out = REPLACEMENT;
    }
    return LEDE_OK;
}

static lede_status read_utf16(
    void *context, void *bytes, size_t size, size_t *size_out, lede_error *error)
{
    struct utf16_decoder *decoder = context;
    uint8_t *to = bytes;
    size_t length = 0;
    while (size - length >= UTF8_BYTES_MAX) {
        int32_t code;
        bool has;
        const lede_status status = next_code(decoder, &code, &has, error);
        if (status != LEDE_OK) {
            return status;
        }
        if (!has) {
            break;
        }
        length += (size_t)utf8proc_encode_char(code, to + length);
    }
    if (length == 0 && decoder->outer->damage.status != LEDE_OK) {
        return lede_fail(
            error, decoder->outer->damage.status, "%s", decoder->outer->damage.message);
    }
    *size_out = length;
    return LEDE_OK;
}

struct byte_source utf16_bytes(struct utf16_decoder *decoder)
{
    return (struct byte_source){.context = decoder, .read = read_utf16};
}
