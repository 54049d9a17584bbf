/* keywords.h -- keyword columns: for each field a sorted dictionary of values and, by document, the
 * ordinals of its values (none, one or several), bit-packed.
 *
 * FORMAT.md, "Keywords".
 */
#ifndef STORAGE_KEYWORDS_H
#define STORAGE_KEYWORDS_H

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

/* All fields of the index, in its order, also those without a value in this segment. */
lede_status keywords_write(const struct keyword_input *fields, size_t field_count,
    uint32_t doc_count, struct buf *section) MUST_CHECK;

/* ---- reading ---- */

struct keyword_column {
    struct span name;
    uint32_t doc_count;
    uint32_t value_count;
    uint32_t width_bits; /* of an ordinal */
    uint32_t
        start_bits; /* of a document's first place in `ordinals`; 0 where no document has several */
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

struct span keyword_value(
    const struct keyword_column *column, uint32_t ordinal); /* < value_count */
uint32_t keyword_find(const struct keyword_column *column, const char *value, size_t length);

/* The ordinals of `doc` into `ordinals` (LEDE_KEYWORD_VALUES_MAX room), ascending; their number. Ones out
 * of range, which only corruption gives, are left out. */
uint32_t keyword_ordinals(const struct keyword_column *column, uint32_t doc, uint32_t *ordinals);

bool keywords_verify(const struct keywords *keywords, char *message, size_t message_size);

#endif
