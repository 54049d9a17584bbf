/* arena.h -- many small allocations that end together.
 *
 * Memory is taken from alloc.h in chunks that double up to 1 MiB and is given back all at once.
 * Pointers stay valid until arena_reset or arena_release. Not for threads.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/attr.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunk; /* the newest; older ones hang behind it */
    char *at;
    char *end;
    size_t held_bytes; /* taken from alloc.h so far */
};

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);
void arena_reset(struct arena *arena); /* everything freed but the largest chunk, which is reused */

void *arena_alloc(struct arena *arena, size_t size) MUST_CHECK; /* aligned to 16; NULL: no memory */
void *arena_zalloc(struct arena *arena, size_t count, size_t size) MUST_CHECK;
void *arena_array(struct arena *arena, size_t count, size_t size) MUST_CHECK;
void *arena_copy(
    struct arena *arena, const void *bytes, size_t size) MUST_CHECK; /* unaligned use only */
char *arena_cstr(
    struct arena *arena, const void *bytes, size_t size) MUST_CHECK; /* NUL behind it */

#endif
