/* The list is walked block by block through a cursor, which checks what every reader needs; what only a look
 * at all of it shows is checked here, against the lengths and the rows. */
#include "storage/postings_verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "storage/block_rows.h"
#include "storage/occurrences.h"

/* A list being verified. */
struct verifying {
    struct postings_cursor cursor;
    struct occurrences occurrences;
    const struct range_scale *scale;
    const uint32_t *lengths;
    char *message;
    size_t message_size;
    uint64_t cf;
    uint32_t max_tf, min_length;
};

bool postings_verify_codes(
    struct postings_cursor *cursor, const struct range_scale *scale, const uint32_t *lengths)
{
    uint8_t codes[SUB_BLOCKS] = {0};
    if (cursor->block_count == 1) {
        return true;
    }
    if (postings_cursor_frequency(cursor) == 0) {
        return false;
    }
    for (uint32_t i = 0; i < cursor->block_size; i++) {
        uint8_t *code = &codes[i / LEDE_SUB_BLOCK_POSTINGS];
        *code = range_code_join(
            *code, range_code(scale, cursor->frequencies[i], lengths[cursor->docs[i]]));
    }
    const uint8_t *row = cursor->rows + (size_t)cursor->block * ROW_BYTES;
    return memcmp(row + ROW_CODES_AT, codes, sizeof codes) == 0;
}

static bool fault(struct verifying *verifying, const char *format, ...) PRINTF(2, 3);

static bool fault(struct verifying *verifying, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(verifying->message, verifying->message_size, format, arguments);
    va_end(arguments);
    return false;
}

/* The last docid of the super row whose last block is decoded. */
static bool check_super_row(struct verifying *verifying)
{
    const struct postings_cursor *cursor = &verifying->cursor;
    if (cursor->block_count == 1 || ((cursor->block + 1) % LEDE_SUPER_BLOCKS != 0 &&
                                        cursor->block + 1 != cursor->block_count)) {
        return true;
    }
    const uint8_t *super_row =
        cursor->super_rows + (size_t)(cursor->block / LEDE_SUPER_BLOCKS) * SUPER_ROW_BYTES;
    if (row_last_doc(super_row) != cursor->block_last) {
        return fault(verifying, "block %u: its super row contradicts the rows", cursor->block);
    }
    return true;
}

/* Whether `size` is where the last row says that the lists end. */
static bool check_end(struct verifying *verifying)
{
    const struct postings_cursor *cursor = &verifying->cursor;
    if (cursor->block_count == 1 || cursor->block + 1 < cursor->block_count) {
        return true;
    }
    const uint8_t *row = cursor->rows + (size_t)cursor->block * ROW_BYTES;
    if (row_postings_end(row) != cursor->bytes.size ||
        row_positions_end(row) != cursor->positions.size) {
        return fault(verifying, "its last row ends elsewhere than the list");
    }
    if (cursor->dense.words != NULL &&
        !dense_docs_verify(&cursor->dense, cursor->entry.df, cursor->source->doc_count)) {
        return fault(verifying, "its ranks are not those of its bits");
    }
    return true;
}

/* Positions of the document the cursor stands on ascend and stay below DOC_END. */
static bool check_document_positions(struct verifying *verifying)
{
    struct postings_cursor *cursor = &verifying->cursor;
    uint32_t position;
    const uint32_t count = occurrences_read(&verifying->occurrences, &position, 1);
    return count == cursor->frequencies[cursor->index] ||
           fault(verifying, "document %u: its positions are damaged", cursor->doc);
}

/* Everything about the decoded block; the cursor stands on its first document. */
static bool check_block(struct verifying *verifying)
{
    struct postings_cursor *cursor = &verifying->cursor;
    const uint32_t block = cursor->block;
    if (postings_cursor_frequency(cursor) == 0) {
        return fault(verifying, "block %u: its frequencies are damaged", block);
    }
    if (cursor->positions.size > 0 && !check_document_positions(verifying)) {
        return false;
    }
    if (!postings_verify_codes(cursor, verifying->scale, verifying->lengths)) {
        return fault(verifying, "block %u: the codes of its eighths are not its documents'", block);
    }
    if (!check_super_row(verifying) || !check_end(verifying)) {
        return false;
    }
    if (cursor->positions.size > 0 && !positions_fill_block(&verifying->occurrences.positions)) {
        return fault(verifying, "block %u: its positions do not fill their bytes", block);
    }
    for (;;) {
        const uint32_t tf = cursor->frequencies[cursor->index];
        const uint32_t length = verifying->lengths[cursor->doc];
        verifying->cf += tf;
        verifying->max_tf = tf > verifying->max_tf ? tf : verifying->max_tf;
        verifying->min_length = length < verifying->min_length ? length : verifying->min_length;
        if (cursor->positions.size > 0 && !check_document_positions(verifying)) {
            return false;
        }
        if (cursor->index + 1 == cursor->block_size) {
            return true;
        }
        postings_cursor_next(cursor);
    }
}

static bool check_list(struct verifying *verifying)
{
    struct postings_cursor *cursor = &verifying->cursor;
    const struct term_entry *entry = &cursor->entry;
    while (cursor->doc != DOC_END) {
        if (!check_block(verifying)) {
            return false;
        }
        postings_cursor_next(cursor);
    }
    if (cursor->status != LEDE_OK) {
        return fault(verifying, "a block is damaged, or an extent is outside its section");
    }
    if (verifying->cf != entry->cf || verifying->max_tf != entry->max_tf ||
        verifying->min_length != entry->min_length) {
        return fault(verifying,
            "the dictionary gives %llu occurrences, largest frequency %u, smallest length %u; the "
            "list "
            "has %llu, %u, %u",
            (unsigned long long)entry->cf, entry->max_tf, entry->min_length,
            (unsigned long long)verifying->cf, verifying->max_tf, verifying->min_length);
    }
    return true;
}

bool postings_verify(const struct postings_source *source, const struct term_entry *entry,
    const struct range_scale *scale, const uint32_t *lengths, char *message, size_t message_size)
{
    struct verifying verifying = {.scale = scale,
        .lengths = lengths,
        .message = message,
        .message_size = message_size,
        .min_length = UINT32_MAX};
    postings_cursor_init(&verifying.cursor, source, entry);
    occurrences_init(&verifying.occurrences, &verifying.cursor);
    return check_list(&verifying);
}
