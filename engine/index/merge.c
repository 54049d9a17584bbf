/* In the order of the file: documents, lists, pairs, tables, columns. Where a crew was given, one of its workers makes
 * lists and pairs while this thread reads the texts and the others compress them. */
#include "index/merge.h"

#include <stddef.h>

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
    struct merge_pairs *pairs;
    lede_error *error;
    /* Lists made beside the texts. */
    struct crew_job job;
    atomic_bool is_off; /* one of the two has failed */
    lede_status lists_status;
    lede_error lists_error;
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

static bool has_positions(const struct merge *merge)
{
    return merge->request->manifest->has_positions;
}

static lede_status make_lists(
    struct merge *merge, const atomic_bool *is_cancelled, lede_error *error)
{
    const lede_status status =
        merge_lists_write(&merge->lists, &merge->docs, is_cancelled, &merge->names, error);
    return status == LEDE_OK && has_positions(merge)
               ? merge_pairs_make(
                     &merge->lists, &merge->docs, is_cancelled, &merge->names, &merge->pairs, error)
               : status;
}

static lede_status write_documents(struct merge *merge, const atomic_bool *is_cancelled)
{
    const struct merge_request *request = merge->request;
    return request->manifest->has_stored
               ? merge_records_write(&merge->file.container, request->crew, &merge->docs,
                     is_cancelled, merge->error)
               : LEDE_OK;
}

static lede_status write_parts(struct merge *merge)
{
    const atomic_bool *is_cancelled = merge->request->is_cancelled;
    lede_status status = write_documents(merge, is_cancelled);
    if (status == LEDE_OK) {
        status = list_writer_init(&merge->lists, &merge->file, merge->docs.lengths,
            merge->docs.doc_count, has_positions(merge), false, merge->error);
    }
    return status == LEDE_OK ? make_lists(merge, is_cancelled, merge->error) : status;
}

static void make_lists_beside(struct crew_job *job, uint32_t worker)
{
    struct merge *merge = (struct merge *)(void *)((char *)job - offsetof(struct merge, job));
    (void)worker;
    merge->lists_status = make_lists(merge, &merge->is_off, &merge->lists_error);
    if (merge->lists_status != LEDE_OK) {
        atomic_store_explicit(&merge->is_off, true, memory_order_relaxed);
    }
}

/* Whichever fails stops the other, which then says BUSY. */
static lede_status write_parts_beside(struct merge *merge)
{
    lede_status status = list_writer_init(&merge->lists, &merge->file, merge->docs.lengths,
        merge->docs.doc_count, has_positions(merge), true, &merge->lists_error);
    if (status == LEDE_OK) {
        crew_give(merge->request->crew, &merge->job, CREW_ANY, make_lists_beside);
        status = write_documents(merge, &merge->is_off);
        if (status != LEDE_OK) {
            atomic_store_explicit(&merge->is_off, true, memory_order_relaxed);
        }
        crew_wait(merge->request->crew, &merge->job);
    } else {
        merge->lists_status = status;
    }
    if (merge->lists_status != LEDE_OK &&
        (status == LEDE_OK || merge->lists_status != LEDE_ERR_BUSY)) {
        status = merge->lists_status;
        if (merge->error != NULL) {
            *merge->error = merge->lists_error;
        }
    }
    return status;
}

static lede_status write_lists(struct merge *merge)
{
    lede_status status = list_writer_finish(&merge->lists);
    if (status == LEDE_OK && merge->pairs != NULL) {
        status = merge_pairs_write(merge->pairs, &merge->file.container, merge->error);
    }
    merge_pairs_free(merge->pairs);
    merge->pairs = NULL;
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
    if (status == LEDE_OK) {
        const bool is_beside = request->manifest->has_stored && request->crew != NULL &&
                               request->crew->worker_count > 1;
        status = is_beside ? write_parts_beside(merge) : write_parts(merge);
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
    merge_pairs_free(merge->pairs);
    segment_file_release(&merge->file);
    list_writer_release(&merge->lists);
    merge_docs_release(&merge->docs);
    buf_release(&merge->names);
    mem_free(merge);
    return status;
}
