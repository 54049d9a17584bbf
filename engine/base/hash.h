/* hash.h -- the 64-bit hash of a string (XXH3), inlined where it is used.
 *
 * Source: XXH3_64bits of xxHash (Collet), header-only. Seed 0: what is written to a file must not
 * depend on the process.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static inline uint64_t hash_bytes(const void *bytes, size_t size)
{
    return XXH3_64bits(bytes, size);
}

#endif
