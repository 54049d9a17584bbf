/* storage_files.h -- the bytes of index files for tests: whole files, sections as readers are given them,
 * and container files whose checksums are right although their bytes are not.
 *
 * Everything fails the test that calls it where the system does not do its part.
 */
#ifndef TESTS_SUPPORT_STORAGE_FILES_H
#define TESTS_SUPPORT_STORAGE_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "support/guard.h"
#include "support/tmpdir.h"

/* A file of the directory; buf_release. */
struct buf storage_file_read(const struct tmpdir *dir, const char *name);

/* A section's bytes as a container gives them: LEDE_READ_PADDING zeros are put behind them. */
struct span storage_section(struct buf *section);

/* The same in guarded memory, so that reading a byte behind the padding is a crash. The span borrows
 * guard->bytes; guard_release. */
struct span storage_section_guarded(const struct buf *section, struct guard *guard);

/* Make section, table and footer checksums of a container file right again, as far as the table
 * and its sections are inside of it. */
void storage_container_fix(uint8_t *bytes, size_t size);

#endif
