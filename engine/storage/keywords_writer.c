/* Section: header · one row a field · the fields' columns, each beginning at a multiple of 8. A
 * column: offsets of the values · name · values · starts (where documents have several) · ordinals.
 *
 * The distinct values of a field are found with a hash table, sorted, and numbered; so values are
 * compared once for each distinct pair that the sort looks at, not once a document.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/bits.h"
#include "base/hash.h"
#include "storage/keyword_shape.h"
#include "storage/keywords.h"

enum { TABLE_SIZE_MIN = 16 };

/* ---- numbering the distinct values ---- */

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
           span_compare(table->values[table->slots[slot] - 1].value, value) != 0) {
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
    return span_compare(left->value, right->value);
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

/* ---- columns ---- */

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
    struct keyword_packer packer;
    keyword_packer_init(&packer, out, bit_width32(value_count));
    for (uint32_t doc = 0; doc < doc_count; doc++) {
        keyword_packer_add(
            &packer, starts[doc] == starts[doc + 1] ? value_count : ordinals[starts[doc]]);
    }
    keyword_packer_flush(&packer);
}

static void pack_several(const uint32_t *starts, const uint32_t *ordinals, uint32_t doc_count,
    uint32_t value_count, struct buf *out)
{
    const uint32_t pair_count = starts[doc_count];
    struct keyword_packer packer;
    keyword_packer_init(&packer, out, bit_width32(pair_count));
    for (uint32_t doc = 0; doc <= doc_count; doc++) {
        keyword_packer_add(&packer, starts[doc]);
    }
    keyword_packer_flush(&packer);
    keyword_packer_init(&packer, out, bit_width32(value_count - 1));
    for (uint32_t i = 0; i < pair_count; i++) {
        keyword_packer_add(&packer, ordinals[i]);
    }
    keyword_packer_flush(&packer);
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

static uint64_t values_size(const struct value_table *table)
{
    uint64_t size = 0;
    for (uint32_t i = 0; i < table->value_count; i++) {
        size += table->values[i].value.size;
    }
    return size;
}

/* One column at the end of the section that begins at `base`. */
static lede_status write_column(const struct keyword_input *field, uint32_t doc_count, size_t base,
    struct keyword_shape *shape_out, struct buf *section)
{
    struct value_table table = {0};
    uint32_t most = 0;
    uint32_t *starts = mem_array((size_t)doc_count + 1, sizeof *starts);
    lede_status status = starts == NULL ? LEDE_ERR_NOMEM : value_table_build(&table, field);
    if (status == LEDE_OK) {
        status = gather_documents(field, doc_count, table.numbers, starts, &most);
    }
    if (status == LEDE_OK) {
        (void)buf_append_zeros(section, keyword_column_padding(section->size - base));
        write_values(&table, field->name, section);
        if (most > 1) {
            pack_several(starts, table.numbers, doc_count, table.value_count, section);
        } else {
            pack_single(starts, table.numbers, doc_count, table.value_count, section);
        }
        *shape_out = (struct keyword_shape){
            .name = field->name,
            .value_count = table.value_count,
            .values_size = values_size(&table),
            .pair_count = most > 1 ? starts[doc_count] : 0,
        };
        status = section->status;
    }
    value_table_release(&table);
    mem_free(starts);
    return status;
}

lede_status keywords_write(
    const struct keyword_input *fields, size_t field_count, uint32_t doc_count, struct buf *section)
{
    ASSERT(field_count <= LEDE_KEYWORD_FIELDS_MAX);
    struct keyword_shape shapes[LEDE_KEYWORD_FIELDS_MAX];
    const size_t base = section->size;
    lede_status status = buf_append_zeros(section, keyword_head_size(field_count));
    for (size_t i = 0; i < field_count && status == LEDE_OK; i++) {
        ASSERT(fields[i].name.size >= 1 && fields[i].name.size <= LEDE_FIELD_NAME_BYTES_MAX);
        if (fields[i].pair_count > UINT32_MAX) {
            return LEDE_ERR_LIMIT;
        }
        status = write_column(&fields[i], doc_count, base, &shapes[i], section);
    }
    if (status == LEDE_OK) {
        const uint64_t end =
            keyword_head_store(shapes, field_count, doc_count, section->data + base);
        ASSERT(end == section->size - base);
    }
    return status;
}
