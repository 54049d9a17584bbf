/* keywords.h -- keyword columns: for each field a sorted dictionary of values and, by document, the
 * ordinals of its values (none, one or several), bit-packed.
 *
 * FORMAT.md, "Keywords". Where no document has several values, a document's ordinal is read at
 * its own place (value_count says that it has none); otherwise `starts` says where its ordinals
 * begin. Reading the values of a document costs two or three loads; finding a value is a binary
 * search.
 */
#ifndef STORAGE_KEYWORDS_H
#define STORAGE_KEYWORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/status.h"

#define KEYWORD_NONE UINT32_MAX

/* ---- writing ---- */

/* One (document, value) pair; values of a document in the order given, duplicates dropped by the
 * writer. */
struct keyword_pair {
    uint32_t doc;
    struct span value; /* 1..LEDE_KEYWORD_BYTES_MAX bytes */
};

struct keyword_input {
    struct span name;
    const struct keyword_pair *pairs; /* by ascending doc */
    size_t pair_count;
};

/* All fields of the index, in its order, also those without a value in this segment. Values that
 * occur more than UINT32_MAX times in a field, or more than LEDE_KEYWORD_VALUES_MAX times
 * (different ones) in a document, are LEDE_ERR_LIMIT. */
lede_status keywords_write(const struct keyword_input *fields, size_t field_count,
    uint32_t doc_count, struct buf *section) MUST_CHECK;

/* ---- reading ---- */

struct keyword_column {
    struct span name;
    uint32_t doc_count;
    uint32_t value_count;
    uint32_t width_bits; /* of an ordinal */
    uint32_t start_bits; /* of a document's first place in `ordinals`; 0: no document has several */
    uint32_t pair_count; /* ordinals stored where some document has several */
    struct span value_offsets, values, starts, ordinals;
};

struct keywords {
    uint32_t field_count;
    struct keyword_column fields[LEDE_KEYWORD_FIELDS_MAX];
};

lede_status keywords_open(struct keywords *keywords, struct span section, uint32_t doc_count,
    lede_error *error) MUST_CHECK;

/* NULL where there is no such field. */
const struct keyword_column *keywords_field(
    const struct keywords *keywords, const char *name, size_t length);

/* Empty on corruption. */
struct span keyword_value(
    const struct keyword_column *column, uint32_t ordinal); /* < value_count */
/* The ordinal of a value, or KEYWORD_NONE. */
uint32_t keyword_find(const struct keyword_column *column, const char *value, size_t length);

/* The ordinals of `doc` into `ordinals` (LEDE_KEYWORD_VALUES_MAX room), ascending; their number.
 * Ones out of range, which only corruption gives, are left out. */
uint32_t keyword_ordinals(const struct keyword_column *column, uint32_t doc, uint32_t *ordinals);

bool keywords_verify(const struct keywords *keywords, char *message, size_t message_size);

#endif
