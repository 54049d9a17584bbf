/* storage_segment.h -- a small index on disk, made with the writers of all parts: one segment of
 * documents with random words, deletions if wanted, and a manifest.
 *
 * Document i has the id "doc-i", a title of SMALL_TITLE words and a body of some more; words are
 * "w0".."w9", word 0 being in every document; "only" is in the titles of some, and nowhere else.
 * Every third document is undated; documents are in order of their dates.
 */
#ifndef TESTS_SUPPORT_STORAGE_SEGMENT_H
#define TESTS_SUPPORT_STORAGE_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/manifest.h"
#include "support/storage_files.h"
#include "support/tmpdir.h"

enum { SMALL_TITLE = 2, SMALL_WORDS = 10, SMALL_FINGERPRINT = 0x5eed };

struct small_options {
    uint32_t doc_count;
    bool has_positions;
    bool has_stored;
    uint64_t number;           /* of the segment */
    uint64_t deletions_number; /* 0: none; otherwise documents 1 and 2 are deleted */
};

/* Write the segment's files into `dir` and describe them. */
struct manifest_segment small_segment_write(
    const struct tmpdir *dir, const struct small_options *options);

/* A manifest of the given segments (borrowed). */
struct manifest small_manifest(uint64_t generation, const struct small_options *options,
    struct manifest_segment *segments, uint32_t segment_count);

/* How often word `word` (SMALL_WORDS: "only") stands in document `doc`, in its title if asked. */
uint32_t small_frequency(uint32_t doc, uint32_t word, bool in_title);
uint32_t small_length(uint32_t doc);

#endif
