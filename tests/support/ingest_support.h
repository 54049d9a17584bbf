/* ingest_support.h -- files to read from, and a sink that writes down what it is given. */
#ifndef TESTS_SUPPORT_INGEST_SUPPORT_H
#define TESTS_SUPPORT_INGEST_SUPPORT_H

#include <stddef.h>

#include "ingest/source.h"
#include "support/tmpdir.h"

/* "dir/name", valid until the next call. */
const char *ingest_path(const struct tmpdir *dir, const char *name);

/* A line for each record: "id|title|body|date|url|name=value;...", "!line problem", a remark behind
 * " #". Line feeds in texts are written as '/', NUL as '0'. */
struct ingest_log {
    char text[1 << 16];
    size_t length;
    size_t records;
    size_t problems;
    size_t body_bytes;
    uint64_t files;
    uint64_t bytes;
    size_t stop_after; /* fail with LEDE_ERR_SYNTAX at this record; 0: never */
};
struct source_sink ingest_log_sink(struct ingest_log *log);

/* Read `path` with format and map (NULL: none) and give back the log's text. */
const char *ingest_read(
    struct ingest_log *log, const char *path, const char *format, const char *map);

/* The same of a file with these bytes. */
const char *ingest_read_text(
    struct ingest_log *log, const char *name, const char *text, size_t size, const char *map);

#endif
