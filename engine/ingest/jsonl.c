/* jsonl.c -- yajl's events, one handle for a whole file.
 *
 * Depth counts open objects and arrays. An object is a record where nothing but arrays is around it. The
 * path of the member being read stands in `path`, its length at each depth in `lengths`.
 */
#include "ingest/jsonl.h"

#include <setjmp.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/limits.h"

enum {
    JSON_DEPTH_MAX = 128,
    JSON_PATH_BYTES_MAX = 1024,
};

/* Before each block of yajl's. */
struct json_block {
    _Alignas(16) struct json_block *before;
    struct json_block *behind;
};

struct json_reader {
    yajl_handle handle;
    struct record_maker *maker;
    lede_error *error;
    lede_status status;       /* of the sink or of memory; stops the run */
    struct json_block blocks; /* the ring of yajl's */
    jmp_buf no_memory;
    const char *reason; /* why the text was refused by us */
    const unsigned char *chunk;
    size_t counted; /* bytes of the chunk whose line feeds are in `line` */
    uint64_t line;
    uint64_t records; /* ended since the last reset */
    size_t bytes_since_record;
    bool other_seen; /* a value that is no object where a record was due */
    uint32_t depth;
    uint32_t record_depth; /* of the record's members; 0 outside */
    bool is_array[JSON_DEPTH_MAX];
    uint32_t lengths[JSON_DEPTH_MAX];
    char path[JSON_PATH_BYTES_MAX];
    uint32_t path_length; /* above JSON_PATH_BYTES_MAX: too long to be known */
};

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

/* The line of the byte that yajl stands at. */
static uint64_t line_now(struct json_reader *reader)
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
        record_begin(reader->maker, line_now(reader));
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

static void reader_close(struct json_reader *reader)
{
    while (reader->blocks.behind != &reader->blocks) {
        struct json_block *block = reader->blocks.behind;
        unlink_block(block);
        mem_free(block);
    }
    reader->handle = NULL;
}

/* A fresh state: after a mistake yajl reads no more. */
static lede_status reader_open(struct json_reader *reader)
{
    yajl_alloc_funcs functions = {
        .malloc = allocate, .realloc = reallocate, .free = release, .ctx = reader};
    if (reader->blocks.behind == NULL) {
        reader->blocks.before = &reader->blocks;
        reader->blocks.behind = &reader->blocks;
    }
    reader_close(reader);
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

/* Parse on. False in *good_out where the text is not JSON or was refused by us. */
static lede_status feed(
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

/* Say what is wrong with the text that was fed last. */
static lede_status report(struct json_reader *reader, uint64_t line)
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

/* ---- an object a line ---- */

static lede_status parse_line(
    struct json_reader *reader, struct span text, uint64_t line, bool *good_out)
{
    reader->line = line;
    reader->records = 0;
    reader->other_seen = false;
    lede_status status = feed(reader, text.bytes, text.size, good_out);
    if (status == LEDE_OK && *good_out && text.bytes[text.size - 1] != '}') {
        /* Ends a number; and a string that goes on is seen to be none. */
        status = feed(reader, (const unsigned char *)"\n", 1, good_out);
    }
    return status;
}

static bool has_controls(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] < 0x20) {
            return true;
        }
    }
    return false;
}

/* Once more, with blanks in the place of control characters. */
static lede_status parse_cleaned(
    struct json_reader *reader, struct span text, uint64_t line, bool *good_out)
{
    uint8_t *copy = mem_copy(text.bytes, text.size);
    if (copy == NULL) {
        return lede_fail_nomem(reader->error);
    }
    for (size_t i = 0; i < text.size; i++) {
        copy[i] = copy[i] < 0x20 ? ' ' : copy[i];
    }
    lede_status status = reader_open(reader);
    if (status == LEDE_OK) {
        status = parse_line(reader, span_of(copy, text.size), line, good_out);
    }
    mem_free(copy);
    return status;
}

static lede_status read_line(struct json_reader *reader, const struct input_line *line)
{
    bool good;
    lede_status status = parse_line(reader, line->text, line->line, &good);
    if (status != LEDE_OK) {
        return status;
    }
    if (!good && reader->records == 0 && reader->reason == NULL && has_controls(line->text)) {
        status = parse_cleaned(reader, line->text, line->line, &good);
        if (status != LEDE_OK) {
            return status;
        }
    }
    if (good && reader->depth == 0 && !reader->other_seen) {
        return LEDE_OK;
    }
    if (good) {
        reader->reason = reader->depth > 0 ? "ends inside an object" : "no JSON object";
    }
    status = report(reader, line->line);
    return status == LEDE_OK ? reader_open(reader) : status;
}

static bool is_blank_line(struct span text)
{
    return text_trim(text_of(text.bytes, text.size)).length == 0;
}

lede_status jsonl_read(struct input *input, struct record_maker *maker, lede_error *error)
{
    struct json_reader reader = {.maker = maker, .error = error};
    lede_status status = reader_open(&reader);
    while (status == LEDE_OK) {
        struct input_line line;
        bool has;
        status = input_next_line(input, &line, &has, error);
        if (status != LEDE_OK || !has) {
            break;
        }
        if (line.is_too_long) {
            status = record_problem(
                maker, line.line, error, "longer than %zu bytes", input->record_bytes_max);
        } else if (!is_blank_line(line.text)) {
            status = read_line(&reader, &line);
        }
    }
    reader_close(&reader);
    return status;
}

/* ---- one text ---- */

static lede_status read_chunks(
    struct json_reader *reader, struct input *input, bool *good_out, lede_error *error)
{
    lede_status status = LEDE_OK;
    *good_out = true;
    while (status == LEDE_OK && *good_out) {
        /* yajl scans a text that goes on from its beginning: chunks grow with the record. */
        const size_t half = input->record_bytes_max / 2;
        const size_t held = reader->bytes_since_record;
        status = input_want(input, held == 0 ? 1 : held < half ? held : half, error);
        const struct span window = input_window(input);
        if (status != LEDE_OK || window.size == 0) {
            break;
        }
        reader->line = input->line;
        reader->bytes_since_record += window.size;
        if (reader->bytes_since_record > input->record_bytes_max + window.size) {
            reader->reason = "a record is too long";
            *good_out = false;
            break;
        }
        status = feed(reader, window.bytes, window.size, good_out);
        if (status == LEDE_OK && *good_out) {
            input_consume(input, window.size);
        }
    }
    return status;
}

lede_status json_read(struct input *input, struct record_maker *maker, lede_error *error)
{
    struct json_reader reader = {.maker = maker, .error = error};
    bool good = true;
    lede_status status = reader_open(&reader);
    if (status == LEDE_OK) {
        status = read_chunks(&reader, input, &good, error);
    }
    const bool is_whole = input->damage.status == LEDE_OK;
    uint64_t line = input->line;
    if (status == LEDE_OK && good && is_whole) {
        status = feed(&reader, (const unsigned char *)"", 0, &good);
        if (reader.depth > 0) {
            good = false;
            reader.reason = "ends inside an object or array";
        } else if (status == LEDE_OK && good && reader.records == 0 && reader.other_seen) {
            good = false;
            reader.reason = "no JSON object";
        }
    } else if (status == LEDE_OK && !good) {
        line = line_now(&reader);
    }
    if (status == LEDE_OK && !good && is_whole) {
        status = report(&reader, line);
    }
    reader_close(&reader);
    return status;
}
