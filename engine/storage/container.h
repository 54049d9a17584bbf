/* container.h -- the file that holds a segment: sections named by a table of contents, all
 * checksummed.
 *
 * FORMAT.md, "Container". Header (magic, version) · sections, each aligned to 64 and followed by at
 * least LEDE_READ_PADDING zero bytes · table of contents · footer (its offset, its checksum, the
 * file's size, magic). Written front to end, nothing is patched.
 *
 * Opening checks header, footer, table of contents (bounds, order, overlaps, ids, reserved
 * fields) and no section's bytes: O(sections). container_verify reads everything. The version is
 * looked at before anything whose layout may change with it: LEDE_ERR_TOO_NEW, LEDE_ERR_TOO_OLD;
 * all else that is wrong is LEDE_ERR_CORRUPT. A section with an unknown id is passed over where
 * its row is marked optional.
 */
#ifndef STORAGE_CONTAINER_H
#define STORAGE_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/status.h"

/* Versions of the segment format that are written, and the oldest that is read. */
enum { CONTAINER_VERSION = 1, CONTAINER_VERSION_MIN = 1 };

/* Sections of a segment. Numbers are part of the format. */
enum section_id {
    SECTION_META = 1,        /* counts and options of the segment: segment.h */
    SECTION_TERMS = 2,       /* dictionary of the text lists: termdict.h */
    SECTION_TITLE_TERMS = 3, /* dictionary of the title lists */
    SECTION_BLOCK_ROWS = 4,  /* skip and bound data: postings.h */
    /* 5 is not used */
    SECTION_LENGTHS = 6,    /* exact lengths: lengths.h */
    SECTION_DATES = 7,      /* date column and day table: dates.h */
    SECTION_IDS = 8,        /* users' ids and their hash index: ids.h */
    SECTION_KEYWORDS = 9,   /* keyword columns: keywords.h */
    SECTION_POSTINGS = 10,  /* docids and frequencies: postings.h */
    SECTION_POSITIONS = 11, /* positions: positions.h; absent with --no-positions */
    SECTION_DOCUMENTS = 12, /* stored documents: docstore.h; absent with --no-store */
    SECTION_RANGES = 13,    /* bounds of frequent terms by range: range_bounds.h */
    SECTION_PAIRS = 14,     /* pairs of frequent words: pair_lists.h; optional */
    SECTION_COUNT_MAX = 32,
};

/* "dictionary", "postings", ... as lede stats prints; static storage; NULL for an unknown id. */
const char *section_name(uint32_t id);

/* A row of the table of contents. */
struct section_row {
    uint32_t id;
    uint32_t flags;
    uint64_t offset, size, checksum;
};

enum section_flag { SECTION_OPTIONAL = 1 }; /* whoever does not know the id may pass it over */

struct container_writer {
    struct file_writer file;
    struct checksum *checksum;
    struct section_row rows[SECTION_COUNT_MAX];
    size_t row_count;
    bool in_section;
};

/* Create the file at `path` and write its header. A zeroed writer may be abandoned. */
lede_status container_writer_open(
    struct container_writer *writer, const char *path, lede_error *error) MUST_CHECK;
/* Sections are written one after the other; ids are known ones and must not repeat. */
lede_status container_writer_begin(
    struct container_writer *writer, uint32_t id, lede_error *error) MUST_CHECK;
lede_status container_writer_append(
    struct container_writer *writer, const void *bytes, size_t size, lede_error *error) MUST_CHECK;
uint64_t container_writer_offset(const struct container_writer *writer); /* within the section */
lede_status container_writer_end(struct container_writer *writer, lede_error *error) MUST_CHECK;
/* All of a section at once: begin, append, end. */
lede_status container_writer_add(
    struct container_writer *writer, uint32_t id, struct span bytes, lede_error *error) MUST_CHECK;
/* Table of contents, footer, fsync, close. *size_out: of the file; *checksum_out: of its table of
 * contents, which the manifest keeps. */
lede_status container_writer_finish(struct container_writer *writer, uint64_t *size_out,
    uint64_t *checksum_out, lede_error *error) MUST_CHECK;
void container_writer_abandon(struct container_writer *writer);

struct container {
    struct mapping file;
    char name[LEDE_FILE_NAME_BYTES_MAX]; /* of the file, for messages */
    struct section_row rows[SECTION_COUNT_MAX];
    size_t row_count;
    uint64_t toc_checksum;
};

/* Messages begin with the file's name. */
lede_status container_open(
    struct container *container, const char *path, lede_error *error) MUST_CHECK;
void container_close(struct container *container); /* a zeroed one is fine */
/* The section's bytes, with LEDE_READ_PADDING readable bytes behind them. False: it has none. */
bool container_section(const struct container *container, uint32_t id, struct span *section_out);
typedef void damage_fn(void *context, const char *message);
/* Check every byte that opening did not: section checksums, padding zero. Calls `damage` (may be
 * NULL) for each thing wrong; true where there is none. */
bool container_verify(const struct container *container, damage_fn *damage, void *context);
/* Check the sections' checksums, piece by piece, letting go of what was read. LEDE_ERR_CORRUPT. */
lede_status container_check(const struct container *container, lede_error *error) MUST_CHECK;

#endif
