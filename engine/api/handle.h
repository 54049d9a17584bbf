/* handle.h -- what stands behind a lede_index: the snapshot in use and what searches borrow.
 *
 * A search takes a worker (analyzer, arena, scratch) out of the spare ones and puts it back. A worker keeps the
 * snapshot that it worked with last, by a reference of its own; where that is still the index's, as nearly
 * always, the search takes neither a lock nor a reference. So any number of threads search at once, and a
 * refresh swaps the snapshot under them.
 *
 * A spare worker never keeps a snapshot that has been replaced. The refresh takes the old one away from those
 * that are there when it has swapped; a worker that is put back looks once more after it was put, and if the
 * snapshot was swapped meanwhile does the same.
 */
#ifndef API_HANDLE_H
#define API_HANDLE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/spares.h"
#include "base/status.h"
#include "query/results.h"
#include "storage/docstore.h"
#include "storage/snapshot.h"
#include "text/analyzer.h"

/* What one search at a time works with. */
struct worker {
    struct snapshot *snapshot; /* owned reference; NULL: none */
    struct analyzer *analyzer;
    bool analyzer_fits; /* it is the snapshot's */
    struct docstore_reader *docstore_reader;
    struct arena arena; /* reset for each search */
    struct buf text;    /* scratch */
};

struct lede_index {
    char *path;
    /* Fixed when an index is made; copied, so that they outlive any snapshot. */
    uint32_t keyword_count;
    char keywords[LEDE_KEYWORD_FIELDS_MAX][LEDE_FIELD_NAME_BYTES_MAX + 1];
    /* Written under the mutex. Whoever reads it without may compare it, and no more. */
    _Atomic(struct snapshot *) snapshot;
    pthread_mutex_t mutex;
    struct results_pool *results_pool;
    struct spares workers;
};

/* The snapshot in use with a reference more: snapshot_drop. */
struct snapshot *index_snapshot(lede_index *index);

/* A worker whose analyzer is the snapshot's, and the snapshot in use, which is the worker's.
 * LEDE_ERR_MISMATCH where this library analyzes texts otherwise than the index was made with. */
lede_status index_borrow(lede_index *index, struct worker **worker_out,
    struct snapshot **snapshot_out, lede_error *error) MUST_CHECK;
/* The same for what reads documents only: worker->analyzer may be NULL, and an index of another
 * analysis will do. */
lede_status index_borrow_reader(lede_index *index, struct worker **worker_out,
    struct snapshot **snapshot_out, lede_error *error) MUST_CHECK;
/* Give both back. What was read through the worker is gone. */
void index_return(lede_index *index, struct worker *worker);

#endif
