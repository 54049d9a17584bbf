/* term_block.h -- the bytes of one block of the dictionary: front-coded terms and what is known of each.
 *
 * FORMAT.md, "Dictionary". For termdict's writer and reader only.
 *
 *   block   varint bytes of the terms; where the lists of its terms begin in postings, rows, positions and
 *           champions: four varints; terms; stats
 *   term    u8: bytes shared with the term before (0..14, 15: 15 + a further u8) in the low half, bytes of its
 *           own less one in the high half (likewise; its u8 comes second); those bytes
 *   stats   varint df * 2 + is_special; if special u8 flags; df == 1: varint max_tf - 1, otherwise varint
 *           cf - df and, where that is not 0, varint max_tf - 2; varint min_length; unless alias:
 *           if moved, four varints to add to where the lists begin; df == 1: varint docid, otherwise varint
 *           size in postings; varint size in positions
 */
#ifndef STORAGE_TERM_BLOCK_H
#define STORAGE_TERM_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/span.h"
#include "storage/term_entry.h"

/* A term as it is coded behind another. */
struct front_coded {
    uint32_t shared;       /* bytes of the term before */
    uint32_t suffix_bytes; /* >= 1 */
    const uint8_t *suffix;
};

/* Append to a block's parts; a failure is kept in the buffer. */
void front_coded_write(struct buf *out, struct front_coded coded);
/* `running` says where the lists would begin if they followed the last term's, and is moved behind these. The
 * lists do not begin before it. */
void term_stats_write(
    struct buf *out, const struct term_entry *entry, bool is_alias, struct term_entry *running);
void term_block_head_write(struct buf *out, size_t terms_bytes, const struct term_entry *base);

/* Where `running` is after the lists of `entry`; false where that is past 2^64. */
bool term_entry_pass(const struct term_entry *entry, struct term_entry *running);

/* Cut a block into its terms and stats. */
bool term_block_open(struct span block, struct cursor *terms_out, struct cursor *stats_out,
    struct term_entry *running_out) MUST_CHECK;

/* The next stats of a block. False where they are none. */
bool term_stats_read(struct cursor *stats, struct term_entry *running, struct term_entry *entry_out,
    bool *is_alias_out) MUST_CHECK;

/* The next term of a block; the suffix is borrowed from it. False at the end. */
static inline bool front_coded_read(struct cursor *terms, struct front_coded *coded)
{
    const uint8_t code = cursor_u8(terms);
    coded->shared = code & 15;
    coded->suffix_bytes = (code >> 4) + 1u;
    if (UNLIKELY(coded->shared == 15)) {
        coded->shared += cursor_u8(terms);
    }
    if (UNLIKELY(coded->suffix_bytes == 16)) {
        coded->suffix_bytes += cursor_u8(terms);
    }
    coded->suffix = cursor_bytes(terms, coded->suffix_bytes);
    return !terms->failed;
}

#endif
