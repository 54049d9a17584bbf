/* The reader's `raw` holds the front of one frame, decompressed so far. A small frame comes at
 * once; a large one is a stream that stands where it was left, so that asking for more goes on
 * and does not begin anew.
 */
#include "storage/docstore.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "storage/docstore_format.h"

#include <zdict.h>
#include <zstd_errors.h>

enum {
    STREAM_STEP_BYTES = 1 << 16,
    /* A reader that waits holds no more than this. */
    TRIMMED_BYTES_MAX = 1 << 20,
};

struct docstore_prepared {
    _Atomic(ZSTD_DDict *) dictionary; /* NULL until first needed */
};

struct docstore_reader {
    ZSTD_DCtx *context; /* NULL until first needed */
    struct buf raw;
    const uint8_t *frame; /* compressed bytes of the frame in `raw`; NULL: none */
    size_t frame_read;    /* compressed bytes of it that the stream has taken */
};

/* A frame's row, checked. */
struct frame {
    struct span packed;
    uint32_t first_doc, end_doc;
    uint32_t raw_size;
};

/* ---- opening ---- */

lede_status docstore_open(
    struct docstore *store, struct span section, uint32_t doc_count, lede_error *error)
{
    struct span trailer;
    if (section.size < DOCSTORE_TRAILER_BYTES) {
        return lede_fail(error, LEDE_ERR_CORRUPT,
            "documents: section has %zu bytes, too few for its trailer", section.size);
    }
    trailer =
        span_of(section.bytes + section.size - DOCSTORE_TRAILER_BYTES, DOCSTORE_TRAILER_BYTES);
    struct cursor cursor = cursor_of(trailer);
    struct docstore opened = {0};
    opened.frame_count = cursor_u32(&cursor);
    opened.doc_count = cursor_u32(&cursor);
    const uint64_t frames_size = cursor_u64(&cursor);
    const uint64_t dictionary_size = cursor_u64(&cursor);
    const uint64_t reserved = cursor_u64(&cursor);
    if (opened.doc_count != doc_count) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "documents: are %u, segment has %u",
            opened.doc_count, doc_count);
    }
    const size_t rows_size = (size_t)opened.frame_count * DOCSTORE_ROW_BYTES;
    const struct span body = span_of(section.bytes, section.size - DOCSTORE_TRAILER_BYTES);
    if (!span_part(body, 0, frames_size, &opened.frames) ||
        !span_part(body, frames_size, dictionary_size, &opened.dictionary) ||
        body.size - frames_size - dictionary_size != rows_size || reserved != 0 ||
        opened.frame_count > doc_count || (opened.frame_count == 0) != (doc_count == 0) ||
        dictionary_size > DOCSTORE_DICTIONARY_BYTES) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "documents: trailer does not fit its section");
    }
    opened.frame_rows = span_of(body.bytes + body.size - rows_size, rows_size);
    opened.prepared = mem_zalloc(1, sizeof *opened.prepared);
    if (opened.prepared == NULL) {
        return lede_fail_nomem(error);
    }
    *store = opened;
    return LEDE_OK;
}

void docstore_close(struct docstore *store)
{
    if (store->prepared != NULL) {
        (void)ZSTD_freeDDict(atomic_load(&store->prepared->dictionary));
    }
    mem_free(store->prepared);
    *store = (struct docstore){0};
}

/* The digested dictionary, made by whoever comes first; where two come at once, one throws his
 * away. */
static lede_status prepared_dictionary(
    const struct docstore *store, const ZSTD_DDict **dictionary_out, lede_error *error)
{
    ZSTD_DDict *there = atomic_load_explicit(&store->prepared->dictionary, memory_order_acquire);
    if (there == NULL) {
        const struct span bytes = store->dictionary;
        if (ZDICT_isError(ZDICT_getDictHeaderSize(bytes.bytes, bytes.size))) {
            return lede_fail(error, LEDE_ERR_CORRUPT, "documents: dictionary is damaged");
        }
        ZSTD_DDict *made = ZSTD_createDDict_advanced(
            bytes.bytes, bytes.size, ZSTD_dlm_byRef, ZSTD_dct_fullDict, docstore_zstd_memory());
        if (made == NULL) {
            return lede_fail_nomem(error);
        }
        if (atomic_compare_exchange_strong(&store->prepared->dictionary, &there, made)) {
            there = made;
        } else {
            (void)ZSTD_freeDDict(made);
        }
    }
    *dictionary_out = there;
    return LEDE_OK;
}

/* ---- frames ---- */

struct docstore_reader *docstore_reader_new(void)
{
    struct docstore_reader *reader = mem_zalloc(1, sizeof *reader);
    if (reader == NULL) {
        return NULL;
    }
    buf_init(&reader->raw, SIZE_MAX);
    return reader;
}

void docstore_reader_forget(struct docstore_reader *reader)
{
    reader->frame = NULL;
    buf_reset(&reader->raw);
}

void docstore_reader_trim(struct docstore_reader *reader)
{
    if (reader->raw.capacity > TRIMMED_BYTES_MAX) {
        docstore_reader_forget(reader);
        buf_release(&reader->raw);
    }
}

void docstore_reader_free(struct docstore_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    (void)ZSTD_freeDCtx(reader->context);
    buf_release(&reader->raw);
    mem_free(reader);
}

static uint32_t row_first_doc(const struct docstore *store, uint32_t i)
{
    return load_le32(store->frame_rows.bytes + (size_t)i * DOCSTORE_ROW_BYTES + 8);
}

/* Row `i`, checked on its own and against the next; false where it is no frame's. */
static bool frame_at(const struct docstore *store, uint32_t i, struct frame *frame_out)
{
    const uint8_t *row = store->frame_rows.bytes + (size_t)i * DOCSTORE_ROW_BYTES;
    const bool is_last = i + 1 == store->frame_count;
    const uint64_t start = load_le64(row);
    const uint64_t end = is_last ? store->frames.size : load_le64(row + DOCSTORE_ROW_BYTES);
    struct frame frame = {
        .first_doc = load_le32(row + 8),
        .end_doc = is_last ? store->doc_count : row_first_doc(store, i + 1),
        .raw_size = load_le32(row + 12),
    };
    if (end < start || !span_part(store->frames, start, end - start, &frame.packed) ||
        frame.first_doc >= frame.end_doc || frame.end_doc > store->doc_count ||
        frame.raw_size == 0) {
        return false;
    }
    if (frame.raw_size > DOCSTORE_PLAIN_BYTES && frame.end_doc - frame.first_doc != 1) {
        return false;
    }
    /* The sizes before the records take a few bytes. */
    if (frame.raw_size > (uint32_t)RECORD_BYTES_MAX + DOCSTORE_FRAME_BYTES ||
        ZSTD_getFrameContentSize(frame.packed.bytes, frame.packed.size) != frame.raw_size) {
        return false;
    }
    *frame_out = frame;
    return true;
}

/* The last frame that begins at or before `doc`; 0 where rows are in no order. */
static uint32_t frame_of(const struct docstore *store, uint32_t doc)
{
    uint32_t low = 0;
    uint32_t high = store->frame_count;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (row_first_doc(store, middle) <= doc) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static lede_status fail_frame(lede_error *error, uint32_t doc, const char *why)
{
    return lede_fail(error, LEDE_ERR_CORRUPT, "documents: frame of document %u: %s", doc, why);
}

static lede_status fail_zstd(lede_error *error, uint32_t doc, size_t code)
{
    if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation) {
        return lede_fail_nomem(error);
    }
    return fail_frame(error, doc, ZSTD_getErrorName(code));
}

static lede_status load_small(const struct docstore *store, struct docstore_reader *reader,
    const struct frame *frame, lede_error *error)
{
    const ZSTD_DDict *dictionary = NULL;
    if (store->dictionary.size > 0) {
        const lede_status status = prepared_dictionary(store, &dictionary, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    uint8_t *at = buf_reserve(&reader->raw, frame->raw_size);
    if (at == NULL) {
        buf_reset(&reader->raw);
        return lede_fail_nomem(error);
    }
    const size_t size = ZSTD_decompress_usingDDict(
        reader->context, at, frame->raw_size, frame->packed.bytes, frame->packed.size, dictionary);
    if (ZSTD_isError(size)) {
        return fail_zstd(error, frame->first_doc, size);
    }
    if (size != frame->raw_size) {
        return fail_frame(error, frame->first_doc, "has another size than its row says");
    }
    reader->raw.size = size;
    return LEDE_OK;
}

static lede_status begin_large(
    struct docstore_reader *reader, const struct frame *frame, lede_error *error)
{
    size_t code = ZSTD_DCtx_reset(reader->context, ZSTD_reset_session_and_parameters);
    if (!ZSTD_isError(code)) {
        code = ZSTD_DCtx_setParameter(reader->context, ZSTD_d_windowLogMax, DOCSTORE_WINDOW_LOG);
    }
    reader->frame_read = 0;
    return ZSTD_isError(code) ? fail_zstd(error, frame->first_doc, code) : LEDE_OK;
}

/* Decompress a large frame until `size` bytes of it are there (at most its raw size). */
static lede_status load_large(
    struct docstore_reader *reader, const struct frame *frame, size_t size, lede_error *error)
{
    while (reader->raw.size < size) {
        const size_t left = frame->raw_size - reader->raw.size;
        const size_t step = left < STREAM_STEP_BYTES ? left : STREAM_STEP_BYTES;
        uint8_t *at = buf_reserve(&reader->raw, step);
        if (at == NULL) {
            buf_reset(&reader->raw);
            reader->frame = NULL;
            return lede_fail_nomem(error);
        }
        ZSTD_outBuffer out = {.dst = at, .size = step};
        ZSTD_inBuffer in = {
            .src = frame->packed.bytes, .size = frame->packed.size, .pos = reader->frame_read};
        const size_t code = ZSTD_decompressStream(reader->context, &out, &in);
        const bool has_moved = in.pos != reader->frame_read || out.pos != 0;
        reader->frame_read = in.pos;
        reader->raw.size += out.pos;
        const bool is_short = code == 0 && reader->raw.size < frame->raw_size;
        if (ZSTD_isError(code) || !has_moved || is_short) {
            docstore_reader_forget(reader);
            return ZSTD_isError(code) ? fail_zstd(error, frame->first_doc, code)
                                      : fail_frame(error, frame->first_doc, "ends too early");
        }
    }
    return LEDE_OK;
}

static lede_status make_context(struct docstore_reader *reader, lede_error *error)
{
    if (reader->context == NULL) {
        reader->context = ZSTD_createDCtx_advanced(docstore_zstd_memory());
    }
    return reader->context == NULL ? lede_fail_nomem(error) : LEDE_OK;
}

/* Make the frame the reader's, with at least `size` bytes (at most its raw size) decompressed. */
static lede_status load(const struct docstore *store, struct docstore_reader *reader,
    const struct frame *frame, size_t size, lede_error *error)
{
    const bool is_large = frame->raw_size > DOCSTORE_PLAIN_BYTES;
    if (reader->frame != frame->packed.bytes) {
        docstore_reader_forget(reader);
        lede_status status = make_context(reader, error);
        if (status == LEDE_OK) {
            status = is_large ? begin_large(reader, frame, error)
                              : load_small(store, reader, frame, error);
        }
        if (status != LEDE_OK) {
            return status;
        }
        reader->frame = frame->packed.bytes;
    }
    return is_large ? load_large(reader, frame, size, error) : LEDE_OK;
}

/* ---- records ---- */

/* Where the record of `doc` lies in the frame's raw bytes, of which at least the sizes are there.
 * */
static bool find_record(const struct docstore_reader *reader, const struct frame *frame,
    uint32_t doc, size_t *start_out, size_t *size_out)
{
    struct cursor sizes = cursor_of(buf_span(&reader->raw));
    uint64_t before = 0;
    uint64_t size = 0;
    uint64_t behind = 0;
    for (uint32_t i = frame->first_doc; i < frame->end_doc && !sizes.failed; i++) {
        const uint64_t next = cursor_varint_max(&sizes, frame->raw_size);
        if (i < doc) {
            before += next;
        } else if (i == doc) {
            size = next;
        } else {
            behind += next;
        }
    }
    const uint64_t head = (uint64_t)(sizes.at - reader->raw.data);
    if (sizes.failed || head + before + size + behind != frame->raw_size) {
        return false;
    }
    *start_out = (size_t)(head + before);
    *size_out = (size_t)size;
    return true;
}

/* Load as much of a large record as `body_bytes_max` asks for; *size_io is cut to it. */
static lede_status load_record(const struct docstore *store, struct docstore_reader *reader,
    const struct frame *frame, size_t body_bytes_max, size_t start, size_t *size_io,
    lede_error *error)
{
    size_t head = 0;
    for (size_t want = STREAM_STEP_BYTES;; want *= 2) {
        want = want < *size_io ? want : *size_io;
        const lede_status status = load(store, reader, frame, start + want, error);
        if (status != LEDE_OK) {
            return status;
        }
        if (record_head_size(span_of(reader->raw.data + start, reader->raw.size - start), &head) ||
            want == *size_io) {
            break;
        }
    }
    if (head > *size_io || body_bytes_max > *size_io - head) {
        return load(store, reader, frame, start + *size_io, error);
    }
    *size_io = head + body_bytes_max;
    return load(store, reader, frame, start + *size_io, error);
}

lede_status docstore_read(const struct docstore *store, struct docstore_reader *reader,
    uint32_t doc, size_t body_bytes_max, struct span *record_out, lede_error *error)
{
    ASSERT(doc < store->doc_count);
    struct frame frame;
    if (!frame_at(store, frame_of(store, doc), &frame) || doc < frame.first_doc ||
        doc >= frame.end_doc) {
        return fail_frame(error, doc, "its row is damaged");
    }
    const bool is_large = frame.raw_size > DOCSTORE_PLAIN_BYTES;
    lede_status status = load(store, reader, &frame, is_large ? STREAM_STEP_BYTES : 0, error);
    if (status != LEDE_OK) {
        return status;
    }
    size_t start = 0;
    size_t size = 0;
    if (!find_record(reader, &frame, doc, &start, &size)) {
        return fail_frame(error, doc, "sizes of its records do not fit it");
    }
    if (is_large) {
        status = load_record(store, reader, &frame, body_bytes_max, start, &size, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    *record_out = span_of(reader->raw.data + start, size);
    return LEDE_OK;
}

/* ---- verifying ---- */

static lede_status verify_frame(const struct docstore *store, struct docstore_reader *reader,
    uint32_t i, uint32_t *doc_io, uint64_t *offset_io, lede_error *error)
{
    struct frame frame;
    if (!frame_at(store, i, &frame) || frame.first_doc != *doc_io ||
        frame.packed.bytes != store->frames.bytes + *offset_io) {
        return fail_frame(error, *doc_io, "its row is damaged");
    }
    for (uint32_t doc = frame.first_doc; doc < frame.end_doc; doc++) {
        struct span record;
        size_t head;
        const lede_status status = docstore_read(store, reader, doc, SIZE_MAX, &record, error);
        if (status != LEDE_OK) {
            return status;
        }
        if (!record_head_size(record, &head) || head > record.size) {
            return fail_frame(error, doc, "its record cannot be read");
        }
    }
    *doc_io = frame.end_doc;
    *offset_io += frame.packed.size;
    return LEDE_OK;
}

lede_status docstore_verify(const struct docstore *store, char *message, size_t message_size)
{
    struct docstore_reader *reader = docstore_reader_new();
    if (reader == NULL) {
        return LEDE_ERR_NOMEM;
    }
    lede_error error;
    lede_status status = LEDE_OK;
    uint32_t doc = 0;
    uint64_t offset = 0;
    for (uint32_t i = 0; i < store->frame_count && status == LEDE_OK; i++) {
        status = verify_frame(store, reader, i, &doc, &offset, &error);
    }
    docstore_reader_free(reader);
    if (status == LEDE_OK && (doc != store->doc_count || offset != store->frames.size)) {
        status = lede_fail(&error, LEDE_ERR_CORRUPT, "frames do not cover all documents");
    }
    if (status != LEDE_OK) {
        (void)snprintf(message, message_size, "%s", error.message);
    }
    return status;
}
