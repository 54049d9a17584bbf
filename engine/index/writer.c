/* What a writer has: the lock, the manifest of the last commit, the segments (segment_set.h), and the
 * batch in memory (batch.h). A document is either in the batch or in a segment; nothing on disk that readers
 * see changes but in commit_write.
 */
#include "index/writer.h"

#include <string.h>

#include "base/alloc.h"
#include "base/crew.h"
#include "base/file.h"
#include "base/limits.h"
#include "index/batch.h"
#include "index/commit.h"
#include "index/document.h"
#include "index/flush.h"
#include "index/index_analyzer.h"
#include "index/index_dir.h"
#include "index/merger.h"
#include "index/segment_set.h"

struct writer {
    char *dir;
    char *spool_path;
    struct file_lock lock;
    struct crew crew;
    struct analyzer *analyzer;
    struct manifest manifest; /* generation 0: nothing was ever committed */
    struct segment_set set;
    struct merger merger;
    struct batch batch;
    uint64_t memory_bytes;
    uint64_t commit_every;
    uint64_t uncommitted; /* documents added since the commit */
    lede_status failure;  /* what made it unfit for anything but closing */
    bool is_torn;         /* commit_write */
};

/* ---- opening ---- */

static lede_status open_existing(
    struct writer *writer, const struct writer_options *options, lede_error *error)
{
    if (options->must_create) {
        return lede_fail(error, LEDE_ERR_EXISTS, "%s: there is an index here already", writer->dir);
    }
    lede_status status = writer_options_compare(options, writer->dir, &writer->manifest, error);
    if (status == LEDE_OK) {
        status = index_analyzer_fit(&writer->analyzer, writer->dir, &writer->manifest, error);
    }
    return status == LEDE_OK ? segment_set_open(&writer->set, writer->dir, &writer->manifest, error)
                             : status;
}

/* What there is below the lock. */
static lede_status open_locked(
    struct writer *writer, const struct writer_options *options, lede_error *error)
{
    lede_error reason;
    lede_status status = manifest_read(writer->dir, &writer->manifest, &reason);
    if (status == LEDE_OK) {
        status = open_existing(writer, options, error);
    } else if (status == LEDE_ERR_NOT_FOUND && writer->analyzer != NULL) {
        writer_options_manifest(options, writer->analyzer, &writer->manifest);
        status = LEDE_OK;
    } else if (error != NULL) {
        *error = reason;
    }
    return status == LEDE_OK ? index_dir_sweep(writer->dir, &writer->manifest, error) : status;
}

/* Nothing is made before all that could be asked without making anything has been. */
static lede_status prepare_dir(
    struct writer *writer, const struct writer_options *options, lede_error *error)
{
    enum index_dir_state state;
    lede_status status = index_dir_look(writer->dir, &state, error);
    if (status != LEDE_OK || state == INDEX_DIR_INDEX) {
        return status;
    }
    if (state == INDEX_DIR_FOREIGN) {
        return lede_fail(error, LEDE_ERR_INVALID,
            "%s is no index: there is something else in its place", writer->dir);
    }
    status = analyzer_new(writer_options_language(options), &writer->analyzer, error);
    if (status == LEDE_OK && state == INDEX_DIR_ABSENT) {
        status = index_dir_create(writer->dir, error);
    }
    return status;
}

static lede_status open_all(
    struct writer *writer, const char *dir, const struct writer_options *options, lede_error *error)
{
    char path[LEDE_PATH_BYTES_MAX];
    lede_status status = path_join(path, sizeof path, dir, RECORDS_SCRATCH_NAME, error);
    if (status != LEDE_OK) {
        return status;
    }
    writer->dir = mem_cstr(dir, strlen(dir));
    writer->spool_path = mem_cstr(path, strlen(path));
    if (writer->dir == NULL || writer->spool_path == NULL) {
        return lede_fail_nomem(error);
    }
    status = prepare_dir(writer, options, error);
    if (status == LEDE_OK) {
        status = file_lock_take(&writer->lock, dir, LOCK_NAME, error);
    }
    if (status == LEDE_OK) {
        status = open_locked(writer, options, error);
    }
    return status;
}

lede_status writer_open(const char *dir, const struct writer_options *options,
    struct writer **writer_out, lede_error *error)
{
    lede_status status = writer_options_check(options, error);
    if (status != LEDE_OK) {
        return status;
    }
    struct writer *writer = mem_zalloc(1, sizeof *writer);
    if (writer == NULL) {
        return lede_fail_nomem(error);
    }
    writer->memory_bytes = options->memory_bytes == 0 ? WRITER_MEMORY_BYTES : options->memory_bytes;
    writer->commit_every = options->commit_every;
    status = open_all(writer, dir, options, error);
    if (status == LEDE_OK) {
        crew_init(&writer->crew, options->threads == 0 ? 1 : options->threads);
        status = batch_init(&writer->batch, &writer->crew, writer->analyzer, &writer->manifest,
            writer->spool_path, writer->memory_bytes, error);
    }
    if (status != LEDE_OK) {
        writer_close(writer);
        return status;
    }
    writer->merger = (struct merger){
        .dir = writer->dir,
        .manifest = &writer->manifest,
        .set = &writer->set,
        .crew = &writer->crew,
        .is_in_background = !options->no_merge_thread,
    };
    *writer_out = writer;
    return LEDE_OK;
}

static void remove_segment_file(const struct writer *writer, const struct manifest_segment *entry)
{
    char name[LEDE_FILE_NAME_BYTES_MAX];
    segment_file_name(entry->number, name);
    index_dir_remove(writer->dir, name);
}

/* Segments that no commit has belong to nobody, unless a torn one may name them. */
static void remove_new_segments(const struct writer *writer)
{
    for (uint32_t i = 0; i < writer->set.count && !writer->is_torn; i++) {
        if (writer->set.segments[i].is_new) {
            remove_segment_file(writer, &writer->set.segments[i].entry);
        }
    }
}

void writer_close(struct writer *writer)
{
    if (writer == NULL) {
        return;
    }
    merger_stop(&writer->merger);
    batch_release(&writer->batch);
    crew_release(&writer->crew);
    remove_new_segments(writer);
    segment_set_close(&writer->set);
    manifest_release(&writer->manifest);
    analyzer_free(writer->analyzer);
    file_lock_drop(&writer->lock);
    mem_free(writer->spool_path);
    mem_free(writer->dir);
    mem_free(writer);
}

/* ---- documents ---- */

static lede_status check_fit(const struct writer *writer, lede_error *error)
{
    if (writer->failure == LEDE_OK) {
        return LEDE_OK;
    }
    return lede_fail(error, writer->failure,
        "the writer of %s failed before and can only be closed", writer->dir);
}

/* INVALID and LIMIT say that a document was refused and the writer goes on; here it does not. */
static lede_status fail_writer(struct writer *writer, lede_status status)
{
    if (status == LEDE_ERR_INVALID || status == LEDE_ERR_LIMIT) {
        status = LEDE_ERR_UNSUPPORTED;
    }
    if (status != LEDE_OK) {
        writer->failure = status;
    }
    return status;
}

/* Make a segment of the batch. */
static lede_status flush(struct writer *writer, lede_error *error)
{
    lede_status status = batch_settle(&writer->batch, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (writer->batch.docs.live_count > 0) {
        struct manifest_segment entry;
        status =
            flush_batch(&writer->batch, writer->dir, writer->manifest.next_number++, &entry, error);
        if (status != LEDE_OK) {
            return status;
        }
        status = segment_set_add(&writer->set, writer->dir, &entry, error);
        if (status != LEDE_OK) {
            remove_segment_file(writer, &entry);
            return status;
        }
    }
    batch_reset(&writer->batch);
    return LEDE_OK;
}

static bool is_full(const struct writer *writer)
{
    return batch_held_bytes(&writer->batch) >= writer->memory_bytes ||
           writer->batch.docs.doc_count >= LEDE_SEGMENT_DOCS_MAX;
}

/* A document that was looked over; whatever fails from here on ends the writer, but for a limit. */
static lede_status add_checked_document(struct writer *writer, const struct document *document,
    struct span id, struct added *added_out, lede_error *error)
{
    struct doc_place place;
    lede_status status = segment_set_find(&writer->set, id, &place, error);
    if (status != LEDE_OK) {
        return fail_writer(writer, status);
    }
    struct added added;
    status = batch_add(&writer->batch, document, id, &added, error);
    if (status != LEDE_OK) {
        return status == LEDE_ERR_LIMIT ? status : fail_writer(writer, status);
    }
    if (place.segment != NULL) {
        tombstones_add(&place.segment->tombstones, place.doc);
        added.replaced = true;
    }
    writer->uncommitted++;
    if (is_full(writer)) {
        status = flush(writer, error);
        if (status == LEDE_OK) {
            status = merger_tidy(&writer->merger, error);
        }
    }
    if (status == LEDE_OK && writer->commit_every != 0 &&
        writer->uncommitted >= writer->commit_every) {
        status = writer_commit(writer, error);
    }
    if (status == LEDE_OK) {
        *added_out = added;
    }
    return fail_writer(writer, status);
}

lede_status writer_add(struct writer *writer, const struct document *document,
    struct added *added_out, lede_error *error)
{
    struct span id;
    lede_status status = check_fit(writer, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (writer->set.count >= LEDE_SEGMENTS_MAX) {
        return fail_writer(
            writer, lede_fail(error, LEDE_ERR_UNSUPPORTED,
                        "index %s has %d segments, the most there may be: merge them first",
                        writer->dir, LEDE_SEGMENTS_MAX));
    }
    arena_reset(&writer->batch.scratch);
    status = document_check(document, &writer->batch.scratch, &id, error);
    if (status == LEDE_ERR_NOMEM) {
        return fail_writer(writer, status);
    }
    return status == LEDE_OK ? add_checked_document(writer, document, id, added_out, error)
                             : status;
}

lede_status writer_settle(struct writer *writer, uint64_t *tokens_out, lede_error *error)
{
    lede_status status = check_fit(writer, error);
    if (status == LEDE_OK) {
        status = fail_writer(writer, batch_settle(&writer->batch, error));
    }
    if (status == LEDE_OK) {
        *tokens_out = writer_tokens(writer);
    }
    return status;
}

uint64_t writer_tokens(const struct writer *writer)
{
    return writer->batch.inverters.tokens;
}

lede_status writer_delete(struct writer *writer, struct span id, lede_error *error)
{
    lede_status status = check_fit(writer, error);
    if (status != LEDE_OK) {
        return status;
    }
    bool was_invalid;
    struct span valid_id = {0};
    arena_reset(&writer->batch.scratch);
    if (document_text(id, &writer->batch.scratch, &valid_id, &was_invalid) != LEDE_OK) {
        return fail_writer(writer, lede_fail_nomem(error));
    }
    const uint32_t held = doc_table_find(&writer->batch.docs, valid_id);
    if (held != DOC_END) {
        doc_table_kill(&writer->batch.docs, held);
        return LEDE_OK;
    }
    struct doc_place place;
    status = segment_set_find(&writer->set, valid_id, &place, error);
    if (status != LEDE_OK) {
        return fail_writer(writer, status);
    }
    if (place.segment == NULL) {
        const int shown = valid_id.size < 80 ? (int)valid_id.size : 80;
        return lede_fail(error, LEDE_ERR_NOT_FOUND, "there is no document \"%.*s\"", shown,
            (const char *)valid_id.bytes);
    }
    tombstones_add(&place.segment->tombstones, place.doc);
    return LEDE_OK;
}

/* What was added and deleted, without a look at merges. */
static lede_status commit(struct writer *writer, lede_error *error)
{
    lede_status status = flush(writer, error);
    if (status == LEDE_OK && commit_is_due(&writer->manifest, &writer->set)) {
        status =
            commit_write(writer->dir, &writer->manifest, &writer->set, &writer->is_torn, error);
    }
    if (status == LEDE_OK) {
        writer->uncommitted = 0;
    }
    return status;
}

lede_status writer_commit(struct writer *writer, lede_error *error)
{
    lede_status status = check_fit(writer, error);
    if (status != LEDE_OK) {
        return status;
    }
    /* What the new segment makes due is begun with the next one, or by writer_tidy, which has all threads for it. */
    status = merger_tidy(&writer->merger, error);
    if (status == LEDE_OK) {
        status = commit(writer, error);
    }
    return fail_writer(writer, status);
}

lede_status writer_tidy(struct writer *writer, lede_error *error)
{
    lede_status status = check_fit(writer, error);
    if (status != LEDE_OK) {
        return status;
    }
    status = commit(writer, error);
    if (status == LEDE_OK) {
        status = merger_finish(&writer->merger, error);
    }
    if (status == LEDE_OK) {
        status = commit(writer, error);
    }
    return fail_writer(writer, status);
}

lede_status writer_merge(struct writer *writer, lede_error *error)
{
    lede_status status = check_fit(writer, error);
    if (status != LEDE_OK) {
        return status;
    }
    status = flush(writer, error);
    if (status == LEDE_OK) {
        status = merger_merge_all(&writer->merger, error);
    }
    if (status == LEDE_OK) {
        status = commit(writer, error);
    }
    return fail_writer(writer, status);
}
