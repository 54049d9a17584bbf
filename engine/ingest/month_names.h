/* month_names.h -- the words that stand in dates: months in the languages of European newspapers,
 * days of the week, and the zones of RFC 2822 and of American wires.
 *
 * Words are compared in lower case. Source: CLDR's month names, as newspapers print and shorten them.
 */
#ifndef INGEST_MONTH_NAMES_H
#define INGEST_MONTH_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DATE_WORD_BYTES_MAX = 24 };

struct month_name {
    const char *name; /* lower case UTF-8 */
    uint8_t month;    /* 1..12 */
    /* A common word of some language too ("may", "mars", "set"): in running text it is a month only
     * with a capital or beside a year. */
    bool is_word;
};

/* NULL where `word` (lower case) is none. */
const struct month_name *month_name_find(const char *word, size_t length);

/* Whether `word` (lower case) names a day of the week, in full or short. */
bool weekday_name_is(const char *word, size_t length);

/* Minutes east of Greenwich of "est", "gmt", ...; false where `word` (lower case) is no zone. */
bool zone_name_find(const char *word, size_t length, int32_t *minutes_out);

#endif
