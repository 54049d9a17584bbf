#include "base/checksum.h"

#include <stdint.h>

#include "base/alloc.h"
#include "base/hash.h"

/* XXH3_state_t wants 64-byte alignment, which the allocator does not promise. */
struct checksum {
    void *block;
    XXH3_state_t state;
};

uint64_t checksum_bytes(const void *bytes, size_t size)
{
    return hash_bytes(bytes, size);
}

struct checksum *checksum_new(void)
{
    const size_t alignment = _Alignof(struct checksum);
    void *block = mem_alloc(sizeof(struct checksum) + alignment);
    if (block == NULL) {
        return NULL;
    }
    const uintptr_t at = ((uintptr_t)block + alignment - 1) & ~(uintptr_t)(alignment - 1);
    struct checksum *checksum = (struct checksum *)at;
    checksum->block = block;
    checksum_reset(checksum);
    return checksum;
}

void checksum_reset(struct checksum *checksum)
{
    (void)XXH3_64bits_reset(&checksum->state);
}

void checksum_add(struct checksum *checksum, const void *bytes, size_t size)
{
    if (size > 0) {
        (void)XXH3_64bits_update(&checksum->state, bytes, size);
    }
}

uint64_t checksum_value(const struct checksum *checksum)
{
    return XXH3_64bits_digest(&checksum->state);
}

void checksum_free(struct checksum *checksum)
{
    if (checksum != NULL) {
        mem_free(checksum->block);
    }
}
