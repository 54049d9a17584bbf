/* segment.h -- one segment opened: its container, its parts' readers, its deletions.
 *
 * Opening is O(sections) and allocates little more than the struct (with deletions, their file is
 * read). It checks that the file is the one that the manifest means, and that the sections agree
 * with each other in what can be seen from their sizes and heads. Immutable once open, so any
 * number of threads may read it; snapshot.h shares segments by reference count.
 */
#ifndef STORAGE_SEGMENT_H
#define STORAGE_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "storage/container.h"
#include "storage/dates.h"
#include "storage/deletions.h"
#include "storage/docstore.h"
#include "storage/ids.h"
#include "storage/keywords.h"
#include "storage/lengths.h"
#include "storage/manifest.h"
#include "storage/pair_lists.h"
#include "storage/postings.h"
#include "storage/range_bounds.h"
#include "storage/termdict.h"

/* SECTION_META. */
struct segment_meta {
    uint32_t doc_count;
    uint64_t token_count;                   /* summed lengths */
    uint64_t posting_count;                 /* of the text lists */
    uint64_t docs_bytes, frequencies_bytes; /* of the text lists */
    uint64_t analyzer_fingerprint;
    bool has_positions;
    bool has_stored;
};

lede_status segment_meta_write(const struct segment_meta *meta, struct buf *section) MUST_CHECK;
lede_status segment_meta_read(
    struct span section, struct segment_meta *meta_out, lede_error *error) MUST_CHECK;

/* The dictionaries. */
enum { FIELD_TEXT = 0, FIELD_TITLE = 1, FIELD_COUNT = 2 };

struct segment {
    struct container container;
    struct segment_meta meta;
    struct termdict terms[FIELD_COUNT];
    struct postings_source postings;
    struct range_bounds ranges;
    struct pair_lists pairs; /* zeroed where it has none */
    struct lengths lengths;
    struct dates dates;
    struct ids ids;
    struct keywords keywords;
    struct docstore docstore; /* where meta.has_stored */
    struct deletions deletions;
    uint64_t number;
    uint32_t live_count;
    uint64_t live_length;
};

/* Open segment `entry` of the index in `dir` with the manifest's description of it. */
lede_status segment_open(const char *dir, const struct manifest_segment *entry,
    struct segment **segment_out, lede_error *error) MUST_CHECK;
void segment_close(struct segment *segment); /* NULL is fine */

/* Tell the system what comes: all of it from front to end, or what searches do, as is told on opening: lists
 * near each other, documents here and there. */
void segment_expect(const struct segment *segment, bool is_whole);

/* Let go of the file's pages that were read: they leave the memory of this process until they are read again. */
void segment_forget(const struct segment *segment);

/* The same, of ids alone: of the tables that ids are looked up in they keep theirs. */
void segment_forget_ids(const struct segment *segment);

/* A term of a field: df and cf as stored (deleted documents among them) in hit_out, and what
 * deletions take from them in *deleted_out, which is never more than there is. Of an alias the
 * lists are filled in from the text dictionary; ordinal stays the one in the field's own.
 * LEDE_ERR_NOT_FOUND without a message. */
lede_status segment_find_term(const struct segment *segment, unsigned field, const uint8_t *term,
    uint32_t term_length, struct termdict_hit *hit_out, struct deletion_term *deleted_out,
    lede_error *error) MUST_CHECK;

/* The same for a hit of a walk over the field's dictionary: fill in an alias's lists, and what
 * deletions take. */
lede_status segment_resolve_term(const struct segment *segment, unsigned field, const uint8_t *term,
    uint32_t term_length, struct termdict_hit *hit, struct deletion_term *deleted_out,
    lede_error *error) MUST_CHECK;

/* In which documents does `second` stand right behind `first`? Both are ordinals in the text dictionary, as
 * termdict_hit has them. With PAIR_FOUND, *entry_out is a list in segment->pairs.source, exact but for deleted
 * documents, which are in it. */
lede_status segment_find_pair(const struct segment *segment, uint32_t first, uint32_t second,
    enum pair_answer *answer_out, struct term_entry *entry_out, lede_error *error) MUST_CHECK;

/* Check every checksum and invariant, telling each damage (`damage` may be NULL); *checks_out is
 * the number of things looked at: sections, parts, dictionaries, deletions. LEDE_OK where all is
 * well, LEDE_ERR_CORRUPT, or LEDE_ERR_NOMEM where not all could be looked at. Reads all of the file,
 * walks every list, and takes 20 bytes of memory a document. */
lede_status segment_verify(const struct segment *segment, damage_fn *damage, void *context,
    uint64_t *checks_out) MUST_CHECK;

#endif
