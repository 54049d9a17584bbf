/* input.c -- the window moves to the front of its memory before it grows, and grows by doubling: a line
 * of n bytes costs O(n). */
#include "ingest/input.h"

#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/limits.h"

enum { INPUT_BLOCK_BYTES = 1 << 17 };

void input_start(struct input *input, struct byte_source source)
{
    uint8_t *bytes = input->bytes;
    const size_t capacity = input->capacity;
    *input = (struct input){.source = source,
        .bytes = bytes,
        .capacity = capacity,
        .line = 1,
        .record_bytes_max = LEDE_DOCUMENT_BYTES_MAX};
}

void input_release(struct input *input)
{
    mem_free(input->bytes);
    *input = (struct input){0};
}

static lede_status make_room(struct input *input, lede_error *error)
{
    const size_t held = input->end - input->begin;
    if (input->begin > 0) {
        memmove(input->bytes, input->bytes + input->begin, held);
        input->begin = 0;
        input->end = held;
    }
    if (input->capacity - held >= INPUT_BLOCK_BYTES) {
        return LEDE_OK;
    }
    const size_t capacity =
        input->capacity == 0 ? (size_t)2 * INPUT_BLOCK_BYTES : 2 * input->capacity;
    uint8_t *bytes = mem_resize(input->bytes, capacity);
    if (bytes == NULL) {
        return lede_fail_nomem(error);
    }
    input->bytes = bytes;
    input->capacity = capacity;
    return LEDE_OK;
}

lede_status input_more(struct input *input, lede_error *error)
{
    if (input->at_end) {
        return LEDE_OK;
    }
    if (input->end - input->begin >= input->record_bytes_max) {
        return lede_fail(error, LEDE_ERR_LIMIT, "longer than %zu bytes", input->record_bytes_max);
    }
    if (input->capacity - input->end < INPUT_BLOCK_BYTES) {
        const lede_status status = make_room(input, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    size_t got = 0;
    lede_error damage = {0};
    const lede_status status = input->source.read(input->source.context, input->bytes + input->end,
        input->capacity - input->end, &got, &damage);
    if (status == LEDE_ERR_NOMEM || status == LEDE_ERR_CANCELLED) {
        if (error != NULL) {
            *error = damage;
        }
        return status;
    }
    if (status != LEDE_OK) {
        damage.status = status;
        input->damage = damage;
        got = 0;
    }
    ASSERT(got <= input->capacity - input->end);
    input->end += got;
    input->at_end = got == 0;
    return LEDE_OK;
}

lede_status input_want(struct input *input, size_t size, lede_error *error)
{
    while (input->end - input->begin < size && !input->at_end) {
        const lede_status status = input_more(input, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    return LEDE_OK;
}

void input_consume(struct input *input, size_t size)
{
    ASSERT(size <= input->end - input->begin);
    const uint8_t *at = input->bytes + input->begin;
    const uint8_t *end = at + size;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        input->line++;
        at++;
    }
    input->begin += size;
}

/* Throw bytes away up to and with the next line feed. */
static lede_status skip_line(struct input *input, lede_error *error)
{
    for (;;) {
        const size_t held = input->end - input->begin;
        const uint8_t *at = input->bytes + input->begin;
        const uint8_t *feed = held == 0 ? NULL : memchr(at, '\n', held);
        if (feed != NULL) {
            input->begin += (size_t)(feed - at) + 1;
            input->line++;
            return LEDE_OK;
        }
        input->begin = input->end;
        if (input->at_end) {
            return LEDE_OK;
        }
        const lede_status status = input_more(input, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
}

lede_status input_next_line(
    struct input *input, struct input_line *line_out, bool *has_out, lede_error *error)
{
    const uint64_t line = input->line;
    size_t looked = 0;
    for (;;) {
        const struct span window = input_window(input);
        const uint8_t *feed = window.size == looked
                                  ? NULL
                                  : memchr(window.bytes + looked, '\n', window.size - looked);
        if (feed == NULL && !input->at_end) {
            looked = window.size;
            const lede_status status = input_more(input, error);
            if (status == LEDE_ERR_LIMIT) {
                *line_out = (struct input_line){.line = line, .is_too_long = true};
                *has_out = true;
                return skip_line(input, error);
            }
            if (status != LEDE_OK) {
                return status;
            }
            continue;
        }
        if (feed == NULL && (window.size == 0 || input->damage.status != LEDE_OK)) {
            *has_out = false;
            return LEDE_OK;
        }
        size_t size = feed == NULL ? window.size : (size_t)(feed - window.bytes);
        input->begin += size + (feed != NULL);
        input->line += feed != NULL;
        if (size > 0 && window.bytes[size - 1] == '\r') {
            size--;
        }
        *line_out = (struct input_line){.text = span_of(window.bytes, size), .line = line};
        *has_out = true;
        return LEDE_OK;
    }
}

lede_status input_read_all(struct input *input, lede_error *error)
{
    while (!input->at_end) {
        const lede_status status = input_more(input, error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    return LEDE_OK;
}
