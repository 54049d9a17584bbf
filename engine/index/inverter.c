#include "index/inverter.h"

#include <assert.h>

#include "base/limits.h"
#include "text/tokenizer.h"

/* A word of ignorable characters alone: it takes no position. */
#define NO_TERM (WORD_UNKNOWN - 1)

static_assert((int)TOKENIZER_PADDING >= (int)WORD_KEY_BYTES, "keys are made of words in place");

struct part {
    struct span text;
    uint32_t doc;
    uint32_t base; /* position of its first word */
    uint32_t token_max;
    uint32_t count; /* of words put down */
    enum chain_part chain;
    bool was_cut;
};

void inverter_init(struct inverter *inverter, struct analyzer *analyzer)
{
    inverter->analyzer = analyzer;
    inverter->count = 0;
    inverter->status = LEDE_OK;
    term_table_init(&inverter->terms);
    word_table_init(&inverter->words);
    buf_init(&inverter->bytes, UINT32_MAX);
}

void inverter_reset(struct inverter *inverter)
{
    inverter->count = 0;
    term_table_release(&inverter->terms);
    word_table_release(&inverter->words);
}

void inverter_release(struct inverter *inverter)
{
    inverter_reset(inverter);
    buf_release(&inverter->bytes);
}

size_t inverter_held_bytes(const struct inverter *inverter)
{
    return term_table_held_bytes(&inverter->terms) + word_table_held_bytes(&inverter->words) +
           inverter->bytes.capacity;
}

/* ---- cutting out ---- */

static lede_status take_word(struct inverter *inverter, const struct word *word)
{
    struct inverter_word *taken = &inverter->pending[inverter->count];
    const struct span bytes = span_of(word->bytes, word->size);
    taken->key = word_key_of(bytes);
    taken->size = (uint16_t)word->size;
    taken->is_ascii = word->is_ascii;
    taken->is_number = word->is_number;
    taken->hash = (uint32_t)word_key_hash(taken->key);
    word_table_prefetch(&inverter->words, taken->hash);
    if (word_key_is_hash(word->size)) {
        taken->bytes_at = (uint32_t)inverter->bytes.size;
        if (buf_append(&inverter->bytes, bytes.bytes, bytes.size) != LEDE_OK) {
            return LEDE_ERR_NOMEM;
        }
    }
    inverter->count++;
    return LEDE_OK;
}

/* ---- looking up ---- */

/* The number of a word not met before, which is remembered. */
static lede_status learn_word(struct inverter *inverter, const struct inverter_word *pending,
    struct span bytes, uint32_t *number_out)
{
    const struct word word = {
        .bytes = bytes.bytes,
        .size = bytes.size,
        .is_ascii = pending->is_ascii,
        .is_number = pending->is_number,
    };
    struct span term;
    lede_status status = analyzer_term(inverter->analyzer, &word, &term);
    uint32_t number = NO_TERM;
    if (status == LEDE_OK && term.size > 0) {
        status = term_table_find(&inverter->terms, term.bytes, (uint32_t)term.size, &number);
    }
    if (status == LEDE_OK && bytes.size <= WORD_TABLE_BYTES_MAX) {
        status = word_table_add(&inverter->words, pending->key, bytes, number);
    }
    *number_out = number;
    return status;
}

static inline lede_status find_number(
    struct inverter *inverter, const struct inverter_word *word, uint32_t *number_out)
{
    uint8_t own[WORD_KEY_BYTES];
    struct span bytes = span_of(own, word->size);
    if (LIKELY(!word_key_is_hash(word->size))) {
        *number_out = word_table_find_first(&inverter->words, word->key, word->hash, word->size);
        if (LIKELY(*number_out != WORD_UNKNOWN)) {
            return LEDE_OK;
        }
    }
    if (word_key_is_hash(word->size)) {
        bytes.bytes = inverter->bytes.data + word->bytes_at;
    }
    uint32_t number = WORD_UNKNOWN;
    if (LIKELY(bytes.size <= WORD_TABLE_BYTES_MAX)) {
        number = word_table_find(&inverter->words, word->key, bytes);
    }
    if (LIKELY(number != WORD_UNKNOWN)) {
        *number_out = number;
        return LEDE_OK;
    }
    store_le64(own, word->key.low);
    store_le64(own + 8, word->key.high);
    return learn_word(inverter, word, bytes, number_out);
}

/* ---- putting down ---- */

static lede_status put_down(struct inverter *inverter, struct part *part)
{
    for (uint32_t i = 0; i < inverter->count; i++) {
        const uint32_t number = inverter->numbers[i];
        if (number == NO_TERM) {
            continue;
        }
        if (part->count == part->token_max) {
            part->was_cut = true;
            break;
        }
        const lede_status status = term_table_add(
            &inverter->terms, number, part->chain, part->doc, part->base + part->count);
        if (status != LEDE_OK) {
            return status;
        }
        part->count++;
    }
    return LEDE_OK;
}

/* Look up and put down what is pending. */
static lede_status settle(struct inverter *inverter, struct part *part)
{
    for (uint32_t i = 0; i < inverter->count; i++) {
        const lede_status status =
            find_number(inverter, &inverter->pending[i], &inverter->numbers[i]);
        if (status != LEDE_OK) {
            return status;
        }
        if (LIKELY(inverter->numbers[i] != NO_TERM)) {
            term_table_prefetch(&inverter->terms, inverter->numbers[i]);
        }
    }
    for (uint32_t i = 0; i < inverter->count; i++) {
        if (LIKELY(inverter->numbers[i] != NO_TERM)) {
            term_table_prefetch_end(&inverter->terms, inverter->numbers[i], part->chain);
        }
    }
    const lede_status status = put_down(inverter, part);
    inverter->count = 0;
    buf_reset(&inverter->bytes);
    return status;
}

static lede_status invert_part(
    struct inverter *inverter, struct part *part, struct inverted *inverted)
{
    struct word word;
    lede_status status = LEDE_OK;
    analyzer_begin(inverter->analyzer, (const char *)part->text.bytes, part->text.size);
    while (status == LEDE_OK && !part->was_cut && analyzer_next_word(inverter->analyzer, &word)) {
        status = take_word(inverter, &word);
        if (status == LEDE_OK && inverter->count == INVERTER_WORDS) {
            status = settle(inverter, part);
        }
    }
    if (status == LEDE_OK) {
        status = settle(inverter, part);
    }
    inverted->was_invalid |= analyzer_saw_invalid(inverter->analyzer);
    inverted->was_cut |= part->was_cut;
    return status;
}

static lede_status invert(struct inverter *inverter, uint32_t doc, struct span title,
    struct span body, uint32_t token_max, struct inverted *inverted_out)
{
    struct inverted inverted = {0};
    struct part head = {.text = title, .doc = doc, .token_max = token_max, .chain = CHAIN_TITLE};
    lede_status status = invert_part(inverter, &head, &inverted);
    if (status != LEDE_OK) {
        return status;
    }
    struct part rest = {
        .text = body,
        .doc = doc,
        .base = head.count == 0 ? 0 : head.count + LEDE_POSITION_GAP,
        .token_max = token_max - head.count,
        .chain = CHAIN_BODY,
    };
    status = invert_part(inverter, &rest, &inverted);
    inverted.title_length = head.count;
    inverted.length = head.count + rest.count;
    *inverted_out = inverted;
    return status;
}

lede_status inverter_add(struct inverter *inverter, uint32_t doc, struct span title,
    struct span body, uint32_t token_max, struct inverted *inverted_out)
{
    if (inverter->status == LEDE_OK) {
        inverter->status = invert(inverter, doc, title, body, token_max, inverted_out);
    }
    return inverter->status;
}
