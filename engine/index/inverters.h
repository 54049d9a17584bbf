/* inverters.h -- a batch's documents inverted by the workers of a crew, an inverter each.
 *
 *     documents -> run -> run -> run        worker 0: runs 0, 2, 4 ...        worker 1: runs 1, 3, 5 ...
 *
 * Some documents, up to 128 KiB of text, are a run; runs go to the workers in turn. So what an inverter holds
 * depends on the documents and the number of workers, never on which was faster, and neither does
 * inverters_held_bytes, which is what is known of runs that were waited for: each run is, before one that
 * stands three rounds behind it is filled. A crew of one has its documents inverted where they lie, and so has any
 * crew a document that is longer than its share of the memory: several of them under way would be held beside it.
 *
 * Memory   inverters_held_bytes, and what the last three rounds' documents added to the inverters.
 */
#ifndef INDEX_INVERTERS_H
#define INDEX_INVERTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crew.h"
#include "base/span.h"
#include "base/status.h"
#include "index/doc_table.h"
#include "index/inverter.h"

struct run;

/* Of an inverter, when it was waited for last. */
struct inverter_load {
    size_t held_bytes;
    uint32_t term_count;
};

struct inverters {
    struct crew *crew;           /* borrowed */
    struct doc_table *docs;      /* borrowed: documents get their lengths */
    struct inverter *inverters;  /* one a worker */
    struct analyzer **analyzers; /* owned but for the first */
    struct inverter_load *loads; /* one each */
    struct run *runs;            /* a ring */
    uint32_t count;
    uint32_t run_count;
    uint32_t filling;     /* the run that takes the next document */
    size_t run_bytes;     /* a run is given beyond */
    uint64_t alone_bytes; /* a document beyond is inverted while no run is under way */
    uint64_t tokens;      /* words inverted so far, of documents waited for */
    uint64_t held_tokens; /* of these since the last reset */
    lede_status status;   /* of what was waited for: OK or NOMEM */
};

/* `analyzer` is the first worker's, borrowed; the others get their like. `memory_bytes` is what the batch may
 * hold. On failure nothing is left but what inverters_release takes. */
lede_status inverters_init(struct inverters *inverters, struct crew *crew, struct doc_table *docs,
    struct analyzer *analyzer, uint64_t memory_bytes, lede_error *error) MUST_CHECK;
void inverters_reset(struct inverters *inverters);   /* settled, and without terms */
void inverters_release(struct inverters *inverters); /* a zeroed one is fine */

/* Have the document, which is in the table or the next to be, inverted; its texts are copied. *was_cut_out:
 * it has more than LEDE_DOCUMENT_TOKENS_MAX words. Fails for memory only, maybe for an earlier
 * document; the inverters can then only be released. */
lede_status inverters_add(struct inverters *inverters, uint32_t doc, struct span title,
    struct span body, bool *was_cut_out) MUST_CHECK;

/* Wait for all documents; then they have their lengths, and the inverters are the caller's. */
lede_status inverters_settle(struct inverters *inverters) MUST_CHECK;

size_t inverters_held_bytes(const struct inverters *inverters);

/* Terms in all tables, those in several counted as often; as known, like held bytes. */
size_t inverters_term_count(const struct inverters *inverters);

#endif
