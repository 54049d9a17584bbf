/* handle.h -- what stands behind a lede_index: the snapshot in use and what searches borrow.
 *
 * A search takes a reference to the snapshot and a worker (analyzer, arenas, scratch) out of the pool under
 * the mutex, works without it, and puts the worker back. So any number of threads search at once, and a
 * refresh swaps the snapshot under them.
 */
#ifndef API_HANDLE_H
#define API_HANDLE_H

#include <pthread.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/status.h"
#include "storage/docstore.h"
#include "storage/snapshot.h"
#include "text/analyzer.h"

/* What one search at a time works with. */
struct worker {
    struct worker *next;
    struct analyzer *analyzer;
    struct docstore_reader *docstore_reader;
    struct arena arena; /* reset for each search */
};

struct lede_index {
    char *path;
    /* Fixed when an index is made; copied, so that they outlive any snapshot. */
    uint32_t keyword_count;
    char keywords[LEDE_KEYWORD_FIELDS_MAX][LEDE_FIELD_NAME_BYTES_MAX + 1];
    pthread_mutex_t mutex; /* guards what stands below */
    struct snapshot *snapshot;
    struct worker *idle;
};

/* The snapshot in use with a reference more: snapshot_drop. */
struct snapshot *index_snapshot(lede_index *index);

/* A worker whose analyzer is the snapshot's, and the snapshot in use with a reference more.
 * LEDE_ERR_MISMATCH where this library analyzes texts otherwise than the index was made with. */
lede_status index_borrow(lede_index *index, struct worker **worker_out,
    struct snapshot **snapshot_out, lede_error *error) MUST_CHECK;
/* The same for what reads documents only: worker->analyzer may be NULL, and an index of another
 * analysis will do. */
lede_status index_borrow_reader(lede_index *index, struct worker **worker_out,
    struct snapshot **snapshot_out, lede_error *error) MUST_CHECK;
/* Give both back. What was read through the worker is gone. */
void index_return(lede_index *index, struct worker *worker, struct snapshot *snapshot);

#endif
