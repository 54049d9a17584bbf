/* records.h -- what became of records that deserve a word: the first ones are shown with file and line,
 * the others counted by kind. */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "lede.h"

enum {
    RECORDS_SHOWN = 20,
    RECORD_KINDS = 24, /* kinds of reasons told apart; the rest are counted together */
    RECORD_KIND_BYTES = 96,
    RECORD_PLACE_BYTES = 160,
};

/* A reason with what is particular taken out: quoted parts and numbers. */
struct record_kind {
    char name[RECORD_KIND_BYTES];
    char first[RECORD_PLACE_BYTES]; /* FILE:LINE */
    uint64_t count;
    uint64_t shown;
    bool is_rejected;
};

struct records {
    struct record_kind
        kinds[RECORD_KINDS + 2]; /* behind the last: others remarked, others rejected */
    size_t kind_count;
    uint64_t shown;
};

/* Take one: shown as "FILE:LINE: reason (id)" on standard error where it is among the first. */
void records_take(struct records *records, const lede_record *record, bool is_quiet);

/* Say how many of each kind were not shown. */
void records_finish(const struct records *records);

#endif
