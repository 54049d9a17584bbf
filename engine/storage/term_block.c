/* Finding a term copies nothing. `matched` is how many bytes of the wanted term the last term passed shared
 * with it, and that term was below it. Of the next term, which shares `shared` bytes with the last:
 *   shared > matched   it differs from the wanted one where the last did: below, pass it
 *   shared < matched   it went up where the wanted one did not: above, so the wanted one is not there
 *   shared = matched   its own bytes are compared with the rest of the wanted term: with a head below, pass it
 * So for one `matched` all terms to be passed are passed at once, and what is left are a few steps, one for
 * each run of bytes in which the wanted term meets another.
 *
 * What follows from df, the size of rows, is not written.
 *
 * Widths are at most 57 bits, so that a number and the up to 7 bits before it are in one 8-byte load, and
 * bases are below 2^57: no sum of the two needs to be looked at. */
#include "storage/term_block.h"

#include <string.h>

#include "base/assert.h"
#include "base/bits.h"
#include "base/byte_mask.h"
#include "base/bytes.h"
#include "storage/block_rows.h"

enum { WIDE_MAX = 57 };

static_assert(LEDE_SEGMENT_DOCS_MAX == 1 << 30, "df less one has 30 bits");
static_assert(LEDE_DOCUMENT_TOKENS_MAX == 1 << 26, "a frequency less one has 26 bits");

static const uint8_t width_max[TERM_COLUMNS] = {
    [COLUMN_DF] = 30,
    [COLUMN_REPEATS] = WIDE_MAX,
    [COLUMN_MAX_TF] = 26,
    [COLUMN_MIN_LENGTH] = 32,
    [COLUMN_ALIAS] = 1,
    [COLUMN_DOC_OR_SIZE] = 32,
    [COLUMN_POSITIONS_SIZE] = 32,
    [COLUMN_POSTINGS_BEGIN] = WIDE_MAX,
    [COLUMN_ROWS_BEGIN] = WIDE_MAX,
    [COLUMN_POSITIONS_BEGIN] = WIDE_MAX,
};

static size_t column_bytes(uint32_t count, uint32_t width)
{
    return ((size_t)count * width + 7) / 8;
}

/* ---- writing ---- */

void terms_writer_add(struct terms_writer *writer, uint32_t place, const uint8_t *term,
    uint32_t term_length, uint32_t shared)
{
    const uint32_t rest_bytes = term_length - shared - 1;
    writer->shared[place] = (uint8_t)shared;
    writer->own[place] = (uint8_t)(term_length - shared);
    writer->heads[place] = term[shared];
    memcpy(writer->rests + writer->rest_bytes, term + shared + 1, rest_bytes);
    writer->rest_bytes += rest_bytes;
}

/* Where the lists of an entry end. */
static struct term_offsets behind(const struct term_entry *entry)
{
    return (struct term_offsets){
        .postings = entry->postings_offset + entry->postings_size,
        .rows = entry->rows_offset + entry->rows_size,
        .positions = entry->positions_offset + entry->positions_size,
    };
}

/* The base of a block that has none: its first list, or where that would follow. */
static struct term_offsets base_of(
    const struct term_columns_writer *writer, const struct term_entry *entry, bool is_alias)
{
    if (writer->count > 0) {
        return writer->base;
    }
    return is_alias ? writer->at
                    : (struct term_offsets){.postings = entry->postings_offset,
                          .rows = entry->rows_offset,
                          .positions = entry->positions_offset};
}

static void values_of(
    struct term_offsets base, const struct term_entry *entry, bool is_alias, uint64_t *values)
{
    memset(values, 0, TERM_COLUMNS * sizeof *values);
    values[COLUMN_DF] = entry->df - 1;
    values[COLUMN_REPEATS] = entry->cf - entry->df;
    values[COLUMN_MAX_TF] = entry->max_tf - 1;
    values[COLUMN_MIN_LENGTH] = entry->min_length;
    values[COLUMN_ALIAS] = is_alias;
    if (!is_alias) {
        values[COLUMN_DOC_OR_SIZE] = entry->df == 1 ? entry->single_doc : entry->postings_size;
        values[COLUMN_POSITIONS_SIZE] = entry->positions_size;
        values[COLUMN_POSTINGS_BEGIN] = entry->postings_offset - base.postings;
        values[COLUMN_ROWS_BEGIN] = entry->rows_offset - base.rows;
        values[COLUMN_POSITIONS_BEGIN] = entry->positions_offset - base.positions;
    }
}

bool term_columns_accept(
    const struct term_columns_writer *writer, const struct term_entry *entry, bool is_alias)
{
    uint64_t values[TERM_COLUMNS];
    if (entry->df == 0 || entry->cf < entry->df || entry->max_tf == 0 ||
        entry->cf > (uint64_t)entry->df * entry->max_tf ||
        (!is_alias && (entry->rows_size != block_rows_size(term_entry_blocks(entry)) ||
                          (entry->df == 1 && entry->postings_size != 0)))) {
        return false;
    }
    if (!is_alias &&
        (entry->postings_offset < writer->at.postings || entry->rows_offset < writer->at.rows ||
            entry->positions_offset < writer->at.positions ||
            (entry->postings_offset | entry->rows_offset | entry->positions_offset) >>
                    (WIDE_MAX - 1) !=
                0)) {
        return false;
    }
    values_of(base_of(writer, entry, is_alias), entry, is_alias, values);
    for (int column = 0; column < TERM_COLUMNS; column++) {
        if (bit_width64(values[column]) > width_max[column]) {
            return false;
        }
    }
    return true;
}

void term_columns_add(
    struct term_columns_writer *writer, const struct term_entry *entry, bool is_alias)
{
    ASSERT(writer->count < LEDE_TERM_BLOCK);
    uint64_t values[TERM_COLUMNS];
    writer->base = base_of(writer, entry, is_alias);
    values_of(writer->base, entry, is_alias, values);
    for (int column = 0; column < TERM_COLUMNS; column++) {
        writer->values[column][writer->count] = values[column];
    }
    writer->count++;
    if (!is_alias) {
        writer->at = behind(entry);
    }
}

/* Append a column: numbers of at most WIDE_MAX bits, shifted in above the bits held. */
static void write_column(struct buf *out, const uint64_t *values, uint32_t count, uint32_t width)
{
    uint64_t held = 0;
    uint32_t held_bits = 0;
    for (uint32_t i = 0; i < count; i++) {
        held |= values[i] << held_bits; // at most 7 + 57 bits
        held_bits += width;
        for (; held_bits >= 8; held_bits -= 8) {
            buf_append_u8(out, (uint8_t)held);
            held >>= 8;
        }
    }
    if (held_bits > 0) {
        buf_append_u8(out, (uint8_t)held);
    }
}

void term_block_write(
    struct buf *out, struct terms_writer *terms, struct term_columns_writer *columns)
{
    uint8_t widths[TERM_COLUMNS];
    for (int column = 0; column < TERM_COLUMNS; column++) {
        uint64_t all = 0;
        for (uint32_t i = 0; i < columns->count; i++) {
            all |= columns->values[column][i];
        }
        widths[column] = (uint8_t)bit_width64(all);
    }
    buf_append_le64(out, columns->base.postings);
    buf_append_le64(out, columns->base.rows);
    buf_append_le64(out, columns->base.positions);
    buf_append_le16(out, (uint16_t)terms->rest_bytes);
    buf_append(out, widths, sizeof widths);
    buf_append(out, terms->shared, columns->count);
    buf_append(out, terms->own, columns->count);
    buf_append(out, terms->heads, columns->count);
    buf_append(out, terms->rests, terms->rest_bytes);
    for (int column = 0; column < TERM_COLUMNS; column++) {
        write_column(out, columns->values[column], columns->count, widths[column]);
    }
    terms->rest_bytes = 0;
    columns->count = 0;
}

static_assert(LEDE_TERM_BLOCK * LEDE_TERM_BYTES_MAX <= UINT16_MAX, "bytes of the rests are a u16");
static_assert(LEDE_TERM_BYTES_MAX <= UINT8_MAX, "lengths are a u8");

/* ---- opening ---- */

enum {
    REST_BYTES_AT = 3 * 8,
    WIDTHS_AT = REST_BYTES_AT + 2,
    HEAD_BYTES = WIDTHS_AT + TERM_COLUMNS
};

bool term_block_open(struct span bytes, uint32_t count, struct term_block *block_out)
{
    if (bytes.size < HEAD_BYTES) {
        return false;
    }
    const uint8_t *at = bytes.bytes;
    struct term_block *block = block_out;
    struct term_columns *columns = &block->columns;
    columns->base = (struct term_offsets){
        .postings = load_le64(at),
        .rows = load_le64(at + 8),
        .positions = load_le64(at + 16),
    };
    if ((columns->base.postings | columns->base.rows | columns->base.positions) >> WIDE_MAX != 0) {
        return false;
    }
    const size_t rest_bytes = load_le16(at + REST_BYTES_AT);
    const uint8_t *widths = at + WIDTHS_AT;
    size_t offset = HEAD_BYTES;
    block->count = count;
    block->shared = at + offset;
    block->own = block->shared + count;
    block->heads = block->own + count;
    offset += 3 * (size_t)count;
    block->rests = span_of(at + offset, rest_bytes);
    offset += rest_bytes;
    bool is_sound = true;
    for (int column = 0; column < TERM_COLUMNS; column++) {
        columns->width[column] = widths[column];
        columns->column[column] = at + offset;
        offset += column_bytes(count, widths[column]);
        is_sound = is_sound && widths[column] <= width_max[column];
    }
    return is_sound && offset == bytes.size;
}

/* ---- finding ---- */

static_assert((int)LEDE_TERM_BLOCK == (int)BYTE_MASK_BYTES, "a block's terms are looked at whole");
static_assert((int)BYTE_MASK_BYTES <= (int)LEDE_READ_PADDING, "and may be, where they are fewer");

/* Terms at which something happens, from `matched` bytes on. */
static uint32_t eventful(const struct term_block *block, uint8_t matched, uint8_t next)
{
    const uint32_t equal = bytes_equal(block->shared, matched);
    const uint32_t below = ~bytes_at_least(block->shared, matched);
    return below | (equal & bytes_at_least(block->heads, next));
}

bool term_block_find(
    const struct term_block *block, const uint8_t *term, uint32_t term_length, uint32_t *place_out)
{
    uint32_t matched = 0;
    uint64_t left = (UINT64_C(1) << block->count) - 1;
    for (;;) {
        const uint64_t places = eventful(block, (uint8_t)matched, term[matched]) & left;
        if (places == 0) {
            break;
        }
        const uint32_t place = lowest_bit64(places);
        if (block->shared[place] != matched || block->heads[place] != term[matched]) {
            break; // above
        }
        struct front_coded coded;
        if (!term_block_at(block, place, bytes_sum(block->own, place) - place, &coded)) {
            return false;
        }
        const uint8_t *wanted = term + matched + 1;
        const uint32_t wanted_bytes = term_length - matched - 1;
        const uint32_t rest_bytes = coded.own - 1;
        const uint32_t common = wanted_bytes < rest_bytes ? wanted_bytes : rest_bytes;
        uint32_t same = 0;
        while (same < common && coded.rest[same] == wanted[same]) {
            same++;
        }
        matched += 1 + same;
        if (same < common ? coded.rest[same] > wanted[same] : wanted_bytes < rest_bytes) {
            break; // above
        }
        if (same == common && wanted_bytes == rest_bytes) {
            *place_out = place;
            return true;
        }
        left &= ~UINT64_C(1) << place;
    }
    *place_out = block->count;
    return true;
}

/* ---- columns ---- */

static uint64_t number_at(
    const struct term_columns *columns, enum term_column column, uint32_t place)
{
    const uint32_t width = columns->width[column];
    const size_t bit = (size_t)place * width;
    return load_le64(columns->column[column] + bit / 8) >> bit % 8 & ((UINT64_C(1) << width) - 1);
}

/* Bytes of rows follow from df; 0 for nearly all terms. */
static uint64_t rows_bytes(uint32_t df)
{
    return df <= LEDE_BLOCK_POSTINGS ? 0 : block_rows_size((df - 1) / LEDE_BLOCK_POSTINGS + 1);
}

void term_columns_entry(const struct term_columns *columns, uint32_t place,
    struct term_entry *entry_out, bool *is_alias_out)
{
    const bool is_alias = number_at(columns, COLUMN_ALIAS, place) != 0;
    struct term_entry entry = {.df = (uint32_t)number_at(columns, COLUMN_DF, place) + 1};
    entry.cf = entry.df + number_at(columns, COLUMN_REPEATS, place);
    entry.max_tf = (uint32_t)number_at(columns, COLUMN_MAX_TF, place) + 1;
    entry.min_length = (uint32_t)number_at(columns, COLUMN_MIN_LENGTH, place);
    if (!is_alias) {
        const struct term_offsets *base = &columns->base;
        const uint64_t doc_or_size = number_at(columns, COLUMN_DOC_OR_SIZE, place);
        entry.single_doc = entry.df == 1 ? (uint32_t)doc_or_size : 0;
        entry.postings_offset = base->postings + number_at(columns, COLUMN_POSTINGS_BEGIN, place);
        entry.postings_size = entry.df == 1 ? 0 : doc_or_size;
        entry.rows_offset = base->rows + number_at(columns, COLUMN_ROWS_BEGIN, place);
        entry.rows_size = rows_bytes(entry.df);
        entry.positions_offset =
            base->positions + number_at(columns, COLUMN_POSITIONS_BEGIN, place);
        entry.positions_size = number_at(columns, COLUMN_POSITIONS_SIZE, place);
    }
    *entry_out = entry;
    *is_alias_out = is_alias;
}
