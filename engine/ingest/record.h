/* record.h -- from named values, as a format's reader finds them, to a record for the sink.
 *
 * A reader says record_begin, record_add for each value, record_end. Names become id, title, body, date
 * and url by field_map.h; what is left becomes keyword fields, each pair of name and value once. Values
 * of one name are joined where the role wants one text (paragraphs of a body by line feeds).
 *
 * Without an id a record gets "NAME:LINE", NAME being the file's path below the source and LINE where the
 * record begins; the n-th one in a line gets "NAME:LINE.n". On standard input, where a name would be the
 * same in the next run for another record, it gets "-:" and 16 hexadecimal digits, a hash of its title,
 * body, url and date.
 *
 * Memory: of one record. Texts given to record_add are borrowed until record_end.
 */
#ifndef INGEST_RECORD_H
#define INGEST_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "ingest/date_parse.h"
#include "ingest/field_map.h"
#include "ingest/source.h"

enum {
    /* "-:", the digits, NUL */
    RECORD_CONTENT_ID_BYTES = 2 + 16 + 1
};

struct record_value {
    lede_text name;
    lede_text value;
    struct field_place place;
    bool is_number;
};

struct record_maker {
    const struct source_sink *sink;
    struct field_maps maps;
    struct date_style date_style;
    const char *path; /* of the file, as it is reported */
    const char *name; /* of the file, for ids */
    struct arena arena;
    struct buf values; /* of struct record_value */
    struct buf fields; /* of struct source_field */
    uint64_t line;
    uint64_t last_line;   /* of the id made last */
    uint64_t line_repeat; /* ids made for that line */
};

/* A zeroed maker is released. `options` may be NULL. LEDE_ERR_INVALID for bad field maps. */
lede_status record_maker_init(struct record_maker *maker, const struct source_options *options,
    const struct source_sink *sink, lede_error *error) MUST_CHECK;
void record_maker_release(struct record_maker *maker);

/* Records come from this file from now on. Both texts are borrowed. */
void record_file(struct record_maker *maker, const char *path, const char *name);

void record_begin(struct record_maker *maker, uint64_t line);

/* Values with no bytes but white space count as absent. */
lede_status record_add(struct record_maker *maker, lede_text name, lede_text value, bool is_number,
    lede_error *error) MUST_CHECK;

/* Give the record to the sink. One in which no name at all is known becomes a problem. */
lede_status record_end(struct record_maker *maker, lede_error *error) MUST_CHECK;

/* The id from the content of a record that came from standard input, RECORD_CONTENT_ID_BYTES; false
 * where it came from a file. */
bool record_content_id(
    const struct record_maker *maker, const struct source_record *record, char *id_out) MUST_CHECK;

/* Give a problem to the sink, instead of a record or between records. */
lede_status record_problem(struct record_maker *maker, uint64_t line, lede_error *error,
    const char *format, ...) PRINTF(4, 5) MUST_CHECK;

/* A copy that lives until the next record_begin; .data NULL where there is no memory. */
lede_text record_copy(struct record_maker *maker, const void *bytes, size_t size);

/* `text` without white space at its ends. */
lede_text text_trim(lede_text text);

static inline lede_text text_of(const void *bytes, size_t size)
{
    return (lede_text){.data = bytes, .length = size};
}

#endif
