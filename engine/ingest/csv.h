/* csv.h -- comma- and tab-separated values (RFC 4180), the first line naming the columns.
 *
 * In CSV a cell in double quotes may hold the separator, line feeds, and quotes written twice; the
 * separator is the one of , ; | and tab that the first line has most of. In TSV a cell in quotes is read
 * likewise but ends on its line, and one whose quote is not closed is taken as it stands. Lines end with
 * LF or CRLF. A row with more cells than columns is a problem; missing ones are empty.
 *
 * Our own, as the grammar is a page and the libraries for it give up at the first stray quote: a quote
 * that is never closed makes one problem, and reading goes on with the next line.
 */
#ifndef INGEST_CSV_H
#define INGEST_CSV_H

#include "base/attr.h"
#include "ingest/input.h"
#include "ingest/record.h"

lede_status csv_read(struct input *input, struct record_maker *maker, lede_error *error) MUST_CHECK;
lede_status tsv_read(struct input *input, struct record_maker *maker, lede_error *error) MUST_CHECK;

#endif
