/* A stored document by its id. */
#include <string.h>

#include "api/handle.h"
#include "base/alloc.h"
#include "index/document.h"

struct lede_stored {
    struct arena arena; /* holds all of the document's texts */
    lede_document document;
    char date[DATE_TEXT_BYTES];
};

/* The live document with this id; false where there is none. */
static bool find(const struct snapshot *snapshot, struct span id,
    const struct segment **segment_out, uint32_t *doc_out)
{
    for (uint32_t i = 0; i < snapshot->manifest.segment_count; i++) {
        const struct segment *segment = snapshot_segment(snapshot, i);
        const uint32_t doc = ids_find(&segment->ids, (const char *)id.bytes, id.size);
        if (doc != DOC_END && !deletions_has(&segment->deletions, doc)) {
            *segment_out = segment;
            *doc_out = doc;
            return true;
        }
    }
    return false;
}

/* A copy with a NUL behind it; data is NULL where there is no memory. */
static lede_text copy_text(struct arena *arena, struct span text)
{
    return (lede_text){.data = arena_cstr(arena, text.bytes, text.size), .length = text.size};
}

static lede_status fill(lede_stored *stored, const struct record *record, struct span id)
{
    lede_document *document = &stored->document;
    lede_field *fields = arena_array(&stored->arena, record->field_count, sizeof *fields);
    document->id = copy_text(&stored->arena, id);
    document->title = copy_text(&stored->arena, record->title);
    document->url = copy_text(&stored->arena, record->url);
    document->body = copy_text(&stored->arena, record->body);
    bool is_whole = fields != NULL && document->id.data != NULL && document->title.data != NULL &&
                    document->url.data != NULL && document->body.data != NULL;
    for (size_t i = 0; is_whole && i < record->field_count; i++) {
        fields[i].name = copy_text(&stored->arena, record->fields[i].name);
        fields[i].value = copy_text(&stored->arena, record->fields[i].value);
        is_whole = fields[i].name.data != NULL && fields[i].value.data != NULL;
    }
    document->fields = fields;
    document->field_count = record->field_count;
    return is_whole ? LEDE_OK : LEDE_ERR_NOMEM;
}

static lede_status read_stored(struct worker *worker, const struct segment *segment, uint32_t doc,
    struct span id, lede_stored *stored, lede_error *error)
{
    struct span bytes;
    struct record record;
    struct record_field *fields =
        arena_array(&worker->arena, LEDE_DOCUMENT_FIELDS_MAX, sizeof *fields);
    if (fields == NULL) {
        return lede_fail_nomem(error);
    }
    lede_status status =
        docstore_read(&segment->docstore, worker->docstore_reader, doc, SIZE_MAX, &bytes, error);
    if (status == LEDE_OK) {
        status = record_decode(bytes, fields, LEDE_DOCUMENT_FIELDS_MAX, &record, error);
    }
    if (status != LEDE_OK) {
        return status;
    }
    stored->document.date.length = date_format(dates_at(&segment->dates, doc), stored->date);
    stored->document.date.data = stored->date;
    return fill(stored, &record, id) == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}

static lede_status get(struct worker *worker, const struct snapshot *snapshot, struct span id,
    lede_stored **stored_out, lede_error *error)
{
    if (!snapshot->manifest.has_stored) {
        return lede_fail(error, LEDE_ERR_UNSUPPORTED, "the index keeps no texts");
    }
    const struct segment *segment;
    uint32_t doc;
    struct span valid_id;
    bool was_invalid;
    if (document_text(id, &worker->arena, &valid_id, &was_invalid) != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    if (!find(snapshot, valid_id, &segment, &doc)) {
        return lede_fail(error, LEDE_ERR_NOT_FOUND, "there is no document \"%.*s\"",
            valid_id.size < 80 ? (int)valid_id.size : 80, (const char *)valid_id.bytes);
    }
    lede_stored *stored = mem_zalloc(1, sizeof *stored);
    if (stored == NULL) {
        return lede_fail_nomem(error);
    }
    arena_init(&stored->arena);
    const lede_status status = read_stored(worker, segment, doc, valid_id, stored, error);
    if (status != LEDE_OK) {
        lede_stored_free(stored);
        return status;
    }
    *stored_out = stored;
    return LEDE_OK;
}

lede_status lede_get(lede_index *index, const char *id, size_t id_length, lede_stored **stored_out,
    lede_error *error)
{
    if (index == NULL || (id == NULL && id_length > 0) || stored_out == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "get: an argument is NULL");
    }
    struct worker *worker;
    struct snapshot *snapshot;
    lede_status status = index_borrow_reader(index, &worker, &snapshot, error);
    if (status != LEDE_OK) {
        return status;
    }
    status = get(worker, snapshot, span_of(id == NULL ? "" : id, id_length), stored_out, error);
    index_return(index, worker);
    return status;
}

const lede_document *lede_stored_document(const lede_stored *stored)
{
    return &stored->document;
}

void lede_stored_free(lede_stored *stored)
{
    if (stored != NULL) {
        arena_release(&stored->arena);
        mem_free(stored);
    }
}
