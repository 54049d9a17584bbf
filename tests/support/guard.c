#include "support/guard.h"

#include <check.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void guard_init(struct guard *guard, size_t size, enum guard_side side)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t inner = (size / page + 1) * page;
    const size_t map_size = inner + 2 * page;
    uint8_t *map = mmap(NULL, map_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert_msg(map != MAP_FAILED, "no memory for %zu guarded bytes", size);
    ck_assert_int_eq(mprotect(map + page, inner, PROT_READ | PROT_WRITE), 0);
    uint8_t *bytes = side == GUARD_BEHIND ? map + page + inner - size : map + page;
    *guard = (struct guard){.bytes = bytes, .size = size, .map = map, .map_size = map_size};
}

void guard_init_copy(struct guard *guard, const void *bytes, size_t size, enum guard_side side)
{
    guard_init(guard, size, side);
    if (size > 0) {
        memcpy(guard->bytes, bytes, size);
    }
}

void guard_release(struct guard *guard)
{
    if (guard->map != NULL) {
        (void)munmap(guard->map, guard->map_size);
    }
    *guard = (struct guard){0};
}
