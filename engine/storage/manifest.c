/* File: header · keyword names · one row a segment · checksum of all before. */
#include "storage/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/checksum.h"
#include "base/file.h"

enum {
    HEADER_BYTES = 80,
    ROW_BYTES = 48,
    CHECKSUM_BYTES = 8,
    FLAG_POSITIONS = 1,
    FLAG_STORED = 2,
};

static const char magic[8] = {'L', 'E', 'D', 'E', 'M', 'A', 'N', '\x1a'};

/* ---- rules ---- */

/* 1 to `size_max` bytes of [A-Za-z0-9_.-] and a NUL. */
static bool is_name(const char *name, size_t size_max)
{
    const size_t length = strnlen(name, size_max + 1);
    if (length == 0 || length > size_max) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        const char c = name[i];
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9') && c != '_' && c != '.' && c != '-') {
            return false;
        }
    }
    return true;
}

static const char *fault_in_keywords(const struct manifest *manifest)
{
    for (uint32_t i = 0; i < manifest->keyword_count; i++) {
        if (!is_name(manifest->keywords[i], LEDE_FIELD_NAME_BYTES_MAX)) {
            return "a keyword field has no name that such fields have";
        }
        for (uint32_t j = 0; j < i; j++) {
            if (strcmp(manifest->keywords[i], manifest->keywords[j]) == 0) {
                return "a keyword field is there twice";
            }
        }
    }
    return NULL;
}

static const char *fault_in_segments(const struct manifest *manifest)
{
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        const struct manifest_segment *segment = &manifest->segments[i];
        if (segment->number >= manifest->next_number) {
            return "a segment's number is not given out yet";
        }
        if (segment->doc_count > LEDE_SEGMENT_DOCS_MAX) {
            return "a segment has too many documents";
        }
        if (segment->deletions_number == 0 && segment->deletions_checksum != 0) {
            return "a segment has a checksum of deletions without deletions";
        }
        for (uint32_t j = 0; j < i; j++) {
            if (segment->number == manifest->segments[j].number) {
                return "a segment is there twice";
            }
        }
    }
    return NULL;
}

/* The rule that a manifest with counts in their bounds breaks, or NULL. */
static const char *fault_in(const struct manifest *manifest)
{
    if (manifest->generation == 0) {
        return "commits are counted from 1";
    }
    if (!is_name(manifest->language, sizeof manifest->language - 1)) {
        return "language has no name that languages have";
    }
    const char *fault = fault_in_keywords(manifest);
    return fault == NULL ? fault_in_segments(manifest) : fault;
}

/* ---- bytes ---- */

lede_status manifest_encode(const struct manifest *manifest, struct buf *out)
{
    if (manifest->keyword_count > LEDE_KEYWORD_FIELDS_MAX ||
        manifest->segment_count > LEDE_SEGMENTS_MAX || fault_in(manifest) != NULL) {
        return LEDE_ERR_INVALID;
    }
    const size_t start = out->size;
    char language[sizeof manifest->language] = {0};
    memcpy(language, manifest->language, strlen(manifest->language));
    (void)buf_append(out, magic, sizeof magic);
    (void)buf_append_le32(out, MANIFEST_VERSION);
    (void)buf_append_le32(out, (manifest->has_positions ? FLAG_POSITIONS : 0u) |
                                   (manifest->has_stored ? FLAG_STORED : 0u));
    (void)buf_append_le64(out, manifest->generation);
    (void)buf_append_le64(out, manifest->next_number);
    (void)buf_append_le64(out, manifest->analyzer_fingerprint);
    (void)buf_append(out, language, sizeof language);
    (void)buf_append_le32(out, manifest->keyword_count);
    (void)buf_append_le32(out, manifest->segment_count);
    for (uint32_t i = 0; i < manifest->keyword_count; i++) {
        const size_t length = strlen(manifest->keywords[i]);
        (void)buf_append_u8(out, (uint8_t)length);
        (void)buf_append(out, manifest->keywords[i], length);
    }
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        const struct manifest_segment *segment = &manifest->segments[i];
        (void)buf_append_le64(out, segment->number);
        (void)buf_append_le64(out, segment->size_bytes);
        (void)buf_append_le64(out, segment->toc_checksum);
        (void)buf_append_le32(out, segment->doc_count);
        (void)buf_append_le32(out, 0);
        (void)buf_append_le64(out, segment->deletions_number);
        (void)buf_append_le64(out, segment->deletions_checksum);
    }
    if (out->status == LEDE_OK) {
        (void)buf_append_le64(out, checksum_bytes(out->data + start, out->size - start));
    }
    return out->status;
}

/* Of the header behind the version; the fault, or NULL. */
static const char *decode_header(struct cursor *cursor, struct manifest *manifest)
{
    const uint32_t flags = cursor_u32(cursor);
    manifest->has_positions = (flags & FLAG_POSITIONS) != 0;
    manifest->has_stored = (flags & FLAG_STORED) != 0;
    manifest->generation = cursor_u64(cursor);
    manifest->next_number = cursor_u64(cursor);
    manifest->analyzer_fingerprint = cursor_u64(cursor);
    const uint8_t *language = cursor_bytes(cursor, sizeof manifest->language);
    manifest->keyword_count = cursor_u32(cursor);
    manifest->segment_count = cursor_u32(cursor);
    if (cursor->failed || (flags & ~(uint32_t)(FLAG_POSITIONS | FLAG_STORED)) != 0) {
        return "header is damaged";
    }
    memcpy(manifest->language, language, sizeof manifest->language);
    const size_t length = strnlen(manifest->language, sizeof manifest->language);
    for (size_t i = length; i < sizeof manifest->language; i++) {
        if (manifest->language[i] != 0) {
            return "language has bytes behind its end";
        }
    }
    if (manifest->keyword_count > LEDE_KEYWORD_FIELDS_MAX ||
        manifest->segment_count > LEDE_SEGMENTS_MAX) {
        return "has too many keyword fields or segments";
    }
    return NULL;
}

static const char *decode_rows(struct cursor *cursor, struct manifest *manifest)
{
    for (uint32_t i = 0; i < manifest->keyword_count; i++) {
        const uint8_t length = cursor_u8(cursor);
        const uint8_t *name = cursor_bytes(cursor, length);
        if (name == NULL || length > LEDE_FIELD_NAME_BYTES_MAX || memchr(name, 0, length) != NULL) {
            return "a keyword field's name is damaged";
        }
        memcpy(manifest->keywords[i], name, length);
    }
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        struct manifest_segment *segment = &manifest->segments[i];
        segment->number = cursor_u64(cursor);
        segment->size_bytes = cursor_u64(cursor);
        segment->toc_checksum = cursor_u64(cursor);
        segment->doc_count = cursor_u32(cursor);
        if (cursor_u32(cursor) != 0) {
            return "reserved bytes are not zero";
        }
        segment->deletions_number = cursor_u64(cursor);
        segment->deletions_checksum = cursor_u64(cursor);
    }
    return cursor->failed || cursor_left(cursor) != 0 ? "has another size than announced" : NULL;
}

static lede_status check_front(struct span bytes, lede_error *error)
{
    if (bytes.size < HEADER_BYTES + CHECKSUM_BYTES ||
        memcmp(bytes.bytes, magic, sizeof magic) != 0) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "manifest: does not begin as one does");
    }
    const uint32_t version = load_le32(bytes.bytes + sizeof magic);
    if (version > MANIFEST_VERSION || version < MANIFEST_VERSION_MIN) {
        return lede_fail(error, version > MANIFEST_VERSION ? LEDE_ERR_TOO_NEW : LEDE_ERR_TOO_OLD,
            "manifest: has format version %u, this program reads %u to %u", version,
            (unsigned)MANIFEST_VERSION_MIN, (unsigned)MANIFEST_VERSION);
    }
    const size_t size = bytes.size - CHECKSUM_BYTES;
    if (load_le64(bytes.bytes + size) != checksum_bytes(bytes.bytes, size)) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "manifest: checksum is wrong");
    }
    return LEDE_OK;
}

lede_status manifest_decode(struct span bytes, struct manifest *manifest_out, lede_error *error)
{
    const lede_status status = check_front(bytes, error);
    if (status != LEDE_OK) {
        return status;
    }
    struct manifest manifest = {0};
    struct cursor cursor = cursor_of(span_of(bytes.bytes, bytes.size - CHECKSUM_BYTES));
    (void)cursor_bytes(&cursor, sizeof magic + 4);
    const char *fault = decode_header(&cursor, &manifest);
    if (fault == NULL) {
        manifest.segments = mem_zalloc(manifest.segment_count, sizeof *manifest.segments);
        if (manifest.segments == NULL) {
            return lede_fail_nomem(error);
        }
        fault = decode_rows(&cursor, &manifest);
    }
    if (fault == NULL) {
        fault = fault_in(&manifest);
    }
    if (fault != NULL) {
        manifest_release(&manifest);
        return lede_fail(error, LEDE_ERR_CORRUPT, "manifest: %s", fault);
    }
    *manifest_out = manifest;
    return LEDE_OK;
}

/* ---- files ---- */

lede_status manifest_read(const char *dir, struct manifest *manifest_out, lede_error *error)
{
    char path[LEDE_PATH_BYTES_MAX];
    lede_status status = path_join(path, sizeof path, dir, MANIFEST_NAME, error);
    if (status != LEDE_OK) {
        return status;
    }
    struct mapping file;
    status = mapping_open(path, &file, error);
    if (status == LEDE_ERR_NOT_FOUND) {
        return lede_fail(error, LEDE_ERR_NOT_FOUND, "%s: there is no index here", dir);
    }
    if (status != LEDE_OK) {
        return status;
    }
    lede_error fault;
    status = manifest_decode(span_of(file.bytes, file.size), manifest_out, &fault);
    mapping_close(&file);
    return status == LEDE_OK ? LEDE_OK : lede_fail(error, status, "%s: %s", dir, fault.message);
}

lede_status manifest_write(const char *dir, const struct manifest *manifest, lede_error *error)
{
    struct buf bytes;
    buf_init(&bytes, SIZE_MAX);
    lede_status status = manifest_encode(manifest, &bytes);
    if (status == LEDE_ERR_INVALID) {
        (void)lede_fail(error, status, "%s: this is no commit that can be written", dir);
    } else if (status != LEDE_OK) {
        (void)lede_fail_nomem(error);
    } else {
        status = file_replace(dir, MANIFEST_NAME, buf_span(&bytes), error);
    }
    buf_release(&bytes);
    return status;
}

/* ---- values ---- */

lede_status manifest_copy(const struct manifest *from, struct manifest *to_out)
{
    struct manifest copy = *from;
    copy.segments = mem_copy(from->segments, from->segment_count * sizeof *from->segments);
    if (copy.segments == NULL) {
        return LEDE_ERR_NOMEM;
    }
    *to_out = copy;
    return LEDE_OK;
}

bool manifest_segment_equal(const struct manifest_segment *a, const struct manifest_segment *b)
{
    return a->number == b->number && a->size_bytes == b->size_bytes &&
           a->toc_checksum == b->toc_checksum && a->doc_count == b->doc_count &&
           a->deletions_number == b->deletions_number &&
           a->deletions_checksum == b->deletions_checksum;
}

bool manifest_equal(const struct manifest *a, const struct manifest *b)
{
    if (a->generation != b->generation || a->next_number != b->next_number ||
        a->analyzer_fingerprint != b->analyzer_fingerprint ||
        strcmp(a->language, b->language) != 0 || a->has_positions != b->has_positions ||
        a->has_stored != b->has_stored || a->keyword_count != b->keyword_count ||
        a->segment_count != b->segment_count) {
        return false;
    }
    for (uint32_t i = 0; i < a->keyword_count; i++) {
        if (strcmp(a->keywords[i], b->keywords[i]) != 0) {
            return false;
        }
    }
    for (uint32_t i = 0; i < a->segment_count; i++) {
        if (!manifest_segment_equal(&a->segments[i], &b->segments[i])) {
            return false;
        }
    }
    return true;
}

void manifest_release(struct manifest *manifest)
{
    mem_free(manifest->segments);
    *manifest = (struct manifest){0};
}

void segment_file_name(uint64_t number, char *name)
{
    (void)snprintf(name, LEDE_FILE_NAME_BYTES_MAX, "segment-%" PRIu64 ".seg", number);
}

void deletions_file_name(uint64_t number, uint64_t deletions_number, char *name)
{
    (void)snprintf(name, LEDE_FILE_NAME_BYTES_MAX, "deletions-%" PRIu64 "-%" PRIu64 ".del", number,
        deletions_number);
}
