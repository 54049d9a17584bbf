#include "index/batch.h"

#include <string.h>

#include "base/limits.h"
#include "index/document.h"
#include "text/utf8.h"

enum {
    /* The spool keeps a sixteenth of the memory, and no more than this. */
    SPOOL_SHARE = 16,
    SPOOL_BYTES_MAX = 8 << 20,
    /* What a flush allocates for each document (order, length, date, id, a bucket of the id table) and
     * each term (the sort, its dictionary entry). */
    FLUSH_BYTES_DOC = 80,
    FLUSH_BYTES_DOC_WORKER = 5, /* for each worker: chain_reader.h */
    FLUSH_BYTES_TERM = 40,
    /* What it allocates for four tokens: chains of pairs (pairs.h); the longest list, and for each worker another one,
     * decoded (chain_reader.h) and encoded. A word in twenty is the most frequent one. */
    FLUSH_BYTES_TOKENS = 4,
    FLUSH_BYTES_TOKENS_WORKER = 1,
};

lede_status batch_init(struct batch *batch, struct crew *crew, struct analyzer *analyzer,
    const struct manifest *manifest, const char *spool_path, uint64_t memory_bytes,
    lede_error *error)
{
    const uint64_t share = memory_bytes / SPOOL_SHARE;
    *batch = (struct batch){.manifest = manifest};
    doc_table_init(&batch->docs);
    spool_init(
        &batch->records, spool_path, share < SPOOL_BYTES_MAX ? (size_t)share : SPOOL_BYTES_MAX);
    arena_init(&batch->scratch);
    buf_init(&batch->record, SIZE_MAX);
    return inverters_init(&batch->inverters, crew, &batch->docs, analyzer, memory_bytes, error);
}

lede_status batch_settle(struct batch *batch, lede_error *error)
{
    return inverters_settle(&batch->inverters) == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}

void batch_reset(struct batch *batch)
{
    inverters_reset(&batch->inverters);
    doc_table_release(&batch->docs);
    spool_reset(&batch->records);
}

void batch_release(struct batch *batch)
{
    inverters_release(&batch->inverters);
    doc_table_release(&batch->docs);
    spool_release(&batch->records);
    arena_release(&batch->scratch);
    buf_release(&batch->record);
    *batch = (struct batch){0};
}

size_t batch_held_bytes(const struct batch *batch)
{
    const size_t tokens_bytes =
        FLUSH_BYTES_TOKENS + (size_t)batch->inverters.count * FLUSH_BYTES_TOKENS_WORKER;
    return inverters_held_bytes(&batch->inverters) + doc_table_held_bytes(&batch->docs) +
           spool_held_bytes(&batch->records) + batch->scratch.held_bytes + batch->record.capacity +
           (size_t)batch->docs.doc_count *
               (FLUSH_BYTES_DOC + (size_t)batch->inverters.count * FLUSH_BYTES_DOC_WORKER) +
           inverters_term_count(&batch->inverters) * FLUSH_BYTES_TERM +
           (size_t)batch->inverters.held_tokens / 4 * tokens_bytes;
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static struct span trim(struct span text)
{
    while (text.size > 0 && is_blank(text.bytes[0])) {
        text = span_of(text.bytes + 1, text.size - 1);
    }
    while (text.size > 0 && is_blank(text.bytes[text.size - 1])) {
        text.size--;
    }
    return text;
}

/* The place of the keyword field of this name, or keyword_count. */
static uint32_t find_keyword(const struct manifest *manifest, struct span name)
{
    uint32_t field = 0;
    for (; field < manifest->keyword_count; field++) {
        const char *keyword = manifest->keywords[field];
        if (strlen(keyword) == name.size && memcmp(keyword, name.bytes, name.size) == 0) {
            break;
        }
    }
    return field;
}

static lede_status add_keywords(struct batch *batch, const struct document *document,
    const struct doc_keyword **first_out, struct added *added)
{
    uint32_t counts[LEDE_KEYWORD_FIELDS_MAX] = {0};
    const struct doc_keyword *first = NULL;
    const struct doc_keyword **link = &first;
    for (size_t i = 0; i < document->field_count; i++) {
        const uint32_t field = find_keyword(batch->manifest, document->fields[i].name);
        if (field == batch->manifest->keyword_count) {
            continue;
        }
        struct span value;
        lede_status status = document_text(
            trim(document->fields[i].value), &batch->scratch, &value, &added->was_invalid);
        if (status != LEDE_OK) {
            return status;
        }
        if (value.size > LEDE_KEYWORD_BYTES_MAX) {
            value.size = utf8_cut(value.bytes, value.size, LEDE_KEYWORD_BYTES_MAX);
            value = trim(value);
            added->had_cut_keywords = true;
        }
        if (value.size == 0) {
            continue;
        }
        if (counts[field]++ >= LEDE_KEYWORD_VALUES_MAX) {
            added->had_cut_keywords = true;
            continue;
        }
        struct doc_keyword *keyword = arena_alloc(&batch->docs.arena, sizeof *keyword);
        const uint8_t *copy = arena_copy(&batch->docs.arena, value.bytes, value.size);
        if (keyword == NULL || copy == NULL) {
            return LEDE_ERR_NOMEM;
        }
        *keyword = (struct doc_keyword){.value = span_of(copy, value.size), .field = field};
        *link = keyword;
        link = &keyword->next;
    }
    *first_out = first;
    return LEDE_OK;
}

/* The record's bytes into batch->record. Nothing of the batch has changed where this fails. */
static lede_status encode_record(
    struct batch *batch, const struct document *document, bool *was_invalid_out, lede_error *error)
{
    buf_reset(&batch->record);
    const lede_status status =
        document_record(document, &batch->scratch, &batch->record, was_invalid_out);
    if (status == LEDE_ERR_LIMIT) {
        return lede_fail(
            error, status, "document has more than %d bytes as valid UTF-8", RECORD_BYTES_MAX);
    }
    return status == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}

static bool is_invalid(const struct document *document)
{
    return !utf8_is_valid(document->title.bytes, document->title.size) ||
           !utf8_is_valid(document->body.bytes, document->body.size);
}

lede_status batch_add(struct batch *batch, const struct document *document, struct span id,
    struct added *added_out, lede_error *error)
{
    struct table_doc doc = {.id = id, .date = document->date};
    struct added added = {.was_invalid = !utf8_is_valid(document->id.bytes, document->id.size)};
    uint32_t number;
    lede_status status = LEDE_OK;
    if (batch->manifest->has_stored) {
        status = encode_record(batch, document, &added.was_invalid, error);
        if (status != LEDE_OK) {
            return status;
        }
        doc.record_offset = batch->records.size;
        doc.record_bytes = (uint32_t)batch->record.size;
        status = spool_append(&batch->records, batch->record.data, batch->record.size, error);
        if (status != LEDE_OK) {
            return status;
        }
    } else {
        added.was_invalid |= is_invalid(document);
    }
    added.replaced = doc_table_find(&batch->docs, id) != DOC_END;
    status = add_keywords(batch, document, &doc.keywords, &added);
    if (status == LEDE_OK) {
        status = doc_table_add(&batch->docs, &doc, &number);
    }
    if (status == LEDE_OK) {
        status = inverters_add(
            &batch->inverters, number, document->title, document->body, &added.was_cut);
    }
    if (status != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    *added_out = added;
    return LEDE_OK;
}
