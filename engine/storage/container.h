/* container.h -- the file that holds a segment: sections behind a table of contents, all checksummed.
 *
 * FORMAT.md, "Container". Header (magic, version) · sections, each aligned to 64 and followed by at
 * least LEDE_READ_PADDING zero bytes · table of contents · footer (its offset, its checksum, the file's
 * size, magic). Written front to end, nothing is patched.
 *
 * Opening checks header, footer, table of contents (bounds, order, overlaps, ids, reserved fields) and
 * no section's bytes: O(sections). container_verify reads everything.
 */
#ifndef STORAGE_CONTAINER_H
#define STORAGE_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "base/span.h"
#include "base/status.h"

/* Sections of a segment. Numbers are part of the format. */
enum section_id {
    SECTION_META = 1,        /* counts and options of the segment: segment.h */
    SECTION_TERMS = 2,       /* dictionary of the text lists: termdict.h */
    SECTION_TITLE_TERMS = 3, /* dictionary of the title lists */
    SECTION_BLOCK_ROWS = 4,  /* skip and bound data: postings.h */
    SECTION_CHAMPIONS = 5,   /* best documents of frequent terms: postings.h */
    SECTION_LENGTHS = 6,     /* exact lengths: lengths.h */
    SECTION_DATES = 7,       /* date column and day table: dates.h */
    SECTION_IDS = 8,         /* users' ids and their hash index: ids.h */
    SECTION_KEYWORDS = 9,    /* keyword columns: keywords.h */
    SECTION_POSTINGS = 10,   /* docids and frequencies: postings.h */
    SECTION_POSITIONS = 11,  /* positions: positions.h; absent with --no-positions */
    SECTION_DOCUMENTS = 12,  /* stored documents: docstore.h; absent with --no-store */
    SECTION_COUNT_MAX = 32,
};

const char *section_name(uint32_t id); /* "dictionary", "postings", ... as lede stats prints */

struct container_writer {
    struct file_writer file;
    struct checksum *checksum;
    struct section_row {
        uint32_t id;
        uint64_t offset, size, checksum;
    } rows[SECTION_COUNT_MAX];
    size_t row_count;
    bool in_section;
};

/* Create the file at `path` and write its header. A zeroed writer may be abandoned. */
lede_status container_writer_open(
    struct container_writer *writer, const char *path, lede_error *error) MUST_CHECK;
/* Sections are written one after the other; ids must not repeat. */
lede_status container_writer_begin(
    struct container_writer *writer, uint32_t id, lede_error *error) MUST_CHECK;
lede_status container_writer_append(
    struct container_writer *writer, const void *bytes, size_t size, lede_error *error) MUST_CHECK;
uint64_t container_writer_offset(const struct container_writer *writer); /* within the section */
lede_status container_writer_end(struct container_writer *writer, lede_error *error) MUST_CHECK;
/* All of a section at once. */
lede_status container_writer_add(
    struct container_writer *writer, uint32_t id, struct span bytes, lede_error *error) MUST_CHECK;
/* Table of contents, footer, fsync, close. *size_out: of the file; *checksum_out: of its table of
 * contents, which the manifest keeps. */
lede_status container_writer_finish(struct container_writer *writer, uint64_t *size_out,
    uint64_t *checksum_out, lede_error *error) MUST_CHECK;
void container_writer_abandon(struct container_writer *writer);

struct container {
    struct mapping file;
    struct section_row rows[SECTION_COUNT_MAX];
    size_t row_count;
    uint64_t toc_checksum;
};

lede_status container_open(
    struct container *container, const char *path, lede_error *error) MUST_CHECK;
void container_close(struct container *container); /* a zeroed one is fine */
/* The section's bytes, with LEDE_READ_PADDING readable bytes behind them. False: it has none. */
bool container_section(const struct container *container, uint32_t id, struct span *section_out);
/* Check every byte: section checksums, padding zero. Calls `damage` for each thing wrong. */
typedef void damage_fn(void *context, const char *message);
bool container_verify(const struct container *container, damage_fn *damage, void *context);

#endif
