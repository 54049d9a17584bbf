#include "index/spool.h"

#include <stdint.h>

#include "base/assert.h"

enum { COPY_BYTES = 1 << 20 };

void spool_init(struct spool *spool, const char *path, size_t memory_bytes)
{
    *spool = (struct spool){.path = path, .memory_bytes = memory_bytes};
    buf_init(&spool->memory, memory_bytes);
}

void spool_reset(struct spool *spool)
{
    mapping_close(&spool->map);
    file_writer_abandon(&spool->file);
    if (spool->has_file) {
        (void)file_remove(spool->path, NULL);
    }
    spool->has_file = false;
    spool->size = 0;
    buf_reset(&spool->memory);
}

void spool_release(struct spool *spool)
{
    spool_reset(spool);
    buf_release(&spool->memory);
    *spool = (struct spool){0};
}

size_t spool_held_bytes(const struct spool *spool)
{
    return spool->memory.capacity;
}

static lede_status move_to_file(struct spool *spool, lede_error *error)
{
    lede_status status = file_writer_open(&spool->file, spool->path, error);
    if (status != LEDE_OK) {
        return status;
    }
    spool->has_file = true;
    status = file_writer_append(&spool->file, spool->memory.data, spool->memory.size, error);
    buf_release(&spool->memory);
    buf_init(&spool->memory, spool->memory_bytes);
    return status;
}

lede_status spool_append(struct spool *spool, const void *bytes, size_t size, lede_error *error)
{
    ASSERT(spool->map.bytes == NULL);
    lede_status status = LEDE_OK;
    if (!spool->has_file && size > spool->memory_bytes - spool->memory.size) {
        status = move_to_file(spool, error);
    }
    if (status != LEDE_OK) {
        return status;
    }
    if (spool->has_file) {
        status = file_writer_append(&spool->file, bytes, size, error);
    } else if (buf_append(&spool->memory, bytes, size) != LEDE_OK) {
        status = lede_fail_nomem(error);
    }
    if (status == LEDE_OK) {
        spool->size += size;
    }
    return status;
}

lede_status spool_bytes(struct spool *spool, struct span *bytes_out, lede_error *error)
{
    if (!spool->has_file) {
        *bytes_out = buf_span(&spool->memory);
        return LEDE_OK;
    }
    if (spool->file.is_open) {
        const lede_status status = file_writer_close(&spool->file, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    if (spool->map.bytes == NULL) {
        const lede_status status = mapping_open(spool->path, &spool->map, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    if (spool->map.size != spool->size) {
        return lede_fail(error, LEDE_ERR_IO, "%s: has %zu bytes, %llu were written", spool->path,
            spool->map.size, (unsigned long long)spool->size);
    }
    *bytes_out = span_of(spool->map.bytes, spool->map.size);
    return LEDE_OK;
}

lede_status spool_drain(struct spool *spool, struct buf *bytes, uint64_t *base, lede_error *error)
{
    const lede_status status = spool_append(spool, bytes->data, bytes->size, error);
    *base += bytes->size;
    buf_reset(bytes);
    return status;
}

lede_status spool_move(struct spool *spool, struct container_writer *container, lede_error *error)
{
    struct span bytes;
    lede_status status = spool_bytes(spool, &bytes, error);
    for (size_t at = 0; status == LEDE_OK && at < bytes.size; at += COPY_BYTES) {
        const size_t left = bytes.size - at;
        status = container_writer_append(
            container, bytes.bytes + at, left < COPY_BYTES ? left : COPY_BYTES, error);
        spool_forget(spool);
    }
    if (status == LEDE_OK) {
        spool_reset(spool);
    }
    return status;
}

void spool_forget(const struct spool *spool)
{
    mapping_advise(&spool->map, span_of(spool->map.bytes, spool->map.size), MAPPING_NOT_NEEDED);
}
