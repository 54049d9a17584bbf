/* The tag is kind << 5 | width. Plain packing never has width 0 (that is a RUN or a ZERO), so there 0
 * stands for 32; a narrower width with exceptions is 0..31; the other kinds have 0.
 *
 *   ZERO, RUN   tag
 *   FOR         tag, packed values
 *   PFOR        tag, u8 exceptions (>= 1), u8 width of their high parts, body (patched.h)
 *   BITSET      tag, u16 number of bytes, bytes: bit i is docid base + 1 + i
 *
 * Gaps cannot wrap unseen: where count * 2^width could carry a docid past 2^32 the docids are looked at
 * one by one, otherwise the last tells.
 */
#include "codec/block.h"

#include "base/assert.h"
#include "base/bits.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "codec/patched.h"
#include "codec/wordset.h"

enum {
    PFOR_HEAD_BYTES = 3,
    BITSET_HEAD_BYTES = 3,
    EXCEPTIONS_MAX = 255,
    BITSET_WORTH_BITS = 1, /* a document: what a bit string may be longer, as it is not decoded */
    /* 256 gaps below 2^23 and a base below 2^31 stay below 2^32. */
    SAFE_GAP_WIDTH = 23,
};

static_assert(LEDE_BLOCK_POSTINGS == 256, "places of exceptions are bytes");
static_assert(1 + LEDE_BLOCK_POSTINGS * 4 <= BLOCK_BYTES_MAX, "a plain block fits");

/* Half a bit a value: what a kind that decodes more slowly has to save. */
static size_t slow_kind_penalty(uint32_t count)
{
    return count / 16;
}

static uint8_t tag_of(enum block_kind kind, uint32_t width)
{
    return (uint8_t)((uint32_t)kind << 5 | (width & 31));
}

/* Write `values` as FOR or PFOR; the head was chosen for them. */
static size_t encode_patched(
    const uint32_t *values, uint32_t count, struct patched head, uint8_t *bytes)
{
    size_t size = 1;
    if (head.exceptions == 0) {
        bytes[0] = tag_of(BLOCK_FOR, head.width);
    } else {
        bytes[0] = tag_of(BLOCK_PFOR, head.width);
        bytes[1] = (uint8_t)head.exceptions;
        bytes[2] = (uint8_t)head.high_width;
        size = PFOR_HEAD_BYTES;
    }
    patched_encode(values, count, head, bytes + size);
    return size + patched_bytes(head, count);
}

static struct patched choose(const uint32_t *values, uint32_t count)
{
    return patched_choose(
        values, count, EXCEPTIONS_MAX, PFOR_HEAD_BYTES - 1 + slow_kind_penalty(count));
}

static size_t encode_bitset(const uint32_t *docs, uint32_t count, uint32_t base, uint8_t *bytes)
{
    const uint32_t byte_count = (docs[count - 1] - base - 1) / 8 + 1;
    bytes[0] = tag_of(BLOCK_BITSET, 0);
    store_le16(bytes + 1, (uint16_t)byte_count);
    uint8_t *bits = bytes + BITSET_HEAD_BYTES;
    memset(bits, 0, byte_count);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t bit = docs[i] - base - 1;
        bits[bit / 8] |= (uint8_t)(1u << bit % 8);
    }
    return BITSET_HEAD_BYTES + byte_count;
}

size_t block_encode_docs(const uint32_t *docs, uint32_t count, uint32_t base, uint8_t *bytes)
{
    ASSERT(count >= 1);
    ASSERT(count <= LEDE_BLOCK_POSTINGS);
    uint32_t gaps[LEDE_BLOCK_POSTINGS]; // less one
    uint32_t last = base;
    for (uint32_t i = 0; i < count; i++) {
        gaps[i] = docs[i] - last - 1;
        last = docs[i];
    }
    const struct patched head = choose(gaps, count);
    if (head.width == 0 && head.exceptions == 0) {
        bytes[0] = tag_of(BLOCK_RUN, 0);
        return 1;
    }
    const size_t head_bytes = head.exceptions == 0 ? 1 : PFOR_HEAD_BYTES;
    size_t patched_cost = head_bytes + patched_bytes(head, count);
    patched_cost += head.exceptions == 0 ? 0 : slow_kind_penalty(count);
    const size_t bitset_bytes = BITSET_HEAD_BYTES + (last - base - 1) / 8 + 1;
    if (bitset_bytes < patched_cost + BITSET_WORTH_BITS * count / 8) {
        return encode_bitset(docs, count, base, bytes);
    }
    return encode_patched(gaps, count, head, bytes);
}

size_t block_encode_numbers(const uint32_t *numbers, uint32_t count, uint8_t *bytes)
{
    ASSERT(count >= 1);
    ASSERT(count <= LEDE_BLOCK_POSTINGS);
    const struct patched head = choose(numbers, count);
    if (head.width == 0 && head.exceptions == 0) {
        bytes[0] = tag_of(BLOCK_ZERO, 0);
        return 1;
    }
    return encode_patched(numbers, count, head, bytes);
}

/* ---- decoding ---- */

/* What the first bytes say. */
struct head {
    enum block_kind kind;
    struct patched patched; /* of FOR and PFOR */
    size_t head_bytes;
    size_t body_bytes;
};

/* False where they are no head, or the body would not fit in `bytes`. */
static bool read_head(struct span bytes, uint32_t count, struct head *head_out)
{
    if (bytes.size == 0 || count == 0 || count > LEDE_BLOCK_POSTINGS) {
        return false;
    }
    const uint32_t width = bytes.bytes[0] & 31;
    struct head head = {.kind = block_kind_of(bytes), .head_bytes = 1};
    switch (head.kind) {
    case BLOCK_ZERO:
    case BLOCK_RUN:
        if (width != 0) {
            return false;
        }
        break;
    case BLOCK_FOR:
        head.patched.width = width == 0 ? 32 : width;
        head.body_bytes = patched_bytes(head.patched, count);
        break;
    case BLOCK_PFOR:
        if (bytes.size < PFOR_HEAD_BYTES || bytes.bytes[1] == 0) {
            return false;
        }
        head.patched = (struct patched){
            .width = width, .exceptions = bytes.bytes[1], .high_width = bytes.bytes[2]};
        if (!patched_is_valid(head.patched, count)) {
            return false;
        }
        head.head_bytes = PFOR_HEAD_BYTES;
        head.body_bytes = patched_bytes(head.patched, count);
        break;
    case BLOCK_BITSET:
        if (bytes.size < BITSET_HEAD_BYTES || width != 0) {
            return false;
        }
        head.head_bytes = BITSET_HEAD_BYTES;
        head.body_bytes = load_le16(bytes.bytes + 1);
        if (head.body_bytes > BLOCK_BYTES_MAX - BITSET_HEAD_BYTES) {
            return false;
        }
        break;
    default: return false;
    }
    if (head.body_bytes > bytes.size - head.head_bytes) {
        return false;
    }
    *head_out = head;
    return true;
}

/* False where there are not exactly `count` bits set. */
static bool decode_bitset(const struct wordset_ops *ops, const uint8_t *bits, size_t byte_count,
    uint32_t count, uint32_t base, uint32_t *docs)
{
    uint64_t words[BLOCK_BYTES_MAX / 8 + 1];
    uint32_t word_count = 0;
    for (; byte_count >= 8; byte_count -= 8, bits += 8) {
        words[word_count++] = load_le64(bits);
    }
    if (byte_count > 0) { // reads into the padding
        words[word_count++] = load_le64(bits) & ((UINT64_C(1) << (8 * byte_count)) - 1);
    }
    if (ops->count(words, word_count) != count) {
        return false;
    }
    ops->docs(words, word_count, base + 1, docs);
    return true;
}

static bool docs_ascend(const uint32_t *docs, uint32_t count, uint32_t base)
{
    bool ascend = base == UINT32_MAX || docs[0] > base;
    for (uint32_t i = 1; i < count; i++) {
        ascend &= docs[i] > docs[i - 1];
    }
    return ascend;
}

size_t block_decode_docs(
    const struct bitpack_ops *ops, struct span bytes, uint32_t count, uint32_t base, uint32_t *docs)
{
    struct head head;
    if (!read_head(bytes, count, &head) || (base >= DOC_END && base != UINT32_MAX)) {
        return 0;
    }
    const uint8_t *body = bytes.bytes + head.head_bytes;
    uint32_t gap_width = 0;
    switch (head.kind) {
    case BLOCK_RUN: ops->unpack_docs(body, count, 0, base, docs); break;
    case BLOCK_BITSET:
        if (!decode_bitset(ops->wordset, body, head.body_bytes, count, base, docs)) {
            return 0;
        }
        break;
    case BLOCK_FOR:
        gap_width = head.patched.width;
        ops->unpack_docs(body, count, gap_width, base, docs);
        break;
    case BLOCK_PFOR:
        gap_width = head.patched.width + head.patched.high_width + 1;
        if (!patched_decode(ops, body, count, head.patched, docs)) {
            return 0;
        }
        ops->sum_docs(docs, count, base);
        break;
    default: return 0;
    }
    if (docs[count - 1] >= DOC_END ||
        (gap_width > SAFE_GAP_WIDTH && !docs_ascend(docs, count, base))) {
        return 0;
    }
    return head.head_bytes + head.body_bytes;
}

size_t block_decode_numbers(
    const struct bitpack_ops *ops, struct span bytes, uint32_t count, uint32_t *numbers)
{
    struct head head;
    if (!read_head(bytes, count, &head)) {
        return 0;
    }
    if (head.kind == BLOCK_ZERO) {
        memset(numbers, 0, count * sizeof *numbers);
        return 1;
    }
    if ((head.kind != BLOCK_FOR && head.kind != BLOCK_PFOR) ||
        !patched_decode(ops, bytes.bytes + head.head_bytes, count, head.patched, numbers)) {
        return 0;
    }
    return head.head_bytes + head.body_bytes;
}

bool block_number_at(struct span bytes, uint32_t count, uint32_t index, uint32_t *number_out)
{
    struct head head;
    if (!read_head(bytes, count, &head)) {
        return false;
    }
    if (head.kind == BLOCK_ZERO) {
        *number_out = 0;
        return true;
    }
    if (head.kind != BLOCK_FOR && head.kind != BLOCK_PFOR) {
        return false;
    }
    *number_out = patched_get(bytes.bytes + head.head_bytes, count, head.patched, index);
    return true;
}

size_t block_size(struct span bytes, uint32_t count)
{
    struct head head;
    return read_head(bytes, count, &head) ? head.head_bytes + head.body_bytes : 0;
}

/* As read_head says, without all other kinds. */
bool block_bits(struct span bytes, struct span *bits_out)
{
    if (bytes.size < BITSET_HEAD_BYTES || bytes.bytes[0] != tag_of(BLOCK_BITSET, 0)) {
        return false;
    }
    const size_t size = load_le16(bytes.bytes + 1);
    if (size > BLOCK_BYTES_MAX - BITSET_HEAD_BYTES || size > bytes.size - BITSET_HEAD_BYTES) {
        return false;
    }
    *bits_out = span_of(bytes.bytes + BITSET_HEAD_BYTES, size);
    return true;
}

enum block_kind block_kind_of(struct span bytes)
{
    return (enum block_kind)(bytes.bytes[0] >> 5);
}
