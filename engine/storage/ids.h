/* ids.h -- the users' ids: document to id, and id to document.
 *
 * FORMAT.md, "Ids". Ids front-coded in blocks of IDS_BLOCK documents; behind them buckets by
 * hash, each with one tag byte and one document number an id. Finding an id reads one bucket and,
 * for each tag that fits, one block.
 */
#ifndef STORAGE_IDS_H
#define STORAGE_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/status.h"

enum { IDS_BLOCK = 16 };

struct ids {
    uint32_t doc_count;
    uint32_t bucket_bits; /* 2^bucket_bits buckets */
    struct span blocks, block_offsets, bucket_starts, tags, docs;
};

/* Ids one by one, in the order of their documents, each 1..LEDE_ID_BYTES_MAX bytes, all different. `blocks` may
 * be drained by the caller after each; `blocks_base` is what was drained before. Beside them some 11 bytes a
 * document are kept. */
struct ids_writer {
    struct buf blocks;
    uint64_t blocks_base;
    uint32_t doc_count, added;
    uint32_t bucket_bits;
    uint8_t *offsets;  /* u64 each: where blocks begin */
    uint32_t *buckets; /* by document */
    uint8_t *tags;
    size_t last_size; /* of the id before */
    uint8_t last[LEDE_ID_BYTES_MAX];
};

lede_status ids_writer_init(struct ids_writer *writer, uint32_t doc_count) MUST_CHECK;
void ids_writer_release(struct ids_writer *writer); /* a zeroed one is fine */
lede_status ids_writer_add(struct ids_writer *writer, struct span id) MUST_CHECK;
/* All doc_count were added: append what stands before the blocks to `head`. The rest of the blocks is in
 * writer->blocks. */
lede_status ids_writer_finish(struct ids_writer *writer, struct buf *head) MUST_CHECK;

/* The same at once: ids[i] is document i's; each 1..LEDE_ID_BYTES_MAX bytes, all different. */
lede_status ids_write(const struct span *ids, uint32_t doc_count, struct buf *section) MUST_CHECK;
lede_status ids_open(
    struct ids *ids, struct span section, uint32_t doc_count, lede_error *error) MUST_CHECK;

/* Copy the id of `doc` into `id` (LEDE_ID_BYTES_MAX + 1 bytes; a NUL is put behind it); its
 * length, 0 on corruption. */
size_t ids_at(const struct ids *ids, uint32_t doc, char *id);

/* The document with this id, or DOC_END. */
uint32_t ids_find(const struct ids *ids, const char *id, size_t length);

bool ids_verify(const struct ids *ids, char *message, size_t message_size);

#endif
