/* reuters.h -- the Reuters-21578 collection's SGML: <REUTERS NEWID="1"> ... </REUTERS>.
 *
 * The id is "REUT-" and NEWID. TOPICS, PLACES, PEOPLE, ORGS, EXCHANGES and COMPANIES are keyword fields
 * with a value for each <D>; AUTHOR, DATELINE and the split attributes are fields too. A text without
 * BODY (TYPE "BRIEF" and "UNPROC") has as its body what is neither title nor dateline. The agency's name
 * that signs a report ("Reuter" on the last line) is left out.
 * Source: the collection's README, D. D. Lewis, 1997.
 */
#ifndef INGEST_REUTERS_H
#define INGEST_REUTERS_H

#include "base/attr.h"
#include "ingest/input.h"
#include "ingest/record.h"

lede_status reuters_read(
    struct input *input, struct record_maker *maker, lede_error *error) MUST_CHECK;

#endif
