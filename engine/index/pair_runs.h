/* pair_runs.h -- documents of pairs of frequent words, met document by document and wanted pair by pair.
 *
 * They are kept in a term table (term_table.h) whose terms are the pairs; when that has grown to its limit it goes to
 * a scratch file as a *run*: for each pair, in order, the gaps between its documents as varints. Runs are in
 * *groups*, in which documents ascend, from run to run as well; a pair's list is what its groups give, merged.
 *
 * Memory   the limit, and 32 KiB a run.
 */
#ifndef INDEX_PAIR_RUNS_H
#define INDEX_PAIR_RUNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/status.h"
#include "index/spool.h"
#include "index/term_table.h"

enum {
    PAIR_RUNS_PAIRS = LEDE_PAIR_TERMS_MAX * LEDE_PAIR_TERMS_MAX,
    PAIR_RUNS_GROUPS_MAX = 10,
};

struct pair_runs {
    size_t memory_bytes;
    struct term_table table;
    uint32_t numbers
        [PAIR_RUNS_PAIRS]; /* by pair: its number in the table plus 1; 0: not met in this run */
    struct spool spool;
    struct buf ends; /* u64 a pair and run: where its gaps end in the spool */
    uint32_t run_count;
    uint32_t group_ends[PAIR_RUNS_GROUPS_MAX]; /* the run behind the last of each */
    uint32_t group_count;
    struct buf gaps;    /* of one pair */
    uint32_t forgotten; /* reads since pages were let go */
};

/* Beyond `memory_bytes` a run goes to the file at `path`, borrowed until release. */
void pair_runs_init(struct pair_runs *runs, const char *path, size_t memory_bytes);
void pair_runs_release(struct pair_runs *runs);

/* The pair of places first, second stands in `doc`, which is not below those before it in the group. */
lede_status pair_runs_add(struct pair_runs *runs, uint32_t first, uint32_t second, uint32_t doc,
    lede_error *error) MUST_CHECK;

/* What is added from here on is another group's; it has no document of those before. At least one group is ended before
 * pairs are read, and nothing is added then. */
lede_status pair_runs_end_group(struct pair_runs *runs, lede_error *error) MUST_CHECK;

/* What a group has of a pair. */
struct pair_run_head {
    uint32_t run, run_end; /* the run that is read, and the one behind the group's last */
    uint32_t doc;          /* that comes next; DOC_END: none */
    struct cursor at;      /* behind it */
    uint64_t next;         /* lowest document that may follow it in this run */
};

/* A walk over the documents of a pair. */
struct pair_run_reader {
    struct pair_runs *runs;
    uint32_t pair;
    struct span bytes; /* of the spool */
    struct pair_run_head heads[PAIR_RUNS_GROUPS_MAX];
    lede_status status; /* LEDE_ERR_IO where the file is not what was written */
};

lede_status pair_run_reader_init(struct pair_run_reader *reader, struct pair_runs *runs,
    uint32_t first, uint32_t second, lede_error *error) MUST_CHECK;

/* Up to `capacity` of the documents that follow; 0: there are no more, or reader->status says why not. */
uint32_t pair_run_reader_next(struct pair_run_reader *reader, uint32_t *docs, uint32_t capacity);

#endif
