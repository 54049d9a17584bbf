/* In the order of the file: documents, lists, pairs, tables, columns. */
#include "index/merge.h"

#include "base/alloc.h"
#include "base/assert.h"
#include "index/list_writer.h"
#include "index/merge_columns.h"
#include "index/merge_keywords.h"
#include "index/merge_lists.h"
#include "index/merge_pairs.h"
#include "index/merge_records.h"
#include "index/segment_file.h"

struct merge {
    const struct merge_request *request;
    struct segment_file file;
    struct merge_docs docs;
    struct list_writer lists;
    struct buf names; /* of terms that may be frequent */
    lede_error *error;
};

static lede_status check_sources(const struct merge *merge)
{
    const struct merge_request *request = merge->request;
    for (uint32_t i = 0; i < request->source_count; i++) {
        const lede_status status =
            container_check(&request->sources[i].segment->container, merge->error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    return LEDE_OK;
}

static lede_status write_lists(struct merge *merge)
{
    const bool has_positions = merge->request->manifest->has_positions;
    lede_status status = list_writer_init(
        &merge->lists, &merge->file, merge->docs.lengths, merge->docs.doc_count, has_positions);
    if (status == LEDE_OK) {
        status = merge_lists_write(
            &merge->lists, &merge->docs, merge->request->is_cancelled, &merge->names, merge->error);
    }
    if (status == LEDE_OK) {
        status = list_writer_finish(&merge->lists);
    }
    if (status == LEDE_OK && has_positions) {
        status = merge_pairs_write(
            &merge->lists, &merge->docs, merge->request->is_cancelled, &merge->names, merge->error);
    }
    return status == LEDE_OK ? list_writer_tables(&merge->lists) : status;
}

static lede_status write_columns(struct merge *merge)
{
    const struct manifest *manifest = merge->request->manifest;
    const struct segment_meta meta = {
        .doc_count = merge->docs.doc_count,
        .token_count = merge->docs.token_count,
        .posting_count = merge->lists.posting_count,
        .docs_bytes = merge->lists.docs_bytes,
        .frequencies_bytes = merge->lists.frequencies_bytes,
        .analyzer_fingerprint = manifest->analyzer_fingerprint,
        .has_positions = manifest->has_positions,
        .has_stored = manifest->has_stored,
    };
    lede_status status = segment_file_add(&merge->file, SECTION_LENGTHS,
        lengths_write(merge->docs.lengths, merge->docs.doc_count, &merge->file.section));
    list_writer_release(&merge->lists);
    merge_docs_drop_numbers(&merge->docs);
    if (status == LEDE_OK) {
        status = merge_dates_write(&merge->file, &merge->docs);
    }
    if (status == LEDE_OK) {
        status = merge_ids_write(&merge->file, &merge->docs);
    }
    if (status == LEDE_OK) {
        status = merge_keywords_write(&merge->file.container, &merge->docs, manifest, merge->error);
    }
    if (status == LEDE_OK) {
        status = segment_file_add(
            &merge->file, SECTION_META, segment_meta_write(&meta, &merge->file.section));
    }
    return status;
}

static lede_status write_file(struct merge *merge, struct manifest_segment *entry_out)
{
    const struct merge_request *request = merge->request;
    lede_status status =
        segment_file_open(&merge->file, request->dir, request->number, merge->error);
    if (status == LEDE_OK && request->manifest->has_stored) {
        status = merge_records_write(&merge->file.container, request->crew, &merge->docs,
            request->is_cancelled, merge->error);
    }
    if (status == LEDE_OK) {
        status = write_lists(merge);
    }
    if (status == LEDE_OK) {
        status = write_columns(merge);
    }
    return status == LEDE_OK ? segment_file_finish(&merge->file, merge->docs.doc_count, entry_out)
                             : status;
}

lede_status merge_segments(
    const struct merge_request *request, struct manifest_segment *entry_out, lede_error *error)
{
    struct merge *merge = mem_zalloc(1, sizeof *merge);
    if (merge == NULL) {
        return lede_fail_nomem(error);
    }
    merge->request = request;
    merge->error = error;
    buf_init(&merge->names, UINT32_MAX);
    lede_status status = check_sources(merge);
    if (status == LEDE_OK) {
        status = merge_docs_init(&merge->docs, request->sources, request->source_count, error);
    }
    if (status == LEDE_OK) {
        ASSERT(merge->docs.doc_count > 0);
        status = write_file(merge, entry_out);
    }
    /* What a writer would take for a document refused. */
    if (status == LEDE_ERR_INVALID) {
        status = LEDE_ERR_CORRUPT;
    }
    segment_file_release(&merge->file);
    list_writer_release(&merge->lists);
    merge_docs_release(&merge->docs);
    buf_release(&merge->names);
    mem_free(merge);
    return status;
}
