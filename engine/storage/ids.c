/* Section: header · offset of each block · start of each bucket · documents of the buckets ·
 * their tags · blocks. The header's sizes settle where each begins.
 *
 * A document's bucket is the high bits of its id's hash, its tag the low byte; a bucket lists its
 * documents in order. With some eight ids a bucket, a tag that fits by accident costs a block in
 * 32 look-ups.
 */
#include "storage/ids.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/bytes.h"
#include "base/hash.h"

enum {
    HEADER_BYTES = 16,
    BUCKET_BITS_MAX = 30,
    IDS_PER_BUCKET_LOG2 = 3,
};

static uint32_t bucket_of(uint64_t hash, uint32_t bucket_bits)
{
    return bucket_bits == 0 ? 0 : (uint32_t)(hash >> (64 - bucket_bits));
}

static uint8_t tag_of(uint64_t hash)
{
    return (uint8_t)hash;
}

static uint32_t block_count_of(uint32_t doc_count)
{
    return doc_count / IDS_BLOCK + (doc_count % IDS_BLOCK != 0);
}

/* ---- writing ---- */

static uint32_t bucket_bits_for(uint32_t doc_count)
{
    uint32_t bits = 0;
    while (bits < BUCKET_BITS_MAX && (doc_count >> IDS_PER_BUCKET_LOG2) >> bits > 1) {
        bits++;
    }
    return bits;
}

static size_t shared_prefix(struct span a, struct span b)
{
    const size_t shorter = a.size < b.size ? a.size : b.size;
    size_t length = 0;
    while (length < shorter && a.bytes[length] == b.bytes[length]) {
        length++;
    }
    return length;
}

lede_status ids_writer_init(struct ids_writer *writer, uint32_t doc_count)
{
    *writer =
        (struct ids_writer){.doc_count = doc_count, .bucket_bits = bucket_bits_for(doc_count)};
    buf_init(&writer->blocks, SIZE_MAX);
    writer->offsets = mem_array((size_t)block_count_of(doc_count) + 1, 8);
    writer->buckets = mem_array(doc_count, sizeof *writer->buckets);
    writer->tags = mem_array(doc_count, 1);
    if (writer->offsets == NULL || writer->buckets == NULL || writer->tags == NULL) {
        ids_writer_release(writer);
        return LEDE_ERR_NOMEM;
    }
    return LEDE_OK;
}

void ids_writer_release(struct ids_writer *writer)
{
    buf_release(&writer->blocks);
    mem_free(writer->offsets);
    mem_free(writer->buckets);
    mem_free(writer->tags);
    *writer = (struct ids_writer){0};
}

lede_status ids_writer_add(struct ids_writer *writer, struct span id)
{
    ASSERT(writer->added < writer->doc_count);
    ASSERT(id.size >= 1 && id.size <= LEDE_ID_BYTES_MAX);
    const uint32_t doc = writer->added++;
    const uint64_t hash = hash_bytes(id.bytes, id.size);
    const bool is_first = doc % IDS_BLOCK == 0;
    if (is_first) {
        store_le64(writer->offsets + (size_t)(doc / IDS_BLOCK) * 8,
            writer->blocks_base + writer->blocks.size);
    }
    const size_t shared =
        is_first ? 0 : shared_prefix(span_of(writer->last, writer->last_size), id);
    writer->buckets[doc] = bucket_of(hash, writer->bucket_bits);
    writer->tags[doc] = tag_of(hash);
    (void)buf_append_varint(&writer->blocks, shared);
    (void)buf_append_varint(&writer->blocks, id.size - shared);
    (void)buf_append(&writer->blocks, id.bytes + shared, id.size - shared);
    memcpy(writer->last, id.bytes, id.size);
    writer->last_size = id.size;
    return writer->blocks.status;
}

/* A counting sort of the documents by bucket. `starts`, `docs` and `tags` are places in the
 * section. */
static void write_buckets(
    const struct ids_writer *writer, uint8_t *starts, uint8_t *docs, uint8_t *tags)
{
    const uint32_t bucket_count = (uint32_t)1 << writer->bucket_bits;
    for (uint32_t doc = 0; doc < writer->doc_count; doc++) {
        uint8_t *at = starts + ((size_t)writer->buckets[doc] + 1) * 4;
        store_le32(at, load_le32(at) + 1);
    }
    for (uint32_t i = 0; i < bucket_count; i++) {
        uint8_t *at = starts + ((size_t)i + 1) * 4;
        store_le32(at, load_le32(at) + load_le32(at - 4));
    }
    /* Filling moves each start to its bucket's end, which is the next one's start: from behind,
     * so that starts end where they began and documents ascend. */
    for (uint32_t doc = writer->doc_count; doc-- > 0;) {
        uint8_t *at = starts + ((size_t)writer->buckets[doc] + 1) * 4;
        const uint32_t place = load_le32(at) - 1;
        store_le32(at, place);
        store_le32(docs + (size_t)place * 4, doc);
        tags[place] = writer->tags[doc];
    }
    /* Now entry i + 1 is the start of bucket i. */
    memmove(starts, starts + 4, (size_t)bucket_count * 4);
    store_le32(starts + (size_t)bucket_count * 4, writer->doc_count);
}

lede_status ids_writer_finish(struct ids_writer *writer, struct buf *head)
{
    ASSERT(writer->added == writer->doc_count);
    const size_t block_count = block_count_of(writer->doc_count);
    const size_t starts_size = (((size_t)1 << writer->bucket_bits) + 1) * 4;
    const size_t docs_size = (size_t)writer->doc_count * 4;
    store_le64(writer->offsets + block_count * 8, writer->blocks_base + writer->blocks.size);
    (void)buf_append_le32(head, writer->doc_count);
    (void)buf_append_le32(head, writer->bucket_bits);
    (void)buf_append_zeros(head, HEADER_BYTES - 8);
    (void)buf_append(head, writer->offsets, (block_count + 1) * 8);
    const size_t starts = head->size;
    (void)buf_append_zeros(head, starts_size + docs_size + writer->doc_count);
    if (head->status == LEDE_OK) {
        uint8_t *at = head->data + starts;
        write_buckets(writer, at, at + starts_size, at + starts_size + docs_size);
    }
    return head->status;
}

lede_status ids_write(const struct span *ids, uint32_t doc_count, struct buf *section)
{
    struct ids_writer writer;
    lede_status status = ids_writer_init(&writer, doc_count);
    if (status != LEDE_OK) {
        return status;
    }
    for (uint32_t doc = 0; status == LEDE_OK && doc < doc_count; doc++) {
        status = ids_writer_add(&writer, ids[doc]);
    }
    if (status == LEDE_OK) {
        status = ids_writer_finish(&writer, section);
    }
    if (status == LEDE_OK) {
        status = buf_append(section, writer.blocks.data, writer.blocks.size);
    }
    ids_writer_release(&writer);
    return status;
}

/* ---- reading ---- */

lede_status ids_open(struct ids *ids, struct span section, uint32_t doc_count, lede_error *error)
{
    struct cursor cursor = cursor_of(section);
    struct ids opened = {.doc_count = cursor_u32(&cursor)};
    opened.bucket_bits = cursor_u32(&cursor);
    const uint64_t reserved = cursor_u64(&cursor);
    if (cursor.failed || reserved != 0 || opened.bucket_bits > BUCKET_BITS_MAX) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "ids: header is damaged");
    }
    if (opened.doc_count != doc_count) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "ids: are of %u documents, segment has %u",
            opened.doc_count, doc_count);
    }
    const size_t offsets_size = ((size_t)block_count_of(doc_count) + 1) * 8;
    const size_t starts_size = (((size_t)1 << opened.bucket_bits) + 1) * 4;
    opened.block_offsets = span_of(cursor_bytes(&cursor, offsets_size), offsets_size);
    opened.bucket_starts = span_of(cursor_bytes(&cursor, starts_size), starts_size);
    opened.docs = span_of(cursor_bytes(&cursor, (size_t)doc_count * 4), (size_t)doc_count * 4);
    opened.tags = span_of(cursor_bytes(&cursor, doc_count), doc_count);
    if (cursor.failed) {
        return lede_fail(error, LEDE_ERR_CORRUPT,
            "ids: section has %zu bytes, too few for its tables", section.size);
    }
    opened.blocks = span_of(cursor.at, cursor_left(&cursor));
    if (load_le64(opened.block_offsets.bytes + offsets_size - 8) != opened.blocks.size) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "ids: blocks have %zu bytes, not as announced",
            opened.blocks.size);
    }
    *ids = opened;
    return LEDE_OK;
}

size_t ids_at(const struct ids *ids, uint32_t doc, char *id)
{
    id[0] = '\0';
    const uint8_t *row = ids->block_offsets.bytes + (size_t)(doc / IDS_BLOCK) * 8;
    const uint64_t start = load_le64(row);
    const uint64_t end = load_le64(row + 8);
    struct span block;
    if (end < start || !span_part(ids->blocks, start, end - start, &block)) {
        return 0;
    }
    struct cursor cursor = cursor_of(block);
    size_t length = 0;
    for (uint32_t i = 0; i <= doc % IDS_BLOCK; i++) {
        const size_t shared = (size_t)cursor_varint_max(&cursor, length);
        const size_t rest = (size_t)cursor_varint_max(&cursor, LEDE_ID_BYTES_MAX - shared);
        const uint8_t *bytes = cursor_bytes(&cursor, rest);
        if (bytes == NULL) {
            id[0] = '\0';
            return 0;
        }
        memcpy(id + shared, bytes, rest);
        length = shared + rest;
    }
    id[length] = '\0';
    return length;
}

uint32_t ids_find(const struct ids *ids, const char *id, size_t length)
{
    if (length == 0 || length > LEDE_ID_BYTES_MAX) {
        return DOC_END;
    }
    char found[LEDE_ID_BYTES_MAX + 1];
    const uint64_t hash = hash_bytes(id, length);
    const uint8_t *starts =
        ids->bucket_starts.bytes + (size_t)bucket_of(hash, ids->bucket_bits) * 4;
    const uint32_t end = load_le32(starts + 4);
    if (end > ids->doc_count) {
        return DOC_END;
    }
    for (uint32_t i = load_le32(starts); i < end; i++) {
        if (ids->tags.bytes[i] != tag_of(hash)) {
            continue;
        }
        const uint32_t doc = load_le32(ids->docs.bytes + (size_t)i * 4);
        if (doc < ids->doc_count && ids_at(ids, doc, found) == length &&
            memcmp(found, id, length) == 0) {
            return doc;
        }
    }
    return DOC_END;
}

/* ---- verifying ---- */

static bool verify_tables(const struct ids *ids, char *message, size_t message_size)
{
    const size_t block_count = block_count_of(ids->doc_count);
    for (size_t i = 0; i < block_count; i++) {
        const uint8_t *row = ids->block_offsets.bytes + i * 8;
        if (load_le64(row) > load_le64(row + 8)) {
            (void)snprintf(message, message_size, "block %zu ends before it begins", i);
            return false;
        }
    }
    const size_t bucket_count = (size_t)1 << ids->bucket_bits;
    for (size_t i = 0; i < bucket_count; i++) {
        const uint8_t *start = ids->bucket_starts.bytes + i * 4;
        if (load_le32(start) > load_le32(start + 4)) {
            (void)snprintf(message, message_size, "bucket %zu ends before it begins", i);
            return false;
        }
    }
    if (load_le64(ids->block_offsets.bytes) != 0 || load_le32(ids->bucket_starts.bytes) != 0 ||
        load_le32(ids->bucket_starts.bytes + bucket_count * 4) != ids->doc_count) {
        (void)snprintf(message, message_size, "tables do not cover all documents");
        return false;
    }
    return true;
}

/* As many places as documents, and each document found by its id: then the table holds each once,
 * and no two ids are the same. */
bool ids_verify(const struct ids *ids, char *message, size_t message_size)
{
    if (!verify_tables(ids, message, message_size)) {
        return false;
    }
    char id[LEDE_ID_BYTES_MAX + 1];
    for (uint32_t doc = 0; doc < ids->doc_count; doc++) {
        const size_t length = ids_at(ids, doc, id);
        if (length == 0) {
            (void)snprintf(message, message_size, "id of document %u cannot be read", doc);
            return false;
        }
        if (ids_find(ids, id, length) != doc) {
            (void)snprintf(message, message_size, "document %u is not found by its id", doc);
            return false;
        }
    }
    return true;
}
