/* source.h -- a path to the documents in it: the door of the ingest floor.
 *
 * A path is a file, a directory tree (walked in byte order of names) or "-". Compressed files and
 * archives are opened by libarchive on the way. The format is found from name and content unless
 * given; a reader per format turns bytes into records; a record becomes a `struct source_record`.
 *
 * Memory   bounded by one record (LEDE_DOCUMENT_BYTES_MAX) and, for a tree of text pages, a
 *          table of line hashes (see page.h).
 */
#ifndef INGEST_SOURCE_H
#define INGEST_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/status.h"

/* All texts are borrowed for the call of the sink; UTF-8 as it was in the input, not yet repaired. */
struct source_field {
    lede_text name;
    lede_text value;
};

/* A record as it was read. Where `problem` is not NULL it could not be read and nothing else but path
 * and line (and id, where known) is set. */
struct source_record {
    const char *path;
    uint64_t line; /* from 1; 0 where lines mean nothing */
    const char *problem;
    const char *
        remark; /* read, but with something to say: "date \"2021-02-30\" does not exist"; or NULL */
    /* Where the input has none: made from the path (text pages) or path and line; on standard input from
     * title, body, url and date, so that other records in a later run do not replace these. */
    lede_text id;
    lede_text title;
    lede_text body;
    lede_text url;
    date_key date; /* DATE_NONE where there is none */
    const struct source_field *fields;
    size_t field_count;
};

struct source_options {
    const char *format;            /* NULL: found out */
    const char *const *field_maps; /* "NAME=PATH" */
    size_t field_map_count;
    bool day_first;
};

struct source_sink {
    void *context;
    /* Take one record. Anything but LEDE_OK stops the source with that status and error. */
    lede_status (*record)(void *context, const struct source_record *record, lede_error *error);
    /* A file was begun, or more of it was read; both are running sums, the bytes after decompression.
     * Anything but LEDE_OK stops the source with that status and error. May be NULL. */
    lede_status (*progress)(void *context, uint64_t files, uint64_t bytes_read, lede_error *error);
};

/* Read all of `path` into the sink. A file inside a tree that cannot be opened or is in no known
 * format becomes a record with a problem; the path itself not being there is LEDE_ERR_NOT_FOUND. */
lede_status source_read(const char *path, const struct source_options *options,
    const struct source_sink *sink, lede_error *error) MUST_CHECK;

#endif
