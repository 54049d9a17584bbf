/* manifest.h -- the commit: which segments, with which deletions, make up the index now.
 *
 * FORMAT.md, "Manifest". One small checksummed file, `manifest`, replaced atomically; whoever
 * reads it has a whole commit. It names files by number only, so it cannot point outside its
 * directory.
 *
 * Encoding and decoding hold a manifest to the same rules (counts within limits.h; names and
 * language of [A-Za-z0-9_.-], names all different; segment numbers below next_number, all
 * different): what breaks them is LEDE_ERR_INVALID going out and LEDE_ERR_CORRUPT coming in.
 */
#ifndef STORAGE_MANIFEST_H
#define STORAGE_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/status.h"

#define MANIFEST_NAME "manifest"
#define LOCK_NAME     "lock"

/* Versions that are written and read. */
enum { MANIFEST_VERSION = 1, MANIFEST_VERSION_MIN = 1 };

struct manifest_segment {
    uint64_t number; /* segment-<number>.seg */
    uint64_t size_bytes;
    uint64_t toc_checksum;
    uint32_t doc_count;        /* deleted ones among them */
    uint64_t deletions_number; /* deletions-<number>-<deletions_number>.del; 0: none */
    uint64_t deletions_checksum;
};

struct manifest {
    uint64_t generation; /* counts commits from 1 */
    uint64_t next_number;
    uint64_t analyzer_fingerprint;
    char language[32]; /* 1 to 31 bytes and a NUL */
    bool has_positions;
    bool has_stored;
    uint32_t keyword_count;
    char keywords[LEDE_KEYWORD_FIELDS_MAX][LEDE_FIELD_NAME_BYTES_MAX + 1];
    uint32_t segment_count;
    struct manifest_segment *segments; /* owned */
};

lede_status manifest_encode(const struct manifest *manifest, struct buf *out) MUST_CHECK;
lede_status manifest_decode(
    struct span bytes, struct manifest *manifest_out, lede_error *error) MUST_CHECK;
/* Of the index in `dir`. LEDE_ERR_NOT_FOUND with a sentence where there is none. */
lede_status manifest_read(
    const char *dir, struct manifest *manifest_out, lede_error *error) MUST_CHECK;
lede_status manifest_write(
    const char *dir, const struct manifest *manifest, lede_error *error) MUST_CHECK;
lede_status manifest_copy(const struct manifest *from, struct manifest *to_out) MUST_CHECK;
bool manifest_equal(const struct manifest *a, const struct manifest *b);
bool manifest_segment_equal(const struct manifest_segment *a, const struct manifest_segment *b);
void manifest_release(struct manifest *manifest); /* a zeroed one is fine */

/* Names of the files of a commit, into `name` of LEDE_FILE_NAME_BYTES_MAX. */
void segment_file_name(uint64_t number, char *name);
void deletions_file_name(uint64_t number, uint64_t deletions_number, char *name);

#endif
