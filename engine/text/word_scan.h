/* word_scan.h -- a word of a text while it is read: where the reader stands, and the bytes taken so far.
 *
 * The readers of a word (ascii_scan, number, acronym, and the tokenizer's own) leave its bytes in tokenizer->word, and
 * pass what they took.
 */
#ifndef TEXT_WORD_SCAN_H
#define TEXT_WORD_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "text/charclass.h"
#include "text/tokenizer.h"
#include "text/utf8.h"

/* A word being read. */
struct word_scan {
    size_t at;    /* where to read on */
    size_t end;   /* one past the last character that belongs to the word */
    size_t size;  /* bytes in tokenizer->word */
    bool is_full; /* no more bytes are taken */
    bool has_apostrophe;
    size_t apostrophe_index; /* the first one in tokenizer->word */
    size_t apostrophe_end;   /* and the byte of the text behind it */
};

/* What stands at a place of the text. */
struct text_look {
    struct utf8_char character;
    enum char_class class;
};

/* What stands at `at`; a break of size 0 at the end of the text. */
static inline struct text_look text_look(const struct tokenizer *tokenizer, size_t at)
{
    if (at >= tokenizer->length) {
        return (struct text_look){.class = CHAR_BREAK};
    }
    struct text_look look;
    look.character = utf8_decode(tokenizer->text + at, tokenizer->text + tokenizer->length);
    look.class = char_class_of(look.character.point);
    return look;
}

static inline bool text_has_digit(const struct tokenizer *tokenizer, size_t at)
{
    return at < tokenizer->length && ascii_is_digit(tokenizer->text[at]);
}

/* Take `size` bytes of the text, at `at`, into the word. */
static inline void word_scan_take(
    struct tokenizer *tokenizer, struct word_scan *scan, size_t at, size_t size)
{
    if (scan->is_full || size > FOLD_BYTES_MAX - scan->size) {
        scan->is_full = true;
        return;
    }
    memcpy(tokenizer->word + scan->size, tokenizer->text + at, size);
    scan->size += size;
}

static inline void word_scan_pass(struct tokenizer *tokenizer, struct word_scan *scan, size_t size)
{
    word_scan_take(tokenizer, scan, scan->at, size);
    scan->at += size;
    scan->end = scan->at;
}

/* Take the apostrophe at scan->at, of `size` bytes. */
static inline void word_scan_apostrophe(
    struct tokenizer *tokenizer, struct word_scan *scan, size_t size)
{
    scan->at += size;
    if (!scan->has_apostrophe) {
        scan->has_apostrophe = true;
        scan->apostrophe_index = scan->size;
        scan->apostrophe_end = scan->at;
    }
    if (scan->size < FOLD_BYTES_MAX && !scan->is_full) {
        tokenizer->word[scan->size++] = '\'';
    } else {
        scan->is_full = true;
    }
}

#endif
