/* Opening, refreshing and closing an index, and lending what searches work with. */
#include <string.h>

#include "api/handle.h"
#include "api/options.h"
#include "base/alloc.h"
#include "index/index_analyzer.h"

enum {
    /* What a worker that waits may hold of each kind of scratch: more than nearly all searches need. */
    WORKER_BYTES_MAX = 8 << 20,
};

/* ---- workers ---- */

static void worker_free(void *object)
{
    struct worker *worker = object;
    analyzer_free(worker->analyzer);
    docstore_reader_free(worker->docstore_reader);
    arena_release(&worker->arena);
    buf_release(&worker->text);
    snapshot_drop(worker->snapshot);
    mem_free(worker);
}

static lede_status worker_new(struct worker **worker_out, lede_error *error)
{
    struct worker *worker = mem_zalloc(1, sizeof *worker);
    if (worker == NULL) {
        return lede_fail_nomem(error);
    }
    arena_init(&worker->arena);
    buf_init(&worker->text, SIZE_MAX);
    worker->docstore_reader = docstore_reader_new();
    if (worker->docstore_reader == NULL) {
        worker_free(worker);
        return lede_fail_nomem(error);
    }
    *worker_out = worker;
    return LEDE_OK;
}

/* Let the worker's snapshot go where it is not the index's. */
static void worker_let_go(struct worker *worker, const lede_index *index)
{
    if (worker->snapshot != NULL && worker->snapshot != atomic_load(&index->snapshot)) {
        /* The reader remembers a frame of a store that may go with the snapshot. */
        docstore_reader_forget(worker->docstore_reader);
        snapshot_drop(worker->snapshot);
        worker->snapshot = NULL;
        worker->analyzer_fits = false;
    }
}

struct snapshot *index_snapshot(lede_index *index)
{
    (void)pthread_mutex_lock(&index->mutex);
    struct snapshot *snapshot = atomic_load(&index->snapshot);
    snapshot_hold(snapshot);
    (void)pthread_mutex_unlock(&index->mutex);
    return snapshot;
}

lede_status index_borrow_reader(lede_index *index, struct worker **worker_out,
    struct snapshot **snapshot_out, lede_error *error)
{
    struct worker *worker = spares_take(&index->workers);
    if (worker == NULL) {
        const lede_status status = worker_new(&worker, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    worker_let_go(worker, index);
    if (worker->snapshot == NULL) {
        worker->snapshot = index_snapshot(index);
    }
    *worker_out = worker;
    *snapshot_out = worker->snapshot;
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
    /* It has it already but for the first time, and where another index has come to stand at the path. */
    if (!worker->analyzer_fits) {
        status = index_analyzer_fit(&worker->analyzer, index->path, &snapshot->manifest, error);
        worker->analyzer_fits = status == LEDE_OK;
    }
    if (status != LEDE_OK) {
        index_return(index, worker);
        return status;
    }
    *worker_out = worker;
    *snapshot_out = snapshot;
    return LEDE_OK;
}

/* True where the worker may wait with a snapshot that was replaced between the look and the put. */
static bool put_back(lede_index *index, struct worker *worker)
{
    worker_let_go(worker, index);
    const struct snapshot *kept = worker->snapshot;
    if (!spares_put(&index->workers, worker)) {
        worker_free(worker);
        return false;
    }
    return kept != NULL && kept != atomic_load(&index->snapshot);
}

/* Take a snapshot that has been replaced away from workers that wait. */
static void let_go_of_replaced(lede_index *index)
{
    bool is_late = true;
    while (is_late) {
        struct worker *workers[SPARES_PLACES];
        size_t count = 0;
        while (count < SPARES_PLACES && (workers[count] = spares_take(&index->workers)) != NULL) {
            count++;
        }
        is_late = false;
        while (count > 0) {
            is_late = put_back(index, workers[--count]) || is_late;
        }
    }
}

void index_return(lede_index *index, struct worker *worker)
{
    docstore_reader_trim(worker->docstore_reader);
    arena_reset(&worker->arena);
    if (worker->arena.held_bytes > WORKER_BYTES_MAX) {
        arena_release(&worker->arena);
    }
    if (worker->text.capacity > WORKER_BYTES_MAX) {
        buf_release(&worker->text);
    }
    if (put_back(index, worker)) {
        let_go_of_replaced(index);
    }
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
    index->results_pool = results_pool_new();
    if (index->results_pool == NULL) {
        return lede_fail_nomem(error);
    }
    struct snapshot *snapshot;
    lede_status status = snapshot_open(path, NULL, &snapshot, error);
    if (status != LEDE_OK) {
        return status;
    }
    atomic_init(&index->snapshot, snapshot);
    if (options->verify) {
        status = verify_all(snapshot, path, error);
    }
    if (status == LEDE_OK) {
        const struct manifest *manifest = &snapshot->manifest;
        index->keyword_count = manifest->keyword_count;
        memcpy(index->keywords, manifest->keywords, sizeof index->keywords);
    }
    return status;
}

static void release_index(lede_index *index)
{
    spares_close(&index->workers, worker_free);
    results_pool_close(index->results_pool);
    snapshot_drop(atomic_load(&index->snapshot));
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
    atomic_init(&index->snapshot, NULL);
    spares_init(&index->workers);
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
    struct snapshot *replaced = atomic_load(&index->snapshot);
    if (replaced == before) {
        atomic_store(&index->snapshot, fresh);
    } else {
        /* Another thread has refreshed meanwhile; whichever commit is the newer one stays. */
        const bool is_newer = fresh->manifest.generation > replaced->manifest.generation;
        atomic_store(&index->snapshot, is_newer ? fresh : replaced);
        replaced = is_newer ? replaced : fresh;
    }
    (void)pthread_mutex_unlock(&index->mutex);
    if (has_changed) {
        let_go_of_replaced(index);
    }
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
