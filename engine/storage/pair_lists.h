/* pair_lists.h -- the documents in which one frequent word stands right before another.
 *
 * FORMAT.md, "Pairs". Phrases of words that are in nearly every document are the dearest queries: all their
 * positions are read, and few documents match. So a segment with positions lists, for its most frequent
 * terms, the documents of each ordered pair of them that stand next to each other in some document. The lists
 * are ordinary ones without positions, every frequency being 1; a dictionary names them by the places of
 * both words among the frequent terms, whose ordinals stand in front. So of any two terms it is known whether
 * they are listed: where both are frequent and have no list, no document has the pair.
 *
 * Deleted documents are in the lists as in others.
 */
#ifndef STORAGE_PAIR_LISTS_H
#define STORAGE_PAIR_LISTS_H

#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "codec/bitpack.h"
#include "storage/container.h"
#include "storage/postings.h"
#include "storage/termdict.h"

/* ---- writing ---- */

/* Postings and rows may be drained by the caller between lists. */
struct pair_lists_writer {
    struct postings_writer postings;
    struct termdict_writer dictionary;
};

void pair_lists_writer_init(struct pair_lists_writer *writer);
void pair_lists_writer_release(struct pair_lists_writer *writer);

/* The list of the words at places `first` and `second`, below LEDE_PAIR_TERMS_MAX, that was added to writer->postings
 * with every frequency 1 and without positions; `entry` is its. Pairs ascend by (first, second). */
lede_status pair_lists_writer_name(struct pair_lists_writer *writer, uint32_t first,
    uint32_t second, const struct term_entry *entry, lede_error *error) MUST_CHECK;

/* Append what stands before rows and postings, both of them with what was drained: `ordinals` of the frequent terms
 * in the text dictionary, ascending, one to LEDE_PAIR_TERMS_MAX of them. Nothing can be added afterwards. */
lede_status pair_lists_writer_head(struct pair_lists_writer *writer, const uint32_t *ordinals,
    uint32_t ordinal_count, struct buf *head, lede_error *error) MUST_CHECK;

/* Write SECTION_PAIRS, where nothing was drained. */
lede_status pair_lists_writer_finish(struct pair_lists_writer *writer, const uint32_t *ordinals,
    uint32_t ordinal_count, struct container_writer *container, lede_error *error) MUST_CHECK;

/* ---- reading ---- */

/* Zeroed: a segment without pairs, where every pair is unknown. */
struct pair_lists {
    uint32_t term_count;           /* frequent terms */
    struct span ordinals;          /* theirs, u32 each */
    struct termdict dict;          /* two bytes name a list: the places of its words */
    struct postings_source source; /* what cursors of the lists walk in */
};

/* Sizes, counts and ordinals are checked: O(frequent terms). `text_terms`: of the text dictionary. Messages
 * begin with the section's name. */
lede_status pair_lists_open(struct pair_lists *pairs, struct span section, uint32_t text_terms,
    uint32_t doc_count, const struct bitpack_ops *bitpack, lede_error *error) MUST_CHECK;

enum pair_answer {
    PAIR_UNKNOWN, /* not both are frequent terms: only positions can tell */
    PAIR_ABSENT,  /* no document of the segment */
    PAIR_FOUND,   /* exactly the documents of the list */
};

/* Does the term with ordinal `second` in the text dictionary follow that with `first` somewhere? With
 * PAIR_FOUND *entry_out is the list, to be walked in pairs->source. LEDE_ERR_CORRUPT. */
lede_status pair_lists_find(const struct pair_lists *pairs, uint32_t first, uint32_t second,
    enum pair_answer *answer_out, struct term_entry *entry_out, lede_error *error) MUST_CHECK;

/* The ordinal in the text dictionary of the frequent term at `place`, below term_count. */
static inline uint32_t pair_lists_ordinal(const struct pair_lists *pairs, uint32_t place)
{
    return load_le32(pairs->ordinals.bytes + (size_t)place * sizeof(uint32_t));
}

#endif
