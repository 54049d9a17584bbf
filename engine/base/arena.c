#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"

enum {
    ARENA_CHUNK_MIN = 4096,
    ARENA_CHUNK_MAX = 1 << 20,
    /* Who needs more than this spends longer on filling it than on asking for it. */
    ARENA_NEXT_MAX = 4 << 20,
};

struct arena_chunk {
    struct arena_chunk *older;
    size_t size; /* of the bytes behind this head */
};

static_assert(sizeof(struct arena_chunk) % ARENA_ALIGNMENT == 0, "chunk bytes stay aligned");

void arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

static void free_chain(struct arena_chunk *chunk)
{
    while (chunk != NULL) {
        struct arena_chunk *older = chunk->older;
        mem_free(chunk);
        chunk = older;
    }
}

void arena_release(struct arena *arena)
{
    free_chain(arena->chunk);
    arena_init(arena);
}

static void use_chunk(struct arena *arena, struct arena_chunk *chunk)
{
    arena->chunk = chunk;
    arena->at = (char *)(chunk + 1);
    arena->end = arena->at + chunk->size;
}

void arena_reset(struct arena *arena)
{
    struct arena_chunk *largest = arena->chunk;
    if (largest == NULL) {
        return;
    }
    if (largest->older == NULL) {
        use_chunk(arena, largest);
        return;
    }
    arena->next_bytes = arena->held_bytes < ARENA_NEXT_MAX ? arena->held_bytes : ARENA_NEXT_MAX;
    for (struct arena_chunk *chunk = arena->chunk; chunk != NULL; chunk = chunk->older) {
        if (chunk->size > largest->size) {
            largest = chunk;
        }
    }
    for (struct arena_chunk *chunk = arena->chunk; chunk != NULL;) {
        struct arena_chunk *older = chunk->older;
        if (chunk != largest) {
            mem_free(chunk);
        }
        chunk = older;
    }
    largest->older = NULL;
    arena->held_bytes = sizeof *largest + largest->size;
    use_chunk(arena, largest);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void *alloc_in_new_chunk(struct arena *arena, size_t size)
{
    size_t chunk_size = arena->chunk == NULL ? ARENA_CHUNK_MIN : arena->chunk->size * 2;
    if (chunk_size > ARENA_CHUNK_MAX) {
        chunk_size = ARENA_CHUNK_MAX;
    }
    chunk_size = larger(larger(chunk_size, arena->next_bytes), size);
    size_t total;
    struct arena_chunk *chunk =
        add_checked(chunk_size, sizeof *chunk, &total) ? mem_alloc(total) : NULL;
    if (chunk == NULL) {
        return NULL;
    }
    chunk->size = chunk_size;
    chunk->older = arena->chunk;
    arena->held_bytes += total;
    arena->next_bytes = 0;
    use_chunk(arena, chunk);
    void *at = arena->at;
    arena->at += size;
    return at;
}

void *arena_alloc_behind(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX - ARENA_ALIGNMENT) {
        return NULL;
    }
    if (size == 0 && arena->at != NULL) {
        return arena->at;
    }
    return alloc_in_new_chunk(arena, (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1));
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    void *at = arena_alloc(arena, size);
    if (at != NULL && size > 0) {
        memcpy(at, bytes, size);
    }
    return at;
}

char *arena_cstr(struct arena *arena, const void *bytes, size_t size)
{
    char *at = size == SIZE_MAX ? NULL : arena_alloc(arena, size + 1);
    if (at != NULL) {
        if (size > 0) {
            memcpy(at, bytes, size);
        }
        at[size] = '\0';
    }
    return at;
}
