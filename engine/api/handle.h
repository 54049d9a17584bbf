/* handle.h -- what stands behind a lede_index: the snapshot in use and what searches borrow.
 *
 * A search takes a reference to the snapshot and a worker (analyzer, arenas, scratch) out of the pool under
 * the mutex, works without it, and puts the worker back. So any number of threads search at once, and a
 * refresh swaps the snapshot under them.
 */
#ifndef API_HANDLE_H
#define API_HANDLE_H

#include <pthread.h>

#include "base/arena.h"
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
    pthread_mutex_t mutex; /* guards what stands below */
    struct snapshot *snapshot;
    struct worker *idle;
};

/* A worker, and the snapshot in use with a reference more. */
lede_status index_borrow(lede_index *index, struct worker **worker_out,
    struct snapshot **snapshot_out, lede_error *error) MUST_CHECK;
/* Give both back. */
void index_return(lede_index *index, struct worker *worker, struct snapshot *snapshot);

#endif
