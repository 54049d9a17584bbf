/* records.c -- the table of kinds is small and searched in order. */
#include "records.h"

#include "failure.h"
#include "output.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* date "2021-02-30" does not exist -> date "..." does not exist; byte 17 -> byte N */
static void make_kind(const char *reason, char kind[RECORD_KIND_BYTES])
{
    size_t length = 0;
    while (*reason != '\0' && length + 6 < RECORD_KIND_BYTES) {
        const char *closing = *reason == '"' ? strchr(reason + 1, '"') : NULL;
        if (closing != NULL) {
            memcpy(kind + length, "\"...\"", 5);
            length += 5;
            reason = closing + 1;
        } else if (is_digit(*reason)) {
            kind[length++] = 'N';
            while (is_digit(*reason)) {
                reason++;
            }
        } else {
            kind[length++] = *reason++;
        }
    }
    kind[length] = '\0';
}

static struct record_kind *find_kind(
    struct records *records, const char *name, bool is_rejected, const char *place)
{
    for (size_t i = 0; i < records->kind_count; i++) {
        struct record_kind *kind = &records->kinds[i];
        if (kind->is_rejected == is_rejected && strcmp(kind->name, name) == 0) {
            return kind;
        }
    }
    const bool is_full = records->kind_count >= RECORD_KINDS;
    size_t place_index = RECORD_KINDS + (is_rejected ? 1 : 0);
    if (!is_full) {
        place_index = records->kind_count++;
    }
    struct record_kind *kind = &records->kinds[place_index];
    if (kind->count == 0) {
        snprintf(kind->name, sizeof(kind->name), "%s", is_full ? "other reasons" : name);
        snprintf(kind->first, sizeof(kind->first), "%s", place);
        kind->is_rejected = is_rejected;
    }
    return kind;
}

void records_take(struct records *records, const lede_record *record, bool is_quiet)
{
    if (record->reason[0] == '\0') {
        return; /* one that took another's place: the summary counts those */
    }
    const bool is_rejected = record->outcome == LEDE_OUTCOME_REJECTED;
    char place[RECORD_PLACE_BYTES];
    const int length =
        record->line > 0 ? snprintf(place, sizeof(place), "%s:%" PRIu64, record->path, record->line)
                         : snprintf(place, sizeof(place), "%s", record->path);
    char name[RECORD_KIND_BYTES];
    make_kind(record->reason, name);
    struct record_kind *kind = find_kind(records, name, is_rejected, place);
    kind->count++;
    if (is_quiet || records->shown >= RECORDS_SHOWN) {
        return;
    }
    records->shown++;
    kind->shown++;
    const char *verb = is_rejected ? "skipped: " : "";
    const int id_length = record->id.length < 256 ? (int)record->id.length : 256;
    char line[32] = "";
    if (record->line > 0) {
        snprintf(line, sizeof(line), ":%" PRIu64, record->line);
    }
    const bool is_cut = length >= (int)sizeof(place);
    failure_show("%s%s: %s%s%s%.*s%s", is_cut ? record->path : place, is_cut ? line : "", verb,
        record->reason, id_length > 0 ? " (" : "", id_length, record->id.data,
        id_length > 0 ? ")" : "");
}

void records_finish(const struct records *records)
{
    for (size_t i = 0; i < RECORD_KINDS + 2; i++) {
        const struct record_kind *kind = &records->kinds[i];
        if (kind->count > kind->shown && records->shown > 0) {
            char number[OUTPUT_NUMBER_BYTES];
            failure_show("%s more %s: %s", output_count_text(kind->count - kind->shown, number),
                kind->is_rejected ? "skipped" : "remarked", kind->name);
        }
    }
}
