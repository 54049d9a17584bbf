/* A block's terms and columns are gathered apart and written one behind the other when it is full. */
#include <string.h>

#include "base/assert.h"
#include "storage/term_block.h"
#include "storage/termdict.h"

void termdict_writer_init(struct termdict_writer *writer)
{
    *writer = (struct termdict_writer){0};
    buf_init(&writer->blocks, SIZE_MAX);
    buf_init(&writer->offsets, SIZE_MAX);
    buf_init(&writer->prefixes, SIZE_MAX);
    buf_init(&writer->section, SIZE_MAX);
}

void termdict_writer_release(struct termdict_writer *writer)
{
    buf_release(&writer->blocks);
    buf_release(&writer->offsets);
    buf_release(&writer->prefixes);
    buf_release(&writer->section);
}

static bool has_failed(const struct termdict_writer *writer)
{
    return writer->blocks.status != LEDE_OK || writer->offsets.status != LEDE_OK ||
           writer->prefixes.status != LEDE_OK || writer->section.status != LEDE_OK;
}

static void finish_block(struct termdict_writer *writer)
{
    if (writer->columns.count == 0) {
        return;
    }
    buf_append_le64(&writer->offsets, writer->blocks_base + writer->blocks.size);
    term_block_write(&writer->blocks, &writer->terms, &writer->columns);
}

static void begin_block(struct termdict_writer *writer, const uint8_t *term, uint32_t term_length)
{
    uint8_t prefix[8] = {0};
    memcpy(prefix, term, term_length < sizeof prefix ? term_length : sizeof prefix);
    buf_append_le64(&writer->prefixes, load_be64(prefix));
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

lede_status termdict_writer_add(struct termdict_writer *writer, const uint8_t *term,
    uint32_t term_length, const struct term_entry *entry, bool is_alias, lede_error *error)
{
    const lede_status status = check_term(writer, term, term_length, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (!term_columns_accept(&writer->columns, entry, is_alias)) {
        return lede_fail(error, LEDE_ERR_INVALID,
            "dictionary: the list of term %u is out of order or contradicts itself",
            writer->term_count);
    }
    if (writer->columns.count == LEDE_TERM_BLOCK) {
        finish_block(writer);
    }
    if (writer->columns.count == 0) {
        begin_block(writer, term, term_length);
    }
    const uint32_t shared = shared_bytes(writer, term, term_length);
    terms_writer_add(&writer->terms, writer->columns.count, term, term_length, shared);
    term_columns_add(&writer->columns, entry, is_alias);
    memcpy(writer->last_term, term, term_length);
    writer->last_length = term_length;
    writer->term_count++;
    return has_failed(writer) ? lede_fail_nomem(error) : LEDE_OK;
}

lede_status termdict_writer_finish_head(
    struct termdict_writer *writer, struct span *head_out, lede_error *error)
{
    finish_block(writer);
    buf_append_le64(&writer->offsets, writer->blocks_base + writer->blocks.size);
    buf_append_le32(&writer->section, writer->term_count);
    buf_append_le32(&writer->section, (uint32_t)(writer->prefixes.size / 8));
    buf_append(&writer->section, writer->offsets.data, writer->offsets.size);
    buf_append(&writer->section, writer->prefixes.data, writer->prefixes.size);
    if (has_failed(writer)) {
        return lede_fail_nomem(error);
    }
    *head_out = buf_span(&writer->section);
    return LEDE_OK;
}

lede_status termdict_writer_finish(
    struct termdict_writer *writer, struct buf *section_out, lede_error *error)
{
    ASSERT(writer->blocks_base == 0);
    struct span head;
    const lede_status status = termdict_writer_finish_head(writer, &head, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (buf_append(&writer->section, writer->blocks.data, writer->blocks.size) != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    *section_out = writer->section;
    return LEDE_OK;
}
