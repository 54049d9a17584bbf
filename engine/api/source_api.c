/* A source's records into the writer, each counted once: indexed, replaced or rejected. */
#include <string.h>
#include <time.h>

#include "api/options.h"
#include "api/writer_handle.h"
#include "base/limits.h"
#include "ingest/source.h"

enum { PROGRESS_NS = 200000000 };

struct intake {
    lede_writer *writer;
    const lede_source_options *options;
    lede_ingest_summary *summary;
    uint64_t files_before; /* of the summary as it was given */
    uint64_t bytes_before;
    uint64_t tokens_before; /* of the summary, less those that the writer had */
    uint64_t told_ns;       /* when progress was told last */
};

static uint64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static lede_status tell_progress(struct intake *intake, lede_error *error)
{
    if (intake->options->progress == NULL) {
        return LEDE_OK;
    }
    const uint64_t now = now_ns();
    if (now - intake->told_ns < PROGRESS_NS) {
        return LEDE_OK;
    }
    intake->told_ns = now;
    intake->summary->tokens = intake->tokens_before + writer_tokens(intake->writer->writer);
    if (intake->options->progress(intake->options->context, intake->summary) != 0) {
        return lede_fail(error, LEDE_ERR_CANCELLED, "indexing was stopped by its caller");
    }
    return LEDE_OK;
}

static void report(const struct intake *intake, const struct source_record *record,
    lede_outcome outcome, const char *reason)
{
    if (intake->options->report == NULL || (outcome == LEDE_OUTCOME_INDEXED && reason[0] == '\0')) {
        return;
    }
    const lede_record told = {
        .outcome = outcome,
        .path = record->path == NULL ? "" : record->path,
        .line = record->line,
        .id = {.data = record->id.data == NULL ? "" : record->id.data,
            .length = record->id.data == NULL ? 0 : record->id.length},
        .reason = reason,
    };
    intake->options->report(intake->options->context, &told);
}

static lede_status reject(struct intake *intake, const struct source_record *record,
    const char *reason, lede_error *error)
{
    intake->summary->records++;
    intake->summary->rejected++;
    report(intake, record, LEDE_OUTCOME_REJECTED, reason);
    if (!intake->options->strict) {
        return LEDE_OK;
    }
    const char *path = record->path == NULL ? "" : record->path;
    if (record->line == 0) {
        return lede_fail(error, LEDE_ERR_SYNTAX, "%s: %s", path, reason);
    }
    return lede_fail(
        error, LEDE_ERR_SYNTAX, "%s:%llu: %s", path, (unsigned long long)record->line, reason);
}

static void count(
    struct intake *intake, const struct source_record *record, const struct added *added)
{
    lede_ingest_summary *summary = intake->summary;
    summary->records++;
    summary->indexed += !added->replaced;
    summary->replaced += added->replaced;
    summary->undated += record->date == DATE_NONE;
    summary->repaired += added->was_invalid;
}

static const char *remark_on(const struct source_record *record, const struct added *added)
{
    if (added->was_cut) {
        return "has more words than are indexed of one document; the later ones are left out";
    }
    if (added->had_cut_keywords) {
        return "has a keyword value that is too long, or too many of them; cut";
    }
    return record->remark == NULL ? "" : record->remark;
}

static lede_status take(struct intake *intake, const struct source_record *record,
    struct added *added_out, lede_error *error)
{
    lede_writer *writer = intake->writer;
    /* More than the limit are refused by their number. */
    const size_t field_count = record->field_count < LEDE_DOCUMENT_FIELDS_MAX
                                   ? record->field_count
                                   : LEDE_DOCUMENT_FIELDS_MAX;
    const lede_status status = writer_fields(writer, field_count, error);
    if (status != LEDE_OK) {
        return status;
    }
    for (size_t i = 0; i < field_count; i++) {
        writer->fields[i] = (struct record_field){
            .name = span_of_text(record->fields[i].name),
            .value = span_of_text(record->fields[i].value),
        };
    }
    const struct document document = {
        .id = span_of_text(record->id),
        .title = span_of_text(record->title),
        .body = span_of_text(record->body),
        .url = span_of_text(record->url),
        .date = record->date,
        .fields = writer->fields,
        .field_count = record->field_count,
    };
    return writer_add(writer->writer, &document, added_out, error);
}

static lede_status on_record(void *context, const struct source_record *record, lede_error *error)
{
    struct intake *intake = context;
    lede_status status = LEDE_OK;
    if (record->problem != NULL) {
        status = reject(intake, record, record->problem, error);
    } else {
        struct added added = {0};
        lede_error reason;
        status = take(intake, record, &added, &reason);
        if (status == LEDE_OK) {
            count(intake, record, &added);
            report(intake, record, added.replaced ? LEDE_OUTCOME_REPLACED : LEDE_OUTCOME_INDEXED,
                remark_on(record, &added));
        } else if (status == LEDE_ERR_INVALID || status == LEDE_ERR_LIMIT) {
            status = reject(intake, record, reason.message, error);
        } else if (error != NULL) {
            *error = reason;
        }
    }
    return status == LEDE_OK ? tell_progress(intake, error) : status;
}

static lede_status on_progress(
    void *context, uint64_t files, uint64_t bytes_read, lede_error *error)
{
    struct intake *intake = context;
    intake->summary->files = intake->files_before + files;
    intake->summary->bytes = intake->bytes_before + bytes_read;
    return tell_progress(intake, error);
}

lede_status lede_writer_add_source(lede_writer *writer, const char *path,
    const lede_source_options *options, lede_ingest_summary *summary_out, lede_error *error)
{
    if (writer == NULL || path == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "source: an argument is NULL");
    }
    lede_source_options ours = LEDE_SOURCE_OPTIONS_INIT;
    lede_status status = options_read(options, &ours, sizeof ours, "lede_source_options", error);
    if (status != LEDE_OK) {
        return status;
    }
    if (ours.field_map_count > 0 && ours.field_maps == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "source: field_maps is NULL");
    }
    lede_ingest_summary unasked = {0};
    lede_ingest_summary *summary = summary_out == NULL ? &unasked : summary_out;
    struct intake intake = {
        .writer = writer,
        .options = &ours,
        .summary = summary,
        .files_before = summary->files,
        .bytes_before = summary->bytes,
        .tokens_before = summary->tokens - writer_tokens(writer->writer),
        .told_ns = now_ns(),
    };
    const struct source_options source = {
        .format = ours.format,
        .field_maps = ours.field_maps,
        .field_map_count = ours.field_map_count,
        .day_first = ours.day_first != 0,
    };
    const struct source_sink sink = {
        .context = &intake, .record = on_record, .progress = on_progress};
    status = source_read(path, &source, &sink, error);
    uint64_t tokens = writer_tokens(writer->writer);
    if (status == LEDE_OK) {
        status = writer_settle(writer->writer, &tokens, error);
    }
    summary->tokens = intake.tokens_before + tokens;
    return status;
}
