#include "index/merger.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/limits.h"
#include "index/dead_postings.h"
#include "index/index_dir.h"
#include "index/merge.h"
#include "index/merge_policy.h"

struct merge_task {
    struct merge_request request;
    struct manifest options;              /* of the index: a copy, without segments */
    uint64_t numbers[MERGE_SOURCES_MAX];  /* of the sources, by which they are found again */
    uint64_t *deleted[MERGE_SOURCES_MAX]; /* owned: as they were when it began */
    pthread_t thread;
    bool has_thread;
    atomic_bool is_cancelled;
    atomic_bool has_ended;
    lede_status status; /* and what follows: when it has ended */
    lede_error error;
    struct manifest_segment entry;
};

static void free_task(struct merge_task *task)
{
    for (uint32_t i = 0; i < MERGE_SOURCES_MAX; i++) {
        mem_free(task->deleted[i]);
    }
    mem_free(task);
}

static void remove_file(const struct merger *merger, uint64_t number)
{
    char name[LEDE_FILE_NAME_BYTES_MAX];
    segment_file_name(number, name);
    index_dir_remove(merger->dir, name);
}

/* ---- beginning ---- */

/* Those that no merge reads. */
static struct merge_candidate *list_candidates(const struct merger *merger, uint32_t *count_out)
{
    const struct segment_set *set = merger->set;
    struct merge_candidate *candidates = mem_array(set->count, sizeof *candidates);
    uint32_t count = 0;
    for (uint32_t i = 0; candidates != NULL && i < set->count; i++) {
        const struct set_segment *segment = &set->segments[i];
        const uint32_t live = segment->entry.doc_count - segment->tombstones.deleted_count;
        /* The next commit drops those without a live document. */
        if (live > 0 && !segment->is_merging) {
            candidates[count++] = (struct merge_candidate){.size_bytes = segment->entry.size_bytes,
                .doc_count = segment->entry.doc_count,
                .live_count = live,
                .place = i};
        }
    }
    *count_out = count;
    return candidates;
}

static lede_status add_source(struct merge_task *task, struct set_segment *segment)
{
    const uint32_t i = task->request.source_count++;
    if (tombstones_copy(&segment->tombstones, segment->segment, &task->deleted[i]) != LEDE_OK) {
        return LEDE_ERR_NOMEM;
    }
    task->numbers[i] = segment->entry.number;
    task->request.sources[i] =
        (struct merge_source){.segment = segment->segment, .deleted = task->deleted[i]};
    return LEDE_OK;
}

static lede_status make_task(struct merger *merger, const struct merge_candidate *chosen,
    uint32_t count, bool in_background, struct merge_task **task_out)
{
    struct merge_task *task = mem_zalloc(1, sizeof *task);
    if (task == NULL) {
        return LEDE_ERR_NOMEM;
    }
    task->options = *merger->manifest;
    task->options.segments = NULL;
    task->options.segment_count = 0;
    task->request = (struct merge_request){.dir = merger->dir,
        .manifest = &task->options,
        .crew = in_background ? NULL : merger->crew,
        .is_cancelled = &task->is_cancelled};
    for (uint32_t i = 0; i < count; i++) {
        if (add_source(task, &merger->set->segments[chosen[i].place]) != LEDE_OK) {
            free_task(task);
            return LEDE_ERR_NOMEM;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        merger->set->segments[chosen[i].place].is_merging = true;
    }
    task->request.number = merger->manifest->next_number++;
    *task_out = task;
    return LEDE_OK;
}

static void *run_task(void *context)
{
    struct merge_task *task = context;
    task->status = merge_segments(&task->request, &task->entry, &task->error);
    atomic_store_explicit(&task->has_ended, true, memory_order_release);
    return NULL;
}

/* Begin the merge that `choose` wants; *is_begun_out tells whether there is one. */
static lede_status begin(struct merger *merger, bool in_background,
    uint32_t (*choose)(struct merge_candidate *, uint32_t, uint32_t), bool *is_begun_out,
    lede_error *error)
{
    uint32_t count;
    struct merge_candidate *candidates = list_candidates(merger, &count);
    if (candidates == NULL) {
        return lede_fail_nomem(error);
    }
    const uint32_t chosen = choose(candidates, count, MERGE_SOURCES_MAX);
    struct merge_task *task = NULL;
    lede_status status = LEDE_OK;
    if (chosen > 0 && make_task(merger, candidates, chosen, in_background, &task) != LEDE_OK) {
        status = lede_fail_nomem(error);
    }
    mem_free(candidates);
    *is_begun_out = task != NULL;
    if (task == NULL) {
        return status;
    }
    merger->task = task;
    task->has_thread = in_background && pthread_create(&task->thread, NULL, run_task, task) == 0;
    if (!task->has_thread) {
        (void)run_task(task);
    }
    return LEDE_OK;
}

/* ---- ending ---- */

static struct set_segment *find_segment(const struct merger *merger, uint64_t number)
{
    for (uint32_t i = 0; i < merger->set->count; i++) {
        if (merger->set->segments[i].entry.number == number) {
            return &merger->set->segments[i];
        }
    }
    return NULL;
}

/* Delete in `merged` what was deleted in a source since the merge began. */
static lede_status delete_too(
    const struct set_segment *source, const uint64_t *before, struct set_segment *merged)
{
    if (source->tombstones.bitmap == NULL) {
        return LEDE_OK;
    }
    for (uint32_t doc = dead_postings_next(source->segment, source->tombstones.bitmap, 0);
         doc != DOC_END;
         doc = dead_postings_next(source->segment, source->tombstones.bitmap, doc + 1)) {
        char id[LEDE_ID_BYTES_MAX + 1];
        if (before != NULL && (before[doc / 64] >> (doc % 64) & 1) != 0) {
            continue;
        }
        const size_t size = ids_at(&source->segment->ids, doc, id);
        const uint32_t there = ids_find(&merged->segment->ids, id, size);
        if (there == DOC_END) {
            return LEDE_ERR_CORRUPT;
        }
        if (tombstones_reserve(&merged->tombstones, merged->segment) != LEDE_OK) {
            return LEDE_ERR_NOMEM;
        }
        tombstones_add(&merged->tombstones, there);
    }
    return LEDE_OK;
}

static lede_status delete_late(
    struct merger *merger, const struct merge_task *task, lede_error *error)
{
    struct set_segment *merged = &merger->set->segments[merger->set->count - 1];
    for (uint32_t i = 0; i < task->request.source_count; i++) {
        const struct set_segment *source = find_segment(merger, task->numbers[i]);
        ASSERT(source != NULL);
        const lede_status status = delete_too(source, task->deleted[i], merged);
        if (status != LEDE_OK) {
            return status == LEDE_ERR_NOMEM
                       ? lede_fail_nomem(error)
                       : lede_fail(error, status, "segment %llu: ids cannot be read",
                             (unsigned long long)source->entry.number);
        }
    }
    return LEDE_OK;
}

/* The sources leave the set. Files of those that a commit names stay until the next one. */
static void drop_sources(struct merger *merger, const struct merge_task *task)
{
    for (uint32_t i = 0; i < task->request.source_count; i++) {
        const struct set_segment *source = find_segment(merger, task->numbers[i]);
        ASSERT(source != NULL);
        const bool is_new = source->is_new;
        segment_set_remove(merger->set, (uint32_t)(source - merger->set->segments));
        if (is_new) {
            remove_file(merger, task->numbers[i]);
        }
    }
}

static lede_status take_over(
    struct merger *merger, const struct merge_task *task, lede_error *error)
{
    lede_status status = segment_set_add(merger->set, merger->dir, &task->entry, error);
    if (status != LEDE_OK) {
        remove_file(merger, task->entry.number);
        return status;
    }
    status = delete_late(merger, task, error);
    if (status == LEDE_OK) {
        drop_sources(merger, task);
    }
    return status;
}

static void set_not_merging(struct merger *merger)
{
    for (uint32_t i = 0; i < merger->set->count; i++) {
        merger->set->segments[i].is_merging = false;
    }
}

/* Wait for the merge, and take its result over where it is wanted. */
static lede_status end(struct merger *merger, bool is_wanted, lede_error *error)
{
    struct merge_task *task = merger->task;
    merger->task = NULL;
    if (task->has_thread) {
        (void)pthread_join(task->thread, NULL);
    }
    lede_status status = task->status;
    if (status == LEDE_OK && is_wanted) {
        status = take_over(merger, task, error);
    } else if (status == LEDE_OK) {
        remove_file(merger, task->entry.number);
    } else if (error != NULL) {
        *error = task->error;
    }
    set_not_merging(merger);
    free_task(task);
    return status;
}

/* ---- what is asked for ---- */

static bool has_ended(const struct merger *merger)
{
    return atomic_load_explicit(&merger->task->has_ended, memory_order_acquire);
}

static lede_status is_behind(const struct merger *merger, bool *is_behind_out, lede_error *error)
{
    uint32_t count;
    struct merge_candidate *candidates = list_candidates(merger, &count);
    if (candidates == NULL) {
        return lede_fail_nomem(error);
    }
    *is_behind_out = merge_policy_is_behind(candidates, count);
    mem_free(candidates);
    return LEDE_OK;
}

/* Wait for the merge that runs, if any. Where it could not write there are to be no more. */
static lede_status take_back(struct merger *merger, lede_error *error)
{
    lede_error fault;
    const lede_status status = merger->task == NULL ? LEDE_OK : end(merger, true, &fault);
    if (status == LEDE_ERR_IO) {
        merger->is_off = true;
        return LEDE_OK;
    }
    if (status != LEDE_OK && error != NULL) {
        *error = fault;
    }
    return status;
}

lede_status merger_tidy(struct merger *merger, lede_error *error)
{
    bool is_begun = true;
    while (!merger->is_off && is_begun) {
        if (merger->task != NULL && !has_ended(merger)) {
            bool is_to_wait;
            const lede_status status = is_behind(merger, &is_to_wait, error);
            if (status != LEDE_OK || !is_to_wait) {
                return status;
            }
        }
        lede_status status = take_back(merger, error);
        if (status == LEDE_OK && !merger->is_off) {
            status = begin(merger, merger->is_in_background, merge_policy_choose, &is_begun, error);
        }
        if (status != LEDE_OK) {
            return status;
        }
    }
    return LEDE_OK;
}

lede_status merger_finish(struct merger *merger, lede_error *error)
{
    bool is_begun = true;
    while (is_begun) {
        lede_status status = take_back(merger, error);
        is_begun = false;
        if (status == LEDE_OK && !merger->is_off) {
            status = begin(merger, false, merge_policy_choose, &is_begun, error);
        }
        if (status != LEDE_OK) {
            return status;
        }
    }
    return LEDE_OK;
}

lede_status merger_merge_all(struct merger *merger, lede_error *error)
{
    merger_stop(merger);
    for (;;) {
        bool is_begun;
        lede_status status = begin(merger, false, merge_policy_choose_all, &is_begun, error);
        if (status == LEDE_OK && is_begun) {
            status = end(merger, true, error);
        }
        if (status != LEDE_OK || !is_begun) {
            return status;
        }
    }
}

void merger_stop(struct merger *merger)
{
    if (merger->task != NULL) {
        atomic_store_explicit(&merger->task->is_cancelled, true, memory_order_relaxed);
        (void)end(merger, false, NULL);
    }
}
