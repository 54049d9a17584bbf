/* postings.h -- the documents of a term with their frequencies and positions: all of it.
 *
 * FORMAT.md, "Postings". A list is cut into blocks of LEDE_BLOCK_POSTINGS; the last may be shorter. A
 * block's bytes (docids, then frequencies less one; codec/block.h) lie in SECTION_POSTINGS. What is
 * needed to pass a block without touching it lies in SECTION_BLOCK_ROWS for lists of more than one
 * block (block_rows.h). A list of one document is in the dictionary's entry (term_entry.h) and has no
 * bytes here but for its positions.
 *
 * Each eighth of such a block has a code there that bounds its scores for any k1, b and boost
 * (range_bounds.h).
 */
#ifndef STORAGE_POSTINGS_H
#define STORAGE_POSTINGS_H

#include "storage/postings_cursor.h"
#include "storage/postings_verify.h"
#include "storage/postings_writer.h"
#include "storage/term_entry.h"

#endif
