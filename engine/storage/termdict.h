/* termdict.h -- a sorted dictionary: term to term_entry, and the terms in order.
 *
 * FORMAT.md, "Dictionary". Terms in byte order, front-coded in blocks of LEDE_TERM_BLOCK; before the
 * blocks their offsets and the first eight bytes of each block's first term as sorted numbers, which a
 * binary search runs over (small enough for L2). A look-up costs that search, and of one block some lines that
 * are fetched at once.
 * An entry may be marked as an alias: its lists are those of the same term in another dictionary (a
 * title dictionary's terms that occur in titles only).
 */
#ifndef STORAGE_TERMDICT_H
#define STORAGE_TERMDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/status.h"
#include "storage/postings.h"
#include "storage/term_block.h"

/* ---- writing ---- */

/* Finished blocks may be drained by the caller between terms; `blocks_base` is what was drained before. Beside them
 * half a byte a term is kept. */
struct termdict_writer {
    struct buf blocks; /* finished blocks */
    uint64_t blocks_base;
    struct buf offsets;  /* per block: where it begins */
    struct buf prefixes; /* per block: first bytes of its first term */
    struct buf section;  /* what finish composes */
    uint32_t term_count;
    uint32_t last_length;
    uint8_t last_term[LEDE_TERM_BYTES_MAX];
    struct terms_writer terms; /* of the block being filled */
    struct term_columns_writer columns;
};

void termdict_writer_init(struct termdict_writer *writer);
void termdict_writer_release(struct termdict_writer *writer);

/* Terms come in byte order, each once, 1..LEDE_TERM_BYTES_MAX bytes; their lists lie in the same order,
 * with or without others between them. `entry` as postings_writer_add filled it. With is_alias, only df,
 * cf, max_tf and min_length of it count. LEDE_ERR_INVALID for a term or list out of order,
 * LEDE_ERR_LIMIT beyond 2^32 - 1 terms, LEDE_ERR_NOMEM. */
lede_status termdict_writer_add(struct termdict_writer *writer, const uint8_t *term,
    uint32_t term_length, const struct term_entry *entry, bool is_alias,
    lede_error *error) MUST_CHECK;

/* The section's bytes: *section_out is set to them, borrowed until release. No term makes a dictionary
 * too. Nothing can be added afterwards. */
lede_status termdict_writer_finish(
    struct termdict_writer *writer, struct buf *section_out, lede_error *error) MUST_CHECK;

/* The same where blocks are drained: *head_out is what stands before the blocks, borrowed until release. The rest
 * of the blocks is then in writer->blocks. */
lede_status termdict_writer_finish_head(
    struct termdict_writer *writer, struct span *head_out, lede_error *error) MUST_CHECK;

/* ---- reading ---- */

struct termdict {
    const char *name; /* for messages; borrowed */
    uint32_t term_count;
    uint32_t block_count;
    struct span blocks;
    struct span offsets;  /* block_count + 1 little-endian u64 */
    struct span prefixes; /* block_count little-endian u64, each the big-endian prefix */
};

/* O(1): sizes only. `name` is borrowed for as long as the dictionary. */
lede_status termdict_open(
    struct termdict *dict, struct span section, const char *name, lede_error *error) MUST_CHECK;

struct termdict_hit {
    struct term_entry entry;
    uint32_t ordinal; /* place of the term in the dictionary, from 0 */
    bool is_alias;
};

/* LEDE_ERR_NOT_FOUND where it is not there (no message), LEDE_ERR_CORRUPT with one. */
lede_status termdict_find(const struct termdict *dict, const uint8_t *term, uint32_t term_length,
    struct termdict_hit *hit_out, lede_error *error) MUST_CHECK;

/* A walk in order from the first term >= `from` (of 0 bytes: from the first). Terms it gives ascend
 * strictly, have 1..LEDE_TERM_BYTES_MAX bytes and begin their blocks as the prefixes say: bytes that do
 * not agree end it with LEDE_ERR_CORRUPT, so a walk to the end is a full check of a dictionary. */
struct termdict_walk {
    const struct termdict *dict;
    uint32_t ordinal; /* of the current term */
    uint32_t term_length;
    uint8_t term[256];
    struct termdict_hit hit;
    lede_status status; /* LEDE_OK, LEDE_ERR_NOT_FOUND at the end, LEDE_ERR_CORRUPT */
    uint32_t block;
    uint32_t in_block;
    struct term_block at; /* the block */
    size_t rest_at;       /* where the next term's rest begins in it */
};

void termdict_walk_begin(struct termdict_walk *walk, const struct termdict *dict,
    const uint8_t *from, uint32_t from_length);
void termdict_walk_next(struct termdict_walk *walk); /* only while status is LEDE_OK */

#endif
