/* json_reader.c -- yajl's events and memory.
 *
 * Depth counts open objects and arrays. The path of the member being read stands in `path`, its length at
 * each depth in `lengths`.
 */
#include "ingest/json_reader.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/limits.h"

/* ---- events ---- */

static int stop(struct json_reader *reader, lede_status status)
{
    reader->status = status;
    return 0;
}

static bool is_member(const struct json_reader *reader)
{
    return reader->record_depth > 0 && reader->path_length <= JSON_PATH_BYTES_MAX;
}

static int add_value(struct json_reader *reader, const void *bytes, size_t size, bool is_number)
{
    if (reader->record_depth == 0) {
        reader->other_seen = true;
        return 1;
    }
    /* A member of the record itself, or an array of values as one; deeper ones only where mapped. */
    struct record_maker *maker = reader->maker;
    const bool is_own =
        reader->depth == reader->record_depth ||
        (reader->depth == reader->record_depth + 1 && reader->is_array[reader->depth - 1]);
    if (!is_member(reader) ||
        (!is_own && !field_maps_has(&maker->maps, reader->path, reader->path_length))) {
        return 1;
    }
    const lede_text name = record_copy(maker, reader->path, reader->path_length);
    const lede_text value = record_copy(maker, bytes, size);
    if (name.data == NULL || value.data == NULL) {
        return stop(reader, lede_fail_nomem(reader->error));
    }
    const lede_status status = record_add(maker, name, value, is_number, reader->error);
    return status == LEDE_OK ? 1 : stop(reader, status);
}

static int on_null(void *context)
{
    struct json_reader *reader = context;
    reader->other_seen |= reader->record_depth == 0;
    return 1;
}

static int on_boolean(void *context, int value)
{
    return value ? add_value(context, "true", 4, false) : add_value(context, "false", 5, false);
}

static int on_number(void *context, const char *bytes, size_t size)
{
    return add_value(context, bytes, size, true);
}

static int on_string(void *context, const unsigned char *bytes, size_t size)
{
    return add_value(context, bytes, size, false);
}

static int open_depth(struct json_reader *reader, bool is_array)
{
    if (reader->depth == JSON_DEPTH_MAX) {
        reader->reason = "nested too deeply";
        return 0;
    }
    reader->is_array[reader->depth] = is_array;
    reader->lengths[reader->depth] = reader->path_length;
    reader->depth++;
    return 1;
}

uint64_t json_reader_line(struct json_reader *reader)
{
    const size_t consumed = yajl_get_bytes_consumed(reader->handle);
    while (reader->counted < consumed) {
        reader->line += reader->chunk[reader->counted] == '\n';
        reader->counted++;
    }
    return reader->line;
}

static int on_map_begin(void *context)
{
    struct json_reader *reader = context;
    const bool is_record =
        reader->record_depth == 0 && (reader->depth == 0 || reader->is_array[reader->depth - 1]);
    if (!open_depth(reader, false)) {
        return 0;
    }
    if (is_record) {
        record_begin(reader->maker, json_reader_line(reader));
        reader->record_depth = reader->depth;
        reader->path_length = 0;
    }
    return 1;
}

static int on_map_key(void *context, const unsigned char *bytes, size_t size)
{
    struct json_reader *reader = context;
    uint32_t length = reader->lengths[reader->depth - 1];
    if (reader->depth == reader->record_depth) {
        length = 0;
    }
    if (length >= JSON_PATH_BYTES_MAX || size >= JSON_PATH_BYTES_MAX - length) {
        reader->path_length = JSON_PATH_BYTES_MAX + 1;
        return 1;
    }
    if (length > 0) {
        reader->path[length++] = '.';
    }
    memcpy(reader->path + length, bytes, size);
    reader->path_length = length + (uint32_t)size;
    return 1;
}

static int on_map_end(void *context)
{
    struct json_reader *reader = context;
    const bool is_record = reader->depth == reader->record_depth;
    reader->depth--;
    reader->path_length = reader->lengths[reader->depth];
    if (!is_record) {
        return 1;
    }
    reader->record_depth = 0;
    reader->records++;
    reader->bytes_since_record = 0;
    const lede_status status = record_end(reader->maker, reader->error);
    return status == LEDE_OK ? 1 : stop(reader, status);
}

static int on_array_begin(void *context)
{
    return open_depth(context, true);
}

static int on_array_end(void *context)
{
    struct json_reader *reader = context;
    reader->depth--;
    reader->path_length = reader->lengths[reader->depth];
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_map_begin,
    .yajl_map_key = on_map_key,
    .yajl_end_map = on_map_end,
    .yajl_start_array = on_array_begin,
    .yajl_end_array = on_array_end,
};

/* ---- the handle ---- */

/* yajl does not look whether memory was had. An allocation of its that fails jumps out of it instead; the
 * handle is then worth nothing, and its blocks, which hang in a ring, are given back one by one. */
static void *block_bytes(struct json_reader *reader, struct json_block *block)
{
    if (block == NULL) {
        longjmp(reader->no_memory, 1);
    }
    return block + 1;
}

static void link_block(struct json_reader *reader, struct json_block *block)
{
    block->before = &reader->blocks;
    block->behind = reader->blocks.behind;
    block->behind->before = block;
    reader->blocks.behind = block;
}

static void unlink_block(struct json_block *block)
{
    block->before->behind = block->behind;
    block->behind->before = block->before;
}

static void *allocate(void *context, size_t size)
{
    struct json_reader *reader = context;
    size_t total;
    struct json_block *block = add_checked(size, sizeof *block, &total) ? mem_alloc(total) : NULL;
    if (block != NULL) {
        link_block(reader, block);
    }
    return block_bytes(reader, block);
}

static void *reallocate(void *context, void *pointer, size_t size)
{
    struct json_reader *reader = context;
    if (pointer == NULL) {
        return allocate(context, size);
    }
    struct json_block *block = (struct json_block *)pointer - 1;
    size_t total;
    unlink_block(block);
    struct json_block *moved =
        add_checked(size, sizeof *block, &total) ? mem_resize(block, total) : NULL;
    link_block(reader, moved == NULL ? block : moved);
    return block_bytes(reader, moved);
}

static void release(void *context, void *pointer)
{
    (void)context;
    if (pointer != NULL) {
        struct json_block *block = (struct json_block *)pointer - 1;
        unlink_block(block);
        mem_free(block);
    }
}

void json_reader_close(struct json_reader *reader)
{
    while (reader->blocks.behind != &reader->blocks) {
        struct json_block *block = reader->blocks.behind;
        unlink_block(block);
        mem_free(block);
    }
    reader->handle = NULL;
}

lede_status json_reader_open(struct json_reader *reader)
{
    yajl_alloc_funcs functions = {
        .malloc = allocate, .realloc = reallocate, .free = release, .ctx = reader};
    if (reader->blocks.behind == NULL) {
        reader->blocks.before = &reader->blocks;
        reader->blocks.behind = &reader->blocks;
    }
    json_reader_close(reader);
    if (setjmp(reader->no_memory) != 0) {
        return lede_fail_nomem(reader->error);
    }
    reader->handle = yajl_alloc(&callbacks, &functions, reader);
    (void)yajl_config(reader->handle, yajl_allow_multiple_values, 1);
    (void)yajl_config(reader->handle, yajl_dont_validate_strings, 1);
    reader->depth = 0;
    reader->record_depth = 0;
    reader->reason = NULL;
    reader->path_length = 0;
    return LEDE_OK;
}

lede_status json_reader_feed(
    struct json_reader *reader, const unsigned char *bytes, size_t size, bool *good_out)
{
    reader->chunk = bytes;
    reader->counted = 0;
    if (setjmp(reader->no_memory) != 0) {
        return lede_fail_nomem(reader->error);
    }
    const yajl_status answer =
        size == 0 ? yajl_complete_parse(reader->handle) : yajl_parse(reader->handle, bytes, size);
    *good_out = answer == yajl_status_ok;
    return reader->status;
}

lede_status json_reader_report(struct json_reader *reader, uint64_t line)
{
    if (reader->reason != NULL) {
        return record_problem(reader->maker, line, reader->error, "%s", reader->reason);
    }
    if (setjmp(reader->no_memory) != 0) {
        return lede_fail_nomem(reader->error);
    }
    unsigned char *text = yajl_get_error(reader->handle, 0, NULL, 0);
    const lede_text sentence = text_trim(text_of(text, strlen((const char *)text)));
    const lede_status status = record_problem(
        reader->maker, line, reader->error, "%.*s", (int)sentence.length, sentence.data);
    yajl_free_error(reader->handle, text);
    return status;
}
