/* What follows from df (sizes of rows and champions) is not written.
 *
 * Widths are at most 57 bits, so that a number and the up to 7 bits before it are in one 8-byte load, and
 * bases are below 2^57: sums over a block's 32 terms stay below 2^64 without being looked at. */
#include "storage/term_block.h"

#include <string.h>

#include "base/assert.h"
#include "base/bits.h"
#include "base/bytes.h"
#include "storage/block_rows.h"
#include "storage/champions.h"

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
    [COLUMN_POSTINGS_GAP] = WIDE_MAX,
    [COLUMN_ROWS_GAP] = WIDE_MAX,
    [COLUMN_POSITIONS_GAP] = WIDE_MAX,
    [COLUMN_CHAMPIONS_GAP] = WIDE_MAX,
};

static size_t column_bytes(uint32_t count, uint32_t width)
{
    return ((size_t)count * width + 7) / 8;
}

/* ---- writing ---- */

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

/* Where the lists of an entry end. */
static struct term_offsets behind(const struct term_entry *entry)
{
    return (struct term_offsets){
        .postings = entry->postings_offset + entry->postings_size,
        .rows = entry->rows_offset + entry->rows_size,
        .positions = entry->positions_offset + entry->positions_size,
        .champions = entry->champions_offset + champions_bytes(entry->df),
    };
}

static void values_of(const struct term_columns_writer *writer, const struct term_entry *entry,
    bool is_alias, uint64_t *values)
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
        values[COLUMN_POSTINGS_GAP] = entry->postings_offset - writer->at.postings;
        values[COLUMN_ROWS_GAP] = entry->rows_offset - writer->at.rows;
        values[COLUMN_POSITIONS_GAP] = entry->positions_offset - writer->at.positions;
        values[COLUMN_CHAMPIONS_GAP] = entry->champions_offset - writer->at.champions;
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
    values_of(writer, entry, is_alias, values);
    for (int column = 0; column < TERM_COLUMNS; column++) {
        if (bit_width64(values[column]) > width_max[column]) {
            return false; // also a list before the last one's end: its gap wrapped
        }
    }
    return is_alias || ((entry->postings_offset | entry->rows_offset | entry->positions_offset |
                            entry->champions_offset) >>
                           (WIDE_MAX - 1)) == 0;
}

void term_columns_add(
    struct term_columns_writer *writer, const struct term_entry *entry, bool is_alias)
{
    ASSERT(writer->count < LEDE_TERM_BLOCK);
    uint64_t values[TERM_COLUMNS];
    if (writer->count == 0) {
        if (!is_alias) { // a block's first list has nothing before it
            writer->at.postings = entry->postings_offset;
            writer->at.rows = entry->rows_offset;
            writer->at.positions = entry->positions_offset;
            writer->at.champions = entry->champions_offset;
        }
        writer->base = writer->at;
    }
    values_of(writer, entry, is_alias, values);
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

void term_block_write(struct buf *out, struct span terms, struct term_columns_writer *writer)
{
    uint8_t widths[TERM_COLUMNS];
    for (int column = 0; column < TERM_COLUMNS; column++) {
        uint64_t all = 0;
        for (uint32_t i = 0; i < writer->count; i++) {
            all |= writer->values[column][i];
        }
        widths[column] = (uint8_t)bit_width64(all);
    }
    buf_append_le16(out, (uint16_t)terms.size);
    buf_append_varint(out, writer->base.postings);
    buf_append_varint(out, writer->base.rows);
    buf_append_varint(out, writer->base.positions);
    buf_append_varint(out, writer->base.champions);
    buf_append(out, widths, sizeof widths);
    buf_append(out, terms.bytes, terms.size);
    for (int column = 0; column < TERM_COLUMNS; column++) {
        write_column(out, writer->values[column], writer->count, widths[column]);
    }
    writer->count = 0;
}

static_assert(LEDE_TERM_BLOCK * (LEDE_TERM_BYTES_MAX + 3) <= UINT16_MAX, "terms' bytes are a u16");

/* ---- reading ---- */

bool term_block_open(
    struct span block, uint32_t count, struct cursor *terms, struct term_columns *columns)
{
    const uint64_t base_max = (UINT64_C(1) << WIDE_MAX) - 1;
    struct cursor at = cursor_of(block);
    const size_t terms_bytes = cursor_u16(&at);
    columns->at.postings = cursor_varint_max(&at, base_max);
    columns->at.rows = cursor_varint_max(&at, base_max);
    columns->at.positions = cursor_varint_max(&at, base_max);
    columns->at.champions = cursor_varint_max(&at, base_max);
    columns->place = 0;
    const uint8_t *widths = cursor_bytes(&at, TERM_COLUMNS);
    const uint8_t *first_term = cursor_bytes(&at, terms_bytes);
    if (at.failed) {
        return false;
    }
    *terms = cursor_of(span_of(first_term, terms_bytes));
    for (int column = 0; column < TERM_COLUMNS; column++) {
        columns->width[column] = widths[column];
        columns->column[column] = cursor_bytes(&at, column_bytes(count, widths[column]));
        if (widths[column] > width_max[column]) {
            return false;
        }
    }
    return !at.failed && cursor_left(&at) == 0;
}

static uint64_t value_at(const struct term_columns *columns, enum term_column column)
{
    const uint32_t width = columns->width[column];
    if (width == 0) {
        return 0;
    }
    const size_t bit = (size_t)columns->place * width;
    return load_le64(columns->column[column] + bit / 8) >> bit % 8 & ((UINT64_C(1) << width) - 1);
}

/* Bytes of rows and champions follow from df; both are 0 for nearly all terms. */
static uint64_t rows_bytes(uint32_t df)
{
    return df <= LEDE_BLOCK_POSTINGS ? 0 : block_rows_size((df - 1) / LEDE_BLOCK_POSTINGS + 1);
}

void term_columns_skip(struct term_columns *columns, uint32_t count)
{
    struct term_offsets at = columns->at;
    for (const uint32_t end = columns->place + count; columns->place < end; columns->place++) {
        if (value_at(columns, COLUMN_ALIAS) != 0) {
            continue;
        }
        const uint32_t df = (uint32_t)value_at(columns, COLUMN_DF) + 1;
        at.postings += value_at(columns, COLUMN_POSTINGS_GAP) +
                       (df == 1 ? 0 : value_at(columns, COLUMN_DOC_OR_SIZE));
        at.rows += value_at(columns, COLUMN_ROWS_GAP) + rows_bytes(df);
        at.positions +=
            value_at(columns, COLUMN_POSITIONS_GAP) + value_at(columns, COLUMN_POSITIONS_SIZE);
        at.champions += value_at(columns, COLUMN_CHAMPIONS_GAP) + champions_bytes(df);
    }
    columns->at = at;
}

void term_columns_next(
    struct term_columns *columns, struct term_entry *entry_out, bool *is_alias_out)
{
    const bool is_alias = value_at(columns, COLUMN_ALIAS) != 0;
    struct term_entry entry = {.df = (uint32_t)value_at(columns, COLUMN_DF) + 1};
    entry.cf = entry.df + value_at(columns, COLUMN_REPEATS);
    entry.max_tf = (uint32_t)value_at(columns, COLUMN_MAX_TF) + 1;
    entry.min_length = (uint32_t)value_at(columns, COLUMN_MIN_LENGTH);
    if (!is_alias) {
        const uint64_t doc_or_size = value_at(columns, COLUMN_DOC_OR_SIZE);
        entry.single_doc = entry.df == 1 ? (uint32_t)doc_or_size : 0;
        entry.postings_offset = columns->at.postings + value_at(columns, COLUMN_POSTINGS_GAP);
        entry.postings_size = entry.df == 1 ? 0 : doc_or_size;
        entry.rows_offset = columns->at.rows + value_at(columns, COLUMN_ROWS_GAP);
        entry.rows_size = rows_bytes(entry.df);
        entry.positions_offset = columns->at.positions + value_at(columns, COLUMN_POSITIONS_GAP);
        entry.positions_size = value_at(columns, COLUMN_POSITIONS_SIZE);
        entry.champions_offset = columns->at.champions + value_at(columns, COLUMN_CHAMPIONS_GAP);
        columns->at = behind(&entry);
    }
    columns->place++;
    *entry_out = entry;
    *is_alias_out = is_alias;
}
