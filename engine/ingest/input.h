/* input.h -- the bytes of one file or archive member, front to end, through one growing window.
 *
 * A reader looks at the window [begin, end), asks for more bytes behind it, and consumes from its front.
 * Bytes that cannot be had (a damaged archive, a disk error) end the input early: `damage` then says why,
 * and what is left in the window is not a whole record.
 *
 * Memory: the window, at most record_bytes_max and a block. Ownership: input_release.
 */
#ifndef INGEST_INPUT_H
#define INGEST_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"

/* Where bytes come from. `read` gives up to `size` bytes, at least one unless at the end, where
 * *size_out becomes 0. LEDE_ERR_NOMEM and LEDE_ERR_CANCELLED stop the run; other errors are damage. */
struct byte_source {
    void *context;
    lede_status (*read)(
        void *context, void *bytes, size_t size, size_t *size_out, lede_error *error);
};

struct input {
    struct byte_source source;
    uint8_t *bytes;
    size_t capacity;
    size_t begin;
    size_t end;
    bool at_end;             /* no bytes behind the window */
    uint64_t line;           /* of the byte at `begin`, from 1; counted by input_consume */
    size_t record_bytes_max; /* LEDE_DOCUMENT_BYTES_MAX unless a test says less */
    lede_error damage;       /* status LEDE_OK where all is well */
};

/* A zeroed input is released. input_start may be called again and again; the window's memory stays. */
void input_start(struct input *input, struct byte_source source);
void input_release(struct input *input);

static inline struct span input_window(const struct input *input)
{
    return span_of(input->bytes + input->begin, input->end - input->begin);
}

/* Read behind the window until it is longer by at least a byte, or at_end. LEDE_ERR_LIMIT where it has
 * record_bytes_max bytes already. Moves the window: pointers into it are void. */
lede_status input_more(struct input *input, lede_error *error) MUST_CHECK;

/* Read on until the window has `size` bytes or the input ends. */
lede_status input_want(struct input *input, size_t size, lede_error *error) MUST_CHECK;

/* Take `size` bytes from the window's front. */
void input_consume(struct input *input, size_t size);

struct input_line {
    struct span text; /* without its "\n" or "\r\n"; in the window, until the next call */
    uint64_t line;
    bool is_too_long; /* above record_bytes_max: skipped, `text` is empty */
};

/* The next line, already consumed. False in *has_out at the end; an unfinished last line of a damaged
 * input is not given. */
lede_status input_next_line(
    struct input *input, struct input_line *line_out, bool *has_out, lede_error *error) MUST_CHECK;

/* All the rest as the window. LEDE_ERR_LIMIT above record_bytes_max. */
lede_status input_read_all(struct input *input, lede_error *error) MUST_CHECK;

#endif
