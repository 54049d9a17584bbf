/* json_reader.h -- JSON objects into records, as yajl parses them: one handle for a whole file.
 *
 * An object is a record where nothing but arrays is around it; jsonl.h says what becomes of its members.
 * Who feeds the text sets `line` and clears what is counted; status and reason say how far it came.
 */
#ifndef INGEST_JSON_READER_H
#define INGEST_JSON_READER_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <yajl/yajl_parse.h>

#include "base/attr.h"
#include "ingest/record.h"

enum {
    JSON_DEPTH_MAX = 128,
    JSON_PATH_BYTES_MAX = 1024,
};

/* Before each block of yajl's. */
struct json_block {
    _Alignas(16) struct json_block *before;
    struct json_block *behind;
};

struct json_reader {
    yajl_handle handle;
    struct record_maker *maker;
    lede_error *error;
    lede_status status;       /* of the sink or of memory; stops the run */
    struct json_block blocks; /* the ring of yajl's */
    jmp_buf no_memory;
    const char *reason; /* why the text was refused by us */
    const unsigned char *chunk;
    size_t counted; /* bytes of the chunk whose line feeds are in `line` */
    uint64_t line;
    uint64_t records; /* ended since the last reset */
    size_t bytes_since_record;
    bool other_seen; /* a value that is no object where a record was due */
    uint32_t depth;
    uint32_t record_depth; /* of the record's members; 0 outside */
    bool is_array[JSON_DEPTH_MAX];
    uint32_t lengths[JSON_DEPTH_MAX];
    char path[JSON_PATH_BYTES_MAX];
    uint32_t path_length; /* above JSON_PATH_BYTES_MAX: too long to be known */
};

/* A fresh state of a zeroed reader with `maker` and `error` set, or of one that was used: after a mistake
 * yajl reads no more. */
lede_status json_reader_open(struct json_reader *reader) MUST_CHECK;
void json_reader_close(struct json_reader *reader);

/* Parse on; size 0 ends the text. False in *good_out where the text is not JSON or was refused by us. */
lede_status json_reader_feed(
    struct json_reader *reader, const unsigned char *bytes, size_t size, bool *good_out) MUST_CHECK;

/* The line up to which the text that was fed last is parsed. */
uint64_t json_reader_line(struct json_reader *reader);

/* Say what is wrong with the text that was fed last. */
lede_status json_reader_report(struct json_reader *reader, uint64_t line) MUST_CHECK;

#endif
