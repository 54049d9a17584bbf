#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bytes.h"

/* Where pages are larger, an address cut to this is refused, and that is all. */
enum { PAGE_BYTES = 4096 };

static void *resize_by_libc(void *context, void *pointer, size_t size)
{
    (void)context;
    if (size == 0) {
        free(pointer);
        return NULL;
    }
    return realloc(pointer, size);
}

static const struct alloc_hook libc_hook = {.resize = resize_by_libc};
static struct alloc_hook hook_now = {.resize = resize_by_libc};

void alloc_hook_set(const struct alloc_hook *hook)
{
    hook_now = hook == NULL ? libc_hook : *hook;
}

void *mem_resize(void *pointer, size_t size)
{
    return hook_now.resize(hook_now.context, pointer, size == 0 ? 1 : size);
}

void *mem_alloc(size_t size)
{
    return mem_resize(NULL, size);
}

void *mem_array(size_t count, size_t size)
{
    size_t total;
    return mul_checked(count, size, &total) ? mem_alloc(total) : NULL;
}

void *mem_zalloc(size_t count, size_t size)
{
    void *pointer = mem_array(count, size);
    if (pointer != NULL) {
        memset(pointer, 0, count * size);
    }
    return pointer;
}

void *mem_copy(const void *bytes, size_t size)
{
    void *copy = mem_alloc(size);
    if (copy != NULL && size > 0) {
        memcpy(copy, bytes, size);
    }
    return copy;
}

char *mem_cstr(const void *bytes, size_t size)
{
    size_t total;
    char *copy = add_checked(size, 1, &total) ? mem_alloc(total) : NULL;
    if (copy != NULL) {
        if (size > 0) {
            memcpy(copy, bytes, size);
        }
        copy[size] = '\0';
    }
    return copy;
}

/* The first page is taken in whole, what malloc has there with it: so that the mappings of two blocks
 * that lie side by side become one, and a large page may reach across. It is advice, and changes no byte. */
void mem_expect_scattered(void *pointer, size_t size)
{
#ifdef MADV_HUGEPAGE
    if (size >= MEM_LARGE_BYTES) {
        const uintptr_t begin = (uintptr_t)pointer & ~(uintptr_t)(PAGE_BYTES - 1);
        const uintptr_t end = ((uintptr_t)pointer + size) & ~(uintptr_t)(PAGE_BYTES - 1);
        (void)madvise(
            (uint8_t *)pointer - ((uintptr_t)pointer - begin), end - begin, MADV_HUGEPAGE);
    }
#else
    (void)pointer;
    (void)size;
#endif
}

void mem_free(void *pointer)
{
    if (pointer != NULL) {
        (void)hook_now.resize(hook_now.context, pointer, 0);
    }
}
