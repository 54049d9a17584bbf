/* jsonl.h -- JSON: an object a line, or one text of objects (single, one after another, or in an array).
 *
 * Members of the object are named values (record.h): texts, numbers as they are written, true and false;
 * arrays of these give several values of one name. A member of an inner object is seen by a field map
 * whose path names it ("meta.author"). null is absent.
 *
 * Bytes that are not UTF-8 are passed through, "\u0000" is a NUL byte. In a line with raw control
 * characters these are read as blanks. A line that is no object is a problem and the next one is read; in
 * a text of objects nothing behind a mistake can be read.
 *
 * Read with yajl, because it takes text as it comes (an array of any size in bounded memory), accepts
 * invalid UTF-8, gives lengths, hands numbers over as written, and allocates through functions of ours.
 */
#ifndef INGEST_JSONL_H
#define INGEST_JSONL_H

#include "base/attr.h"
#include "ingest/input.h"
#include "ingest/record.h"

lede_status jsonl_read(
    struct input *input, struct record_maker *maker, lede_error *error) MUST_CHECK;
lede_status json_read(
    struct input *input, struct record_maker *maker, lede_error *error) MUST_CHECK;

#endif
