#include "index/merge_keywords.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bits.h"
#include "storage/keyword_shape.h"

enum { DRAIN_BYTES = 1 << 16 };

/* One field of all sources. */
struct column {
    struct container_writer *container;
    const struct merge_docs *docs;
    struct keyword_shape shape;
    const struct keyword_column
        *columns[MERGE_SOURCES_MAX]; /* NULL: the source has no such field */
    uint32_t *places
        [MERGE_SOURCES_MAX]; /* by ordinal there: the new one, KEYWORD_NONE without a document */
    struct buf out;
    lede_error *error;
};

static lede_status fail(const struct column *column, uint32_t source)
{
    return lede_fail(column->error, LEDE_ERR_CORRUPT,
        "segment %llu: keywords of \"%.*s\" cannot be read",
        (unsigned long long)column->docs->sources[source].segment->number,
        (int)column->shape.name.size, (const char *)column->shape.name.bytes);
}

static void release(struct column *column)
{
    for (uint32_t i = 0; i < column->docs->source_count; i++) {
        mem_free(column->places[i]);
    }
    buf_release(&column->out);
}

/* ---- the shape ---- */

/* Values of the document that the walk stands on. */
static uint32_t ordinals_of(
    const struct column *column, const struct merge_walk *walk, uint32_t *ordinals)
{
    const struct keyword_column *from = column->columns[walk->source];
    return from == NULL ? 0 : keyword_ordinals(from, walk->doc, ordinals);
}

/* Mark the values that documents have, with 0, and count. */
static lede_status mark_values(struct column *column)
{
    struct merge_walk walk;
    uint64_t pair_count = 0;
    uint32_t most = 0;
    merge_walk_begin(&walk, column->docs);
    while (merge_walk_next(&walk)) {
        uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
        const uint32_t count = ordinals_of(column, &walk, ordinals);
        for (uint32_t i = 0; i < count; i++) {
            if (i > 0 && ordinals[i] <= ordinals[i - 1]) {
                return fail(column, walk.source);
            }
            column->places[walk.source][ordinals[i]] = 0;
        }
        pair_count += count;
        most = count > most ? count : most;
    }
    if (pair_count > UINT32_MAX) {
        return lede_fail(column->error, LEDE_ERR_LIMIT,
            "keywords of \"%.*s\": more than 2^32 - 1 values", (int)column->shape.name.size,
            (const char *)column->shape.name.bytes);
    }
    column->shape.pair_count = most > 1 ? (uint32_t)pair_count : 0;
    return LEDE_OK;
}

/* A walk over the values of all sources in order, each once. */
struct value_walk {
    struct column *column;
    struct span value;
    uint32_t holder; /* a source that has it */
    uint32_t at[MERGE_SOURCES_MAX];
};

static void pass_unused(struct value_walk *walk, uint32_t source)
{
    const struct keyword_column *from = walk->column->columns[source];
    const uint32_t *places = walk->column->places[source];
    while (from != NULL && walk->at[source] < from->value_count &&
           places[walk->at[source]] == KEYWORD_NONE) {
        walk->at[source]++;
    }
}

static bool has_value(const struct value_walk *walk, uint32_t source)
{
    const struct keyword_column *from = walk->column->columns[source];
    return from != NULL && walk->at[source] < from->value_count;
}

static void value_walk_begin(struct value_walk *walk, struct column *column)
{
    *walk = (struct value_walk){.column = column};
    for (uint32_t i = 0; i < column->docs->source_count; i++) {
        pass_unused(walk, i);
    }
}

/* The lowest value that was not given yet becomes number `place`. */
static bool value_walk_next(struct value_walk *walk, uint32_t place)
{
    struct column *column = walk->column;
    const uint32_t source_count = column->docs->source_count;
    bool is_there = false;
    for (uint32_t i = 0; i < source_count; i++) {
        if (!has_value(walk, i)) {
            continue;
        }
        const struct span value = keyword_value(column->columns[i], walk->at[i]);
        if (!is_there || span_compare(value, walk->value) < 0) {
            walk->value = value;
            walk->holder = i;
            is_there = true;
        }
    }
    for (uint32_t i = 0; is_there && i < source_count; i++) {
        if (has_value(walk, i) &&
            span_compare(keyword_value(column->columns[i], walk->at[i]), walk->value) == 0) {
            column->places[i][walk->at[i]++] = place;
            pass_unused(walk, i);
        }
    }
    return is_there;
}

static lede_status number_values(struct column *column)
{
    struct keyword_shape *shape = &column->shape;
    struct value_walk walk;
    struct span before = {0};
    value_walk_begin(&walk, column);
    while (value_walk_next(&walk, shape->value_count)) {
        if (walk.value.size == 0 || walk.value.size > LEDE_KEYWORD_BYTES_MAX ||
            span_compare(before, walk.value) >= 0) {
            return fail(column, walk.holder);
        }
        before = walk.value;
        shape->value_count++;
        shape->values_size += walk.value.size;
    }
    return LEDE_OK;
}

static lede_status open_column(struct column *column, struct container_writer *container,
    const struct merge_docs *docs, const char *name, lede_error *error)
{
    *column = (struct column){
        .container = container,
        .docs = docs,
        .shape = {.name = span_of(name, strlen(name))},
        .error = error,
    };
    buf_init(&column->out, SIZE_MAX);
    for (uint32_t i = 0; i < docs->source_count; i++) {
        column->columns[i] =
            keywords_field(&docs->sources[i].segment->keywords, name, strlen(name));
        if (column->columns[i] == NULL) {
            continue;
        }
        const uint32_t value_count = column->columns[i]->value_count;
        column->places[i] = mem_array(value_count, sizeof *column->places[i]);
        if (column->places[i] == NULL) {
            return lede_fail_nomem(error);
        }
        memset(column->places[i], 0xff, value_count * sizeof *column->places[i]);
    }
    const lede_status status = mark_values(column);
    return status == LEDE_OK ? number_values(column) : status;
}

/* ---- writing ---- */

static lede_status drain(struct column *column, size_t beyond)
{
    if (column->out.status != LEDE_OK) {
        return lede_fail_nomem(column->error);
    }
    if (column->out.size < beyond) {
        return LEDE_OK;
    }
    const lede_status status = container_writer_append(
        column->container, column->out.data, column->out.size, column->error);
    buf_reset(&column->out);
    return status;
}

static lede_status write_values(struct column *column)
{
    struct value_walk walk;
    uint64_t offset = 0;
    lede_status status = LEDE_OK;
    (void)buf_append_le64(&column->out, 0);
    value_walk_begin(&walk, column);
    for (uint32_t i = 0; status == LEDE_OK && value_walk_next(&walk, i); i++) {
        offset += walk.value.size;
        (void)buf_append_le64(&column->out, offset);
        status = drain(column, DRAIN_BYTES);
    }
    (void)buf_append(&column->out, column->shape.name.bytes, column->shape.name.size);
    value_walk_begin(&walk, column);
    for (uint32_t i = 0; status == LEDE_OK && value_walk_next(&walk, i); i++) {
        (void)buf_append(&column->out, walk.value.bytes, walk.value.size);
        status = drain(column, DRAIN_BYTES);
    }
    return status;
}

static lede_status write_starts(struct column *column)
{
    struct merge_walk walk;
    struct keyword_packer packer;
    uint32_t start = 0;
    lede_status status = LEDE_OK;
    keyword_packer_init(&packer, &column->out, bit_width32(column->shape.pair_count));
    keyword_packer_add(&packer, 0);
    merge_walk_begin(&walk, column->docs);
    while (status == LEDE_OK && merge_walk_next(&walk)) {
        uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
        start += ordinals_of(column, &walk, ordinals);
        keyword_packer_add(&packer, start);
        status = drain(column, DRAIN_BYTES);
    }
    keyword_packer_flush(&packer);
    return status;
}

static lede_status write_ordinals(struct column *column)
{
    const uint32_t value_count = column->shape.value_count;
    const bool is_several = column->shape.pair_count > 0;
    struct merge_walk walk;
    struct keyword_packer packer;
    lede_status status = LEDE_OK;
    keyword_packer_init(
        &packer, &column->out, bit_width32(is_several ? value_count - 1 : value_count));
    merge_walk_begin(&walk, column->docs);
    while (status == LEDE_OK && merge_walk_next(&walk)) {
        uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
        const uint32_t count = ordinals_of(column, &walk, ordinals);
        for (uint32_t i = 0; i < count; i++) {
            keyword_packer_add(&packer, column->places[walk.source][ordinals[i]]);
        }
        if (count == 0 && !is_several) {
            keyword_packer_add(&packer, value_count);
        }
        status = drain(column, DRAIN_BYTES);
    }
    keyword_packer_flush(&packer);
    return status;
}

static lede_status write_column(struct column *column)
{
    const uint64_t offset = container_writer_offset(column->container);
    (void)buf_append_zeros(&column->out, keyword_column_padding(offset));
    lede_status status = write_values(column);
    if (status == LEDE_OK && column->shape.pair_count > 0) {
        status = write_starts(column);
    }
    if (status == LEDE_OK) {
        status = write_ordinals(column);
    }
    return status == LEDE_OK ? drain(column, 0) : status;
}

static lede_status write_head(struct container_writer *container, const struct merge_docs *docs,
    const struct manifest *manifest, lede_error *error)
{
    struct keyword_shape shapes[LEDE_KEYWORD_FIELDS_MAX];
    uint8_t head[8 + LEDE_KEYWORD_FIELDS_MAX * 40] = {0};
    for (uint32_t i = 0; i < manifest->keyword_count; i++) {
        struct column column;
        const lede_status status =
            open_column(&column, container, docs, manifest->keywords[i], error);
        shapes[i] = column.shape;
        release(&column);
        if (status != LEDE_OK) {
            return status;
        }
    }
    (void)keyword_head_store(shapes, manifest->keyword_count, docs->doc_count, head);
    return container_writer_append(
        container, head, keyword_head_size(manifest->keyword_count), error);
}

lede_status merge_keywords_write(struct container_writer *container, const struct merge_docs *docs,
    const struct manifest *manifest, lede_error *error)
{
    lede_status status = container_writer_begin(container, SECTION_KEYWORDS, error);
    if (status == LEDE_OK) {
        status = write_head(container, docs, manifest, error);
    }
    for (uint32_t i = 0; status == LEDE_OK && i < manifest->keyword_count; i++) {
        struct column column;
        status = open_column(&column, container, docs, manifest->keywords[i], error);
        if (status == LEDE_OK) {
            status = write_column(&column);
        }
        release(&column);
    }
    return status == LEDE_OK ? container_writer_end(container, error) : status;
}
