/* inverter.h -- a document's title and body into the term table.
 *
 * Title words have the positions 0, 1, ...; body words go on LEDE_POSITION_GAP behind the title's end, so
 * that no phrase reaches across; a document without a title begins its body at 0. So an occurrence
 * is in the title where its position is below the title's number of words, and nothing else need say
 * it.
 */
#ifndef INDEX_INVERTER_H
#define INDEX_INVERTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "index/term_table.h"
#include "text/analyzer.h"

struct inverted {
    uint32_t length;       /* words of title and body */
    uint32_t title_length; /* words of the title */
    bool was_invalid;      /* bytes that are not UTF-8 were read as U+FFFD */
    bool was_cut;          /* words beyond `token_max` were left out */
};

/* Put the words of document `doc` down, `token_max` (LEDE_DOCUMENT_TOKENS_MAX) at most. Documents come in
 * ascending order. Fails for memory only; the table can then only be released. */
lede_status invert_document(struct analyzer *analyzer, struct term_table *terms, uint32_t doc,
    struct span title, struct span body, uint32_t token_max,
    struct inverted *inverted_out) MUST_CHECK;

#endif
