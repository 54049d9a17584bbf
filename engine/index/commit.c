#include "index/commit.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/limits.h"
#include "index/index_dir.h"

bool commit_is_due(const struct manifest *manifest, const struct segment_set *set)
{
    if (manifest->generation == 0) {
        return true;
    }
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->segments[i].is_new || set->segments[i].tombstones.is_changed) {
            return true;
        }
    }
    return false;
}

/* Without a live document, and nobody needs it. */
static bool is_empty(const struct set_segment *segment)
{
    return segment->tombstones.deleted_count == segment->entry.doc_count && !segment->is_merging;
}

static void remove_segment_file(const char *dir, const struct manifest_segment *entry)
{
    char name[LEDE_FILE_NAME_BYTES_MAX];
    segment_file_name(entry->number, name);
    index_dir_remove(dir, name);
}

static void remove_deletions_file(const char *dir, const struct manifest_segment *entry)
{
    if (entry->deletions_number != 0) {
        char name[LEDE_FILE_NAME_BYTES_MAX];
        deletions_file_name(entry->number, entry->deletions_number, name);
        index_dir_remove(dir, name);
    }
}

static lede_status write_deletions(const char *dir, const struct set_segment *segment,
    struct manifest_segment *entry, lede_error *error)
{
    char name[LEDE_FILE_NAME_BYTES_MAX];
    struct buf file;
    buf_init(&file, SIZE_MAX);
    deletions_file_name(entry->number, entry->deletions_number, name);
    lede_status status = tombstones_encode(&segment->tombstones, segment->segment, &file, error);
    if (status == LEDE_OK) {
        entry->deletions_checksum = deletions_checksum(buf_span(&file));
        status = file_replace(dir, name, buf_span(&file), error);
    }
    buf_release(&file);
    return status;
}

/* The segments of the next commit, and the deletions files they need. */
static lede_status write_entries(
    const char *dir, const struct segment_set *set, struct manifest *next, lede_error *error)
{
    for (uint32_t i = 0; i < set->count; i++) {
        const struct set_segment *segment = &set->segments[i];
        if (is_empty(segment)) {
            continue;
        }
        struct manifest_segment *entry = &next->segments[next->segment_count++];
        *entry = segment->entry;
        if (!segment->tombstones.is_changed) {
            continue;
        }
        entry->deletions_number = next->next_number++;
        const lede_status status = write_deletions(dir, segment, entry, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    return LEDE_OK;
}

/* After a failure: is it certain that the manifest has not been replaced? */
static bool is_still(const char *dir, const struct manifest *manifest)
{
    struct manifest found = {0};
    const lede_status status = manifest_read(dir, &found, NULL);
    const bool is_same = status == LEDE_OK && found.generation == manifest->generation;
    manifest_release(&found);
    return is_same || (status == LEDE_ERR_NOT_FOUND && manifest->generation == 0);
}

/* Take away deletions files that were written for a commit that did not come about. */
static void undo(const char *dir, const struct manifest *manifest, const struct manifest *next)
{
    for (uint32_t i = 0; i < next->segment_count; i++) {
        if (next->segments[i].deletions_number >= manifest->next_number) {
            remove_deletions_file(dir, &next->segments[i]);
        }
    }
}

static const struct manifest_segment *find_entry(const struct manifest *manifest, uint64_t number)
{
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        if (manifest->segments[i].number == number) {
            return &manifest->segments[i];
        }
    }
    return NULL;
}

/* Remove what only the commit before needed. */
static void remove_old(
    const char *dir, const struct manifest *before, const struct manifest *manifest)
{
    for (uint32_t i = 0; i < before->segment_count; i++) {
        const struct manifest_segment *old = &before->segments[i];
        const struct manifest_segment *now = find_entry(manifest, old->number);
        if (now == NULL) {
            remove_segment_file(dir, old);
        }
        if (now == NULL || now->deletions_number != old->deletions_number) {
            remove_deletions_file(dir, old);
        }
    }
}

/* The commit is durable: bring the set up to it. */
static void settle(const char *dir, const struct manifest *manifest, struct segment_set *set)
{
    uint32_t kept = 0;
    while (kept < set->count) {
        struct set_segment *segment = &set->segments[kept];
        const struct manifest_segment entry = segment->entry;
        if (is_empty(segment)) {
            const bool is_new = segment->is_new;
            segment_set_remove(set, kept);
            if (is_new) {
                remove_segment_file(dir, &entry);
            }
            continue;
        }
        segment->entry = manifest->segments[kept++];
        segment->is_new = false;
        segment->tombstones.is_changed = false;
    }
}

lede_status commit_write(const char *dir, struct manifest *manifest, struct segment_set *set,
    bool *is_torn_out, lede_error *error)
{
    struct manifest next = *manifest;
    next.generation++;
    next.segment_count = 0;
    next.segments = mem_zalloc(set->count, sizeof *next.segments);
    if (next.segments == NULL) {
        return lede_fail_nomem(error);
    }
    lede_status status = write_entries(dir, set, &next, error);
    if (status == LEDE_OK) {
        status = dir_sync(dir, error);
    }
    if (status == LEDE_OK) {
        status = manifest_write(dir, &next, error);
        if (status != LEDE_OK && !is_still(dir, manifest)) {
            *is_torn_out = true;
            manifest_release(&next);
            return status;
        }
    }
    if (status != LEDE_OK) {
        undo(dir, manifest, &next);
        manifest_release(&next);
        return status;
    }
    settle(dir, &next, set);
    remove_old(dir, manifest, &next);
    manifest_release(manifest);
    *manifest = next;
    return LEDE_OK;
}
