/* decode.h -- texts that begin with a byte order mark, as UTF-8. */
#ifndef INGEST_DECODE_H
#define INGEST_DECODE_H

#include <stdbool.h>

#include "base/span.h"
#include "ingest/input.h"

enum text_mark { MARK_NONE, MARK_UTF8, MARK_UTF16_LITTLE, MARK_UTF16_BIG };

/* The mark at a text's beginning; *size_out is its bytes (0 for MARK_NONE). */
enum text_mark text_mark_of(struct span head, size_t *size_out);

/* UTF-16 from `outer` (behind its mark) as a source of UTF-8; lone surrogates become U+FFFD. The decoder
 * lives as long as the source is read. */
struct utf16_decoder {
    struct input *outer;
    bool is_big;
};

struct byte_source utf16_bytes(struct utf16_decoder *decoder);

#endif
