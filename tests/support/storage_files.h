/* storage_files.h -- what tests of files need: a directory of their own, whole files, numbers that
 * look random, and container files whose checksums are right although their bytes are not.
 *
 * Everything fails the test that calls it where the system does not do its part.
 */
#ifndef SUPPORT_STORAGE_FILES_H
#define SUPPORT_STORAGE_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

struct storage_dir {
    char path[256];
};

struct storage_dir storage_dir_new(void);
void storage_dir_remove(const struct storage_dir *dir); /* and the files in it */
/* "dir/name", in `path` of 512 bytes, which is returned. */
const char *storage_path(const struct storage_dir *dir, const char *name, char *path);

/* The bytes of a file; buf_release. */
struct buf storage_file_read(const char *path);
void storage_file_write(const char *path, const void *bytes, size_t size);

/* The next number of a sequence that `state` keeps (splitmix64). */
uint64_t storage_random(uint64_t *state);

/* A section's bytes as a container gives them: LEDE_READ_PADDING zeros are put behind them. */
struct span storage_section(struct buf *section);

/* The same at the end of a block of exactly that size, so that an address sanitizer sees any byte
 * read behind the padding. mem_free the span's bytes. */
struct span storage_section_exact(const struct buf *section);

/* Make section, table and footer checksums of a container file right again, as far as the table
 * and its sections are inside of it. */
void storage_container_fix(uint8_t *bytes, size_t size);

#endif
