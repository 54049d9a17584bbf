/* list_writer.h -- posting lists and dictionaries to the sections of a segment, for a flush and for a merge.
 *
 * Lists come term by term in byte order, those of titles first, then those of the text; each comes block by block.
 * SECTION_POSTINGS is written on the way; what stands behind it in the file goes to spools. Lists written *apart*, while
 * another thread writes the file, all go to spools until list_writer_finish.
 *
 * Memory   some MiB, and half a byte a term.
 */
#ifndef INDEX_LIST_WRITER_H
#define INDEX_LIST_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/span.h"
#include "base/status.h"
#include "index/frequent_terms.h"
#include "index/segment_file.h"
#include "index/spool.h"
#include "storage/postings.h"
#include "storage/range_bounds.h"
#include "storage/segment.h"
#include "storage/termdict.h"

/* A scratch file and its path. */
struct list_spool {
    struct spool spool;
    char path[LEDE_PATH_BYTES_MAX];
};

struct list_writer {
    struct segment_file *file; /* borrowed */
    lede_error *error;         /* borrowed: where failures are told */
    bool is_apart;
    const uint32_t *lengths; /* borrowed: by document */
    uint32_t doc_count;
    bool has_positions;
    struct postings_writer postings;
    struct termdict_writer dictionaries[FIELD_COUNT];
    struct list_spool apart; /* the postings, where they are written apart */
    struct list_spool positions, rows, ranges;
    struct list_spool blocks[FIELD_COUNT]; /* of the dictionaries */
    struct range_scale range_scale;
    struct buf range_ordinals; /* u32 each: of the terms in `ranges` */
    uint8_t *range_codes;      /* of the list at hand */
    uint32_t range_stride;
    struct frequent_terms frequent; /* of the text lists */
    uint64_t posting_count;         /* of the text lists, as are the next two */
    uint64_t docs_bytes, frequencies_bytes;
    unsigned field;       /* of the list at hand */
    bool has_range_codes; /* of the list at hand */
};

/* Begins SECTION_POSTINGS of `file`, or leaves it alone where the lists are written apart. A zeroed writer may be
 * released. */
lede_status list_writer_init(struct list_writer *writer, struct segment_file *file,
    const uint32_t *lengths, uint32_t doc_count, bool has_positions, bool is_apart,
    lede_error *error) MUST_CHECK;
void list_writer_release(struct list_writer *writer);

/* A list of `field` that has `df_max` documents at most, and so many where that makes it dense (dense_docs.h). */
lede_status list_writer_begin(
    struct list_writer *writer, unsigned field, uint32_t df_max) MUST_CHECK;
lede_status list_writer_block(
    struct list_writer *writer, const struct posting_block *block) MUST_CHECK;
/* At least one block was given. */
lede_status list_writer_end(struct list_writer *writer, struct term_entry *entry_out) MUST_CHECK;

/* Name the list that was just ended; `number` is kept of a frequent term. */
lede_status list_writer_name(struct list_writer *writer, struct span term,
    const struct term_entry *entry, uint32_t number) MUST_CHECK;

/* A term of titles whose list is that of the text. */
lede_status list_writer_alias(
    struct list_writer *writer, struct span term, const struct term_entry *entry) MUST_CHECK;

/* A term whose list was made apart, as if it were the first of the sections. */
struct made_term {
    struct span name;
    struct term_entry entry;
    uint32_t number; /* as in list_writer_name */
    bool is_alias;
    bool has_ranges; /* its codes are among those that follow */
};

/* Name terms whose lists follow, in their order; then give the bytes of these lists and the codes of those terms that
 * have them. */
lede_status list_writer_made_term(
    struct list_writer *writer, unsigned field, const struct made_term *made) MUST_CHECK;
lede_status list_writer_made_bytes(struct list_writer *writer, unsigned field,
    const struct postings_writer *made, struct span codes) MUST_CHECK;

/* End SECTION_POSTINGS and write SECTION_POSITIONS, where there are any. From here on the file is this thread's, and
 * failures are told where the file's are. */
lede_status list_writer_finish(struct list_writer *writer) MUST_CHECK;

/* Block rows, dictionaries and ranges. */
lede_status list_writer_tables(struct list_writer *writer) MUST_CHECK;

#endif
