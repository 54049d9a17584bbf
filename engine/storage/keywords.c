/* Section: header · one row a field · the fields' columns, each beginning at a multiple of 8. A
 * column: offsets of the values · name · values · starts (where documents have several) ·
 * ordinals.
 *
 * Writing: the distinct values of a field are found with a hash table, sorted, and numbered; so
 * values are compared once for each distinct pair that the sort looks at, not once a document.
 */
#include "storage/keywords.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/bits.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "codec/bitpack.h"

enum { HEADER_BYTES = 8, ROW_BYTES = 40, PACK_CHUNK = 256, TABLE_SIZE_MIN = 16 };

static int compare_spans(struct span a, struct span b)
{
    const size_t shorter = a.size < b.size ? a.size : b.size;
    const int order = shorter == 0 ? 0 : memcmp(a.bytes, b.bytes, shorter);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* ---- writing: numbering the distinct values ---- */

struct distinct {
    struct span value;
    uint32_t first_number; /* in order of first occurrence; later the index into `ordinal_of` */
};

/* The values of one field. All arrays are owned. */
struct value_table {
    struct distinct *values;
    uint32_t value_count, value_capacity;
    uint32_t *slots; /* value number + 1, 0: free; a power of two of them */
    size_t slot_count;
    uint32_t *numbers; /* by pair: the number of its value, later its ordinal */
};

static void value_table_release(struct value_table *table)
{
    mem_free(table->values);
    mem_free(table->slots);
    mem_free(table->numbers);
}

static size_t slot_of(const struct value_table *table, struct span value)
{
    size_t slot = (size_t)hash_bytes(value.bytes, value.size) & (table->slot_count - 1);
    while (table->slots[slot] != 0 &&
           compare_spans(table->values[table->slots[slot] - 1].value, value) != 0) {
        slot = (slot + 1) & (table->slot_count - 1);
    }
    return slot;
}

/* Room for one value more: at least half of the slots stay free. */
static lede_status value_table_grow(struct value_table *table)
{
    if (table->value_count < table->value_capacity) {
        return LEDE_OK;
    }
    const size_t slot_count = table->slot_count == 0 ? TABLE_SIZE_MIN : table->slot_count * 2;
    struct distinct *values = mem_resize(table->values, slot_count / 2 * sizeof *values);
    if (values == NULL) {
        return LEDE_ERR_NOMEM;
    }
    table->values = values;
    uint32_t *slots = mem_zalloc(slot_count, sizeof *slots);
    if (slots == NULL) {
        return LEDE_ERR_NOMEM;
    }
    mem_free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    table->value_capacity = (uint32_t)(slot_count / 2);
    for (uint32_t i = 0; i < table->value_count; i++) {
        table->slots[slot_of(table, values[i].value)] = i + 1;
    }
    return LEDE_OK;
}

static int compare_distinct(const void *a, const void *b)
{
    const struct distinct *left = a;
    const struct distinct *right = b;
    return compare_spans(left->value, right->value);
}

/* Fill the table from the field's pairs: values sorted, `numbers` holding ordinals. */
static lede_status value_table_build(struct value_table *table, const struct keyword_input *field)
{
    table->numbers = mem_array(field->pair_count, sizeof *table->numbers);
    if (table->numbers == NULL) {
        return LEDE_ERR_NOMEM;
    }
    for (size_t i = 0; i < field->pair_count; i++) {
        const struct span value = field->pairs[i].value;
        ASSERT(value.size >= 1 && value.size <= LEDE_KEYWORD_BYTES_MAX);
        ASSERT(i == 0 || field->pairs[i - 1].doc <= field->pairs[i].doc);
        if (value_table_grow(table) != LEDE_OK) {
            return LEDE_ERR_NOMEM;
        }
        const size_t slot = slot_of(table, value);
        if (table->slots[slot] == 0) {
            table->values[table->value_count] =
                (struct distinct){.value = value, .first_number = table->value_count};
            table->slots[slot] = ++table->value_count;
        }
        table->numbers[i] = table->slots[slot] - 1;
    }
    if (table->value_count == 0) {
        return LEDE_OK;
    }
    qsort(table->values, table->value_count, sizeof *table->values, compare_distinct);
    /* The slots have done their work: they hold the ordinal by number of first occurrence now. */
    for (uint32_t ordinal = 0; ordinal < table->value_count; ordinal++) {
        table->slots[table->values[ordinal].first_number] = ordinal;
    }
    for (size_t i = 0; i < field->pair_count; i++) {
        table->numbers[i] = table->slots[table->numbers[i]];
    }
    return LEDE_OK;
}

/* ---- writing: columns ---- */

/* Numbers of one width appended one at a time. */
struct packer {
    struct buf *out;
    uint32_t width, count;
    uint32_t
        pending[PACK_CHUNK]; /* a multiple of 8, so that every chunk but the last ends on a byte */
};

static void packer_flush(struct packer *packer)
{
    uint8_t *at = buf_extend(packer->out, bitpack_bytes(packer->count, packer->width));
    if (at != NULL) {
        bitpack_pack(packer->pending, packer->count, packer->width, at);
    }
    packer->count = 0;
}

static void packer_add(struct packer *packer, uint32_t number)
{
    packer->pending[packer->count++] = number;
    if (packer->count == PACK_CHUNK) {
        packer_flush(packer);
    }
}

static int compare_numbers(const void *a, const void *b)
{
    const uint32_t left = *(const uint32_t *)a;
    const uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* Sort the ordinals of each document and drop repeated ones, in place: `starts` (doc_count + 1)
 * says where each document's begin. *most_out: the most that one has. */
static lede_status gather_documents(const struct keyword_input *field, uint32_t doc_count,
    uint32_t *ordinals, uint32_t *starts, uint32_t *most_out)
{
    size_t pair = 0;
    uint32_t place = 0;
    uint32_t most = 0;
    for (uint32_t doc = 0; doc < doc_count; doc++) {
        starts[doc] = place;
        size_t end = pair;
        while (end < field->pair_count && field->pairs[end].doc == doc) {
            end++;
        }
        if (end - pair > 1) {
            qsort(ordinals + pair, end - pair, sizeof *ordinals, compare_numbers);
        }
        for (; pair < end; pair++) {
            if (place == starts[doc] || ordinals[place - 1] != ordinals[pair]) {
                ordinals[place++] = ordinals[pair];
            }
        }
        const uint32_t count = place - starts[doc];
        most = count > most ? count : most;
    }
    ASSERT(pair == field->pair_count);
    starts[doc_count] = place;
    *most_out = most;
    return most <= LEDE_KEYWORD_VALUES_MAX ? LEDE_OK : LEDE_ERR_LIMIT;
}

static void pack_single(const uint32_t *starts, const uint32_t *ordinals, uint32_t doc_count,
    uint32_t value_count, struct buf *out)
{
    struct packer packer = {.out = out, .width = bit_width32(value_count)};
    for (uint32_t doc = 0; doc < doc_count; doc++) {
        packer_add(&packer, starts[doc] == starts[doc + 1] ? value_count : ordinals[starts[doc]]);
    }
    packer_flush(&packer);
}

static void pack_several(const uint32_t *starts, const uint32_t *ordinals, uint32_t doc_count,
    uint32_t value_count, struct buf *out)
{
    const uint32_t pair_count = starts[doc_count];
    struct packer packer = {.out = out, .width = bit_width32(pair_count)};
    for (uint32_t doc = 0; doc <= doc_count; doc++) {
        packer_add(&packer, starts[doc]);
    }
    packer_flush(&packer);
    packer.width = bit_width32(value_count - 1);
    for (uint32_t i = 0; i < pair_count; i++) {
        packer_add(&packer, ordinals[i]);
    }
    packer_flush(&packer);
}

static void write_values(const struct value_table *table, struct span name, struct buf *section)
{
    uint64_t offset = 0;
    (void)buf_append_le64(section, 0);
    for (uint32_t i = 0; i < table->value_count; i++) {
        offset += table->values[i].value.size;
        (void)buf_append_le64(section, offset);
    }
    (void)buf_append(section, name.bytes, name.size);
    for (uint32_t i = 0; i < table->value_count; i++) {
        (void)buf_append(section, table->values[i].value.bytes, table->values[i].value.size);
    }
}

/* One column at the end of `section` and its row at `row`, a place in the section. */
static lede_status write_column(const struct keyword_input *field, uint32_t doc_count, size_t base,
    size_t row, struct buf *section)
{
    struct value_table table = {0};
    uint32_t most = 0;
    uint32_t *starts = mem_array((size_t)doc_count + 1, sizeof *starts);
    lede_status status = starts == NULL ? LEDE_ERR_NOMEM : value_table_build(&table, field);
    if (status == LEDE_OK) {
        status = gather_documents(field, doc_count, table.numbers, starts, &most);
    }
    if (status == LEDE_OK) {
        (void)buf_append_zeros(section, (8 - (section->size - base) % 8) % 8);
        const size_t column = section->size - base;
        write_values(&table, field->name, section);
        if (most > 1) {
            pack_several(starts, table.numbers, doc_count, table.value_count, section);
        } else {
            pack_single(starts, table.numbers, doc_count, table.value_count, section);
        }
        status = section->status;
        if (status == LEDE_OK) {
            uint8_t *at = section->data + row;
            store_le64(at, column);
            store_le64(at + 8, section->size - base - column);
            store_le32(at + 16, table.value_count);
            store_le32(at + 20, most > 1 ? starts[doc_count] : 0);
            store_le32(at + 24, (uint32_t)field->name.size);
        }
    }
    value_table_release(&table);
    mem_free(starts);
    return status;
}

lede_status keywords_write(
    const struct keyword_input *fields, size_t field_count, uint32_t doc_count, struct buf *section)
{
    ASSERT(field_count <= LEDE_KEYWORD_FIELDS_MAX);
    const size_t base = section->size;
    (void)buf_append_le32(section, (uint32_t)field_count);
    (void)buf_append_le32(section, 0);
    (void)buf_append_zeros(section, field_count * ROW_BYTES);
    lede_status status = section->status;
    for (size_t i = 0; i < field_count && status == LEDE_OK; i++) {
        ASSERT(fields[i].name.size >= 1 && fields[i].name.size <= LEDE_FIELD_NAME_BYTES_MAX);
        if (fields[i].pair_count > UINT32_MAX) {
            return LEDE_ERR_LIMIT;
        }
        status =
            write_column(&fields[i], doc_count, base, base + HEADER_BYTES + i * ROW_BYTES, section);
    }
    return status;
}

/* ---- reading ---- */

static uint64_t packed_bytes(uint64_t count, uint32_t width)
{
    return (count * width + 7) / 8;
}

/* Cut a column's bytes into its parts; false where they do not fit exactly. */
static bool open_column(struct span bytes, uint32_t doc_count, uint32_t value_count,
    uint32_t pair_count, uint32_t name_size, struct keyword_column *column_out)
{
    struct keyword_column column = {
        .doc_count = doc_count, .value_count = value_count, .pair_count = pair_count};
    struct cursor cursor = cursor_of(bytes);
    const size_t offsets_size = ((size_t)value_count + 1) * 8;
    column.value_offsets = span_of(cursor_bytes(&cursor, offsets_size), offsets_size);
    column.name = span_of(cursor_bytes(&cursor, name_size), name_size);
    if (cursor.failed) {
        return false;
    }
    const uint64_t values_size = load_le64(column.value_offsets.bytes + offsets_size - 8);
    uint64_t ordinal_count = doc_count;
    column.width_bits = bit_width32(value_count);
    if (pair_count > 0) {
        if (value_count == 0) {
            return false;
        }
        ordinal_count = pair_count;
        column.width_bits = bit_width32(value_count - 1);
        column.start_bits = bit_width32(pair_count);
    }
    const size_t starts_size = (size_t)packed_bytes(
        column.start_bits == 0 ? 0 : (uint64_t)doc_count + 1, column.start_bits);
    const size_t ordinals_size = (size_t)packed_bytes(ordinal_count, column.width_bits);
    column.values = span_of(cursor_bytes(&cursor, values_size), values_size);
    column.starts = span_of(cursor_bytes(&cursor, starts_size), starts_size);
    column.ordinals = span_of(cursor_bytes(&cursor, ordinals_size), ordinals_size);
    if (cursor.failed || cursor_left(&cursor) != 0) {
        return false;
    }
    *column_out = column;
    return true;
}

lede_status keywords_open(
    struct keywords *keywords, struct span section, uint32_t doc_count, lede_error *error)
{
    struct cursor cursor = cursor_of(section);
    struct keywords opened = {.field_count = cursor_u32(&cursor)};
    const uint32_t reserved = cursor_u32(&cursor);
    if (cursor.failed || reserved != 0 || opened.field_count > LEDE_KEYWORD_FIELDS_MAX) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "keywords: header is damaged");
    }
    for (uint32_t i = 0; i < opened.field_count; i++) {
        const uint64_t offset = cursor_u64(&cursor);
        const uint64_t size = cursor_u64(&cursor);
        const uint32_t value_count = cursor_u32(&cursor);
        const uint32_t pair_count = cursor_u32(&cursor);
        const uint32_t name_size = cursor_u32(&cursor);
        const uint32_t row_reserved = cursor_u32(&cursor);
        const uint64_t row_reserved_too = cursor_u64(&cursor);
        struct span bytes;
        if (cursor.failed || row_reserved != 0 || row_reserved_too != 0 || name_size == 0 ||
            name_size > LEDE_FIELD_NAME_BYTES_MAX || value_count == KEYWORD_NONE ||
            !span_part(section, offset, size, &bytes) ||
            !open_column(bytes, doc_count, value_count, pair_count, name_size, &opened.fields[i])) {
            return lede_fail(
                error, LEDE_ERR_CORRUPT, "keywords: column %u does not fit its section", i);
        }
    }
    *keywords = opened;
    return LEDE_OK;
}

const struct keyword_column *keywords_field(
    const struct keywords *keywords, const char *name, size_t length)
{
    for (uint32_t i = 0; i < keywords->field_count; i++) {
        if (compare_spans(keywords->fields[i].name, span_of(name, length)) == 0) {
            return &keywords->fields[i];
        }
    }
    return NULL;
}

struct span keyword_value(const struct keyword_column *column, uint32_t ordinal)
{
    const uint8_t *row = column->value_offsets.bytes + (size_t)ordinal * 8;
    const uint64_t start = load_le64(row);
    const uint64_t end = load_le64(row + 8);
    struct span value;
    if (end < start || !span_part(column->values, start, end - start, &value)) {
        return span_of(column->values.bytes, 0);
    }
    return value;
}

uint32_t keyword_find(const struct keyword_column *column, const char *value, size_t length)
{
    const struct span wanted = span_of(value, length);
    uint32_t low = 0;
    uint32_t high = column->value_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const int order = compare_spans(keyword_value(column, middle), wanted);
        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return KEYWORD_NONE;
}

uint32_t keyword_ordinals(const struct keyword_column *column, uint32_t doc, uint32_t *ordinals)
{
    if (column->start_bits == 0) {
        const uint32_t ordinal = bitpack_get(column->ordinals.bytes, doc, column->width_bits);
        if (ordinal >= column->value_count) {
            return 0;
        }
        ordinals[0] = ordinal;
        return 1;
    }
    const uint32_t start = bitpack_get(column->starts.bytes, doc, column->start_bits);
    const uint32_t end = bitpack_get(column->starts.bytes, (uint64_t)doc + 1, column->start_bits);
    if (end > column->pair_count || start >= end) {
        return 0;
    }
    uint32_t count = 0;
    for (uint32_t i = start; i < end && count < LEDE_KEYWORD_VALUES_MAX; i++) {
        const uint32_t ordinal = bitpack_get(column->ordinals.bytes, i, column->width_bits);
        if (ordinal < column->value_count) {
            ordinals[count++] = ordinal;
        }
    }
    return count;
}

/* ---- verifying ---- */

static const char *fault_in_values(const struct keyword_column *column)
{
    if (load_le64(column->value_offsets.bytes) != 0) {
        return "first value does not begin at 0";
    }
    struct span last = {0};
    for (uint32_t i = 0; i < column->value_count; i++) {
        const struct span value = keyword_value(column, i);
        if (value.size == 0 || value.size > LEDE_KEYWORD_BYTES_MAX) {
            return "a value has no size that values have";
        }
        if (compare_spans(last, value) >= 0) {
            return "values are not in order";
        }
        last = value;
    }
    return NULL;
}

/* Ordinals [start, end) of a document ascend and are values. */
static bool ordinals_are_sound(const struct keyword_column *column, uint32_t start, uint32_t end)
{
    uint32_t next = 0;
    for (uint32_t i = start; i < end; i++) {
        const uint32_t ordinal = bitpack_get(column->ordinals.bytes, i, column->width_bits);
        if (ordinal < next || ordinal >= column->value_count) {
            return false;
        }
        next = ordinal + 1;
    }
    return true;
}

static const char *fault_in_documents(const struct keyword_column *column)
{
    uint32_t place = 0;
    for (uint32_t doc = 0; doc < column->doc_count; doc++) {
        if (column->start_bits == 0) {
            if (bitpack_get(column->ordinals.bytes, doc, column->width_bits) >
                column->value_count) {
                return "a document has a value that is not there";
            }
            continue;
        }
        const uint32_t start = bitpack_get(column->starts.bytes, doc, column->start_bits);
        const uint32_t end =
            bitpack_get(column->starts.bytes, (uint64_t)doc + 1, column->start_bits);
        if (start != place || end < start || end > column->pair_count ||
            end - start > LEDE_KEYWORD_VALUES_MAX) {
            return "places of documents' values are not in order";
        }
        if (!ordinals_are_sound(column, start, end)) {
            return "a document has values that are not there or not in order";
        }
        place = end;
    }
    return place == column->pair_count ? NULL : "some values belong to no document";
}

bool keywords_verify(const struct keywords *keywords, char *message, size_t message_size)
{
    for (uint32_t i = 0; i < keywords->field_count; i++) {
        const struct keyword_column *column = &keywords->fields[i];
        const char *fault = fault_in_values(column);
        if (fault == NULL) {
            fault = fault_in_documents(column);
        }
        if (fault != NULL) {
            (void)snprintf(message, message_size, "column %u: %s", i, fault);
            return false;
        }
    }
    return true;
}
