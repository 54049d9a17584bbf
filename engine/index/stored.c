#include "index/stored.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "storage/docstore.h"

enum {
    /* Samples for the dictionary: long ones by their beginning. */
    SAMPLES_MAX = 1024,
    SAMPLE_BYTES_MAX = 4096,
};

static lede_status gather_samples(const struct record_source *source, uint32_t doc_count,
    struct buf *samples, size_t *sizes, size_t *count_out, lede_error *error)
{
    const uint32_t count = doc_count < SAMPLES_MAX ? doc_count : SAMPLES_MAX;
    lede_status status = source->rewind(source->context, error);
    for (uint32_t i = 0; status == LEDE_OK && i < count; i++) {
        struct span record;
        const uint32_t number = (uint32_t)((uint64_t)i * doc_count / count);
        status = source->read(source->context, number, &record, error);
        if (status == LEDE_OK) {
            sizes[i] = record.size < SAMPLE_BYTES_MAX ? record.size : SAMPLE_BYTES_MAX;
            if (buf_append(samples, record.bytes, sizes[i]) != LEDE_OK) {
                status = lede_fail_nomem(error);
            }
        }
    }
    *count_out = count;
    return status;
}

static lede_status open_writer(struct container_writer *container, struct crew *crew,
    const struct record_source *source, uint32_t doc_count, struct docstore_writer **writer_out,
    lede_error *error)
{
    struct buf samples;
    size_t sizes[SAMPLES_MAX];
    size_t count = 0;
    buf_init(&samples, (size_t)SAMPLES_MAX * SAMPLE_BYTES_MAX);
    lede_status status = gather_samples(source, doc_count, &samples, sizes, &count, error);
    if (status == LEDE_OK) {
        status = docstore_writer_new(
            container, crew, buf_span(&samples), sizes, count, writer_out, error);
    }
    buf_release(&samples);
    return status;
}

lede_status stored_write(struct container_writer *container, struct crew *crew,
    const struct record_source *source, uint32_t doc_count, lede_error *error)
{
    struct docstore_writer *writer = NULL;
    lede_status status = container_writer_begin(container, SECTION_DOCUMENTS, error);
    if (status == LEDE_OK) {
        status = open_writer(container, crew, source, doc_count, &writer, error);
    }
    if (status == LEDE_OK) {
        status = source->rewind(source->context, error);
    }
    for (uint32_t i = 0; status == LEDE_OK && i < doc_count; i++) {
        struct span record;
        status = source->read(source->context, i, &record, error);
        if (status == LEDE_OK) {
            status = docstore_writer_add(writer, record, error);
        }
    }
    if (status == LEDE_OK) {
        status = docstore_writer_finish(writer, error);
    }
    docstore_writer_free(writer);
    return status == LEDE_OK ? container_writer_end(container, error) : status;
}
