/* inverter.h -- documents' titles and bodies into a term table.
 *
 * Title words have the positions 0, 1, ...; body words go on LEDE_POSITION_GAP behind the title's end, so
 * that no phrase reaches across; a document without a title begins its body at 0. So an occurrence
 * is in the title where its position is below the title's number of words.
 *
 * Words are taken some dozens at a time: all are cut out of the text, then all are looked up, then all are put
 * down. What a later step touches of the memory is asked for by the one before, so that the waits overlap.
 *
 * Memory   inverter_held_bytes, and the struct.
 */
#ifndef INDEX_INVERTER_H
#define INDEX_INVERTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "index/term_table.h"
#include "index/word_table.h"
#include "text/analyzer.h"

enum { INVERTER_WORDS = 64 };

/* A word cut out of the text. */
struct inverter_word {
    struct word_key key;
    uint32_t hash;     /* of the key */
    uint32_t bytes_at; /* of a long one: in `bytes` */
    uint16_t size;
    bool is_ascii, is_number;
};

struct inverter {
    struct analyzer *analyzer; /* borrowed */
    struct term_table terms;
    struct word_table words; /* to numbers of terms */
    uint32_t count;          /* of `pending`: cut out, not put down yet */
    struct inverter_word pending[INVERTER_WORDS];
    uint32_t numbers[INVERTER_WORDS]; /* of their terms */
    struct buf bytes;                 /* of the long ones */
    lede_status status;               /* of what failed first */
};

struct inverted {
    uint32_t length;       /* words of title and body */
    uint32_t title_length; /* words of the title */
    bool was_invalid;      /* bytes that are not UTF-8 were read as U+FFFD */
    bool was_cut;          /* words beyond `token_max` were left out */
};

void inverter_init(struct inverter *inverter, struct analyzer *analyzer);
void inverter_reset(struct inverter *inverter); /* without terms, for going on */
void inverter_release(struct inverter *inverter);
size_t inverter_held_bytes(const struct inverter *inverter);

/* Put the words of document `doc` down, `token_max` (LEDE_DOCUMENT_TOKENS_MAX) at most. Documents come in
 * ascending order. Fails for memory only; the inverter then fails always, and can only be released. */
lede_status inverter_add(struct inverter *inverter, uint32_t doc, struct span title,
    struct span body, uint32_t token_max, struct inverted *inverted_out) MUST_CHECK;

#endif
