/* flush_lists.h -- the terms of a batch to the posting lists and dictionaries of a segment.
 *
 * Terms are sorted; for each, its chain becomes a list (chain_reader.h). First come the title lists, then
 * the text lists, so that each dictionary's lists lie in its order. A term whose occurrences are all in
 * titles has one list, the text's, and an alias in the titles' dictionary.
 *
 * SECTION_POSTINGS is written on the way; positions and ranges, which stand behind it, go to spools; the
 * rest, which is small, stays in memory until its section's turn.
 */
#ifndef INDEX_FLUSH_LISTS_H
#define INDEX_FLUSH_LISTS_H

#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "index/batch.h"
#include "index/doc_order.h"
#include "index/pairs.h"
#include "index/spool.h"
#include "index/term_list.h"
#include "storage/container.h"
#include "storage/postings.h"
#include "storage/range_bounds.h"
#include "storage/segment.h"
#include "storage/termdict.h"

struct flush_lists {
    struct term_list terms;
    uint64_t postings_size; /* bytes of SECTION_POSTINGS so far */
    struct buf rows;        /* SECTION_BLOCK_ROWS */
    struct spool positions;
    struct spool ranges;       /* codes of the terms in range_ordinals */
    struct buf range_ordinals; /* u32 each */
    struct range_scale range_scale;
    struct termdict_writer dictionaries[FIELD_COUNT];
    struct span dictionary_sections[FIELD_COUNT]; /* their bytes */
    struct frequent_terms frequent;               /* of the text lists */
    uint64_t posting_count;                       /* of the text lists, as are the next two */
    uint64_t docs_bytes;
    uint64_t frequencies_bytes;
};

/* What the lists are made from; all borrowed. */
struct flush_input {
    const struct batch *batch;
    const struct doc_order *order;
    const uint32_t *lengths; /* by number in the segment */
};

/* Paths of scratch files, borrowed until release. */
void flush_lists_init(
    struct flush_lists *lists, const char *positions_path, const char *ranges_path);
void flush_lists_release(struct flush_lists *lists);

/* Write SECTION_POSTINGS and fill *lists. */
lede_status flush_lists_write(struct flush_lists *lists, const struct flush_input *input,
    struct container_writer *container, lede_error *error) MUST_CHECK;

#endif
