/* trec.h -- TREC's news collections: <DOC><DOCNO>AP880212-0001</DOCNO> ... </DOC>.
 *
 * DOCNO is the id; the title is the first of HEADLINE, HEAD, TITLE, HL, TI and H3 that is not empty;
 * the date of DATE, DATE_TIME, DD, DATE1, PUBDATE; the body is LEADPARA, TEXT, BODY and CONTENT, in the
 * order in which they stand, or, where there are none of these, all that stands outside the elements. A
 * date with words behind it ("January 1, 1989, Sunday, Home Edition") is read. Other short elements
 * become keyword fields under their names in lower case.
 */
#ifndef INGEST_TREC_H
#define INGEST_TREC_H

#include "base/attr.h"
#include "ingest/input.h"
#include "ingest/record.h"

lede_status trec_read(
    struct input *input, struct record_maker *maker, lede_error *error) MUST_CHECK;

#endif
