/* segment_file.h -- the file of a segment while it is written, by a flush or by a merge.
 *
 * It has a temporary name and the index's directory for its scratch files; finishing syncs it and gives it its name.
 * It belongs to no commit yet: until a manifest names it, it is a leftover like any other.
 */
#ifndef INDEX_SEGMENT_FILE_H
#define INDEX_SEGMENT_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/status.h"
#include "storage/container.h"
#include "storage/manifest.h"
#include "storage/segment.h"

struct segment_file {
    struct container_writer container;
    struct buf section; /* the one being composed, where it is small */
    uint64_t number;
    const char *dir;   /* borrowed */
    lede_error *error; /* borrowed: where failures are told */
    char path[LEDE_PATH_BYTES_MAX];
    char tmp_path[LEDE_PATH_BYTES_MAX];
};

/* Segment `number` of the index in `dir`. A zeroed one may be released. */
lede_status segment_file_open(
    struct segment_file *file, const char *dir, uint64_t number, lede_error *error) MUST_CHECK;
/* Removes what was not finished. */
void segment_file_release(struct segment_file *file);

/* file->section as section `id`, then empty it. `status` is that of composing it. */
lede_status segment_file_add(struct segment_file *file, uint32_t id, lede_status status) MUST_CHECK;

/* Make it durable under its name, and say in *entry_out what a manifest will. */
lede_status segment_file_finish(
    struct segment_file *file, uint32_t doc_count, struct manifest_segment *entry_out) MUST_CHECK;

/* The path of its scratch file for `part`, a few letters, into `path` of LEDE_PATH_BYTES_MAX. */
lede_status segment_file_scratch(
    const struct segment_file *file, const char *part, char *path, lede_error *error) MUST_CHECK;

/* Whether a file of this name is such a one. */
bool segment_file_is_scratch(const char *name);

#endif
