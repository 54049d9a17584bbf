#include "index/dead_postings.h"

#include "base/bits.h"

uint32_t dead_postings_next(const struct segment *segment, const uint64_t *bitmap, uint32_t doc)
{
    const size_t words = ((size_t)segment->meta.doc_count + 63) / 64;
    size_t word = doc / 64;
    if (word >= words) {
        return DOC_END;
    }
    uint64_t bits = bitmap[word] >> (doc % 64) << (doc % 64);
    while (bits == 0) {
        if (++word == words) {
            return DOC_END;
        }
        bits = bitmap[word];
    }
    return (uint32_t)(word * 64) + lowest_bit64(bits);
}

/* Leapfrog: from the list's document to the next deleted one and back until one of them ends. */
lede_status dead_postings_count(const struct segment *segment, const uint64_t *bitmap,
    const struct term_entry *entry, struct deletion_term *dead_out, lede_error *error)
{
    struct postings_cursor cursor;
    struct deletion_term dead = {0};
    postings_cursor_init(&cursor, &segment->postings, entry);
    uint32_t doc = cursor.doc;
    while (doc != DOC_END) {
        const uint32_t deleted = dead_postings_next(segment, bitmap, doc);
        if (deleted == DOC_END) {
            break;
        }
        if (deleted != doc) {
            doc = postings_cursor_seek(&cursor, deleted);
            continue;
        }
        dead.df++;
        dead.cf += postings_cursor_frequency(&cursor);
        doc = postings_cursor_next(&cursor);
    }
    if (cursor.status != LEDE_OK || dead.cf > entry->cf) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "segment %llu: a list cannot be read",
            (unsigned long long)segment->number);
    }
    *dead_out = dead;
    return LEDE_OK;
}
