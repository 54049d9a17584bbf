/* ascii_scan.h -- a word of ASCII letters, digits and apostrophes, in lower case, byte by byte.
 *
 * For words that the window of 64 bytes (ascii_word.h) does not settle.
 */
#ifndef TEXT_ASCII_SCAN_H
#define TEXT_ASCII_SCAN_H

#include "base/attr.h"
#include "text/word_scan.h"

/* Take the word at scan->at, which is an ASCII letter or digit. False where it takes more thought: a byte that is not
 * ASCII, a point that may be inside a number or an acronym; what was taken by then is void. */
bool ascii_scan(struct tokenizer *tokenizer, struct word_scan *scan) MUST_CHECK;

#endif
