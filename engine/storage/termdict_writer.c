/* A block's terms and stats are gathered apart and written behind its head when it is full. */
#include <string.h>

#include "storage/block_rows.h"
#include "storage/term_block.h"
#include "storage/termdict.h"

void termdict_writer_init(struct termdict_writer *writer)
{
    *writer = (struct termdict_writer){0};
    buf_init(&writer->blocks, SIZE_MAX);
    buf_init(&writer->offsets, SIZE_MAX);
    buf_init(&writer->prefixes, SIZE_MAX);
    buf_init(&writer->stats, SIZE_MAX);
    buf_init(&writer->terms, SIZE_MAX);
    buf_init(&writer->section, SIZE_MAX);
}

void termdict_writer_release(struct termdict_writer *writer)
{
    buf_release(&writer->blocks);
    buf_release(&writer->offsets);
    buf_release(&writer->prefixes);
    buf_release(&writer->stats);
    buf_release(&writer->terms);
    buf_release(&writer->section);
}

static bool has_failed(const struct termdict_writer *writer)
{
    return writer->blocks.status != LEDE_OK || writer->offsets.status != LEDE_OK ||
           writer->prefixes.status != LEDE_OK || writer->stats.status != LEDE_OK ||
           writer->terms.status != LEDE_OK || writer->section.status != LEDE_OK;
}

static void finish_block(struct termdict_writer *writer)
{
    if (writer->in_block == 0) {
        return;
    }
    buf_append_le64(&writer->offsets, writer->blocks.size);
    term_block_head_write(&writer->blocks, writer->terms.size, &writer->block_base);
    buf_append(&writer->blocks, writer->terms.data, writer->terms.size);
    buf_append(&writer->blocks, writer->stats.data, writer->stats.size);
    buf_reset(&writer->terms);
    buf_reset(&writer->stats);
    writer->in_block = 0;
}

static void begin_block(struct termdict_writer *writer, const uint8_t *term, uint32_t term_length)
{
    uint8_t prefix[8] = {0};
    memcpy(prefix, term, term_length < sizeof prefix ? term_length : sizeof prefix);
    buf_append_le64(&writer->prefixes, load_be64(prefix));
    writer->block_base = writer->running;
    writer->last_length = 0;
}

static uint32_t shared_bytes(
    const struct termdict_writer *writer, const uint8_t *term, uint32_t term_length)
{
    uint32_t shared = 0;
    while (shared < writer->last_length && shared < term_length &&
           writer->last_term[shared] == term[shared]) {
        shared++;
    }
    return shared;
}

static lede_status check_term(const struct termdict_writer *writer, const uint8_t *term,
    uint32_t term_length, lede_error *error)
{
    if (term_length == 0 || term_length > LEDE_TERM_BYTES_MAX) {
        return lede_fail(error, LEDE_ERR_INVALID, "dictionary: a term of %u bytes", term_length);
    }
    if (writer->term_count == UINT32_MAX) {
        return lede_fail(error, LEDE_ERR_LIMIT, "dictionary: more than 2^32 - 1 terms");
    }
    const uint32_t shared = shared_bytes(writer, term, term_length);
    const bool is_above = shared == writer->last_length ||
                          (shared < term_length && term[shared] > writer->last_term[shared]);
    if (writer->term_count > 0 && (!is_above || shared == term_length)) {
        return lede_fail(
            error, LEDE_ERR_INVALID, "dictionary: term %u is not in order", writer->term_count);
    }
    return LEDE_OK;
}

static lede_status check_entry(const struct termdict_writer *writer, const struct term_entry *entry,
    bool is_alias, lede_error *error)
{
    const struct term_entry *running = &writer->running;
    bool is_valid = entry->df >= 1 && entry->df <= LEDE_SEGMENT_DOCS_MAX &&
                    entry->cf >= entry->df && entry->max_tf >= 1 &&
                    entry->cf <= (uint64_t)entry->df * entry->max_tf &&
                    (entry->max_tf == 1 || entry->cf > entry->df);
    if (!is_alias) {
        is_valid &= entry->postings_offset >= running->postings_offset &&
                    entry->rows_offset >= running->rows_offset &&
                    entry->positions_offset >= running->positions_offset &&
                    entry->champions_offset >= running->champions_offset &&
                    entry->rows_size == block_rows_size(term_entry_blocks(entry)) &&
                    (entry->df > 1 || entry->postings_size == 0);
        struct term_entry behind;
        is_valid &= term_entry_pass(entry, &behind);
    }
    if (!is_valid) {
        return lede_fail(error, LEDE_ERR_INVALID,
            "dictionary: the list of term %u is out of order or contradicts itself",
            writer->term_count);
    }
    return LEDE_OK;
}

lede_status termdict_writer_add(struct termdict_writer *writer, const uint8_t *term,
    uint32_t term_length, const struct term_entry *entry, bool is_alias, lede_error *error)
{
    lede_status status = check_term(writer, term, term_length, error);
    if (status == LEDE_OK) {
        status = check_entry(writer, entry, is_alias, error);
    }
    if (status != LEDE_OK) {
        return status;
    }
    if (writer->in_block == LEDE_TERM_BLOCK) {
        finish_block(writer);
    }
    if (writer->in_block == 0) {
        begin_block(writer, term, term_length);
    }
    const uint32_t shared = shared_bytes(writer, term, term_length);
    front_coded_write(&writer->terms,
        (struct front_coded){
            .shared = shared, .suffix_bytes = term_length - shared, .suffix = term + shared});
    term_stats_write(&writer->stats, entry, is_alias, &writer->running);
    memcpy(writer->last_term, term, term_length);
    writer->last_length = term_length;
    writer->in_block++;
    writer->term_count++;
    return has_failed(writer) ? lede_fail_nomem(error) : LEDE_OK;
}

lede_status termdict_writer_finish(
    struct termdict_writer *writer, struct buf *section_out, lede_error *error)
{
    finish_block(writer);
    buf_append_le64(&writer->offsets, writer->blocks.size);
    buf_append_le32(&writer->section, writer->term_count);
    buf_append_le32(&writer->section, (uint32_t)(writer->prefixes.size / 8));
    buf_append(&writer->section, writer->offsets.data, writer->offsets.size);
    buf_append(&writer->section, writer->prefixes.data, writer->prefixes.size);
    buf_append(&writer->section, writer->blocks.data, writer->blocks.size);
    if (has_failed(writer)) {
        return lede_fail_nomem(error);
    }
    *section_out = writer->section;
    return LEDE_OK;
}
