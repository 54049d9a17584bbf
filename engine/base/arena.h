/* arena.h -- many small allocations that end together.
 *
 * Memory is taken from alloc.h in chunks that double up to 1 MiB and is given back all at once.
 * Pointers stay valid until arena_reset or arena_release. Not for threads.
 *
 * An arena that is filled alike with up to 4 MiB and reset again and again asks for no memory from the third
 * time on: what took several chunks before finds one large enough for all.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "base/bytes.h"

enum { ARENA_ALIGNMENT = 16 };

struct arena_chunk;

struct arena {
    struct arena_chunk *chunk; /* the newest; older ones hang behind it */
    char *at;                  /* aligned, as `end` is */
    char *end;
    size_t held_bytes; /* taken from alloc.h so far */
    size_t next_bytes; /* the next chunk has at least so many: what was held before the reset */
};

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);
void arena_reset(struct arena *arena); /* everything freed but the largest chunk, which is reused */

/* What is behind arena_alloc where the chunk is used up: not called from elsewhere. */
void *arena_alloc_behind(struct arena *arena, size_t size) MUST_CHECK;

/* Aligned to 16. NULL: no memory. */
MUST_CHECK static inline void *arena_alloc(struct arena *arena, size_t size)
{
    /* One comparison for all: 0 bytes wrap, and what is left is a multiple of the alignment, so that
     * the rounded size fits where the size does. */
    if (UNLIKELY(size - 1 >= (size_t)(arena->end - arena->at))) {
        return arena_alloc_behind(arena, size);
    }
    void *at = arena->at;
    arena->at += (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
    return at;
}

MUST_CHECK static inline void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    return mul_checked(count, size, &total) ? arena_alloc(arena, total) : NULL;
}

MUST_CHECK static inline void *arena_zalloc(struct arena *arena, size_t count, size_t size)
{
    void *at = arena_array(arena, count, size);
    return at == NULL ? NULL : memset(at, 0, count * size);
}

void *arena_copy(
    struct arena *arena, const void *bytes, size_t size) MUST_CHECK; /* unaligned use only */
char *arena_cstr(
    struct arena *arena, const void *bytes, size_t size) MUST_CHECK; /* NUL behind it */

#endif
