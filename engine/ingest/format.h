/* format.h -- which format a file is in, from its name and its beginning. */
#ifndef INGEST_FORMAT_H
#define INGEST_FORMAT_H

#include "base/attr.h"
#include "base/span.h"
#include "ingest/input.h"
#include "ingest/line_table.h"
#include "ingest/record.h"

enum format_id {
    FORMAT_UNKNOWN = 0,
    FORMAT_TEXT,
    FORMAT_JSONL,
    FORMAT_JSON,
    FORMAT_CSV,
    FORMAT_TSV,
    FORMAT_TREC,
    FORMAT_REUTERS,
};

enum {
    /* So much of a file is looked at. */
    FORMAT_HEAD_BYTES = 1 << 13
};

/* "jsonl" -> FORMAT_JSONL; FORMAT_UNKNOWN for a name that is none. */
enum format_id format_of_option(const char *option);

/* The format of a file called `name` (the last part of its path, `length` bytes, without a compression's
 * ending; may be empty) that begins with `head`. FORMAT_UNKNOWN, with *reason_out a static sentence,
 * where it is none that is read. */
enum format_id format_detect(
    const char *name, size_t length, struct span head, const char **reason_out);

/* Read all records of the input. `table` is for FORMAT_TEXT. */
lede_status format_read(enum format_id format, struct input *input, struct record_maker *maker,
    const struct line_table *table, lede_error *error) MUST_CHECK;

#endif
