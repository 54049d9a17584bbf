/* writer_handle.h -- what stands behind a lede_writer. */
#ifndef API_WRITER_HANDLE_H
#define API_WRITER_HANDLE_H

#include <stddef.h>

#include "base/span.h"
#include "index/writer.h"

struct lede_writer {
    struct writer *writer;
    struct record_field *fields; /* scratch: a document's fields */
    size_t field_capacity;
};

static inline struct span span_of_text(lede_text text)
{
    return span_of(text.data == NULL ? "" : text.data, text.data == NULL ? 0 : text.length);
}

/* Room for a document's fields in writer->fields; at most LEDE_DOCUMENT_FIELDS_MAX are asked for. */
lede_status writer_fields(lede_writer *writer, size_t field_count, lede_error *error) MUST_CHECK;

#endif
