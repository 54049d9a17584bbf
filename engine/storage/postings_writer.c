/* A list is written block by block: docids and frequencies to the postings, positions to theirs, a row to the
 * rows and, every LEDE_SUPER_BLOCKS rows, a super row, which is put before the rows when the list ends. A list
 * turns out to be of one document, or of one block, at its end only: the first block is written accordingly
 * where it is not full, and its row is taken back where it was the only one. */
#include "storage/postings_writer.h"

#include <stdbool.h>
#include <string.h>

#include "base/assert.h"
#include "codec/block.h"
#include "storage/block_rows.h"
#include "storage/dense_docs.h"
#include "storage/positions.h"

void postings_writer_init(struct postings_writer *writer)
{
    *writer = (struct postings_writer){0};
    buf_init(&writer->postings, SIZE_MAX);
    buf_init(&writer->rows, SIZE_MAX);
    buf_init(&writer->positions, SIZE_MAX);
    buf_init(&writer->supers, SIZE_MAX);
    buf_init(&writer->dense, SIZE_MAX);
}

void postings_writer_release(struct postings_writer *writer)
{
    buf_release(&writer->postings);
    buf_release(&writer->rows);
    buf_release(&writer->positions);
    buf_release(&writer->supers);
    buf_release(&writer->dense);
}

/* Codes of the eighths of a block; 0 for those without any. */
static void encode_eighths(
    const struct posting_list_writing *list, const struct posting_block *block, uint8_t *codes)
{
    memset(codes, 0, SUB_BLOCKS);
    for (uint32_t first = 0; first < block->count; first += LEDE_SUB_BLOCK_POSTINGS) {
        const uint32_t end = block->count - first < LEDE_SUB_BLOCK_POSTINGS
                                 ? block->count
                                 : first + LEDE_SUB_BLOCK_POSTINGS;
        float largest = 0;
        for (uint32_t i = first; i < end; i++) {
            const float quotient =
                range_quotient(list->scale, block->frequencies[i], list->lengths[block->docs[i]]);
            largest = quotient > largest ? quotient : largest;
        }
        codes[first / LEDE_SUB_BLOCK_POSTINGS] = range_code_of(list->scale, largest);
    }
}

/* Bytes of the list in postings and positions so far. */
static uint64_t postings_size(const struct postings_writer *writer)
{
    return writer->postings_base + writer->postings.size - writer->list.postings_begin;
}

static uint64_t positions_size(const struct postings_writer *writer)
{
    return writer->positions_base + writer->positions.size - writer->list.positions_begin;
}

/* The row of the block that was just written; the first of LEDE_SUPER_BLOCKS begins a super row, each moves its
 * last docid. */
static lede_status write_row(struct postings_writer *writer, const struct posting_block *block)
{
    const uint32_t last_doc = block->docs[block->count - 1];
    const uint32_t number = writer->list.count / LEDE_BLOCK_POSTINGS;
    uint8_t *row = buf_extend(&writer->rows, ROW_BYTES);
    if (row == NULL) {
        return LEDE_ERR_NOMEM;
    }
    store_le32(row, last_doc);
    store_le32(row + 4, (uint32_t)postings_size(writer));
    store_le32(row + 8, (uint32_t)positions_size(writer));
    encode_eighths(&writer->list, block, row + ROW_CODES_AT);
    if (number % LEDE_SUPER_BLOCKS == 0 &&
        buf_append_zeros(&writer->supers, SUPER_ROW_BYTES) != LEDE_OK) {
        return LEDE_ERR_NOMEM;
    }
    store_le32(writer->supers.data + writer->supers.size - SUPER_ROW_BYTES, last_doc);
    return LEDE_OK;
}

/* Bytes of the block's docids, which go to `bytes` or, where the list is dense, to its words. */
static size_t write_docs(
    struct postings_writer *writer, const struct posting_block *block, uint8_t *bytes)
{
    const struct posting_list_writing *list = &writer->list;
    if (list->dense_doc_count == 0) {
        const uint32_t base = list->count == 0 ? UINT32_MAX : list->last_doc;
        return block_encode_docs(block->docs, block->count, base, bytes);
    }
    for (uint32_t i = 0; i < block->count; i++) {
        const uint32_t doc = block->docs[i];
        writer->dense.data[doc / 8] |= (uint8_t)(1u << doc % 8);
    }
    return 0;
}

static lede_status write_block_bytes(
    struct postings_writer *writer, const struct posting_block *block)
{
    uint8_t *bytes = buf_reserve(&writer->postings, (size_t)BLOCK_BYTES_MAX * 2);
    if (bytes == NULL) {
        return LEDE_ERR_NOMEM;
    }
    uint32_t less_one[LEDE_BLOCK_POSTINGS];
    for (uint32_t i = 0; i < block->count; i++) {
        less_one[i] = block->frequencies[i] - 1;
    }
    const size_t docs_bytes = write_docs(writer, block, bytes);
    const size_t frequencies_bytes =
        block_encode_numbers(less_one, block->count, bytes + docs_bytes);
    writer->postings.size += docs_bytes + frequencies_bytes;
    writer->docs_bytes += docs_bytes;
    writer->frequencies_bytes += frequencies_bytes;
    return LEDE_OK;
}

static lede_status check_block(
    const struct posting_list_writing *list, const struct posting_block *block, lede_error *error)
{
    const uint32_t end = list->dense_doc_count > 0 ? list->dense_doc_count : DOC_END;
    bool is_valid = block->docs[block->count - 1] < end &&
                    (list->count == 0 || list->last_doc < block->docs[0]);
    for (uint32_t i = 0; i < block->count; i++) {
        is_valid &= i == 0 || block->docs[i - 1] < block->docs[i];
        is_valid &= block->frequencies[i] - 1 < LEDE_DOCUMENT_TOKENS_MAX;
    }
    if (!is_valid) {
        return lede_fail(error, LEDE_ERR_INVALID,
            "postings: documents do not ascend, or a frequency is not 1..%d",
            LEDE_DOCUMENT_TOKENS_MAX);
    }
    return LEDE_OK;
}

static void count_block(struct posting_list_writing *list, const struct posting_block *block)
{
    for (uint32_t i = 0; i < block->count; i++) {
        const uint32_t tf = block->frequencies[i];
        const uint32_t length = list->lengths[block->docs[i]];
        list->max_tf = tf > list->max_tf ? tf : list->max_tf;
        list->min_length = length < list->min_length ? length : list->min_length;
        list->cf += tf;
    }
}

lede_status postings_writer_begin(struct postings_writer *writer, const uint32_t *lengths,
    const struct range_scale *scale, uint32_t dense_doc_count, lede_error *error)
{
    writer->list = (struct posting_list_writing){
        .lengths = lengths,
        .scale = scale,
        .postings_begin = writer->postings_base + writer->postings.size,
        .positions_begin = writer->positions_base + writer->positions.size,
        .rows_begin = writer->rows.size,
        .min_length = UINT32_MAX,
        .dense_doc_count = dense_doc_count,
    };
    buf_reset(&writer->supers);
    buf_reset(&writer->dense);
    if (dense_doc_count > 0 &&
        buf_append_zeros(&writer->dense, dense_docs_size(dense_doc_count)) != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    return LEDE_OK;
}

static lede_status fail_too_long(uint32_t count, lede_error *error)
{
    return lede_fail(error, LEDE_ERR_LIMIT, "postings: a list of %u documents passes 4 GiB", count);
}

lede_status postings_writer_block(
    struct postings_writer *writer, const struct posting_block *block, lede_error *error)
{
    struct posting_list_writing *list = &writer->list;
    ASSERT(block->count >= 1 && block->count <= LEDE_BLOCK_POSTINGS);
    ASSERT(list->count % LEDE_BLOCK_POSTINGS == 0);
    lede_status status = check_block(list, block, error);
    if (status != LEDE_OK) {
        return status;
    }
    count_block(list, block);
    const bool is_single = list->count == 0 && block->count == 1;
    if (!is_single && write_block_bytes(writer, block) != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    if (block->positions != NULL) {
        status = positions_write(
            block->positions, block->frequencies, block->count, &writer->positions, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    if (postings_size(writer) > UINT32_MAX || positions_size(writer) > UINT32_MAX) {
        return fail_too_long(list->count + block->count, error);
    }
    const bool is_only = list->count == 0 && block->count < LEDE_BLOCK_POSTINGS;
    if (!is_only && write_row(writer, block) != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    list->last_doc = block->docs[block->count - 1];
    list->count += block->count;
    return LEDE_OK;
}

/* Put the super rows before the rows, or take back the row of a list of one block. */
static lede_status finish_rows(struct postings_writer *writer)
{
    const struct posting_list_writing *list = &writer->list;
    if (list->count <= LEDE_BLOCK_POSTINGS) {
        writer->rows.size = list->rows_begin;
        return LEDE_OK;
    }
    const size_t rows_size = writer->rows.size - list->rows_begin;
    if (buf_append_zeros(&writer->rows, writer->supers.size) != LEDE_OK) {
        return LEDE_ERR_NOMEM;
    }
    uint8_t *at = writer->rows.data + list->rows_begin;
    memmove(at + writer->supers.size, at, rows_size);
    memcpy(at, writer->supers.data, writer->supers.size);
    return LEDE_OK;
}

/* Put the words and ranks of a dense list behind its blocks. */
static lede_status finish_dense(struct postings_writer *writer)
{
    const struct posting_list_writing *list = &writer->list;
    if (list->dense_doc_count == 0) {
        return LEDE_OK;
    }
    dense_docs_make_ranks(writer->dense.data, list->dense_doc_count);
    writer->docs_bytes += writer->dense.size;
    return buf_append(&writer->postings, writer->dense.data, writer->dense.size);
}

lede_status postings_writer_end(
    struct postings_writer *writer, struct term_entry *entry_out, lede_error *error)
{
    const struct posting_list_writing *list = &writer->list;
    ASSERT(list->count >= 1);
    if (list->dense_doc_count > 0 && !dense_docs_wanted(list->count, list->dense_doc_count)) {
        return lede_fail(
            error, LEDE_ERR_INVALID, "postings: %u documents are no dense list", list->count);
    }
    if (finish_rows(writer) != LEDE_OK || finish_dense(writer) != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    if (postings_size(writer) > UINT32_MAX) {
        return fail_too_long(list->count, error);
    }
    *entry_out = (struct term_entry){
        .df = list->count,
        .cf = list->cf,
        .max_tf = list->max_tf,
        .min_length = list->min_length,
        .single_doc = list->count == 1 ? list->last_doc : 0,
        .postings_offset = list->postings_begin,
        .postings_size = postings_size(writer),
        .rows_offset = writer->rows_base + list->rows_begin,
        .rows_size = writer->rows.size - list->rows_begin,
        .positions_offset = list->positions_begin,
        .positions_size = positions_size(writer),
    };
    return LEDE_OK;
}

static lede_status add_blocks(
    struct postings_writer *writer, const struct posting_list *list, lede_error *error)
{
    lede_status status = LEDE_OK;
    uint64_t occurrences = 0;
    for (uint32_t first = 0; status == LEDE_OK && first < list->count;
         first += LEDE_BLOCK_POSTINGS) {
        const uint32_t left = list->count - first;
        const struct posting_block block = {
            .docs = list->docs + first,
            .frequencies = list->frequencies + first,
            .positions = list->positions == NULL ? NULL : list->positions + occurrences,
            .count = left < LEDE_BLOCK_POSTINGS ? left : LEDE_BLOCK_POSTINGS,
        };
        status = postings_writer_block(writer, &block, error);
        occurrences = writer->list.cf;
    }
    return status;
}

lede_status postings_writer_add(struct postings_writer *writer, const struct posting_list *list,
    struct term_entry *entry_out, lede_error *error)
{
    ASSERT(list->count >= 1);
    const struct postings_writer before = *writer;
    const bool is_dense = list->doc_count > 0 && dense_docs_wanted(list->count, list->doc_count);
    lede_status status = postings_writer_begin(
        writer, list->lengths, list->scale, is_dense ? list->doc_count : 0, error);
    if (status == LEDE_OK) {
        status = add_blocks(writer, list, error);
    }
    if (status == LEDE_OK) {
        status = postings_writer_end(writer, entry_out, error);
    }
    if (status != LEDE_OK) {
        writer->postings.size = before.postings.size;
        writer->rows.size = before.rows.size;
        writer->positions.size = before.positions.size;
        writer->docs_bytes = before.docs_bytes;
        writer->frequencies_bytes = before.frequencies_bytes;
    }
    return status;
}
