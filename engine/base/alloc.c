#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

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

void mem_free(void *pointer)
{
    if (pointer != NULL) {
        (void)hook_now.resize(hook_now.context, pointer, 0);
    }
}
