/* docstore_format.h -- what docstore.c and docstore_writer.c agree on; FORMAT.md, "Documents". */
#ifndef STORAGE_DOCSTORE_FORMAT_H
#define STORAGE_DOCSTORE_FORMAT_H

#define ZSTD_STATIC_LINKING_ONLY /* ZSTD_customMem */
#include <zstd.h>

#include "base/alloc.h"

enum {
    DOCSTORE_ROW_BYTES = 16, /* of a frame: u64 offset, u32 first document, u32 raw size */
    DOCSTORE_TRAILER_BYTES =
        32, /* u32 frames, u32 documents, u64 frame bytes, u64 dictionary, u64 0 */
};

static inline void *docstore_zstd_alloc(void *opaque, size_t size)
{
    (void)opaque;
    return mem_alloc(size);
}

static inline void docstore_zstd_free(void *opaque, void *address)
{
    (void)opaque;
    mem_free(address);
}

/* zstd's memory, through alloc.h. */
static inline ZSTD_customMem docstore_zstd_memory(void)
{
    return (ZSTD_customMem){docstore_zstd_alloc, docstore_zstd_free, NULL};
}

#endif
