#include <string.h>

#include "api/options.h"
#include "api/writer_handle.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "ingest/date_parse.h"

static lede_status check_options(const lede_writer_options *options, lede_error *error)
{
    if (options->keyword_count > 0 && options->keywords == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "writer: keywords is NULL");
    }
    if (options->language != NULL && strcmp(options->language, "auto") == 0) {
        return lede_fail(error, LEDE_ERR_UNSUPPORTED,
            "language \"auto\": this version does not tell languages apart");
    }
    return LEDE_OK;
}

lede_status lede_writer_open(const char *path, const lede_writer_options *options,
    lede_writer **writer_out, lede_error *error)
{
    if (path == NULL || writer_out == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "writer: an argument is NULL");
    }
    if (path[0] == '\0') {
        return lede_fail(error, LEDE_ERR_INVALID, "the name of the index is empty");
    }
    lede_writer_options ours = LEDE_WRITER_OPTIONS_INIT;
    lede_status status = options_read(options, &ours, sizeof ours, "lede_writer_options", error);
    if (status == LEDE_OK) {
        status = check_options(&ours, error);
    }
    if (status != LEDE_OK) {
        return status;
    }
    lede_writer *writer = mem_zalloc(1, sizeof *writer);
    if (writer == NULL) {
        return lede_fail_nomem(error);
    }
    const struct writer_options inner = {
        .language = ours.language,
        .memory_bytes = ours.memory_bytes,
        .keywords = ours.keywords,
        .keyword_count = ours.keyword_count,
        .commit_every = ours.commit_every,
        .threads = ours.threads,
        .no_positions = ours.no_positions != 0,
        .no_store = ours.no_store != 0,
        .must_create = ours.must_create != 0,
    };
    status = writer_open(path, &inner, &writer->writer, error);
    if (status != LEDE_OK) {
        mem_free(writer);
        return status;
    }
    *writer_out = writer;
    return LEDE_OK;
}

void lede_writer_close(lede_writer *writer)
{
    if (writer != NULL) {
        writer_close(writer->writer);
        mem_free(writer->fields);
        mem_free(writer);
    }
}

lede_status writer_fields(lede_writer *writer, size_t field_count, lede_error *error)
{
    if (field_count <= writer->field_capacity) {
        return LEDE_OK;
    }
    struct record_field *fields = mem_resize(writer->fields, field_count * sizeof *fields);
    if (fields == NULL) {
        return lede_fail_nomem(error);
    }
    writer->fields = fields;
    writer->field_capacity = field_count;
    return LEDE_OK;
}

/* {NULL, 0} is the empty text. */
static bool is_text(lede_text text)
{
    return text.data != NULL || text.length == 0;
}

static bool has_texts(const lede_document *document, size_t field_count)
{
    const lede_text texts[] = {
        document->id, document->title, document->body, document->url, document->date};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!is_text(texts[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < field_count; i++) {
        if (!is_text(document->fields[i].name) || !is_text(document->fields[i].value)) {
            return false;
        }
    }
    return true;
}

lede_status lede_writer_add(lede_writer *writer, const lede_document *document,
    lede_outcome *outcome_out, lede_error *error)
{
    if (writer == NULL || document == NULL ||
        (document->field_count > 0 && document->fields == NULL)) {
        return lede_fail(error, LEDE_ERR_INVALID, "add: an argument is NULL");
    }
    /* More than the limit are refused by their number. */
    const size_t field_count = document->field_count < LEDE_DOCUMENT_FIELDS_MAX
                                   ? document->field_count
                                   : LEDE_DOCUMENT_FIELDS_MAX;
    if (!has_texts(document, field_count)) {
        return lede_fail(error, LEDE_ERR_INVALID, "add: a text is NULL and has a length");
    }
    lede_status status = writer_fields(writer, field_count, error);
    if (status != LEDE_OK) {
        return status;
    }
    for (size_t i = 0; i < field_count; i++) {
        writer->fields[i] = (struct record_field){
            .name = span_of_text(document->fields[i].name),
            .value = span_of_text(document->fields[i].value),
        };
    }
    struct document taken = {
        .id = span_of_text(document->id),
        .title = span_of_text(document->title),
        .body = span_of_text(document->body),
        .url = span_of_text(document->url),
        .date = DATE_NONE,
        .fields = writer->fields,
        .field_count = document->field_count,
    };
    const struct span date = span_of_text(document->date);
    (void)date_parse((const char *)date.bytes, date.size, (struct date_style){0}, &taken.date);
    struct added added;
    status = writer_add(writer->writer, &taken, &added, error);
    if (status == LEDE_OK && outcome_out != NULL) {
        *outcome_out = added.replaced ? LEDE_OUTCOME_REPLACED : LEDE_OUTCOME_INDEXED;
    }
    return status;
}

lede_status lede_writer_delete(
    lede_writer *writer, const char *id, size_t id_length, lede_error *error)
{
    if (writer == NULL || (id == NULL && id_length > 0)) {
        return lede_fail(error, LEDE_ERR_INVALID, "delete: an argument is NULL");
    }
    return writer_delete(writer->writer, span_of(id == NULL ? "" : id, id_length), error);
}

lede_status lede_writer_commit(lede_writer *writer, lede_error *error)
{
    if (writer == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "commit: the writer is NULL");
    }
    return writer_commit(writer->writer, error);
}

lede_status lede_writer_tidy(lede_writer *writer, lede_error *error)
{
    if (writer == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "tidy: the writer is NULL");
    }
    return writer_tidy(writer->writer, error);
}

lede_status lede_writer_merge(lede_writer *writer, lede_error *error)
{
    if (writer == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "merge: the writer is NULL");
    }
    return writer_merge(writer->writer, error);
}
