/* deletions.h -- which documents of a segment are deleted, and what that takes from its statistics.
 *
 * FORMAT.md, "Deletions". A small file for a segment, written whole at each commit that deletes
 * in it: a bitmap by document, the number and summed length of the deleted, and for each term
 * that occurs in one how much its df and cf shrink, by ordinal. So N, df, cf and the average
 * length are those of the live documents, and no query counts anything to know them.
 *
 * Opening reads all of it and checks everything, the checksum among it; nothing is left to verify
 * but that it fits its segment (segment_verify).
 */
#ifndef STORAGE_DELETIONS_H
#define STORAGE_DELETIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/span.h"
#include "base/status.h"

/* Versions that are written and read. */
enum { DELETIONS_VERSION = 1, DELETIONS_VERSION_MIN = 1 };

struct deletion_term {
    uint32_t ordinal;
    uint32_t df;
    uint64_t cf;
};

struct deletions_input {
    const uint64_t *bitmap; /* (doc_count + 63) / 64 words */
    uint32_t doc_count;
    uint32_t deleted_count;
    uint64_t deleted_length;              /* summed lengths of the deleted */
    const struct deletion_term *terms[2]; /* text, title: by ascending ordinal */
    size_t term_counts[2];
};

/* The bytes of the file. Its last eight are its checksum, which the manifest repeats. */
lede_status deletions_encode(const struct deletions_input *input, struct buf *file) MUST_CHECK;

/* The checksum at the end of a deletions file's bytes, which has at least eight. */
static inline uint64_t deletions_checksum(struct span file)
{
    return load_le64(file.bytes + file.size - 8);
}

struct deletions {
    struct mapping file; /* size 0: none are deleted */
    uint32_t doc_count;
    uint32_t deleted_count;
    uint64_t deleted_length;
    struct span bitmap;   /* little-endian u64 words; size 0: none are deleted */
    struct span terms[2]; /* rows of u32 ordinal, u32 df, u64 cf */
};

/* Of a segment of `doc_count` documents; `checksum` is the manifest's. Messages begin with the
 * file's name. */
lede_status deletions_open(struct deletions *deletions, const char *path, uint32_t doc_count,
    uint64_t checksum, lede_error *error) MUST_CHECK;
void deletions_close(struct deletions *deletions); /* a zeroed one is fine */

static inline bool deletions_has(const struct deletions *deletions, uint32_t doc)
{
    return deletions->deleted_count != 0 &&
           (load_le64(deletions->bitmap.bytes + (size_t)(doc / 64) * 8) >> (doc % 64) & 1) != 0;
}

/* What deletions take from a term of dictionary `which` (0 text, 1 title): zeros where nothing. */
struct deletion_term deletions_of_term(
    const struct deletions *deletions, unsigned which, uint32_t ordinal);

#endif
