/* docstore.h -- the stored documents: title, url, fields and body, compressed.
 *
 * FORMAT.md, "Documents". Records of neighbouring documents are gathered into frames of about
 * DOCSTORE_FRAME_BYTES before compression, so that one hit costs one small frame; zstd with a dictionary
 * trained on the segment's own records makes small frames as tight as large ones. Good for: showing
 * hits. Not for: reading every document of a result (use columns).
 */
#ifndef STORAGE_DOCSTORE_H
#define STORAGE_DOCSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "storage/container.h"

enum {
    DOCSTORE_FRAME_BYTES = 4096,
    DOCSTORE_LEVEL = 3,
    DOCSTORE_DICTIONARY_BYTES = 112640,
};

/* ---- a record: what is stored of a document (its id and date are columns) ---- */

struct record_field {
    struct span name, value;
};

struct record {
    struct span title, url, body;
    const struct record_field *fields;
    size_t field_count;
};

/* Append the record's bytes. */
lede_status record_encode(const struct record *record, struct buf *out) MUST_CHECK;
/* Spans point into `bytes`; fields are written to `fields` (of `field_max`), more are an error. A body cut
 * short (see docstore_read) is given as far as it goes. */
lede_status record_decode(struct span bytes, struct record_field *fields, size_t field_max,
    struct record *record_out, lede_error *error) MUST_CHECK;

/* ---- writing ---- */

struct docstore_writer;

/* `samples`: records of the segment, end to end, `sizes` their sizes, for training the dictionary; too few
 * or too small ones give none. The section must be begun by the caller and is ended by him. */
lede_status docstore_writer_new(struct container_writer *container, struct span samples,
    const size_t *sizes, size_t sample_count, struct docstore_writer **writer_out,
    lede_error *error) MUST_CHECK;
/* The record of the next document. */
lede_status docstore_writer_add(
    struct docstore_writer *writer, struct span record, lede_error *error) MUST_CHECK;
/* Write what is left and the tables. */
lede_status docstore_writer_finish(struct docstore_writer *writer, lede_error *error) MUST_CHECK;
void docstore_writer_free(struct docstore_writer *writer); /* NULL is fine */

/* ---- reading ---- */

struct docstore {
    uint32_t doc_count, frame_count;
    struct span frames, frame_rows, dictionary;
    void *prepared; /* ZSTD_DDict, made at first use; freed by docstore_close */
};

lede_status docstore_open(
    struct docstore *store, struct span section, uint32_t doc_count, lede_error *error) MUST_CHECK;
void docstore_close(struct docstore *store);

/* Scratch memory for reading, reusable, one per thread. */
struct docstore_reader;
struct docstore_reader *docstore_reader_new(void) MUST_CHECK; /* NULL: no memory */
void docstore_reader_free(struct docstore_reader *reader);

/* The record of `doc`, borrowed until the reader's next read. Of a long one at least `bytes_max` bytes and
 * not much more are decompressed (SIZE_MAX: all). Keeps the frame read last, for neighbours. */
lede_status docstore_read(const struct docstore *store, struct docstore_reader *reader,
    uint32_t doc, size_t bytes_max, struct span *record_out, lede_error *error) MUST_CHECK;

bool docstore_verify(const struct docstore *store, char *message, size_t message_size);

#endif
