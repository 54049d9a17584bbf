/* stored.h -- the records of a segment's documents to SECTION_DOCUMENTS, in the order of their numbers.
 *
 * zstd's dictionary is trained on records that are evenly spread over them, so what is written depends on the
 * records alone.
 */
#ifndef INDEX_STORED_H
#define INDEX_STORED_H

#include <stdint.h>

#include "base/crew.h"
#include "base/span.h"
#include "base/status.h"
#include "storage/container.h"

/* Where the records are. */
struct record_source {
    void *context;
    /* Numbers will be asked for in ascending order, from any one on. */
    lede_status (*rewind)(void *context, lede_error *error);
    /* *record_out is borrowed until the next call. */
    lede_status (*read)(void *context, uint32_t number, struct span *record_out, lede_error *error);
};

/* Write the section; the records are read twice, the first time a few of them. `crew` compresses, where it is not
 * NULL. */
lede_status stored_write(struct container_writer *container, struct crew *crew,
    const struct record_source *source, uint32_t doc_count, lede_error *error) MUST_CHECK;

#endif
