/* One pass over the list, block by block: docids and frequencies to the postings, positions to theirs, a row
 * and, every LEDE_SUPER_BLOCKS rows, a super row to the room that was made for them in front. */
#include "storage/postings_writer.h"

#include <stdbool.h>
#include <string.h>

#include "base/assert.h"
#include "codec/block.h"
#include "storage/block_rows.h"
#include "storage/positions.h"

void postings_writer_init(struct postings_writer *writer)
{
    *writer = (struct postings_writer){0};
    buf_init(&writer->postings, SIZE_MAX);
    buf_init(&writer->rows, SIZE_MAX);
    buf_init(&writer->positions, SIZE_MAX);
}

void postings_writer_release(struct postings_writer *writer)
{
    buf_release(&writer->postings);
    buf_release(&writer->rows);
    buf_release(&writer->positions);
}

/* Largest frequency and smallest length of the postings so far. */
struct extremes {
    uint32_t max_tf;
    uint32_t min_length;
};

static void extremes_add(struct extremes *extremes, uint32_t tf, uint32_t length)
{
    extremes->max_tf = tf > extremes->max_tf ? tf : extremes->max_tf;
    extremes->min_length = length < extremes->min_length ? length : extremes->min_length;
}

/* Where a list is being written. */
struct writing {
    struct postings_writer *writer;
    const struct posting_list *list;
    size_t postings_at, rows_at, positions_at; /* where the list begins in the buffers */
    const uint32_t *positions;                 /* of the next block */
    uint32_t block_count;
    struct extremes all;
    uint64_t cf;
};

/* Codes of the eighths of a block of `count` documents; 0 for those without any. */
static void encode_eighths(
    const struct posting_list *list, uint32_t first, uint32_t count, uint8_t *codes)
{
    memset(codes, 0, SUB_BLOCKS);
    for (uint32_t eighth = 0; eighth * LEDE_SUB_BLOCK_POSTINGS < count; eighth++) {
        const uint32_t from = first + eighth * LEDE_SUB_BLOCK_POSTINGS;
        const uint32_t end = first + count - from < LEDE_SUB_BLOCK_POSTINGS
                                 ? first + count
                                 : from + LEDE_SUB_BLOCK_POSTINGS;
        float largest = 0;
        for (uint32_t i = from; i < end; i++) {
            const float quotient =
                range_quotient(list->scale, list->frequencies[i], list->lengths[list->docs[i]]);
            largest = quotient > largest ? quotient : largest;
        }
        codes[eighth] = range_code_of(list->scale, largest);
    }
}

/* The row of a block and, behind the last one under it, its super row. */
static void write_row(struct writing *writing, uint32_t block, uint32_t first, uint32_t count)
{
    struct postings_writer *writer = writing->writer;
    const uint32_t last_doc = writing->list->docs[first + count - 1];
    uint8_t *super_rows = writer->rows.data + writing->rows_at;
    uint8_t *row = super_rows + (size_t)block_rows_supers(writing->block_count) * SUPER_ROW_BYTES +
                   (size_t)block * ROW_BYTES;
    store_le32(row, last_doc);
    store_le32(row + 4, (uint32_t)(writer->postings.size - writing->postings_at));
    store_le32(row + 8, (uint32_t)(writer->positions.size - writing->positions_at));
    encode_eighths(writing->list, first, count, row + ROW_CODES_AT);
    store_le32(super_rows + (size_t)(block / LEDE_SUPER_BLOCKS) * SUPER_ROW_BYTES, last_doc);
}

static lede_status write_block_bytes(struct writing *writing, uint32_t first, uint32_t count)
{
    struct postings_writer *writer = writing->writer;
    const uint32_t *docs = writing->list->docs + first;
    uint8_t *bytes = buf_reserve(&writer->postings, (size_t)BLOCK_BYTES_MAX * 2);
    if (bytes == NULL) {
        return LEDE_ERR_NOMEM;
    }
    uint32_t less_one[LEDE_BLOCK_POSTINGS];
    for (uint32_t i = 0; i < count; i++) {
        less_one[i] = writing->list->frequencies[first + i] - 1;
    }
    const uint32_t base = first == 0 ? UINT32_MAX : docs[-1];
    const size_t docs_bytes = block_encode_docs(docs, count, base, bytes);
    const size_t frequencies_bytes = block_encode_numbers(less_one, count, bytes + docs_bytes);
    writer->postings.size += docs_bytes + frequencies_bytes;
    writer->docs_bytes += docs_bytes;
    writer->frequencies_bytes += frequencies_bytes;
    return LEDE_OK;
}

static lede_status write_block(struct writing *writing, uint32_t block, lede_error *error)
{
    struct postings_writer *writer = writing->writer;
    const struct posting_list *list = writing->list;
    const uint32_t first = block * LEDE_BLOCK_POSTINGS;
    const uint32_t left = list->count - first;
    const uint32_t count = left < LEDE_BLOCK_POSTINGS ? left : LEDE_BLOCK_POSTINGS;
    uint64_t occurrences = 0;
    for (uint32_t i = first; i < first + count; i++) {
        extremes_add(&writing->all, list->frequencies[i], list->lengths[list->docs[i]]);
        occurrences += list->frequencies[i];
    }
    if (list->count > 1 && write_block_bytes(writing, first, count) != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    if (list->positions != NULL) {
        const lede_status status = positions_write(
            writing->positions, list->frequencies + first, count, &writer->positions, error);
        if (status != LEDE_OK) {
            return status;
        }
        writing->positions += occurrences;
    }
    if (writer->postings.size - writing->postings_at > UINT32_MAX ||
        writer->positions.size - writing->positions_at > UINT32_MAX) {
        return lede_fail(error, LEDE_ERR_LIMIT, "postings: a list of %u documents passes 4 GiB",
            writing->list->count);
    }
    if (writing->block_count > 1) {
        write_row(writing, block, first, count);
    }
    writing->cf += occurrences;
    return LEDE_OK;
}

static lede_status check_list(const struct posting_list *list, lede_error *error)
{
    ASSERT(list->count >= 1);
    bool is_valid = list->docs[list->count - 1] < DOC_END;
    for (uint32_t i = 0; i < list->count; i++) {
        is_valid &= i == 0 || list->docs[i - 1] < list->docs[i];
        is_valid &= list->frequencies[i] - 1 < LEDE_DOCUMENT_TOKENS_MAX;
    }
    if (!is_valid) {
        return lede_fail(error, LEDE_ERR_INVALID,
            "postings: documents do not ascend, or a frequency is not 1..%d",
            LEDE_DOCUMENT_TOKENS_MAX);
    }
    return LEDE_OK;
}

static lede_status write_list(struct writing *writing, lede_error *error)
{
    struct postings_writer *writer = writing->writer;
    const size_t rows_size = (size_t)block_rows_size(writing->block_count);
    if (buf_append_zeros(&writer->rows, rows_size) != LEDE_OK) {
        return lede_fail_nomem(error);
    }
    for (uint32_t block = 0; block < writing->block_count; block++) {
        const lede_status status = write_block(writing, block, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    return LEDE_OK;
}

lede_status postings_writer_add(struct postings_writer *writer, const struct posting_list *list,
    struct term_entry *entry_out, lede_error *error)
{
    const lede_status checked = check_list(list, error);
    if (checked != LEDE_OK) {
        return checked;
    }
    const struct postings_writer before = *writer;
    struct writing writing = {
        .writer = writer,
        .list = list,
        .postings_at = writer->postings.size,
        .rows_at = writer->rows.size,
        .positions_at = writer->positions.size,
        .positions = list->positions,
        .block_count = (list->count - 1) / LEDE_BLOCK_POSTINGS + 1,
        .all = {.min_length = UINT32_MAX},
    };
    const lede_status status = write_list(&writing, error);
    if (status != LEDE_OK) {
        writer->postings.size = before.postings.size;
        writer->rows.size = before.rows.size;
        writer->positions.size = before.positions.size;
        writer->docs_bytes = before.docs_bytes;
        writer->frequencies_bytes = before.frequencies_bytes;
        return status;
    }
    *entry_out = (struct term_entry){
        .df = list->count,
        .cf = writing.cf,
        .max_tf = writing.all.max_tf,
        .min_length = writing.all.min_length,
        .single_doc = list->count == 1 ? list->docs[0] : 0,
        .postings_offset = before.postings_base + before.postings.size,
        .postings_size = writer->postings.size - before.postings.size,
        .rows_offset = before.rows_base + before.rows.size,
        .rows_size = writer->rows.size - before.rows.size,
        .positions_offset = before.positions_base + before.positions.size,
        .positions_size = writer->positions.size - before.positions.size,
    };
    return LEDE_OK;
}
