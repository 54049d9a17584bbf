#include "text/acronym.h"

/* The letter at `at` with its marks: where it ends, and how many bytes the letter alone has; 0 where
 * there is none, or where letters or digits follow it. */
static size_t single_letter_end(const struct tokenizer *tokenizer, size_t at)
{
    struct text_look look = text_look(tokenizer, at);
    if (look.class != CHAR_LETTER) {
        return 0;
    }
    do {
        at += look.character.size;
        look = text_look(tokenizer, at);
    } while (look.class == CHAR_MARK);
    return look.class == CHAR_LETTER || look.class == CHAR_DIGIT ? 0 : at;
}

void acronym_scan(struct tokenizer *tokenizer, struct word_scan *scan)
{
    const uint8_t *const text = tokenizer->text;
    const size_t length = tokenizer->length;
    size_t end = single_letter_end(tokenizer, scan->at);
    if (end == 0 || end + 1 >= length || text[end] != '.') {
        return;
    }
    size_t next_end = single_letter_end(tokenizer, end + 1);
    if (next_end == 0) {
        return;
    }
    word_scan_pass(tokenizer, scan, end - scan->at);
    while (next_end != 0) {
        scan->at = end + 1;
        word_scan_pass(tokenizer, scan, next_end - scan->at);
        end = next_end;
        next_end = end < length && text[end] == '.' ? single_letter_end(tokenizer, end + 1) : 0;
    }
    if (end < length && text[end] == '.' &&
        !char_begins_word(text_look(tokenizer, end + 1).class)) {
        scan->at = end + 1;
        scan->end = end + 1;
    }
}
