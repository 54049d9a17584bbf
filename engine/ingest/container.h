/* container.h -- compressed files and archives, opened by libarchive while they are read.
 *
 * gzip, zstd, xz and bzip2 around a file, a tar or a zip; what is inside may be such a thing again (the
 * caller opens it likewise). One member at a time, in the order of the archive. Nothing is written to
 * disk. libarchive holds some hundred KiB a container (zstd up to its window: at most 128 MiB).
 */
#ifndef INGEST_CONTAINER_H
#define INGEST_CONTAINER_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"
#include "ingest/input.h"

enum {
    /* Of a file's beginning so many bytes tell whether it is a container: tar's mark is at 257. */
    CONTAINER_HEAD_BYTES = 512
};

/* Whether a file that begins so is one. */
bool container_is(struct span head);

/* The length of `name` without ".gz", ".zst", ".xz", ".bz2". */
size_t container_inner_name(const char *name);

struct container;

/* Read the container that `outer` is, which stays the caller's. *container_out is owned. */
lede_status container_open(
    struct input *outer, struct container **container_out, lede_error *error) MUST_CHECK;
void container_close(struct container *container); /* NULL is fine */

struct container_member {
    const char *name; /* borrowed until the next call; NULL: the one file that was compressed */
};

/* The next member that is a file with a name that is not hidden. False in *has_out behind the last.
 * LEDE_ERR_SYNTAX where the container is damaged: there are no more members. */
lede_status container_next(struct container *container, struct container_member *member_out,
    bool *has_out, lede_error *error) MUST_CHECK;

/* The bytes of the present member. */
struct byte_source container_bytes(struct container *container);

#endif
