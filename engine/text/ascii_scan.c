#include "text/ascii_scan.h"

#include "base/bits.h"
#include "base/bytes.h"

/* Whether the dot or comma at `at`, which ends a run of ASCII letters and digits begun at `start`, may
 * be one inside a number or an acronym. */
static bool is_inner_punctuation(const struct tokenizer *tokenizer, size_t start, size_t at)
{
    const uint8_t *const text = tokenizer->text;
    if (at + 1 >= tokenizer->length) {
        return false;
    }
    const uint8_t next = text[at + 1];
    if (ascii_is_digit(next)) {
        return ascii_is_digit(text[at - 1]);
    }
    return text[at] == '.' && at - start == 1 && ascii_is_letter(text[start]) &&
           (ascii_is_letter(next) || next >= 0x80);
}

/* Take the ASCII letters and digits from scan->at on, in lower case, and pass them.
 *
 * Eight bytes at a time: each byte's highest bit is made to say whether it lies in a range, by adding
 * what carries its first value up to 0x80 (no byte carries into the next, as bytes are cut to seven
 * bits before); a letter's bit, moved two places down, is the one that lower case sets. */
static void take_ascii_run(struct tokenizer *tokenizer, struct word_scan *scan)
{
    const uint8_t *const text = tokenizer->text;
    const uint64_t every = 0x0101010101010101u;
    while (tokenizer->length - scan->at >= 8 && scan->size <= FOLD_BYTES_MAX - 8) {
        const uint64_t bytes = load_le64(text + scan->at);
        const uint64_t digits = bytes & every * 0x7f;
        const uint64_t letters = digits | every * 0x20;
        const uint64_t is_letter =
            (letters + every * (0x80 - 'a')) & ~(letters + every * (0x7f - 'z'));
        const uint64_t is_digit =
            (digits + every * (0x80 - '0')) & ~(digits + every * (0x7f - '9'));
        const uint64_t ascii = ~bytes & every * 0x80;
        const uint64_t others = ~(is_letter | is_digit) & ascii;
        store_le64(tokenizer->word + scan->size, bytes | (is_letter & ascii) >> 2);
        const uint64_t ends = others | (bytes & every * 0x80);
        const size_t count = ends == 0 ? 8 : lowest_bit64(ends) / 8;
        scan->size += count;
        scan->at += count;
        if (count < 8) {
            return;
        }
    }
    for (; scan->at < tokenizer->length && ascii_folded[text[scan->at]] != 0; scan->at++) {
        if (scan->size < FOLD_BYTES_MAX) {
            tokenizer->word[scan->size++] = ascii_folded[text[scan->at]];
        } else {
            scan->is_full = true;
        }
    }
}

bool ascii_scan(struct tokenizer *tokenizer, struct word_scan *scan)
{
    const uint8_t *const text = tokenizer->text;
    const size_t length = tokenizer->length;
    const size_t start = scan->at;
    for (;;) {
        take_ascii_run(tokenizer, scan);
        const size_t at = scan->at;
        if (at == length) {
            break;
        }
        const uint8_t byte = text[at];
        if (byte >= 0x80) {
            return false;
        }
        if (byte != '\'') {
            if ((byte == '.' || byte == ',') && is_inner_punctuation(tokenizer, start, at)) {
                return false;
            }
            break;
        }
        if (at + 1 == length) {
            break;
        }
        const uint8_t next = text[at + 1];
        if (next >= 0x80) {
            return false;
        }
        if (!ascii_is_letter(next) && !(ascii_is_digit(next) && ascii_is_letter(text[at - 1]))) {
            break;
        }
        word_scan_apostrophe(tokenizer, scan, 1);
    }
    scan->end = scan->at;
    return true;
}
