#include "index/document.h"

#include "base/limits.h"
#include "text/utf8.h"

lede_status document_text(
    struct span text, struct arena *arena, struct span *text_out, bool *was_invalid_out)
{
    if (utf8_is_valid(text.bytes, text.size)) {
        *text_out = text;
        return LEDE_OK;
    }
    struct buf repaired;
    buf_init(&repaired, SIZE_MAX);
    lede_status status = utf8_repair(text.bytes, text.size, &repaired, NULL);
    const uint8_t *copy =
        status == LEDE_OK ? arena_copy(arena, repaired.data, repaired.size) : NULL;
    const size_t size = repaired.size;
    buf_release(&repaired);
    if (copy == NULL) {
        return LEDE_ERR_NOMEM;
    }
    *text_out = span_of(copy, size);
    *was_invalid_out = true;
    return LEDE_OK;
}

static lede_status check_id(struct span id, lede_error *error)
{
    if (id.size == 0) {
        return lede_fail(error, LEDE_ERR_INVALID, "document has no id");
    }
    if (id.size > LEDE_ID_BYTES_MAX) {
        return lede_fail(error, LEDE_ERR_LIMIT,
            "id has %zu bytes, at most %d are allowed: %.64s...", id.size, LEDE_ID_BYTES_MAX,
            (const char *)id.bytes);
    }
    for (size_t i = 0; i < id.size; i++) {
        if (id.bytes[i] < 0x20 || id.bytes[i] == 0x7f) {
            return lede_fail(error, LEDE_ERR_INVALID,
                "id has a control character (0x%02x) at byte %zu", id.bytes[i], i);
        }
    }
    return LEDE_OK;
}

static lede_status check_sizes(const struct document *document, lede_error *error)
{
    if (document->url.size > LEDE_URL_BYTES_MAX) {
        return lede_fail(error, LEDE_ERR_LIMIT, "url has %zu bytes, at most %d are allowed",
            document->url.size, LEDE_URL_BYTES_MAX);
    }
    if (document->field_count > LEDE_DOCUMENT_FIELDS_MAX) {
        return lede_fail(error, LEDE_ERR_LIMIT, "document has %zu fields, at most %d are allowed",
            document->field_count, LEDE_DOCUMENT_FIELDS_MAX);
    }
    size_t total = 0;
    bool is_sum = add_checked(document->title.size, document->body.size, &total) &&
                  add_checked(total, document->url.size, &total);
    for (size_t i = 0; is_sum && i < document->field_count; i++) {
        const struct record_field *field = &document->fields[i];
        if (field->name.size == 0) {
            return lede_fail(error, LEDE_ERR_INVALID, "field %zu has no name", i);
        }
        is_sum = add_checked(total, field->name.size, &total) &&
                 add_checked(total, field->value.size, &total);
    }
    if (!is_sum || total > LEDE_DOCUMENT_BYTES_MAX) {
        return lede_fail(
            error, LEDE_ERR_LIMIT, "document has more than %d bytes", LEDE_DOCUMENT_BYTES_MAX);
    }
    return LEDE_OK;
}

lede_status document_check(
    const struct document *document, struct arena *arena, struct span *id_out, lede_error *error)
{
    struct span id;
    bool was_invalid = false;
    /* Repair only makes it longer, so one that is too long needs none. */
    lede_status status = document->id.size > LEDE_ID_BYTES_MAX
                             ? check_id(document->id, error)
                             : document_text(document->id, arena, &id, &was_invalid);
    if (status == LEDE_ERR_NOMEM) {
        return lede_fail_nomem(error);
    }
    if (status == LEDE_OK) {
        status = check_id(id, error);
    }
    if (status == LEDE_OK) {
        status = check_sizes(document, error);
    }
    if (status == LEDE_OK) {
        *id_out = id;
    }
    return status;
}

lede_status document_record(
    const struct document *document, struct arena *arena, struct buf *out, bool *was_invalid_out)
{
    struct record record = {.field_count = document->field_count};
    struct record_field *fields = arena_array(arena, document->field_count, sizeof *fields);
    lede_status status = fields == NULL ? LEDE_ERR_NOMEM : LEDE_OK;
    if (status == LEDE_OK) {
        status = document_text(document->title, arena, &record.title, was_invalid_out);
    }
    if (status == LEDE_OK) {
        status = document_text(document->url, arena, &record.url, was_invalid_out);
    }
    if (status == LEDE_OK) {
        status = document_text(document->body, arena, &record.body, was_invalid_out);
    }
    for (size_t i = 0; status == LEDE_OK && i < document->field_count; i++) {
        status = document_text(document->fields[i].name, arena, &fields[i].name, was_invalid_out);
        if (status == LEDE_OK) {
            status =
                document_text(document->fields[i].value, arena, &fields[i].value, was_invalid_out);
        }
    }
    record.fields = fields;
    return status == LEDE_OK ? record_encode(&record, out) : status;
}
