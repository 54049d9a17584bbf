/* Section: frames · dictionary · frame rows · trailer. The dictionary is trained before the first
 * frame but stands behind the last, with the other tables.
 *
 * Training: FASTCOVER (zstd's ZDICT; after Liao, Petri, Moffat & Wirth 2016) with fixed
 * parameters; the search for better ones that ZDICT_trainFromBuffer does trains many times over. Of
 * k = 128 to 2048, 256 made the smallest frames on 24 MB of Reuters news (2.89 : 1) and came within
 * two thousandths of the best on Reuters-21578 (2.78 : 1). Costs some 40 ms of CPU a MB of samples.
 */
#include "storage/docstore.h"

#include "base/assert.h"
#include "storage/docstore_format.h"

#define ZDICT_STATIC_LINKING_ONLY
#include <zdict.h>
#include <zstd_errors.h>

enum {
    SAMPLES_PER_DICTIONARY_BYTE = 16,
    DICTIONARY_BYTES_MIN = 1024,
    SAMPLE_COUNT_MIN = 16,
    TRAIN_SEGMENT_BYTES = 256, /* FASTCOVER's k, d and f */
    TRAIN_GRAM_BYTES = 8,
    TRAIN_TABLE_LOG = 18,
    /* A frame is closed before a record that would make it larger than so much. */
    FRAME_BYTES_MAX = DOCSTORE_FRAME_BYTES + DOCSTORE_FRAME_BYTES / 2,
};

struct docstore_writer {
    struct container_writer *container; /* borrowed */
    ZSTD_CCtx *context;
    ZSTD_CDict *digested; /* NULL: no dictionary */
    struct buf dictionary;
    struct buf rows;
    struct buf sizes;   /* of the frame being gathered: the records' sizes */
    struct buf records; /* and their bytes */
    struct buf raw, packed;
    uint32_t frame_first, doc_count, frame_count;
    uint64_t frames_size;
};

static lede_status fail_zstd(lede_error *error, size_t code)
{
    if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation) {
        return lede_fail_nomem(error);
    }
    return lede_fail(
        error, LEDE_ERR_UNSUPPORTED, "documents: zstd failed: %s", ZSTD_getErrorName(code));
}

/* Leave writer->dictionary empty where the samples give none. */
static lede_status train(struct docstore_writer *writer, struct span samples, const size_t *sizes,
    size_t sample_count, lede_error *error)
{
    size_t capacity = samples.size / SAMPLES_PER_DICTIONARY_BYTE;
    if (capacity > DOCSTORE_DICTIONARY_BYTES) {
        capacity = DOCSTORE_DICTIONARY_BYTES;
    }
    if (capacity < DICTIONARY_BYTES_MIN || sample_count < SAMPLE_COUNT_MIN ||
        sample_count > UINT32_MAX) {
        return LEDE_OK;
    }
    uint8_t *at = buf_reserve(&writer->dictionary, capacity);
    if (at == NULL) {
        return lede_fail_nomem(error);
    }
    const ZDICT_fastCover_params_t parameters = {
        .k = TRAIN_SEGMENT_BYTES,
        .d = TRAIN_GRAM_BYTES,
        .f = TRAIN_TABLE_LOG,
        .accel = 1,
        .splitPoint = 1.0,
        .zParams = {.compressionLevel = DOCSTORE_LEVEL, .dictID = 1},
    };
    const size_t size = ZDICT_trainFromBuffer_fastCover(
        at, capacity, samples.bytes, sizes, (unsigned)sample_count, parameters);
    if (!ZDICT_isError(size)) {
        writer->dictionary.size = size;
        return LEDE_OK;
    }
    /* Samples that have nothing in common are no failure: they get no dictionary. */
    return ZSTD_getErrorCode(size) == ZSTD_error_memory_allocation ? lede_fail_nomem(error)
                                                                   : LEDE_OK;
}

static lede_status prepare(struct docstore_writer *writer, lede_error *error)
{
    writer->context = ZSTD_createCCtx_advanced(docstore_zstd_memory());
    if (writer->context == NULL) {
        return lede_fail_nomem(error);
    }
    const struct {
        ZSTD_cParameter parameter;
        int value;
    } settings[] = {
        {ZSTD_c_compressionLevel, DOCSTORE_LEVEL},
        {ZSTD_c_contentSizeFlag, 1},
        {ZSTD_c_checksumFlag, 0},
        {ZSTD_c_dictIDFlag, 0},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const size_t code =
            ZSTD_CCtx_setParameter(writer->context, settings[i].parameter, settings[i].value);
        if (ZSTD_isError(code)) {
            return fail_zstd(error, code);
        }
    }
    if (writer->dictionary.size == 0) {
        return LEDE_OK;
    }
    const ZSTD_compressionParameters tuned =
        ZSTD_getCParams(DOCSTORE_LEVEL, DOCSTORE_FRAME_BYTES, writer->dictionary.size);
    writer->digested = ZSTD_createCDict_advanced(writer->dictionary.data, writer->dictionary.size,
        ZSTD_dlm_byRef, ZSTD_dct_fullDict, tuned, docstore_zstd_memory());
    return writer->digested == NULL ? lede_fail_nomem(error) : LEDE_OK;
}

lede_status docstore_writer_new(struct container_writer *container, struct span samples,
    const size_t *sizes, size_t sample_count, struct docstore_writer **writer_out,
    lede_error *error)
{
    struct docstore_writer *writer = mem_zalloc(1, sizeof *writer);
    if (writer == NULL) {
        return lede_fail_nomem(error);
    }
    writer->container = container;
    buf_init(&writer->dictionary, DOCSTORE_DICTIONARY_BYTES);
    buf_init(&writer->rows, SIZE_MAX);
    buf_init(&writer->sizes, SIZE_MAX);
    buf_init(&writer->records, SIZE_MAX);
    buf_init(&writer->raw, SIZE_MAX);
    buf_init(&writer->packed, SIZE_MAX);
    lede_status status = train(writer, samples, sizes, sample_count, error);
    if (status == LEDE_OK) {
        status = prepare(writer, error);
    }
    if (status != LEDE_OK) {
        docstore_writer_free(writer);
        return status;
    }
    *writer_out = writer;
    return LEDE_OK;
}

/* Compress writer->raw to writer->packed. */
static lede_status compress(struct docstore_writer *writer, lede_error *error)
{
    const bool is_plain = writer->raw.size > DOCSTORE_PLAIN_BYTES;
    size_t code = ZSTD_CCtx_refCDict(writer->context, is_plain ? NULL : writer->digested);
    if (!ZSTD_isError(code)) {
        code = ZSTD_CCtx_setParameter(
            writer->context, ZSTD_c_windowLog, is_plain ? DOCSTORE_WINDOW_LOG : 0);
    }
    if (ZSTD_isError(code)) {
        return fail_zstd(error, code);
    }
    const size_t bound = ZSTD_compressBound(writer->raw.size);
    buf_reset(&writer->packed);
    uint8_t *at = buf_reserve(&writer->packed, bound);
    if (at == NULL) {
        return lede_fail_nomem(error);
    }
    code = ZSTD_compress2(writer->context, at, bound, writer->raw.data, writer->raw.size);
    if (ZSTD_isError(code)) {
        return fail_zstd(error, code);
    }
    writer->packed.size = code;
    return LEDE_OK;
}

static lede_status write_frame(struct docstore_writer *writer, lede_error *error)
{
    if (writer->doc_count == writer->frame_first) {
        return LEDE_OK;
    }
    buf_reset(&writer->raw);
    (void)buf_append(&writer->raw, writer->sizes.data, writer->sizes.size);
    (void)buf_append(&writer->raw, writer->records.data, writer->records.size);
    (void)buf_append_le64(&writer->rows, writer->frames_size);
    (void)buf_append_le32(&writer->rows, writer->frame_first);
    (void)buf_append_le32(&writer->rows, (uint32_t)writer->raw.size);
    if (writer->raw.status != LEDE_OK || writer->rows.status != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    lede_status status = compress(writer, error);
    if (status == LEDE_OK) {
        status = container_writer_append(
            writer->container, writer->packed.data, writer->packed.size, error);
    }
    if (status != LEDE_OK) {
        return status;
    }
    writer->frames_size += writer->packed.size;
    writer->frame_count++;
    writer->frame_first = writer->doc_count;
    buf_reset(&writer->sizes);
    buf_reset(&writer->records);
    return LEDE_OK;
}

lede_status docstore_writer_add(
    struct docstore_writer *writer, struct span record, lede_error *error)
{
    if (record.size > RECORD_BYTES_MAX) {
        return lede_fail(error, LEDE_ERR_LIMIT, "documents: a record has %zu bytes, the most is %d",
            record.size, (int)RECORD_BYTES_MAX);
    }
    ASSERT(writer->doc_count < LEDE_SEGMENT_DOCS_MAX);
    if (writer->records.size + record.size > FRAME_BYTES_MAX) {
        const lede_status status = write_frame(writer, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    (void)buf_append_varint(&writer->sizes, record.size);
    (void)buf_append(&writer->records, record.bytes, record.size);
    if (writer->sizes.status != LEDE_OK || writer->records.status != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    writer->doc_count++;
    return writer->records.size + writer->sizes.size >= DOCSTORE_FRAME_BYTES
               ? write_frame(writer, error)
               : LEDE_OK;
}

lede_status docstore_writer_finish(struct docstore_writer *writer, lede_error *error)
{
    uint8_t trailer[DOCSTORE_TRAILER_BYTES] = {0};
    lede_status status = write_frame(writer, error);
    if (status == LEDE_OK) {
        ASSERT(container_writer_offset(writer->container) == writer->frames_size);
        status = container_writer_append(
            writer->container, writer->dictionary.data, writer->dictionary.size, error);
    }
    if (status == LEDE_OK) {
        status =
            container_writer_append(writer->container, writer->rows.data, writer->rows.size, error);
    }
    if (status == LEDE_OK) {
        store_le32(trailer, writer->frame_count);
        store_le32(trailer + 4, writer->doc_count);
        store_le64(trailer + 8, writer->frames_size);
        store_le64(trailer + 16, writer->dictionary.size);
        status = container_writer_append(writer->container, trailer, sizeof trailer, error);
    }
    return status;
}

void docstore_writer_free(struct docstore_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    (void)ZSTD_freeCCtx(writer->context);
    (void)ZSTD_freeCDict(writer->digested);
    struct buf *const bufs[] = {&writer->dictionary, &writer->rows, &writer->sizes,
        &writer->records, &writer->raw, &writer->packed};
    for (size_t i = 0; i < sizeof bufs / sizeof bufs[0]; i++) {
        buf_release(bufs[i]);
    }
    mem_free(writer);
}
