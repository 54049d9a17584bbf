/* File: header · bitmap · rows of the text's terms · rows of the titles' terms · checksum of all
 * before. */
#include "storage/deletions.h"

#include <string.h>

#include "base/bits.h"
#include "base/checksum.h"
#include "base/limits.h"

enum { HEADER_BYTES = 64, ROW_BYTES = 16, CHECKSUM_BYTES = 8 };

static const char magic[8] = {'L', 'E', 'D', 'E', 'D', 'E', 'L', '\x1a'};

static size_t bitmap_words(uint32_t doc_count)
{
    return ((size_t)doc_count + 63) / 64;
}

lede_status deletions_encode(const struct deletions_input *input, struct buf *file)
{
    const size_t start = file->size;
    (void)buf_append(file, magic, sizeof magic);
    (void)buf_append_le32(file, DELETIONS_VERSION);
    (void)buf_append_le32(file, input->doc_count);
    (void)buf_append_le32(file, input->deleted_count);
    (void)buf_append_le32(file, 0);
    (void)buf_append_le64(file, input->deleted_length);
    (void)buf_append_le64(file, input->term_counts[0]);
    (void)buf_append_le64(file, input->term_counts[1]);
    (void)buf_append_zeros(file, HEADER_BYTES - (file->size - start));
    for (size_t i = 0; i < bitmap_words(input->doc_count); i++) {
        (void)buf_append_le64(file, input->bitmap[i]);
    }
    for (size_t which = 0; which < 2; which++) {
        for (size_t i = 0; i < input->term_counts[which]; i++) {
            const struct deletion_term *term = &input->terms[which][i];
            (void)buf_append_le32(file, term->ordinal);
            (void)buf_append_le32(file, term->df);
            (void)buf_append_le64(file, term->cf);
        }
    }
    if (file->status == LEDE_OK) {
        (void)buf_append_le64(file, checksum_bytes(file->data + start, file->size - start));
    }
    return file->status;
}

/* ---- opening ---- */

static struct deletion_term row_at(struct span rows, size_t i)
{
    const uint8_t *row = rows.bytes + i * ROW_BYTES;
    return (struct deletion_term){
        .ordinal = load_le32(row), .df = load_le32(row + 4), .cf = load_le64(row + 8)};
}

static const char *fault_in_bitmap(const struct deletions *deletions)
{
    uint64_t count = 0;
    uint64_t word = 0;
    for (size_t i = 0; i < deletions->bitmap.size; i += 8) {
        word = load_le64(deletions->bitmap.bytes + i);
        count += popcount64(word);
    }
    if (deletions->doc_count % 64 != 0 && word >> (deletions->doc_count % 64) != 0) {
        return "deletes documents that are not there";
    }
    return count == deletions->deleted_count ? NULL : "bitmap and number of deletions differ";
}

static const char *fault_in_terms(const struct deletions *deletions, struct span rows)
{
    for (size_t i = 0; i < rows.size / ROW_BYTES; i++) {
        const struct deletion_term row = row_at(rows, i);
        if (i > 0 && row.ordinal <= row_at(rows, i - 1).ordinal) {
            return "terms are not in order";
        }
        if (row.df == 0 || row.df > deletions->deleted_count || row.cf < row.df) {
            return "a term's counts are impossible";
        }
    }
    return NULL;
}

/* Everything that can be wrong in a file of a version that we read; NULL where nothing is. */
static const char *decode(struct deletions *deletions, uint32_t doc_count, uint64_t checksum)
{
    const struct span file = span_of(deletions->file.bytes, deletions->file.size);
    const size_t checked_size = file.size - CHECKSUM_BYTES;
    if (checksum_bytes(file.bytes, checked_size) != deletions_checksum(file)) {
        return "checksum is wrong";
    }
    if (deletions_checksum(file) != checksum) {
        return "is not the file that the manifest means";
    }
    struct cursor cursor = cursor_of(span_of(file.bytes, checked_size));
    (void)cursor_bytes(&cursor, sizeof magic + 4);
    deletions->doc_count = cursor_u32(&cursor);
    deletions->deleted_count = cursor_u32(&cursor);
    uint64_t reserved = cursor_u32(&cursor);
    deletions->deleted_length = cursor_u64(&cursor);
    uint64_t counts[2]; /* each read is a statement: an initializer's order is the compiler's */
    counts[0] = cursor_u64(&cursor);
    counts[1] = cursor_u64(&cursor);
    reserved |= cursor_u64(&cursor);
    reserved |= cursor_u64(&cursor);
    if (reserved != 0) {
        return "reserved bytes are not zero";
    }
    if (deletions->doc_count != doc_count) {
        return "is of a segment with another number of documents";
    }
    const size_t bitmap_size = bitmap_words(doc_count) * 8;
    deletions->bitmap = span_of(cursor_bytes(&cursor, bitmap_size), bitmap_size);
    for (size_t i = 0; i < 2; i++) {
        if (counts[i] > cursor_left(&cursor) / ROW_BYTES) {
            return "is too short";
        }
        const size_t size = (size_t)counts[i] * ROW_BYTES;
        deletions->terms[i] = span_of(cursor_bytes(&cursor, size), size);
    }
    if (cursor.failed || cursor_left(&cursor) != 0) {
        return "has another size than announced";
    }
    const char *fault = fault_in_bitmap(deletions);
    for (size_t i = 0; i < 2 && fault == NULL; i++) {
        fault = fault_in_terms(deletions, deletions->terms[i]);
    }
    return fault;
}

lede_status deletions_open(struct deletions *deletions, const char *path, uint32_t doc_count,
    uint64_t checksum, lede_error *error)
{
    struct deletions opened = {0};
    const char *name = path_base(path);
    lede_status status = mapping_open(path, &opened.file, error);
    if (status != LEDE_OK) {
        return status;
    }
    const uint8_t *bytes = opened.file.bytes;
    const bool is_ours = opened.file.size >= HEADER_BYTES + CHECKSUM_BYTES &&
                         memcmp(bytes, magic, sizeof magic) == 0;
    const uint32_t version = is_ours ? load_le32(bytes + 8) : DELETIONS_VERSION;
    if (!is_ours) {
        status = lede_fail(error, LEDE_ERR_CORRUPT, "%s: is no deletions file", name);
    } else if (version > DELETIONS_VERSION || version < DELETIONS_VERSION_MIN) {
        status = lede_fail(error, version > DELETIONS_VERSION ? LEDE_ERR_TOO_NEW : LEDE_ERR_TOO_OLD,
            "%s: has format version %u, this program reads %u to %u", name, version,
            (unsigned)DELETIONS_VERSION_MIN, (unsigned)DELETIONS_VERSION);
    } else {
        const char *fault = decode(&opened, doc_count, checksum);
        if (fault != NULL) {
            status = lede_fail(error, LEDE_ERR_CORRUPT, "%s: %s", name, fault);
        }
    }
    if (status != LEDE_OK) {
        deletions_close(&opened);
        return status;
    }
    *deletions = opened;
    return LEDE_OK;
}

void deletions_close(struct deletions *deletions)
{
    mapping_close(&deletions->file);
    *deletions = (struct deletions){0};
}

struct deletion_term deletions_of_term(
    const struct deletions *deletions, unsigned which, uint32_t ordinal)
{
    const struct span rows = deletions->terms[which];
    size_t low = 0;
    size_t high = rows.size / ROW_BYTES;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct deletion_term row = row_at(rows, middle);
        if (row.ordinal == ordinal) {
            return row;
        }
        if (row.ordinal < ordinal) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (struct deletion_term){.ordinal = ordinal};
}
