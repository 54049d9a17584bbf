/* acronym.h -- single letters with dots between, as U.S. or e.g., which are one word (tokenizer.h).
 */
#ifndef TEXT_ACRONYM_H
#define TEXT_ACRONYM_H

#include "text/word_scan.h"

/* Take those that begin at scan->at; nothing where there are not two letters at least. A dot behind the last belongs to it,
 * unless a word follows at once. */
void acronym_scan(struct tokenizer *tokenizer, struct word_scan *scan);

#endif
