/* docstore.h -- the stored documents: title, url, fields and body, compressed.
 *
 * FORMAT.md, "Documents". Records (record.h) of neighbouring documents are gathered into frames
 * of about DOCSTORE_FRAME_BYTES before compression, so that one hit costs one small frame; zstd
 * with a dictionary trained on the segment's own records makes small frames as tight as large
 * ones. A frame whose raw size is above DOCSTORE_PLAIN_BYTES holds one record, is compressed
 * without the dictionary, and is decompressed only as far as it is asked for. Good for: showing
 * hits. Not for: reading every document of a result (use columns).
 *
 * Hostile bytes: a frame is never decompressed beyond the raw size that its row states; one of up
 * to DOCSTORE_PLAIN_BYTES is taken in one piece, and for a larger one memory grows with what has
 * come out of the decompressor, not with what was promised.
 *
 * zstd's own memory comes from alloc.h, but for the training of the dictionary, which has no hook
 * for it.
 */
#ifndef STORAGE_DOCSTORE_H
#define STORAGE_DOCSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/crew.h"
#include "base/span.h"
#include "base/status.h"
#include "storage/container.h"
#include "storage/record.h"

enum {
    DOCSTORE_FRAME_BYTES = 4096,
    DOCSTORE_LEVEL = 3,
    DOCSTORE_DICTIONARY_BYTES = 112640,
    DOCSTORE_PLAIN_BYTES = 1 << 17,
    /* Largest window of a frame, as a power of two: what decompressing it piecewise costs. */
    DOCSTORE_WINDOW_LOG = 21,
};

/* ---- writing ---- */

struct docstore_writer;

/* `samples`: records of the segment, end to end, `sizes` their sizes, for training the dictionary;
 * too few or too small ones give none. The dictionary has at most a sixteenth of the samples' size,
 * so 2 MiB of samples give the largest; training costs some 40 ms a MB. Neither is used after the
 * call. `crew`, borrowed until free, compresses; NULL: the caller's thread does. The section must be begun by the caller and is ended by him. The same samples and records
 * give the same bytes. *writer_out is owned: docstore_writer_free. */
lede_status docstore_writer_new(struct container_writer *container, struct crew *crew,
    struct span samples, const size_t *sizes, size_t sample_count,
    struct docstore_writer **writer_out, lede_error *error) MUST_CHECK;
/* The record of the next document, at most RECORD_BYTES_MAX; copied. */
lede_status docstore_writer_add(
    struct docstore_writer *writer, struct span record, lede_error *error) MUST_CHECK;
/* Write what is left and the tables. */
lede_status docstore_writer_finish(struct docstore_writer *writer, lede_error *error) MUST_CHECK;
void docstore_writer_free(struct docstore_writer *writer); /* NULL is fine */

/* ---- reading ---- */

struct docstore_prepared;

struct docstore {
    uint32_t doc_count, frame_count;
    struct span frames, frame_rows, dictionary;
    struct docstore_prepared *prepared; /* owned: the dictionary digested, at first use */
};

/* Any number of threads may read from an open store, each with a reader of its own. */
lede_status docstore_open(
    struct docstore *store, struct span section, uint32_t doc_count, lede_error *error) MUST_CHECK;
void docstore_close(struct docstore *store); /* a zeroed one is fine */

/* Scratch memory for reading, reusable, one per thread. It remembers the frame it read last: a
 * reader that is to outlive a store is told to forget before the store is closed. */
struct docstore_reader;
struct docstore_reader *docstore_reader_new(void) MUST_CHECK; /* NULL: no memory */
void docstore_reader_forget(struct docstore_reader *reader);
/* Give back the memory of an uncommonly large frame, which is forgotten. */
void docstore_reader_trim(struct docstore_reader *reader);
void docstore_reader_free(struct docstore_reader *reader); /* NULL is fine */

/* The record of `doc` (< doc_count), borrowed until the reader's next read: whole, or cut short
 * in its body where that has more than `body_bytes_max` bytes; at least so many are given
 * (SIZE_MAX: all), and not much more are decompressed. Neighbours of the document read last cost
 * no decompression. */
lede_status docstore_read(const struct docstore *store, struct docstore_reader *reader,
    uint32_t doc, size_t body_bytes_max, struct span *record_out, lede_error *error) MUST_CHECK;

/* Decompress all of it and check every invariant. LEDE_ERR_CORRUPT: `message` got a sentence on the
 * first fault; LEDE_ERR_NOMEM. */
lede_status docstore_verify(
    const struct docstore *store, char *message, size_t message_size) MUST_CHECK;

#endif
