/* A column is cut into its parts when it is opened, and read in place. */
#include "storage/keywords.h"

#include <stdio.h>

#include "base/bits.h"
#include "base/bytes.h"
#include "codec/bitpack.h"

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
        if (span_compare(keywords->fields[i].name, span_of(name, length)) == 0) {
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
        const int order = span_compare(keyword_value(column, middle), wanted);
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
        if (span_compare(last, value) >= 0) {
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
