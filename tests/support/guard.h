/* guard.h -- bytes that lie flush against an unmapped page, so that reading or writing one too many
 * is a crash and not luck.
 *
 *     GUARD_BEHIND   ... zeros ... [bytes, bytes + size) | no page        over-reads
 *     GUARD_BEFORE   no page | [bytes, bytes + size) ... zeros ...        under-reads
 *
 * There is an unmapped page on either side in both cases. Works under the sanitizers too. With
 * GUARD_BEHIND, bytes have no alignment.
 */
#ifndef TESTS_SUPPORT_GUARD_H
#define TESTS_SUPPORT_GUARD_H

#include <stddef.h>
#include <stdint.h>

enum guard_side { GUARD_BEHIND, GUARD_BEFORE };

struct guard {
    uint8_t *bytes;
    size_t size;
    void *map; /* the pages, guards included */
    size_t map_size;
};

/* `size` zero bytes (0 is fine: a pointer that must not be touched); fails the test without memory. */
void guard_init(struct guard *guard, size_t size, enum guard_side side);

/* The same, filled with a copy of `bytes`. */
void guard_init_copy(struct guard *guard, const void *bytes, size_t size, enum guard_side side);

void guard_release(struct guard *guard); /* a zeroed one is fine */

#endif
