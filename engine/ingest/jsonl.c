/* jsonl.c -- where an object begins and ends: at lines, or anywhere in one text. */
#include "ingest/jsonl.h"

#include "base/alloc.h"
#include "ingest/json_reader.h"

/* ---- an object a line ---- */

static lede_status parse_line(
    struct json_reader *reader, struct span text, uint64_t line, bool *good_out)
{
    reader->line = line;
    reader->records = 0;
    reader->other_seen = false;
    lede_status status = json_reader_feed(reader, text.bytes, text.size, good_out);
    if (status == LEDE_OK && *good_out && text.bytes[text.size - 1] != '}') {
        /* Ends a number; and a string that goes on is seen to be none. */
        status = json_reader_feed(reader, (const unsigned char *)"\n", 1, good_out);
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
    lede_status status = json_reader_open(reader);
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
    status = json_reader_report(reader, line->line);
    return status == LEDE_OK ? json_reader_open(reader) : status;
}

static bool is_blank_line(struct span text)
{
    return text_trim(text_of(text.bytes, text.size)).length == 0;
}

lede_status jsonl_read(struct input *input, struct record_maker *maker, lede_error *error)
{
    struct json_reader reader = {.maker = maker, .error = error};
    lede_status status = json_reader_open(&reader);
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
    json_reader_close(&reader);
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
        status = json_reader_feed(reader, window.bytes, window.size, good_out);
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
    lede_status status = json_reader_open(&reader);
    if (status == LEDE_OK) {
        status = read_chunks(&reader, input, &good, error);
    }
    const bool is_whole = input->damage.status == LEDE_OK;
    uint64_t line = input->line;
    if (status == LEDE_OK && good && is_whole) {
        status = json_reader_feed(&reader, (const unsigned char *)"", 0, &good);
        if (reader.depth > 0) {
            good = false;
            reader.reason = "ends inside an object or array";
        } else if (status == LEDE_OK && good && reader.records == 0 && reader.other_seen) {
            good = false;
            reader.reason = "no JSON object";
        }
    } else if (status == LEDE_OK && !good) {
        line = json_reader_line(&reader);
    }
    if (status == LEDE_OK && !good && is_whole) {
        status = json_reader_report(&reader, line);
    }
    json_reader_close(&reader);
    return status;
}
