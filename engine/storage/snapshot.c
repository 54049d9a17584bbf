#include "storage/snapshot.h"

#include "base/alloc.h"
#include "base/assert.h"

/* A commit may remove files of the one before while we open them. Each turn sees a newer commit
 * than the last, so that a reader which is overtaken so often is one that cannot keep up at all.
 * */
enum { TURNS_MAX = 32 };

static void shared_drop(struct shared_segment *shared)
{
    if (shared == NULL) {
        return;
    }
    if (atomic_fetch_sub_explicit(&shared->references, 1, memory_order_acq_rel) == 1) {
        segment_close(shared->segment);
        mem_free(shared);
    }
}

void snapshot_hold(struct snapshot *snapshot)
{
    (void)atomic_fetch_add_explicit(&snapshot->references, 1, memory_order_relaxed);
}

void snapshot_drop(struct snapshot *snapshot)
{
    if (snapshot == NULL ||
        atomic_fetch_sub_explicit(&snapshot->references, 1, memory_order_acq_rel) != 1) {
        return;
    }
    for (uint32_t i = 0; i < snapshot->manifest.segment_count && snapshot->segments != NULL; i++) {
        shared_drop(snapshot->segments[i]);
    }
    mem_free(snapshot->segments);
    manifest_release(&snapshot->manifest);
    mem_free(snapshot);
}

/* The same segment with the same deletions in `previous`, with a reference more, or NULL. */
static struct shared_segment *find_shared(
    const struct snapshot *previous, const struct manifest_segment *entry)
{
    for (uint32_t i = 0; previous != NULL && i < previous->manifest.segment_count; i++) {
        if (manifest_segment_equal(&previous->manifest.segments[i], entry)) {
            struct shared_segment *shared = previous->segments[i];
            (void)atomic_fetch_add_explicit(&shared->references, 1, memory_order_relaxed);
            return shared;
        }
    }
    return NULL;
}

static lede_status open_shared(const char *dir, const struct manifest_segment *entry,
    struct shared_segment **shared_out, lede_error *error)
{
    struct shared_segment *shared = mem_zalloc(1, sizeof *shared);
    if (shared == NULL) {
        return lede_fail_nomem(error);
    }
    const lede_status status = segment_open(dir, entry, &shared->segment, error);
    if (status != LEDE_OK) {
        mem_free(shared);
        return status;
    }
    atomic_init(&shared->references, 1);
    *shared_out = shared;
    return LEDE_OK;
}

static lede_status check_segment(
    const struct manifest *manifest, const struct segment *segment, lede_error *error)
{
    const struct segment_meta *meta = &segment->meta;
    if (meta->has_positions != manifest->has_positions ||
        meta->has_stored != manifest->has_stored ||
        meta->analyzer_fingerprint != manifest->analyzer_fingerprint) {
        return lede_fail(error, LEDE_ERR_CORRUPT,
            "%s: meta: was made with other options than the manifest names",
            segment->container.name);
    }
    return LEDE_OK;
}

/* Open the segments of snapshot->manifest; what was opened before a failure stays in the
 * snapshot. */
static lede_status open_segments(
    const char *dir, const struct snapshot *previous, struct snapshot *snapshot, lede_error *error)
{
    const struct manifest *manifest = &snapshot->manifest;
    snapshot->segments = mem_zalloc(manifest->segment_count, sizeof *snapshot->segments);
    if (snapshot->segments == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        const struct manifest_segment *entry = &manifest->segments[i];
        struct shared_segment *shared = find_shared(previous, entry);
        lede_status status = LEDE_OK;
        if (shared == NULL) {
            status = open_shared(dir, entry, &shared, error);
        }
        if (status != LEDE_OK) {
            return status;
        }
        snapshot->segments[i] = shared;
        status = check_segment(manifest, shared->segment, error);
        if (status != LEDE_OK) {
            return status;
        }
        snapshot->live_count += shared->segment->live_count;
        snapshot->live_length += shared->segment->live_length;
    }
    return LEDE_OK;
}

/* Take `manifest` over and open what it names. */
static lede_status open_commit(const char *dir, const struct snapshot *previous,
    struct manifest *manifest, struct snapshot **snapshot_out, lede_error *error)
{
    struct snapshot *snapshot = mem_zalloc(1, sizeof *snapshot);
    if (snapshot == NULL) {
        manifest_release(manifest);
        return lede_fail_nomem(error);
    }
    atomic_init(&snapshot->references, 1);
    snapshot->manifest = *manifest;
    *manifest = (struct manifest){0};
    const lede_status status = open_segments(dir, previous, snapshot, error);
    if (status != LEDE_OK) {
        snapshot_drop(snapshot);
        return status;
    }
    *snapshot_out = snapshot;
    return LEDE_OK;
}

lede_status snapshot_open(
    const char *dir, struct snapshot *previous, struct snapshot **snapshot_out, lede_error *error)
{
    uint64_t generation_missed = 0; /* the commit of which a file was not there; 0: none yet */
    for (unsigned turn = 0; turn < TURNS_MAX; turn++) {
        struct manifest manifest;
        lede_error fault;
        lede_status status = manifest_read(dir, &manifest, error);
        if (status != LEDE_OK) {
            return status;
        }
        if (previous != NULL && manifest_equal(&manifest, &previous->manifest)) {
            manifest_release(&manifest);
            snapshot_hold(previous);
            *snapshot_out = previous;
            return LEDE_OK;
        }
        const uint64_t generation = manifest.generation;
        status = open_commit(dir, previous, &manifest, snapshot_out, &fault);
        if (status == LEDE_OK) {
            return LEDE_OK;
        }
        if (status != LEDE_ERR_NOT_FOUND) {
            return lede_fail(error, status, "%s: %s", dir, fault.message);
        }
        if (generation == generation_missed) {
            return lede_fail(
                error, LEDE_ERR_CORRUPT, "a file of the commit is not there: %s", fault.message);
        }
        generation_missed = generation;
    }
    return lede_fail(error, LEDE_ERR_BUSY, "%s: commits come faster than they can be opened", dir);
}
