/* Section: frames · dictionary · frame rows · trailer. The dictionary is trained before the first
 * frame but stands behind the last, with the other tables.
 *
 * Training: FASTCOVER (zstd's ZDICT; after Liao, Petri, Moffat & Wirth 2016) with fixed
 * parameters; the search for better ones that ZDICT_trainFromBuffer does trains many times over. Of
 * k = 128 to 2048, 256 made the smallest frames on 24 MB of Reuters news (2.89 : 1) and came within
 * two thousandths of the best on Reuters-21578 (2.78 : 1). Costs some 40 ms of CPU a MB of samples.
 */
#include "storage/docstore.h"

#include <stddef.h>

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
    /* A pack is given away when it has so many bytes or frames. */
    PACK_BYTES = 64 << 10,
    PACK_FRAMES = 64,
    PACKS_PER_WORKER = 3, /* under way at most */
    /* Of long records fewer are under way than there are packs, and a pack does not keep their memory. */
    GIVEN_BYTES_MAX = 4 << 20,
    PACK_KEPT_BYTES = 4 * PACK_BYTES,
};

struct pack_frame {
    uint32_t first; /* its first document */
    uint32_t raw_size;
    size_t packed_size;
};

/* Frames on their way to be compressed, and compressed. */
struct pack {
    struct crew_job job;
    struct docstore_writer *writer;
    struct buf raw, packed; /* one frame behind the other */
    struct pack_frame frames[PACK_FRAMES];
    uint32_t frame_count;
    lede_status status;
    lede_error error;
};

struct docstore_writer {
    struct container_writer *container;    /* borrowed */
    struct crew *crew;                     /* borrowed */
    struct crew alone;                     /* where none was given */
    ZSTD_CCtx *contexts[CREW_WORKERS_MAX]; /* one a worker */
    struct pack *packs;                    /* a ring */
    uint32_t pack_count;
    uint32_t filling;     /* the pack that takes the next frame */
    size_t given_bytes;   /* of packs under way, uncompressed */
    ZSTD_CDict *digested; /* NULL: no dictionary */
    struct buf dictionary;
    struct buf rows;
    struct buf sizes;   /* of the frame being gathered: the records' sizes */
    struct buf records; /* and their bytes */
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

static lede_status make_context(ZSTD_CCtx **context_out, lede_error *error)
{
    ZSTD_CCtx *context = ZSTD_createCCtx_advanced(docstore_zstd_memory());
    *context_out = context;
    if (context == NULL) {
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
            ZSTD_CCtx_setParameter(context, settings[i].parameter, settings[i].value);
        if (ZSTD_isError(code)) {
            return fail_zstd(error, code);
        }
    }
    return LEDE_OK;
}

static lede_status make_packs(struct docstore_writer *writer, lede_error *error)
{
    const uint32_t workers = writer->crew->worker_count;
    const uint32_t count = workers == 1 ? 1 : workers * PACKS_PER_WORKER;
    writer->packs = mem_zalloc(count, sizeof *writer->packs);
    if (writer->packs == NULL) {
        return lede_fail_nomem(error);
    }
    writer->pack_count = count;
    for (uint32_t i = 0; i < count; i++) {
        writer->packs[i].writer = writer;
        buf_init(&writer->packs[i].raw, SIZE_MAX);
        buf_init(&writer->packs[i].packed, SIZE_MAX);
    }
    return LEDE_OK;
}

static lede_status prepare(struct docstore_writer *writer, lede_error *error)
{
    lede_status status = make_packs(writer, error);
    for (uint32_t i = 0; status == LEDE_OK && i < writer->crew->worker_count; i++) {
        status = make_context(&writer->contexts[i], error);
    }
    if (status != LEDE_OK) {
        return status;
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

lede_status docstore_writer_new(struct container_writer *container, struct crew *crew,
    struct span samples, const size_t *sizes, size_t sample_count,
    struct docstore_writer **writer_out, lede_error *error)
{
    struct docstore_writer *writer = mem_zalloc(1, sizeof *writer);
    if (writer == NULL) {
        return lede_fail_nomem(error);
    }
    writer->container = container;
    crew_init(&writer->alone, 1);
    writer->crew = crew == NULL ? &writer->alone : crew;
    buf_init(&writer->dictionary, DOCSTORE_DICTIONARY_BYTES);
    buf_init(&writer->rows, SIZE_MAX);
    buf_init(&writer->sizes, SIZE_MAX);
    buf_init(&writer->records, SIZE_MAX);
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

/* Append a frame, compressed. */
static lede_status compress(const struct docstore_writer *writer, ZSTD_CCtx *context,
    struct span raw, struct buf *packed, lede_error *error)
{
    const bool is_plain = raw.size > DOCSTORE_PLAIN_BYTES;
    size_t code = ZSTD_CCtx_refCDict(context, is_plain ? NULL : writer->digested);
    if (!ZSTD_isError(code)) {
        code =
            ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, is_plain ? DOCSTORE_WINDOW_LOG : 0);
    }
    if (ZSTD_isError(code)) {
        return fail_zstd(error, code);
    }
    const size_t bound = ZSTD_compressBound(raw.size);
    uint8_t *at = buf_reserve(packed, bound);
    if (at == NULL) {
        return lede_fail_nomem(error);
    }
    code = ZSTD_compress2(context, at, bound, raw.bytes, raw.size);
    if (ZSTD_isError(code)) {
        return fail_zstd(error, code);
    }
    packed->size += code;
    return LEDE_OK;
}

static void compress_pack(struct crew_job *job, uint32_t worker)
{
    struct pack *pack = (struct pack *)(void *)((char *)job - offsetof(struct pack, job));
    const uint8_t *at = pack->raw.data;
    pack->status = LEDE_OK;
    for (uint32_t i = 0; pack->status == LEDE_OK && i < pack->frame_count; i++) {
        struct pack_frame *frame = &pack->frames[i];
        const size_t before = pack->packed.size;
        pack->status = compress(pack->writer, pack->writer->contexts[worker],
            span_of(at, frame->raw_size), &pack->packed, &pack->error);
        frame->packed_size = pack->packed.size - before;
        at += frame->raw_size;
    }
}

static void empty(struct buf *bytes)
{
    if (bytes->capacity > PACK_KEPT_BYTES) {
        buf_release(bytes);
    } else {
        buf_reset(bytes);
    }
}

/* Wait for the pack, write what it has and make it empty. */
static lede_status take_back(struct docstore_writer *writer, struct pack *pack, lede_error *error)
{
    crew_wait(writer->crew, &pack->job);
    if (pack->frame_count == 0) {
        return LEDE_OK;
    }
    lede_status status = pack->status;
    if (status != LEDE_OK && error != NULL) {
        *error = pack->error;
    }
    for (uint32_t i = 0; i < pack->frame_count; i++) {
        const struct pack_frame *frame = &pack->frames[i];
        (void)buf_append_le64(&writer->rows, writer->frames_size);
        (void)buf_append_le32(&writer->rows, frame->first);
        (void)buf_append_le32(&writer->rows, frame->raw_size);
        writer->frames_size += frame->packed_size;
        writer->frame_count++;
    }
    if (status == LEDE_OK && writer->rows.status != LEDE_OK) {
        status = lede_fail_nomem(error);
    }
    if (status == LEDE_OK) {
        status =
            container_writer_append(writer->container, pack->packed.data, pack->packed.size, error);
    }
    writer->given_bytes -= pack->raw.size;
    pack->frame_count = 0;
    empty(&pack->raw);
    empty(&pack->packed);
    return status;
}

/* Have the pack being filled compressed; the next one is empty then, and so are the oldest where many bytes are under
 * way. */
static lede_status give_pack(struct docstore_writer *writer, lede_error *error)
{
    struct pack *pack = &writer->packs[writer->filling];
    if (pack->frame_count > 0) {
        writer->given_bytes += pack->raw.size;
        crew_give(writer->crew, &pack->job, CREW_ANY, compress_pack);
    }
    writer->filling = (writer->filling + 1) % writer->pack_count;
    lede_status status = LEDE_OK;
    uint32_t i = 0;
    do {
        status =
            take_back(writer, &writer->packs[(writer->filling + i) % writer->pack_count], error);
    } while (
        status == LEDE_OK && writer->given_bytes > GIVEN_BYTES_MAX && ++i < writer->pack_count);
    return status;
}

static lede_status end_frame(struct docstore_writer *writer, lede_error *error)
{
    if (writer->doc_count == writer->frame_first) {
        return LEDE_OK;
    }
    struct pack *pack = &writer->packs[writer->filling];
    (void)buf_append(&pack->raw, writer->sizes.data, writer->sizes.size);
    (void)buf_append(&pack->raw, writer->records.data, writer->records.size);
    if (pack->raw.status != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    pack->frames[pack->frame_count++] = (struct pack_frame){
        .first = writer->frame_first,
        .raw_size = (uint32_t)(writer->sizes.size + writer->records.size),
    };
    writer->frame_first = writer->doc_count;
    buf_reset(&writer->sizes);
    buf_reset(&writer->records);
    return pack->raw.size >= PACK_BYTES || pack->frame_count == PACK_FRAMES
               ? give_pack(writer, error)
               : LEDE_OK;
}

static lede_status end_frames(struct docstore_writer *writer, lede_error *error)
{
    lede_status status = end_frame(writer, error);
    for (uint32_t i = 0; status == LEDE_OK && i < writer->pack_count; i++) {
        status = give_pack(writer, error);
    }
    return status;
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
        const lede_status status = end_frame(writer, error);
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
               ? end_frame(writer, error)
               : LEDE_OK;
}

lede_status docstore_writer_finish(struct docstore_writer *writer, lede_error *error)
{
    uint8_t trailer[DOCSTORE_TRAILER_BYTES] = {0};
    lede_status status = end_frames(writer, error);
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
    for (uint32_t i = 0; i < writer->pack_count; i++) {
        crew_wait(writer->crew, &writer->packs[i].job);
        buf_release(&writer->packs[i].raw);
        buf_release(&writer->packs[i].packed);
    }
    for (uint32_t i = 0; i < CREW_WORKERS_MAX; i++) {
        (void)ZSTD_freeCCtx(writer->contexts[i]);
    }
    (void)ZSTD_freeCDict(writer->digested);
    struct buf *const bufs[] = {
        &writer->dictionary, &writer->rows, &writer->sizes, &writer->records};
    for (size_t i = 0; i < sizeof bufs / sizeof bufs[0]; i++) {
        buf_release(bufs[i]);
    }
    crew_release(&writer->alone);
    mem_free(writer->packs);
    mem_free(writer);
}
