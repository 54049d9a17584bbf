/* What follows from df (rows, champions) is not written. Offsets are sums of sizes from where the block's
 * lists begin; where other lists lie between two terms' the flag `moved` brings the distance. */
#include "storage/term_block.h"

#include "storage/block_rows.h"
#include "storage/champions.h"

enum {
    FLAG_ALIAS = 1,
    FLAG_MOVED = 2,
};

void front_coded_write(struct buf *out, struct front_coded coded)
{
    const uint32_t own = coded.suffix_bytes - 1;
    const uint32_t shared_code = coded.shared < 15 ? coded.shared : 15;
    const uint32_t own_code = own < 15 ? own : 15;
    buf_append_u8(out, (uint8_t)(shared_code | own_code << 4));
    if (shared_code == 15) {
        buf_append_u8(out, (uint8_t)(coded.shared - 15));
    }
    if (own_code == 15) {
        buf_append_u8(out, (uint8_t)(own - 15));
    }
    buf_append(out, coded.suffix, coded.suffix_bytes);
}

static uint32_t champions_bytes(uint32_t df)
{
    return df >= LEDE_CHAMPION_DF_MIN ? CHAMPIONS_BYTES : 0;
}

bool term_entry_pass(const struct term_entry *entry, struct term_entry *running)
{
    return !__builtin_add_overflow(
               entry->postings_offset, entry->postings_size, &running->postings_offset) &&
           !__builtin_add_overflow(entry->rows_offset, entry->rows_size, &running->rows_offset) &&
           !__builtin_add_overflow(
               entry->positions_offset, entry->positions_size, &running->positions_offset) &&
           !__builtin_add_overflow(
               entry->champions_offset, champions_bytes(entry->df), &running->champions_offset);
}

void term_stats_write(
    struct buf *out, const struct term_entry *entry, bool is_alias, struct term_entry *running)
{
    const bool is_moved = !is_alias && (entry->postings_offset != running->postings_offset ||
                                           entry->rows_offset != running->rows_offset ||
                                           entry->positions_offset != running->positions_offset ||
                                           entry->champions_offset != running->champions_offset);
    const uint32_t flags = (is_alias ? FLAG_ALIAS : 0) | (is_moved ? FLAG_MOVED : 0);
    buf_append_varint(out, (uint64_t)entry->df << 1 | (flags != 0));
    if (flags != 0) {
        buf_append_u8(out, (uint8_t)flags);
    }
    if (entry->df == 1) {
        buf_append_varint(out, entry->max_tf - 1);
    } else {
        buf_append_varint(out, entry->cf - entry->df);
        if (entry->cf != entry->df) {
            buf_append_varint(out, entry->max_tf - 2);
        }
    }
    buf_append_varint(out, entry->min_length);
    if (is_alias) {
        return;
    }
    if (is_moved) {
        buf_append_varint(out, entry->postings_offset - running->postings_offset);
        buf_append_varint(out, entry->rows_offset - running->rows_offset);
        buf_append_varint(out, entry->positions_offset - running->positions_offset);
        buf_append_varint(out, entry->champions_offset - running->champions_offset);
    }
    buf_append_varint(out, entry->df == 1 ? entry->single_doc : entry->postings_size);
    buf_append_varint(out, entry->positions_size);
    (void)term_entry_pass(entry, running);
}

void term_block_head_write(struct buf *out, size_t terms_bytes, const struct term_entry *base)
{
    buf_append_varint(out, terms_bytes);
    buf_append_varint(out, base->postings_offset);
    buf_append_varint(out, base->rows_offset);
    buf_append_varint(out, base->positions_offset);
    buf_append_varint(out, base->champions_offset);
}

bool term_block_open(struct span block, struct cursor *terms_out, struct cursor *stats_out,
    struct term_entry *running_out)
{
    struct cursor at = cursor_of(block);
    const uint64_t terms_bytes = cursor_varint_max(&at, SIZE_MAX);
    struct term_entry running = {0};
    running.postings_offset = cursor_varint(&at);
    running.rows_offset = cursor_varint(&at);
    running.positions_offset = cursor_varint(&at);
    running.champions_offset = cursor_varint(&at);
    const uint8_t *terms = cursor_bytes(&at, (size_t)terms_bytes);
    if (terms == NULL) {
        return false;
    }
    *terms_out = cursor_of(span_of(terms, (size_t)terms_bytes));
    *stats_out = at;
    *running_out = running;
    return true;
}

/* Add a varint to *value; sticky in the cursor where that is past 2^64. */
static void add_varint(struct cursor *stats, uint64_t *value)
{
    if (__builtin_add_overflow(*value, cursor_varint(stats), value)) {
        stats->failed = true;
    }
}

bool term_stats_read(struct cursor *stats, struct term_entry *running, struct term_entry *entry_out,
    bool *is_alias_out)
{
    const uint64_t df_code = cursor_varint_max(stats, (uint64_t)LEDE_SEGMENT_DOCS_MAX * 2 + 1);
    const uint32_t flags = (df_code & 1) != 0 ? cursor_u8(stats) : 0;
    const bool is_alias = (flags & FLAG_ALIAS) != 0;
    struct term_entry entry = {.df = (uint32_t)(df_code >> 1), .max_tf = 1};
    if (entry.df == 0 || ((df_code & 1) != 0 && flags == 0) || flags > (FLAG_ALIAS | FLAG_MOVED) ||
        flags == (FLAG_ALIAS | FLAG_MOVED)) {
        return false;
    }
    if (entry.df == 1) {
        entry.max_tf += (uint32_t)cursor_varint_max(stats, UINT32_MAX - 1);
        entry.cf = entry.max_tf;
    } else {
        const uint64_t repeats = cursor_varint_max(stats, UINT64_MAX - entry.df);
        entry.cf = entry.df + repeats;
        if (repeats != 0) {
            entry.max_tf = 2 + (uint32_t)cursor_varint_max(stats, UINT32_MAX - 2);
        }
    }
    entry.min_length = (uint32_t)cursor_varint_max(stats, UINT32_MAX);
    if (!is_alias) {
        if ((flags & FLAG_MOVED) != 0) {
            add_varint(stats, &running->postings_offset);
            add_varint(stats, &running->rows_offset);
            add_varint(stats, &running->positions_offset);
            add_varint(stats, &running->champions_offset);
        }
        if (entry.df == 1) {
            entry.single_doc = (uint32_t)cursor_varint_max(stats, DOC_END - 1);
        } else {
            entry.postings_size = cursor_varint(stats);
        }
        entry.positions_size = cursor_varint(stats);
        entry.rows_size = block_rows_size(term_entry_blocks(&entry));
        entry.postings_offset = running->postings_offset;
        entry.rows_offset = running->rows_offset;
        entry.positions_offset = running->positions_offset;
        entry.champions_offset = running->champions_offset;
        if (!term_entry_pass(&entry, running)) {
            return false;
        }
    }
    if (stats->failed) {
        return false;
    }
    *entry_out = entry;
    *is_alias_out = is_alias;
    return true;
}
