/* number.h -- a number of a text, with its decimal point and without what groups its digits (tokenizer.h).
 */
#ifndef TEXT_NUMBER_H
#define TEXT_NUMBER_H

#include "text/word_scan.h"

/* Take the number that begins at scan->at with an ASCII digit. One that continues a chain whose beginning was
 * found not to be a number is its first group only, so that no chain is read twice. */
void number_scan(struct tokenizer *tokenizer, struct word_scan *scan);

#endif
