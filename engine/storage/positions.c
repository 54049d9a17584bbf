/* A chunk's head is two bytes: width in bits 0..4, width of the high parts in bits 5..9, number of exceptions
 * in bits 10..15. Positions are below 2^31, so no width is above 31. */
#include "storage/positions.h"

#include "base/bytes.h"
#include "codec/patched.h"

enum {
    CHUNK_HEAD_BYTES = 2,
    CHUNK_EXCEPTIONS_MAX = 63,
    /* Exceptions have to save a quarter of a bit a value: positions are most of an index, and a
     * chunk has few exceptions to patch. */
    CHUNK_SAVING_SHIFT = 5,
    /* With so few values heads would cost more than they save. */
    BARE_VALUES_MAX = 3,
};

/* ---- writing ---- */

/* Positions of a block's documents as values: the first of a document as it is, each other one less the one
 * before and one. */
struct writing {
    const uint32_t *positions;
    const uint32_t *frequencies; /* of the documents that have not begun yet */
    uint64_t next_start;         /* where the next of them begins */
    uint64_t at;                 /* positions taken */
    bool is_valid;
};

/* The next `size` values. All differences are taken first, then what begins a document is put right, so that
 * nothing waits for how many occurrences a document has. */
static void next_values(struct writing *writing, uint32_t size, uint32_t *values)
{
    const uint32_t *positions = writing->positions + writing->at;
    uint32_t largest = 0;
    for (uint32_t i = 0; i < size; i++) {
        largest = positions[i] > largest ? positions[i] : largest;
    }
    if (writing->at > 0) {
        values[0] = positions[0] - positions[-1] - 1;
    }
    for (uint32_t i = 1; i < size; i++) {
        values[i] = positions[i] - positions[i - 1] - 1;
    }
    while (writing->next_start < writing->at + size) {
        values[writing->next_start - writing->at] = writing->positions[writing->next_start];
        writing->next_start += *writing->frequencies++;
    }
    /* Positions below 2^31 that do not ascend differ by 2^31 and more. */
    uint32_t bits = 0;
    for (uint32_t i = 0; i < size; i++) {
        bits |= values[i];
    }
    writing->is_valid = writing->is_valid && largest < DOC_END && bits >> 31 == 0;
    writing->at += size;
}

static uint16_t chunk_head(struct patched head)
{
    return (uint16_t)(head.width | head.high_width << 5 | head.exceptions << 10);
}

static void write_chunks(struct writing *writing, uint32_t count, struct buf *out)
{
    const uint32_t chunk_count = (count - 1) / LEDE_POSITION_CHUNK + 1;
    const size_t heads_at = out->size;
    buf_extend(out, (size_t)chunk_count * CHUNK_HEAD_BYTES);
    for (uint32_t chunk = 0; chunk < chunk_count; chunk++) {
        uint32_t values[LEDE_POSITION_CHUNK];
        const uint32_t left = count - chunk * LEDE_POSITION_CHUNK;
        const uint32_t size = left < LEDE_POSITION_CHUNK ? left : LEDE_POSITION_CHUNK;
        next_values(writing, size, values);
        if (!writing->is_valid) {
            return;
        }
        const struct patched head =
            patched_choose(values, size, CHUNK_EXCEPTIONS_MAX, size >> CHUNK_SAVING_SHIFT);
        uint8_t *body = buf_extend(out, patched_bytes(head, size));
        if (body == NULL) {
            return;
        }
        patched_encode(values, size, head, body);
        store_le16(out->data + heads_at + (size_t)chunk * CHUNK_HEAD_BYTES, chunk_head(head));
    }
}

lede_status positions_write(const uint32_t *positions, const uint32_t *frequencies,
    uint32_t doc_count, struct buf *out, lede_error *error)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < doc_count; i++) {
        count += frequencies[i];
    }
    if (count > UINT32_MAX) {
        return lede_fail(error, LEDE_ERR_LIMIT,
            "positions: a block of %u documents has more than 2^32 - 1 occurrences", doc_count);
    }
    struct writing writing = {.positions = positions, .frequencies = frequencies, .is_valid = true};
    if (count <= BARE_VALUES_MAX) {
        uint32_t values[BARE_VALUES_MAX];
        next_values(&writing, (uint32_t)count, values);
        for (uint32_t i = 0; i < count; i++) {
            buf_append_varint(out, values[i]);
        }
    } else {
        write_chunks(&writing, (uint32_t)count, out);
    }
    if (!writing.is_valid) {
        return lede_fail(error, LEDE_ERR_INVALID, "positions: not ascending in a document");
    }
    return out->status == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}

/* ---- reading ---- */

static struct patched head_at(const struct positions_reader *reader, uint32_t chunk)
{
    const uint32_t bits = load_le16(reader->bytes.bytes + (size_t)chunk * CHUNK_HEAD_BYTES);
    return (struct patched){
        .width = bits & 31, .high_width = bits >> 5 & 31, .exceptions = bits >> 10};
}

/* Bytes of a chunk's body, or SIZE_MAX where its head is none. */
static size_t body_bytes(const struct positions_reader *reader, uint32_t chunk)
{
    const uint32_t size = positions_chunk_size(reader, chunk);
    const struct patched head = head_at(reader, chunk);
    return patched_is_valid(head, size) ? patched_bytes(head, size) : SIZE_MAX;
}

/* Few values: decoded at once, so that there is only ever chunk 0. */
static bool read_bare(struct positions_reader *reader)
{
    struct cursor at = cursor_of(reader->bytes);
    for (uint32_t i = 0; i < reader->count; i++) {
        reader->values[i] = (uint32_t)cursor_varint_max(&at, UINT32_MAX);
    }
    reader->chunk = 0;
    reader->walk_at = reader->bytes.size - cursor_left(&at);
    return !at.failed;
}

bool positions_open(struct positions_reader *reader, struct span bytes, uint32_t count)
{
    reader->bytes = bytes;
    reader->count = count;
    reader->chunk = UINT32_MAX;
    reader->walk_chunk = 0;
    if (count == 0) {
        return false;
    }
    if (count <= BARE_VALUES_MAX) {
        reader->chunk_count = 1;
        return read_bare(reader);
    }
    reader->chunk_count = (count - 1) / LEDE_POSITION_CHUNK + 1;
    reader->walk_at = (size_t)reader->chunk_count * CHUNK_HEAD_BYTES;
    return reader->walk_at <= bytes.size;
}

size_t positions_chunk_bytes(const struct positions_reader *reader, uint32_t chunk)
{
    return reader->count <= BARE_VALUES_MAX ? reader->bytes.size
                                            : CHUNK_HEAD_BYTES + body_bytes(reader, chunk);
}

const uint32_t *positions_chunk(
    struct positions_reader *reader, const struct bitpack_ops *ops, uint32_t chunk)
{
    if (reader->chunk == chunk) {
        return reader->values;
    }
    if (chunk < reader->walk_chunk) {
        reader->walk_chunk = 0;
        reader->walk_at = (size_t)reader->chunk_count * CHUNK_HEAD_BYTES;
    }
    for (;;) {
        const size_t size = body_bytes(reader, reader->walk_chunk);
        if (size > reader->bytes.size - reader->walk_at) {
            return NULL;
        }
        if (reader->walk_chunk == chunk) {
            break;
        }
        reader->walk_at += size;
        reader->walk_chunk++;
    }
    reader->chunk = UINT32_MAX;
    if (!patched_decode(ops, reader->bytes.bytes + reader->walk_at,
            positions_chunk_size(reader, chunk), head_at(reader, chunk), reader->values)) {
        return NULL;
    }
    reader->chunk = chunk;
    return reader->values;
}

bool positions_fill_block(const struct positions_reader *reader)
{
    if (reader->count <= BARE_VALUES_MAX) {
        return reader->walk_at == reader->bytes.size;
    }
    size_t at = (size_t)reader->chunk_count * CHUNK_HEAD_BYTES;
    for (uint32_t chunk = 0; chunk < reader->chunk_count; chunk++) {
        const size_t size = body_bytes(reader, chunk);
        if (size > reader->bytes.size - at) {
            return false;
        }
        at += size;
    }
    return at == reader->bytes.size;
}
