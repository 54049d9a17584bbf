/* Every file of the last commit, checked by itself and against the others.
 *
 * Segments are opened one by one, so that a damaged one does not hide the rest. A commit that comes while
 * we open may remove files of the one we read about: then we begin again with the newer.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "api/handle.h"
#include "base/alloc.h"
#include "base/file.h"

enum { TURNS_MAX = 32 };

struct verify {
    const char *path;
    void (*damage)(void *context, const char *message);
    void *context;
    struct manifest manifest;
    struct segment **segments; /* NULL where one could not be opened */
    lede_error *faults;        /* by segment: why not */
    lede_verify_report report;
    char first[384]; /* the first damage */
};

static void tell(void *context, const char *message)
{
    struct verify *verify = context;
    if (verify->report.damages++ == 0) {
        memcpy(verify->first, message, strnlen(message, sizeof verify->first - 1));
    }
    if (verify->damage != NULL) {
        verify->damage(verify->context, message);
    }
}

static void tell_format(struct verify *verify, const char *format, ...) PRINTF(2, 3);

static void tell_format(struct verify *verify, const char *format, ...)
{
    char message[768];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    tell(verify, message);
}

/* ---- opening ---- */

static void close_segments(struct verify *verify)
{
    for (uint32_t i = 0; verify->segments != NULL && i < verify->manifest.segment_count; i++) {
        segment_close(verify->segments[i]);
    }
    mem_free(verify->segments);
    mem_free(verify->faults);
    verify->segments = NULL;
    verify->faults = NULL;
    manifest_release(&verify->manifest);
}

static lede_status open_segments(struct verify *verify, bool *is_missing_out, lede_error *error)
{
    const uint32_t segment_count = verify->manifest.segment_count;
    verify->segments = mem_zalloc(segment_count, sizeof *verify->segments);
    verify->faults = mem_zalloc(segment_count, sizeof *verify->faults);
    if (verify->segments == NULL || verify->faults == NULL) {
        return lede_fail_nomem(error);
    }
    for (uint32_t i = 0; i < segment_count; i++) {
        const lede_status status = segment_open(
            verify->path, &verify->manifest.segments[i], &verify->segments[i], &verify->faults[i]);
        if (status == LEDE_ERR_NOMEM) {
            return lede_fail_nomem(error);
        }
        /* Only these are damage; what the system refuses, or another version wrote, may be sound. */
        if (status != LEDE_OK && status != LEDE_ERR_CORRUPT && status != LEDE_ERR_NOT_FOUND) {
            if (error != NULL) {
                *error = verify->faults[i];
            }
            return status;
        }
        *is_missing_out |= status == LEDE_ERR_NOT_FOUND;
    }
    return LEDE_OK;
}

/* The last commit with whatever of it can be opened. */
static lede_status open_commit(struct verify *verify, lede_error *error)
{
    uint64_t generation = 0;
    for (unsigned turn = 0; turn < TURNS_MAX; turn++) {
        close_segments(verify);
        lede_status status = manifest_read(verify->path, &verify->manifest, error);
        if (status != LEDE_OK) {
            return status;
        }
        bool is_missing = false;
        status = open_segments(verify, &is_missing, error);
        if (status != LEDE_OK) {
            return status;
        }
        if (!is_missing || verify->manifest.generation == generation) {
            return LEDE_OK;
        }
        generation = verify->manifest.generation;
    }
    return lede_fail(
        error, LEDE_ERR_BUSY, "%s: commits come faster than they can be opened", verify->path);
}

/* ---- checks ---- */

/* What of the commit depends on this segment. */
static lede_status check_segment(struct verify *verify, uint32_t i)
{
    const struct segment *segment = verify->segments[i];
    const struct manifest_segment *entry = &verify->manifest.segments[i];
    const struct segment_meta *meta = &segment->meta;
    uint64_t checks = 0;
    const uint64_t before = verify->report.damages;
    if (segment_verify(segment, tell, verify, &checks) == LEDE_ERR_NOMEM) {
        return LEDE_ERR_NOMEM;
    }
    verify->report.checks += checks + 1;
    if (meta->has_positions != verify->manifest.has_positions ||
        meta->has_stored != verify->manifest.has_stored ||
        meta->analyzer_fingerprint != verify->manifest.analyzer_fingerprint) {
        tell_format(verify, "%s: meta: was made with other options than the manifest names",
            segment->container.name);
    }
    if (meta->doc_count != entry->doc_count) {
        tell_format(verify, "%s: meta: has %u documents, the manifest says %u",
            segment->container.name, meta->doc_count, entry->doc_count);
    }
    verify->report.damaged_segments += verify->report.damages != before;
    verify->report.bytes += segment->container.file.size + segment->deletions.file.size;
    return LEDE_OK;
}

static lede_status check_segments(struct verify *verify)
{
    for (uint32_t i = 0; i < verify->manifest.segment_count; i++) {
        if (verify->segments[i] != NULL) {
            if (check_segment(verify, i) != LEDE_OK) {
                return LEDE_ERR_NOMEM;
            }
            continue;
        }
        const struct manifest_segment *entry = &verify->manifest.segments[i];
        tell_format(
            verify, "%s; its %u documents are lost", verify->faults[i].message, entry->doc_count);
        verify->report.checks++;
        verify->report.damaged_segments++;
        verify->report.bytes += entry->size_bytes;
    }
    return LEDE_OK;
}

/* Is this document of segment `i` alive in another, later one too? */
static void check_id(struct verify *verify, uint32_t i, uint32_t doc)
{
    char id[LEDE_ID_BYTES_MAX + 1];
    const size_t length = ids_at(&verify->segments[i]->ids, doc, id);
    for (uint32_t j = i + 1; length > 0 && j < verify->manifest.segment_count; j++) {
        const struct segment *other = verify->segments[j];
        if (other == NULL) {
            continue;
        }
        const uint32_t found = ids_find(&other->ids, id, length);
        if (found != DOC_END && !deletions_has(&other->deletions, found)) {
            tell_format(verify, "document \"%.80s\" is alive in %s and in %s", id,
                verify->segments[i]->container.name, other->container.name);
        }
    }
}

static void check_ids(struct verify *verify)
{
    verify->report.checks++;
    for (uint32_t i = 0; i + 1 < verify->manifest.segment_count; i++) {
        const struct segment *segment = verify->segments[i];
        for (uint32_t doc = 0; segment != NULL && doc < segment->meta.doc_count; doc++) {
            if (!deletions_has(&segment->deletions, doc)) {
                check_id(verify, i, doc);
            }
        }
    }
}

static lede_status check_all(struct verify *verify, lede_error *error)
{
    lede_error reason;
    lede_status status = open_commit(verify, &reason);
    if (status == LEDE_ERR_CORRUPT) {
        verify->report.checks++;
        tell(verify, reason.message);
        return LEDE_OK;
    }
    if (status != LEDE_OK) {
        if (error != NULL) {
            *error = reason;
        }
        return status;
    }
    struct buf manifest;
    buf_init(&manifest, SIZE_MAX);
    status = manifest_encode(&verify->manifest, &manifest);
    verify->report.bytes += manifest.size;
    buf_release(&manifest);
    if (status != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    verify->report.checks++;
    verify->report.segments = verify->manifest.segment_count;
    if (check_segments(verify) != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    check_ids(verify);
    return LEDE_OK;
}

lede_status lede_verify(const char *path, void (*damage)(void *context, const char *message),
    void *context, lede_verify_report *report_out, lede_error *error)
{
    if (path == NULL) {
        return lede_fail(error, LEDE_ERR_INVALID, "verify: the path is NULL");
    }
    struct verify verify = {.path = path, .damage = damage, .context = context};
    lede_status status = check_all(&verify, error);
    close_segments(&verify);
    if (status != LEDE_OK) {
        return status;
    }
    if (report_out != NULL) {
        *report_out = verify.report;
    }
    if (verify.report.damages > 0) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "%s: %llu damaged, the first: %s", path,
            (unsigned long long)verify.report.damages, verify.first);
    }
    return LEDE_OK;
}
