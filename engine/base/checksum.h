/* checksum.h -- the one checksum of every file and section: XXH3, 64 bits (FORMAT.md, "Conventions").
 *
 * It finds accidents, not adversaries: a hostile file has right checksums.
 */
#ifndef BASE_CHECKSUM_H
#define BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

uint64_t checksum_bytes(const void *bytes, size_t size);

/* The same over bytes that come in pieces. */
struct checksum;
struct checksum *checksum_new(void) MUST_CHECK; /* NULL: no memory */
void checksum_reset(struct checksum *checksum);
void checksum_add(struct checksum *checksum, const void *bytes, size_t size);
uint64_t checksum_value(const struct checksum *checksum);
void checksum_free(struct checksum *checksum);

#endif
