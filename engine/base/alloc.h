/* alloc.h -- all memory of the library comes through here, so that a test can fail the N-th
 * allocation, count what is held, and limit it.
 *
 * One hook for the process: set it before the first use of the library, and only in tests. Sizes are
 * in bytes; a size of 0 is served as 1. Nothing here prints or stops; NULL means no memory.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

#include "base/attr.h"

/* What realloc does, with free as size 0: `pointer` may be NULL; size 0 frees and gives NULL. */
struct alloc_hook {
    void *(*resize)(void *context, void *pointer, size_t size);
    void *context;
};

void *mem_alloc(size_t size) MUST_CHECK;
void *mem_zalloc(
    size_t count, size_t size) MUST_CHECK; /* zeroed; NULL where the product overflows */
void *mem_resize(void *pointer, size_t size) MUST_CHECK; /* the old block stays valid on failure */
void *mem_array(size_t count, size_t size) MUST_CHECK;   /* NULL where the product overflows */
void *mem_copy(const void *bytes, size_t size) MUST_CHECK;
char *mem_cstr(const void *bytes, size_t size) MUST_CHECK; /* a copy with a NUL behind it */
void mem_free(void *pointer);                              /* NULL is fine */

/* Use `hook`, or malloc's family again where it is NULL. */
void alloc_hook_set(const struct alloc_hook *hook);

#endif
