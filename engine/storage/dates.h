/* dates.h -- the date of every document, and the table day -> first document.
 *
 * FORMAT.md, "Dates". Documents are numbered by date: undated ones first, then by date_key
 * ascending. The dated ones are cut into blocks of DATES_BLOCK, each a base (its first key), a
 * unit that all distances from it are multiples of (a day's worth where all of them are days),
 * and those multiples in one width, so that any date is read without its neighbours. The day
 * table has a row for each distinct bucket of the finest facet: a day, or a month or year
 * standing for itself where a document's date is no finer. A date range is then an interval of
 * documents, found by binary search over the bases and in one block.
 *
 * Hostile bytes give wrong dates, never ones that date_format and its like cannot take: a key
 * outside of the years that there are reads as DATE_NONE.
 */
#ifndef STORAGE_DATES_H
#define STORAGE_DATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/span.h"
#include "base/status.h"

enum { DATES_BLOCK = 256 };

struct dates {
    uint32_t doc_count;
    uint32_t undated_count; /* documents [0, undated_count) have no date */
    uint32_t bucket_count;
    struct span bases;   /* per block: base, offset of its bits, unit, width */
    struct span offsets; /* bit-packed */
    struct span buckets; /* per row: i64 date_key (cut to DATE_DAY), u32 first document */
};

/* `dates` ascending, DATE_NONE first. */
lede_status dates_write(const date_key *dates, uint32_t doc_count, struct buf *section) MUST_CHECK;
lede_status dates_open(
    struct dates *dates, struct span section, uint32_t doc_count, lede_error *error) MUST_CHECK;

date_key dates_at(const struct dates *dates, uint32_t doc); /* doc < doc_count */

/* The first document whose key is >= `key`, doc_count where there is none. Undated ones are below
 * all: DATE_NONE gives 0, DATE_NONE + 1 the first dated one. */
uint32_t dates_first_at(const struct dates *dates, date_key key);

/* The i-th bucket, i < bucket_count: its key, and its documents [*first_out, *end_out). */
date_key dates_bucket(
    const struct dates *dates, uint32_t i, uint32_t *first_out, uint32_t *end_out);

/* Check order, and table against column. `message` gets a sentence on the first fault. */
bool dates_verify(const struct dates *dates, char *message, size_t message_size);

#endif
