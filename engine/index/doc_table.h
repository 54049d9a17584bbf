/* doc_table.h -- the documents held in memory: what is known of each but for its terms and texts.
 *
 * Documents are numbered by arrival. One that another with the same id followed, or that was deleted,
 * is dead and never reaches a segment.
 *
 * Memory   doc_table_held_bytes() is all of it.
 */
#ifndef INDEX_DOC_TABLE_H
#define INDEX_DOC_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/span.h"
#include "base/status.h"

/* A value of a keyword field; those of a document hang together. */
struct doc_keyword {
    const struct doc_keyword *next;
    struct span value;
    uint32_t field; /* place among the index's keyword fields */
};

struct table_doc {
    struct span id;
    date_key date;
    uint64_t record_offset; /* of the stored record in the spool */
    uint32_t record_bytes;
    uint32_t length; /* words of title and body */
    bool is_dead;
    const struct doc_keyword *keywords; /* in the order given */
};

struct doc_table {
    struct arena arena; /* ids and keywords */
    struct table_doc *docs;
    uint32_t *slots;     /* by hash of the id: number of the document plus 1; 0: free */
    uint32_t slot_count; /* a power of two, or 0 */
    uint32_t doc_count;
    uint32_t doc_capacity;
    uint32_t live_count;
};

void doc_table_init(struct doc_table *table);
void doc_table_release(struct doc_table *table);

/* The live document with this id, or DOC_END. */
uint32_t doc_table_find(const struct doc_table *table, struct span id);

/* Room for one more; then doc_table_add cannot fail for want of it. */
lede_status doc_table_reserve(struct doc_table *table) MUST_CHECK;

/* Add a document, alive; its id is copied into the arena, its keywords must be there already. A live one
 * with the same id dies. *doc_out is its number. */
lede_status doc_table_add(
    struct doc_table *table, const struct table_doc *doc, uint32_t *doc_out) MUST_CHECK;

void doc_table_kill(struct doc_table *table, uint32_t doc); /* a live one */

size_t doc_table_held_bytes(const struct doc_table *table);

#endif
