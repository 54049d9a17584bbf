/* record.h -- what is stored of a document, as bytes. Its id and its date are columns of their own.
 *
 * FORMAT.md, "Documents": sizes first, then title, url, fields, and the body at the end, so that
 * a record whose end is missing is a record with a shorter body.
 */
#ifndef STORAGE_RECORD_H
#define STORAGE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/status.h"

enum {
    /* Of an encoded record: a document at its limit, and room for fields and sizes at theirs. */
    RECORD_BYTES_MAX = LEDE_DOCUMENT_BYTES_MAX + (64 << 20),
};

struct record_field {
    struct span name, value;
};

struct record {
    struct span title, url, body;
    const struct record_field *fields;
    size_t field_count;
};

/* Append the record's bytes. LEDE_ERR_LIMIT where it has more than RECORD_BYTES_MAX. */
lede_status record_encode(const struct record *record, struct buf *out) MUST_CHECK;

/* Spans point into `bytes`; fields are written to `fields` (of `field_max`, the most that
 * a document may have): more of them are damage. A body cut short (docstore_read) is given as far as it goes. */
lede_status record_decode(struct span bytes, struct record_field *fields, size_t field_max,
    struct record *record_out, lede_error *error) MUST_CHECK;

/* How many bytes stand before the body; false where `bytes` are too few to tell, or no record's. */
bool record_head_size(struct span bytes, size_t *size_out);

#endif
