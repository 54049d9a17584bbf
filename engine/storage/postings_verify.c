/* The list is walked block by block through a cursor, which checks what every reader needs; what only a look
 * at all of it shows is checked here, against the lengths and the rows. */
#include "storage/postings_verify.h"

#include <stdarg.h>
#include <stdio.h>

#include "storage/block_rows.h"

/* A list being verified. */
struct verifying {
    struct postings_cursor cursor;
    const uint32_t *lengths;
    char *message;
    size_t message_size;
    uint64_t cf;
    struct block_bound all, super; /* last_doc is not used */
};

static bool fault(struct verifying *verifying, const char *format, ...) PRINTF(2, 3);

static bool fault(struct verifying *verifying, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(verifying->message, verifying->message_size, format, arguments);
    va_end(arguments);
    return false;
}

static const struct block_bound nothing = {.max_tf = 0, .min_length = UINT32_MAX};

static void widen(struct block_bound *bound, uint32_t max_tf, uint32_t min_length)
{
    bound->max_tf = max_tf > bound->max_tf ? max_tf : bound->max_tf;
    bound->min_length = min_length < bound->min_length ? min_length : bound->min_length;
}

/* The bounds of the eighths of the decoded block, and in *exact_out the extremes of all of it. */
static bool check_eighths(struct verifying *verifying, struct block_bound *exact_out)
{
    const struct postings_cursor *cursor = &verifying->cursor;
    struct block_bound exact = nothing;
    for (uint32_t i = 0; i < cursor->block_size; i++) {
        const uint32_t sub = i / LEDE_SUB_BLOCK_POSTINGS;
        const struct block_bound bound = postings_cursor_sub_bound(cursor, sub);
        const uint32_t length = verifying->lengths[cursor->docs[i]];
        if (cursor->frequencies[i] > bound.max_tf || length < bound.min_length) {
            return fault(verifying, "block %u: the bound of its eighth %u does not hold",
                cursor->block, sub);
        }
        widen(&exact, cursor->frequencies[i], length);
    }
    *exact_out = exact;
    return true;
}

static bool check_row(struct verifying *verifying, struct block_bound exact)
{
    const struct postings_cursor *cursor = &verifying->cursor;
    if (cursor->block_count == 1) {
        return true;
    }
    const uint8_t *row = cursor->rows + (size_t)cursor->block * ROW_BYTES;
    const uint32_t tf = exact.max_tf < ROW_SATURATED ? exact.max_tf : ROW_SATURATED;
    const uint32_t length = exact.min_length < ROW_SATURATED ? exact.min_length : ROW_SATURATED;
    if (load_le16(row + ROW_TF_AT) != tf || load_le16(row + ROW_LENGTH_AT) != length) {
        return fault(verifying,
            "block %u: its row has another largest frequency or smallest length", cursor->block);
    }
    if ((cursor->block + 1) % LEDE_SUPER_BLOCKS != 0 && cursor->block + 1 != cursor->block_count) {
        return true;
    }
    const uint8_t *super_row =
        cursor->super_rows + (size_t)(cursor->block / LEDE_SUPER_BLOCKS) * SUPER_ROW_BYTES;
    if (row_last_doc(super_row) != cursor->block_last ||
        super_row_max_tf(super_row) != verifying->super.max_tf ||
        super_row_min_length(super_row) != verifying->super.min_length) {
        return fault(verifying, "block %u: its super row contradicts the rows", cursor->block);
    }
    verifying->super = nothing;
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
    return true;
}

/* Positions of the document the cursor stands on ascend and stay below DOC_END; values are added here
 * rather than read through the cursor, whose caller needs room for all of them. */
static bool check_document_positions(struct verifying *verifying)
{
    struct postings_cursor *cursor = &verifying->cursor;
    struct positions_reader *reader = &cursor->position_reader;
    uint32_t at = cursor->occurrences[cursor->index];
    uint64_t next = 0;
    for (uint32_t left = cursor->frequencies[cursor->index]; left > 0; left--, at++) {
        const uint32_t *values =
            positions_chunk(reader, cursor->source->bitpack, at / LEDE_POSITION_CHUNK);
        if (values == NULL) {
            return fault(verifying, "block %u: its positions are damaged", cursor->block);
        }
        next += (uint64_t)values[at % LEDE_POSITION_CHUNK] + 1;
    }
    return next <= DOC_END || fault(verifying, "document %u: positions out of range", cursor->doc);
}

/* Everything about the decoded block; the cursor stands on its first document. */
static bool check_block(struct verifying *verifying)
{
    struct postings_cursor *cursor = &verifying->cursor;
    struct block_bound exact = nothing;
    const uint32_t block = cursor->block;
    uint32_t first_position = 0;
    if (postings_cursor_frequency(cursor) == 0) {
        return fault(verifying, "block %u: its frequencies are damaged", block);
    }
    if (cursor->positions.size > 0 && postings_cursor_positions(cursor, &first_position, 1) == 0) {
        return fault(verifying, "block %u: its positions are damaged", block);
    }
    if (!check_eighths(verifying, &exact)) {
        return false;
    }
    widen(&verifying->all, exact.max_tf, exact.min_length);
    widen(&verifying->super, exact.max_tf, exact.min_length);
    if (!check_row(verifying, exact) || !check_end(verifying)) {
        return false;
    }
    if (cursor->positions.size > 0 && !positions_fill_block(&cursor->position_reader)) {
        return fault(verifying, "block %u: its positions do not fill their bytes", block);
    }
    for (;;) {
        verifying->cf += cursor->frequencies[cursor->index];
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
    if (verifying->cf != entry->cf || verifying->all.max_tf != entry->max_tf ||
        verifying->all.min_length != entry->min_length) {
        return fault(verifying,
            "the dictionary gives %llu occurrences, largest frequency %u, smallest length %u; the "
            "list "
            "has %llu, %u, %u",
            (unsigned long long)entry->cf, entry->max_tf, entry->min_length,
            (unsigned long long)verifying->cf, verifying->all.max_tf, verifying->all.min_length);
    }
    return true;
}

bool postings_verify(const struct postings_source *source, const struct term_entry *entry,
    const uint32_t *lengths, char *message, size_t message_size)
{
    struct verifying verifying = {.lengths = lengths,
        .message = message,
        .message_size = message_size,
        .all = nothing,
        .super = nothing};
    postings_cursor_init(&verifying.cursor, source, entry);
    return check_list(&verifying);
}
