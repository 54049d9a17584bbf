/* champions.h -- the best documents of a frequent term, stored so that a search knows early what score it
 * has to beat.
 *
 * FORMAT.md, "Champions": for a list of LEDE_CHAMPION_DF_MIN documents or more, LEDE_CHAMPIONS docids as
 * u32, ascending, then their frequencies as u16 (65535 where larger). Best is by BM25 with k1 = 1.2 and
 * b = 0.75; of equals the higher docid. A search scores them anew, so other parameters only make them
 * less good, not wrong.
 */
#ifndef STORAGE_CHAMPIONS_H
#define STORAGE_CHAMPIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/span.h"
#include "storage/postings_writer.h"

enum { CHAMPIONS_BYTES = LEDE_CHAMPIONS * (4 + 2) };

/* Append those of `list`, which has at least LEDE_CHAMPIONS documents. LEDE_ERR_NOMEM, no message. */
lede_status champions_write(const struct posting_list *list, struct buf *out) MUST_CHECK;

/* Read them from `bytes`. False where they do not ascend, reach doc_count, or have a frequency of 0. */
bool champions_read(
    struct span bytes, uint32_t doc_count, uint32_t *docs, uint32_t *frequencies) MUST_CHECK;

#endif
