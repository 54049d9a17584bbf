/* Opening, refreshing and closing an index, and lending what searches work with. */
#include <string.h>

#include "api/handle.h"
#include "api/options.h"
#include "base/alloc.h"

/* ---- workers ---- */

static void worker_free(struct worker *worker)
{
    analyzer_free(worker->analyzer);
    docstore_reader_free(worker->docstore_reader);
    arena_release(&worker->arena);
    mem_free(worker);
}

static lede_status worker_new(struct worker **worker_out, lede_error *error)
{
    struct worker *worker = mem_zalloc(1, sizeof *worker);
    if (worker == NULL) {
        return lede_fail_nomem(error);
    }
    arena_init(&worker->arena);
    worker->docstore_reader = docstore_reader_new();
    if (worker->docstore_reader == NULL) {
        worker_free(worker);
        return lede_fail_nomem(error);
    }
    *worker_out = worker;
    return LEDE_OK;
}

/* Give the worker the analyzer of the index; it has it already but for the first time, and where
 * another index has come to stand at the path. */
static lede_status fit_analyzer(
    struct worker *worker, const struct manifest *manifest, lede_error *error)
{
    if (worker->analyzer == NULL ||
        strcmp(analyzer_language(worker->analyzer), manifest->language) != 0) {
        struct analyzer *analyzer;
        const lede_status status = analyzer_new(manifest->language, &analyzer, error);
        if (status == LEDE_ERR_INVALID) {
            return lede_fail(error, LEDE_ERR_UNSUPPORTED,
                "the index has language \"%s\", which this build does not know",
                manifest->language);
        }
        if (status != LEDE_OK) {
            return status;
        }
        analyzer_free(worker->analyzer);
        worker->analyzer = analyzer;
    }
    const uint64_t fingerprint = analyzer_fingerprint(worker->analyzer);
    if (fingerprint != manifest->analyzer_fingerprint) {
        return lede_fail(error, LEDE_ERR_MISMATCH,
            "the index was made by another analysis of \"%s\" than this library's (%016llx, not "
            "%016llx)",
            manifest->language, (unsigned long long)manifest->analyzer_fingerprint,
            (unsigned long long)fingerprint);
    }
    return LEDE_OK;
}

struct snapshot *index_snapshot(lede_index *index)
{
    (void)pthread_mutex_lock(&index->mutex);
    struct snapshot *snapshot = index->snapshot;
    snapshot_hold(snapshot);
    (void)pthread_mutex_unlock(&index->mutex);
    return snapshot;
}

lede_status index_borrow_reader(lede_index *index, struct worker **worker_out,
    struct snapshot **snapshot_out, lede_error *error)
{
    (void)pthread_mutex_lock(&index->mutex);
    struct snapshot *snapshot = index->snapshot;
    struct worker *worker = index->idle;
    snapshot_hold(snapshot);
    if (worker != NULL) {
        index->idle = worker->next;
    }
    (void)pthread_mutex_unlock(&index->mutex);
    if (worker == NULL) {
        const lede_status status = worker_new(&worker, error);
        if (status != LEDE_OK) {
            snapshot_drop(snapshot);
            return status;
        }
    }
    worker->next = NULL;
    *worker_out = worker;
    *snapshot_out = snapshot;
    return LEDE_OK;
}

lede_status index_borrow(lede_index *index, struct worker **worker_out,
    struct snapshot **snapshot_out, lede_error *error)
{
    struct worker *worker;
    struct snapshot *snapshot;
    lede_status status = index_borrow_reader(index, &worker, &snapshot, error);
    if (status != LEDE_OK) {
        return status;
    }
    status = fit_analyzer(worker, &snapshot->manifest, error);
    if (status != LEDE_OK) {
        index_return(index, worker, snapshot);
        return status;
    }
    *worker_out = worker;
    *snapshot_out = snapshot;
    return LEDE_OK;
}

void index_return(lede_index *index, struct worker *worker, struct snapshot *snapshot)
{
    /* The reader remembers a frame of a store that may go with the snapshot. */
    docstore_reader_forget(worker->docstore_reader);
    arena_reset(&worker->arena);
    snapshot_drop(snapshot);
    (void)pthread_mutex_lock(&index->mutex);
    worker->next = index->idle;
    index->idle = worker;
    (void)pthread_mutex_unlock(&index->mutex);
}

/* ---- opening ---- */

static lede_status verify_all(const struct snapshot *snapshot, const char *path, lede_error *error)
{
    for (uint32_t i = 0; i < snapshot->manifest.segment_count; i++) {
        uint64_t checks;
        const struct segment *segment = snapshot_segment(snapshot, i);
        const lede_status status = segment_verify(segment, NULL, NULL, &checks);
        if (status == LEDE_ERR_NOMEM) {
            return lede_fail_nomem(error);
        }
        if (status != LEDE_OK) {
            return lede_fail(
                error, LEDE_ERR_CORRUPT, "%s: %s is damaged", path, segment->container.name);
        }
    }
    return LEDE_OK;
}

static lede_status open_index(
    lede_index *index, const char *path, const lede_index_options *options, lede_error *error)
{
    index->path = mem_cstr(path, strlen(path));
    if (index->path == NULL) {
        return lede_fail_nomem(error);
    }
    lede_status status = snapshot_open(path, NULL, &index->snapshot, error);
    if (status == LEDE_OK && options->verify) {
        status = verify_all(index->snapshot, path, error);
    }
    if (status == LEDE_OK) {
        const struct manifest *manifest = &index->snapshot->manifest;
        index->keyword_count = manifest->keyword_count;
        memcpy(index->keywords, manifest->keywords, sizeof index->keywords);
    }
    return status;
}

static void release_index(lede_index *index)
{
    while (index->idle != NULL) {
        struct worker *worker = index->idle;
        index->idle = worker->next;
        worker_free(worker);
    }
    snapshot_drop(index->snapshot);
    mem_free(index->path);
    mem_free(index);
}

lede_status lede_index_open(
    const char *path, const lede_index_options *options, lede_index **index_out, lede_error *error)
{
    if (path == NULL || index_out == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "index: an argument is NULL");
    }
    lede_index_options ours = LEDE_INDEX_OPTIONS_INIT;
    lede_status status = options_read(options, &ours, sizeof ours, "lede_index_options", error);
    if (status != LEDE_OK) {
        return status;
    }
    lede_index *index = mem_zalloc(1, sizeof *index);
    if (index == NULL) {
        return lede_fail_nomem(error);
    }
    status = open_index(index, path, &ours, error);
    if (status == LEDE_OK && pthread_mutex_init(&index->mutex, NULL) != 0) {
        status = lede_fail_nomem(error);
    }
    if (status != LEDE_OK) {
        release_index(index);
        return status;
    }
    *index_out = index;
    return LEDE_OK;
}

lede_status lede_index_refresh(lede_index *index, int *changed_out, lede_error *error)
{
    if (index == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "refresh: the index is NULL");
    }
    struct snapshot *fresh;
    struct snapshot *before = index_snapshot(index);
    const lede_status status = snapshot_open(index->path, before, &fresh, error);
    if (status != LEDE_OK) {
        snapshot_drop(before);
        return status;
    }
    const bool has_changed = fresh != before;
    (void)pthread_mutex_lock(&index->mutex);
    struct snapshot *replaced = index->snapshot;
    if (replaced == before) {
        index->snapshot = fresh;
    } else {
        /* Another thread has refreshed meanwhile; whichever commit is the newer one stays. */
        const bool is_newer = fresh->manifest.generation > replaced->manifest.generation;
        index->snapshot = is_newer ? fresh : replaced;
        replaced = is_newer ? replaced : fresh;
    }
    (void)pthread_mutex_unlock(&index->mutex);
    snapshot_drop(replaced);
    snapshot_drop(before);
    if (changed_out != NULL) {
        *changed_out = has_changed;
    }
    return LEDE_OK;
}

void lede_index_close(lede_index *index)
{
    if (index != NULL) {
        (void)pthread_mutex_destroy(&index->mutex);
        release_index(index);
    }
}

const char *lede_index_keyword(lede_index *index, size_t i)
{
    return index == NULL || i >= index->keyword_count ? NULL : index->keywords[i];
}
