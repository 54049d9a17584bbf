#include "storage/record.h"

/* Sum up what a record's encoding cannot take less than. */
static size_t record_size(const struct record *record)
{
    size_t size = record->title.size + record->url.size + record->body.size;
    for (size_t i = 0; i < record->field_count; i++) {
        size += record->fields[i].name.size + record->fields[i].value.size;
    }
    return size;
}

lede_status record_encode(const struct record *record, struct buf *out)
{
    if (record_size(record) > RECORD_BYTES_MAX) {
        return LEDE_ERR_LIMIT;
    }
    const size_t start = out->size;
    (void)buf_append_varint(out, record->field_count);
    (void)buf_append_varint(out, record->title.size);
    (void)buf_append_varint(out, record->url.size);
    for (size_t i = 0; i < record->field_count; i++) {
        (void)buf_append_varint(out, record->fields[i].name.size);
        (void)buf_append_varint(out, record->fields[i].value.size);
    }
    (void)buf_append(out, record->title.bytes, record->title.size);
    (void)buf_append(out, record->url.bytes, record->url.size);
    for (size_t i = 0; i < record->field_count; i++) {
        (void)buf_append(out, record->fields[i].name.bytes, record->fields[i].name.size);
        (void)buf_append(out, record->fields[i].value.bytes, record->fields[i].value.size);
    }
    (void)buf_append(out, record->body.bytes, record->body.size);
    if (out->status == LEDE_OK && out->size - start > RECORD_BYTES_MAX) {
        out->size = start;
        return LEDE_ERR_LIMIT;
    }
    return out->status;
}

static struct span take(struct cursor *cursor, size_t size)
{
    const uint8_t *bytes = cursor_bytes(cursor, size);
    return span_of(bytes, bytes == NULL ? 0 : size);
}

lede_status record_decode(struct span bytes, struct record_field *fields, size_t field_max,
    struct record *record_out, lede_error *error)
{
    struct cursor cursor = cursor_of(bytes);
    const uint64_t field_count = cursor_varint(&cursor);
    const size_t title_size = cursor_varint(&cursor);
    const size_t url_size = cursor_varint(&cursor);
    if (field_count > field_max) {
        return lede_fail(error, LEDE_ERR_CORRUPT,
            "documents: a record has %llu fields, room is for %zu", (unsigned long long)field_count,
            field_max);
    }
    struct cursor sizes = cursor;
    for (uint64_t i = 0; i < field_count * 2 && !cursor.failed; i++) {
        (void)cursor_varint(&cursor);
    }
    struct record record = {.fields = fields, .field_count = (size_t)field_count};
    record.title = take(&cursor, title_size);
    record.url = take(&cursor, url_size);
    for (size_t i = 0; i < record.field_count; i++) {
        fields[i].name = take(&cursor, cursor_varint(&sizes));
        fields[i].value = take(&cursor, cursor_varint(&sizes));
    }
    if (cursor.failed) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "documents: a record's sizes do not fit it");
    }
    record.body = span_of(cursor.at, cursor_left(&cursor));
    *record_out = record;
    return LEDE_OK;
}

bool record_head_size(struct span bytes, size_t *size_out)
{
    struct cursor cursor = cursor_of(bytes);
    const uint64_t field_count = cursor_varint_max(&cursor, RECORD_BYTES_MAX);
    size_t texts = 0;
    for (uint64_t i = 0; i < 2 + field_count * 2 && !cursor.failed; i++) {
        texts += cursor_varint_max(&cursor, RECORD_BYTES_MAX);
        if (texts > RECORD_BYTES_MAX) {
            return false;
        }
    }
    if (cursor.failed) {
        return false;
    }
    *size_out = (size_t)(cursor.at - bytes.bytes) + texts;
    return true;
}
